import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** What a node's identity asks of the machine that it runs on; tests hand in a machine that restarts when they say so. */
export interface Machine {
  /** Id of this boot of the machine: two starts of a node with the same one share one page cache. */
  bootId(): string;
  /** 16 hex digits that nobody had before. */
  randomId(): string;
}

export const systemMachine: Machine = {
  bootId: () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
  randomId: () => randomBytes(8).toString('hex'),
};
