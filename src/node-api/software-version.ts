import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

let known: string | undefined;

/** Version in package.json, which lies at another height above the sources than above the build. */
export function softwareVersion(): string {
  known ??= readVersion(path.dirname(fileURLToPath(import.meta.url)));
  return known;
}

function readVersion(folder: string): string {
  const file = path.join(folder, 'package.json');
  if (!existsSync(file)) return readVersion(path.dirname(folder));
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
