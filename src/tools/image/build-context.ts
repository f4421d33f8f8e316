/** What `docker build` would be sent: the committed tree, less what .dockerignore leaves out. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

/** @param folder an empty one */
export function makeBuildContext(root: string, folder: string): void {
  const archive = spawnSync('git', ['archive', '--format=tar', 'HEAD'], { cwd: root, maxBuffer: 1 << 30 });
  if (archive.status !== 0) throw new Error(`git archive: ${archive.stderr.toString()}`);
  const unpacked = spawnSync('tar', ['-x', '-C', folder], { input: archive.stdout });
  if (unpacked.status !== 0) throw new Error(`tar: ${unpacked.stderr.toString()}`);
  const file = path.join(folder, '.dockerignore');
  const rules = existsSync(file) ? readIgnoreRules(readFileSync(file, 'utf8')) : [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const relative = path.relative(folder, path.join(entry.parentPath, entry.name));
    if (isIgnored(rules, relative)) rmSync(path.join(folder, relative));
  }
}

export interface IgnoreRule {
  readonly pattern: string;
  readonly isException: boolean;
}

export function readIgnoreRules(text: string): IgnoreRule[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ pattern: line.replace(/^!/, ''), isException: line.startsWith('!') }));
}

/** The last rule that speaks of a file, or of a folder that it is in, decides. */
export function isIgnored(rules: readonly IgnoreRule[], file: string): boolean {
  const parts = file.split('/');
  const names = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  const speaking = rules.findLast(({ pattern }) => names.some((name) => expressionOf(pattern).test(name)));
  return speaking !== undefined && !speaking.isException;
}

/** Docker's patterns know `*`, which names that begin with a dot match too, `?` and whole folders as `**`. */
function expressionOf(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/|\*|\?/g, (found) => ({ '**/': '(.*/)?', '*': '[^/]*' })[found] ?? '[^/]');
  return new RegExp(`^${source}$`);
}
