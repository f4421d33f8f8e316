import { hash, verify } from '@node-rs/argon2';
import { RefusedForNow } from '../http/refused-for-now.js';

/** argon2id, the library's default, with what OWASP's "Password Storage Cheat Sheet" asks for: 19 MiB and some 20 ms of a core each. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Computed at once in this process: a flood of logins takes neither all its cores nor its memory. */
const AT_ONCE_MAX = 2;
/** Those that wait for their turn, a second or so; the next are told to come back. */
const WAITING_MAX = 50;

let running = 0;
const waiting: (() => void)[] = [];

/** Compared against when there is no such user, so that the time of the answer does not tell. */
const nobody = hash('no user has this password', COST);

/** @throws Refusal RATE_LIMITED when too many wait for their turn already */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(bytesOf(password), COST));
}

/**
 * @param stored null for a user that does not exist: false, in the same time
 * @throws Refusal RATE_LIMITED when too many wait for their turn already
 */
export async function isPassword(stored: string | null, password: string): Promise<boolean> {
  const expected = stored ?? (await nobody);
  const isRight = await inTurn(() => verify(expected, bytesOf(password)));
  return isRight && stored !== null;
}

/** The same letters may come in several encodings, by the keyboard and its system (RFC 8265, section 4.2). */
function bytesOf(password: string): string {
  return password.normalize('NFC');
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE_MAX) {
    if (waiting.length >= WAITING_MAX) throw new RefusedForNow('RATE_LIMITED', 'logins at once', 1);
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running++;
  try {
    return await work();
  } finally {
    // The turn is handed on, so that nobody who comes now slips in before those who wait.
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}
