/** Writes openapi/openapi.json from the controllers. No database is needed. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import 'reflect-metadata';
import { describeApi } from '../control-plane/api.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const file = path.join(root, 'openapi/openapi.json');
mkdirSync(path.dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(await describeApi(), null, 2)}\n`);
