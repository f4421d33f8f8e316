/** Positions in a group's log. */

declare const brand: unique symbol;

/**
 * Log sequence number: dense per group, 1 is the first record, 0 stands before it. A plain number in memory, since 2^53 records
 * at a million a second last 285 years; 64 bits wide on disk and on the wire, a decimal string in JSON.
 */
export type Lsn = number & { readonly [brand]: 'Lsn' };

export const NO_LSN = 0 as Lsn;

export function lsn(value: number): Lsn {
  return value as Lsn;
}

export function nextLsn(of: Lsn): Lsn {
  return (of + 1) as Lsn;
}

/**
 * One reign of one source over a group. Two epochs are the same only if number and id are: equal numbers with different ids mean
 * that two members were promoted apart from each other.
 */
export interface Epoch {
  readonly number: number;
  /** 16 hex digits, random. */
  readonly id: string;
  /** The last LSN before this epoch: its own records begin at the next one. */
  readonly startLsn: Lsn;
}

/** Epochs of a group in rising order, the current one last. Each member stores its own. */
export type Lineage = readonly Epoch[];
