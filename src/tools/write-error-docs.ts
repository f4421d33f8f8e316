/** Writes docs/errors.md from the error registry. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorDocument } from '../errors/error-document.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
mkdirSync(path.join(root, 'docs'), { recursive: true });
writeFileSync(path.join(root, 'docs/errors.md'), errorDocument());
