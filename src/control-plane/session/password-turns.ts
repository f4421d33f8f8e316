import { RefusedForNow } from '../http/refused-for-now.js';

/** Computed at once in this process: a flood of logins takes neither all its cores nor its memory. */
const AT_ONCE_MAX = 2;
/** Those that wait for their turn, a second or so; the next are told to come back. */
const WAITING_MAX = 50;

let running = 0;
const waiting: (() => void)[] = [];

/**
 * Does what computes a digest of a password when it is its turn.
 * @throws Refusal RATE_LIMITED when too many wait already
 */
export async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running < AT_ONCE_MAX) running++;
  else {
    if (waiting.length >= WAITING_MAX) throw new RefusedForNow('RATE_LIMITED', 'logins at once', 1);
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  try {
    return await work();
  } finally {
    // The turn is handed on, so that nobody who comes now slips in before those who wait.
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}
