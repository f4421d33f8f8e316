import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { recordEvent } from '../event/record-events.js';
import { RefusedForNow } from '../http/refused-for-now.js';
import { digestOf } from './digest.js';
import { networkOf } from './network-of.js';
import { userHref } from './user.entity.js';

export const FAILURES_OF_NAME_MAX = 10;
/** Many people may come by one address. */
export const FAILURES_FROM_ADDRESS_MAX = 50;
export const LOCKED_MINUTES = 15;

/** Whose login is tried, and from where. */
export interface Attempt {
  readonly name: string;
  readonly address: string;
}

/**
 * Counts failed logins by name and by address. Too many within a quarter of an hour lock the name, wherever they came from, or the address,
 * whatever the names, for another. Names are counted whether a user has them or not: what is answered does not tell.
 */
@Injectable()
export class LoginLimit {
  constructor(private readonly database: DataSource) {}

  /** @throws Refusal RATE_LIMITED with the time to wait */
  async requireUnlocked(attempt: Attempt): Promise<void> {
    const [row] = await this.database.query<{ seconds: number | null }[]>(
      `SELECT ceil(extract(epoch FROM max(locked_until) - now()))::integer AS seconds
       FROM login_failure WHERE key = ANY ($1) AND locked_until > now()`,
      [keysOf(attempt).map(({ key }) => key)],
    );
    const seconds = row?.seconds ?? null;
    if (seconds !== null) throw new RefusedForNow('RATE_LIMITED', 'failed logins', Math.max(1, seconds));
  }

  /** @param userId of the user whose name it is, if there is one */
  async countFailure(attempt: Attempt, userId: number | null): Promise<void> {
    await this.database.transaction(async (manager) => {
      // In one order, as everyone takes their rows.
      for (const { key, failuresMax } of keysOf(attempt)) {
        if ((await countOne(manager, key, failuresMax)) !== failuresMax) continue;
        if (key.startsWith('address:')) await tellLocked(manager, '/api/v1/session', `Address ${key.slice(8)}`);
        else if (userId !== null) await tellLocked(manager, userHref(userId), `User ${attempt.name}`);
      }
    });
  }

  /** The name's failures are forgotten; those of the address are not, or who has one account could try others without end. */
  async forget(name: string, manager: EntityManager = this.database.manager): Promise<void> {
    await manager.query('DELETE FROM login_failure WHERE key = $1', [keyOfName(name)]);
  }

  /** Until when users are locked, by their ids; the others are not. */
  async lockedUsers(): Promise<ReadonlyMap<number, Date>> {
    const rows = await this.database.query<{ id: number; locked_until: Date }[]>(
      `SELECT u.id, f.locked_until FROM app_user u JOIN login_failure f
         ON f.key = 'name:' || encode(sha256(convert_to(lower(u.name COLLATE "C"), 'UTF8')), 'hex')
       WHERE f.locked_until > now()`,
    );
    return new Map(rows.map(({ id, locked_until: until }) => [id, until]));
  }

  async removeOld(): Promise<void> {
    await this.database.query(
      'DELETE FROM login_failure WHERE window_ends < now() AND (locked_until IS NULL OR locked_until < now())',
    );
  }
}

/** The address is unknown in some tests only. */
function keysOf({ name, address }: Attempt): { key: string; failuresMax: number }[] {
  return [
    ...(address === '' ? [] : [{ key: `address:${networkOf(address)}`, failuresMax: FAILURES_FROM_ADDRESS_MAX }]),
    { key: keyOfName(name), failuresMax: FAILURES_OF_NAME_MAX },
  ];
}

/** As PostgreSQL lowers letters under the collation "C". */
function keyOfName(name: string): string {
  return `name:${digestOf(name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()))}`;
}

/** @returns how many there are now */
async function countOne(manager: EntityManager, key: string, failuresMax: number): Promise<number> {
  const [row] = await manager.query<{ failures: number }[]>(
    `INSERT INTO login_failure AS f (key, failures, window_ends) VALUES ($1, 1, now() + make_interval(mins => $3))
     ON CONFLICT (key) DO UPDATE SET
       failures = CASE WHEN f.window_ends < now() THEN 1 ELSE f.failures + 1 END,
       window_ends = CASE WHEN f.window_ends < now() THEN excluded.window_ends ELSE f.window_ends END,
       locked_until = CASE WHEN f.window_ends >= now() AND f.failures + 1 >= $2 THEN excluded.window_ends END
     RETURNING failures`,
    [key, failuresMax, LOCKED_MINUTES],
  );
  return row!.failures;
}

async function tellLocked(manager: EntityManager, href: string, who: string): Promise<void> {
  await recordEvent(
    manager,
    'Login_Locked',
    [href],
    `${who} is locked for ${LOCKED_MINUTES} minutes after failed logins`,
  );
}
