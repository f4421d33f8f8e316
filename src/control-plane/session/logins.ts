import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, LessThan, type EntityManager } from 'typeorm';
import { Refusal } from '../../errors/refusal.js';
import type { Caller } from './caller.js';
import { tellRequestor } from '../http/request-context.js';
import { digestOf } from './digest.js';
import { ApiToken } from '../token/api-token.entity.js';
import { LoginLimit } from './login-limit.js';
import { Login } from './login.entity.js';
import { inTurn } from './password-turns.js';
import { hashPassword, isPassword } from './passwords.js';
import { isNamed, User } from './user.entity.js';

export const TOKEN_SECONDS = 30 * 60;
const REFRESH_SECONDS = 10 * 60 * 60;

export interface Tokens {
  readonly token: string;
  readonly refreshToken: string | null;
}

@Injectable()
export class Logins {
  constructor(
    private readonly database: DataSource,
    private readonly limit: LoginLimit,
  ) {}

  /**
   * Makes `admin` if there is no enabled admin yet, and nobody of that name.
   * @returns the password made up for it, when none was given and the user is new
   */
  async ensureAdmin(password: string | null): Promise<string | null> {
    const users = this.database.getRepository(User);
    if (await users.existsBy({ role: 'admin', isEnabled: true })) return null;
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

  /**
   * @param address of the client, for the limit on failures
   * @throws Refusal CREDENTIALS_WRONG, RATE_LIMITED
   */
  async open(name: string, password: string, isRefreshable: boolean, address: string): Promise<Tokens> {
    const user = await this.proven(name, password, address);
    if (!user) throw new Refusal('CREDENTIALS_WRONG');
    return this.database.transaction(async (manager) => {
      const { passwordHash } = user;
      // Unless it was changed, or the user disabled, while the password was looked at.
      if (!(await lockEnabled(manager, { id: user.id, passwordHash }))) throw new Refusal('CREDENTIALS_WRONG');
      await manager.delete(Login, { expiresAt: LessThan(new Date()) });
      return this.issue(manager, user, isRefreshable);
    });
  }

  /**
   * A refresh token works once: using it ends the session it came with and opens the next.
   * @throws Refusal TOKEN_EXPIRED
   */
  async refresh(refreshToken: string): Promise<Tokens> {
    return this.database.transaction(async (manager) => {
      const refreshDigest = digestOf(refreshToken);
      const found = await manager.findOne(Login, { where: { refreshDigest }, relations: { user: true } });
      const user = found && (await lockEnabled(manager, { id: found.user.id }));
      if (user) tellRequestor(user);
      if (!user || found.expiresAt <= new Date()) throw new Refusal('TOKEN_EXPIRED');
      const { affected } = await manager.delete(Login, { id: found.id, refreshDigest });
      if (affected !== 1) throw new Refusal('TOKEN_EXPIRED');
      return this.issue(manager, user, true);
    });
  }

  /**
   * Changes the caller's own password, which ends all its sessions and API tokens.
   * @throws Refusal PASSWORD_WRONG, RATE_LIMITED
   */
  async changePassword(caller: Caller, current: string, chosen: string, address: string): Promise<void> {
    const user = await this.proven(caller.name, current, address);
    if (!user || user.id !== caller.userId) throw new Refusal('PASSWORD_WRONG');
    const passwordHash = await inTurn(() => hashPassword(chosen));
    await this.database.transaction(async (manager) => {
      const known = { id: user.id, passwordHash: user.passwordHash };
      const { affected } = await manager.update(User, known, { passwordHash });
      if (affected !== 1) throw new Refusal('PASSWORD_WRONG');
      await this.endAll(manager, user.id);
    });
  }

  /** Ends all sessions and API tokens of a user; its row is locked already, so that no new one slips in. */
  async endAll(manager: EntityManager, userId: number): Promise<void> {
    await manager.delete(Login, { user: { id: userId } });
    await manager.delete(ApiToken, { user: { id: userId } });
  }

  /** @throws Refusal TOKEN_EXPIRED */
  async recognise(token: string): Promise<Caller> {
    const login = await this.database.getRepository(Login).findOne({
      where: { tokenDigest: digestOf(token) },
      relations: { user: true },
    });
    if (!login || login.tokenExpiresAt <= new Date() || !login.user.isEnabled) throw new Refusal('TOKEN_EXPIRED');
    return { userId: login.user.id, name: login.user.name, role: login.user.role, loginId: login.id, tokenId: null };
  }

  /** @throws Refusal NOT_ALLOWED for who came by an API token */
  async close({ loginId }: Caller): Promise<void> {
    if (loginId === null) throw new Refusal('NOT_ALLOWED', 'an API token is ended with DELETE /token/{id}');
    await this.database.getRepository(Login).delete({ id: loginId });
  }

  /**
   * The enabled user whose password this is.
   * @throws Refusal RATE_LIMITED
   */
  private async proven(name: string, password: string, address: string): Promise<User | null> {
    const attempt = { name, address };
    await this.limit.requireUnlocked(attempt);
    return inTurn(async () => {
      // Others may have failed while this one waited.
      await this.limit.requireUnlocked(attempt);
      const user = await this.database.getRepository(User).findOneBy({ name: isNamed(name) });
      if (user) tellRequestor(user);
      if ((await isPassword(user?.passwordHash ?? null, password)) && user?.isEnabled) {
        await this.limit.forget(name);
        return user;
      }
      await this.limit.countFailure(attempt, user?.id ?? null);
      return null;
    });
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

/** Until the transaction ends, the user can be neither changed nor deleted. */
function lockEnabled(manager: EntityManager, known: { id: number; passwordHash?: string }): Promise<User | null> {
  return manager.findOne(User, { where: { ...known, isEnabled: true }, lock: { mode: 'pessimistic_read' } });
}

function after(seconds: number): Date {
  return new Date(Date.now() + seconds * 1000);
}
