import { readFileSync } from 'node:fs';

/** The kernel's random id of this boot of the machine: two starts with the same id share one page cache. */
export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}
