import { hash, verify } from '@node-rs/argon2';

/** Compared against when there is no such user, so that the time of the answer does not tell. */
const nobody = hash('no user has this password');

export function hashPassword(password: string): Promise<string> {
  return hash(password);
}

export async function isPassword(stored: string | null, password: string): Promise<boolean> {
  const isRight = await verify(stored ?? (await nobody), password);
  return isRight && stored !== null;
}
