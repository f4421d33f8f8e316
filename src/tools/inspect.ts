/** `npm run inspect -- FILE…`: prints what files of a storage node hold. A folder stands for its files. */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { describeFile } from './inspect/describe-file.js';

async function filesOf(name: string): Promise<string[]> {
  if (!(await stat(name)).isDirectory()) return [name];
  const entries = await readdir(name, { withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(name, entry.name));
}

const names = process.argv.slice(2);
if (names.length === 0) {
  process.stderr.write('usage: npm run inspect -- FILE…\n');
  process.exit(2);
}
let hasError = false;
for (const name of names) {
  try {
    for (const file of (await filesOf(name)).sort()) {
      const lines = describeFile(await readFile(file), file);
      process.stdout.write(`${file}\n${lines.map((line) => `  ${line}\n`).join('')}`);
      hasError ||= lines.some((line) => line.includes('error:'));
    }
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    hasError = true;
  }
}
process.exitCode = hasError ? 1 : 0;
