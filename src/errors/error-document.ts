/** docs/errors.md, made from the registry. */
import { ERRORS, type ErrorRow } from './registry.js';

const GROUPS: readonly (readonly [firstDigit: number, title: string])[] = [
  [1, 'The request itself'],
  [2, 'Who asks'],
  [3, 'Volumes'],
  [4, 'Copy sessions'],
  [5, 'Storage nodes'],
  [6, 'The data plane'],
  [7, 'Starting a process'],
  [9, 'The service itself'],
];

export function errorDocument(): string {
  const rows = Object.entries(ERRORS).sort(([, a], [, b]) => a.code - b.code);
  const groups = GROUPS.map(([digit, title]) => {
    const own = rows.filter(([, { code }]) => Math.floor(code / 1000) === digit);
    return [`## ${title}`, '', ...HEAD, ...own.map(([name, row]) => line(name, row)), ''].join('\n');
  });
  return [...INTRODUCTION, ...groups].join('\n');
}

const INTRODUCTION = [
  '# Errors',
  '',
  'Written by `npm run write-error-docs` from `src/errors/registry.ts`. Codes and names are stable: a row may be added, never',
  'renumbered. REST answers carry `error_code` (the code), `internal_code` (the name), `message`, and `details` when more than one',
  'thing is wrong. NBD hosts see the errno; commands end with the exit code.',
  '',
];
const HEAD = [
  '| Code | Name | REST | NBD | Exit | Meaning | What to do |',
  '| --- | --- | --- | --- | --- | --- | --- |',
];

function line(name: string, row: ErrorRow): string {
  return `| ${row.code} | \`${name}\` | ${row.status} | ${row.errno} | ${row.exitCode} | ${row.text} | ${row.hint} |`;
}
