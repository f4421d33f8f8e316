import { randomBytes } from 'node:crypto';

/** Chance as an argument, so that a test can bring it back. Not for secrets. */
export interface Random {
  /** From 0 up to 1. */
  fraction(): number;
  /** So many random bytes, as lower-case hex. */
  hex(bytes: number): string;
}

export const systemRandom: Random = {
  fraction: () => Math.random(),
  hex: (bytes) => randomBytes(bytes).toString('hex'),
};
