import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, LessThan, type EntityManager } from 'typeorm';
import { Refusal } from '../../errors/refusal.js';
import type { Caller } from './caller.js';
import { LoginLimit } from './login-limit.js';
import { Login } from './login.entity.js';
import { hashPassword, isPassword } from './passwords.js';
import { User } from './user.entity.js';

export const TOKEN_SECONDS = 30 * 60;
const REFRESH_SECONDS = 10 * 60 * 60;

export interface Tokens {
  readonly token: string;
  readonly refreshToken: string | null;
}

/** Raised with the time to wait, for the Retry-After header. */
export class LoginRefused extends Refusal {
  constructor(readonly waitSeconds: number) {
    super('RATE_LIMITED', 'failed logins');
  }
}

@Injectable()
export class Logins {
  private readonly limit = new LoginLimit();

  constructor(private readonly database: DataSource) {}

  /**
   * Makes `admin` if there is no user yet.
   * @returns the password made up for it, when none was given and the user is new
   */
  async ensureAdmin(password: string | null): Promise<string | null> {
    const users = this.database.getRepository(User);
    if ((await users.count()) > 0) return null;
    const chosen = password ?? randomBytes(12).toString('base64url');
    const { raw } = await users
      .createQueryBuilder()
      .insert()
      .values({ name: 'admin', role: 'admin', passwordHash: await hashPassword(chosen) })
      .orIgnore()
      .returning('id')
      .execute();
    // Of two processes that start at once, only the one whose row it is may print a password.
    return password === null && (raw as unknown[]).length > 0 ? chosen : null;
  }

  /** @param address of the client, for the limit on failures */
  async open(name: string, password: string, isRefreshable: boolean, address: string): Promise<Tokens> {
    const key = `${address} ${name}`;
    const wait = this.limit.waitSeconds(key);
    if (wait > 0) throw new LoginRefused(wait);
    const user = await this.database.getRepository(User).findOneBy({ name });
    const isRight = await isPassword(user?.passwordHash ?? null, password);
    if (!isRight || !user?.isEnabled) {
      this.limit.countFailure(key);
      throw new Refusal('CREDENTIALS_WRONG');
    }
    return this.database.transaction(async (manager) => {
      await manager.delete(Login, { expiresAt: LessThan(new Date()) });
      return this.issue(manager, user, isRefreshable);
    });
  }

  /** A refresh token works once: using it ends the session it came with and opens the next. */
  async refresh(refreshToken: string): Promise<Tokens> {
    return this.database.transaction(async (manager) => {
      const login = await manager
        .createQueryBuilder(Login, 'login')
        .innerJoinAndSelect('login.user', 'user')
        .where('login.refreshDigest = :digest', { digest: digestOf(refreshToken) })
        .setLock('pessimistic_write', undefined, ['login'])
        .getOne();
      if (!login || login.expiresAt <= new Date() || !login.user.isEnabled) throw new Refusal('TOKEN_EXPIRED');
      await manager.delete(Login, { id: login.id });
      return this.issue(manager, login.user, true);
    });
  }

  async recognise(token: string): Promise<Caller> {
    const login = await this.database.getRepository(Login).findOne({
      where: { tokenDigest: digestOf(token) },
      relations: { user: true },
    });
    if (!login || login.tokenExpiresAt <= new Date() || !login.user.isEnabled) throw new Refusal('TOKEN_EXPIRED');
    return { userId: login.user.id, name: login.user.name, role: login.user.role, loginId: login.id };
  }

  async close(loginId: number): Promise<void> {
    await this.database.getRepository(Login).delete({ id: loginId });
  }

  private async issue(manager: EntityManager, user: User, isRefreshable: boolean): Promise<Tokens> {
    const token = randomBytes(32).toString('base64url');
    const refreshToken = isRefreshable ? randomBytes(32).toString('base64url') : null;
    await manager.insert(Login, {
      user,
      tokenDigest: digestOf(token),
      tokenExpiresAt: after(TOKEN_SECONDS),
      refreshDigest: refreshToken === null ? null : digestOf(refreshToken),
      expiresAt: after(isRefreshable ? REFRESH_SECONDS : TOKEN_SECONDS),
    });
    return { token, refreshToken };
  }
}

function after(seconds: number): Date {
  return new Date(Date.now() + seconds * 1000);
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
