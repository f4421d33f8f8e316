import { createHash } from 'node:crypto';

/** What is kept of a token. Tokens are long and random: nobody can guess one from its digest. */
export function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
