/** Writes src/api-client/schema.ts, the types of every call, from openapi/openapi.json. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { apiSchema } from './api-schema.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const file = path.join(root, 'src/api-client/schema.ts');
writeFileSync(file, await apiSchema(readFileSync(path.join(root, 'openapi/openapi.json'), 'utf8'), file));
