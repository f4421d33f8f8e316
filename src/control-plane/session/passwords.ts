import { hash, verify } from '@node-rs/argon2';

/** argon2id, the library's default, with what OWASP's "Password Storage Cheat Sheet" asks for: 19 MiB and some 20 ms of a core each. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Compared against when there is no such user, so that the time of the answer does not tell. */
const nobody = hash('no user has this password', COST);

/** To be called in turn (password-turns.ts), as `isPassword`. */
export function hashPassword(password: string): Promise<string> {
  return hash(lettersOf(password), COST);
}

/** @param stored null for a user that does not exist: false, in the same time */
export async function isPassword(stored: string | null, password: string): Promise<boolean> {
  const isRight = await verify(stored ?? (await nobody), lettersOf(password));
  return isRight && stored !== null;
}

/** The same letters may come in several encodings, by the keyboard and its system (RFC 8265, section 4.2). */
function lettersOf(password: string): string {
  return password.normalize('NFC');
}
