/** Hurts files of a data directory, as a failing disk or a careless hand would. */
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Flips one bit of a file. */
export function flipBit(file: string, position: number, bit = 0): void {
  const bytes = readFileSync(file);
  bytes[position]! ^= 1 << bit;
  writeFileSync(file, bytes);
}

export function zeroSector(file: string, position: number): void {
  const from = position - (position % 512);
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill(0, from, Math.min(bytes.length, from + 512)));
}

export function truncate(file: string, length: number): void {
  truncateSync(file, length);
}

/** Every file below a folder, in a fixed order. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile())
    .sort();
}

/** Position of a file's last byte that is not zero; -1 when all are. */
export function lastNonZero(file: string): number {
  const bytes = readFileSync(file);
  let at = bytes.length - 1;
  while (at >= 0 && bytes[at] === 0) at--;
  return at;
}
