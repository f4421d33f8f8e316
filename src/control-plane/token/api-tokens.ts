import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Refusal } from '../../errors/refusal.js';
import { parseInstant } from '../http/instant.js';
import { tellResource } from '../http/request-context.js';
import { invalid, refuseFields } from '../http/validation.js';
import type { Caller } from '../session/caller.js';
import { digestOf } from '../session/digest.js';
import { Login } from '../session/login.entity.js';
import { ROLES, User, type Role } from '../session/user.entity.js';
import { ApiToken } from './api-token.entity.js';
import type { CreateTokenBody } from './token.dto.js';

/** Lets people, and programs that look for secrets in the wrong places, recognise one. */
const PREFIX = 'ek_';
/** Longer than the token of a session, which could begin alike. */
const FORM = /^ek_[\w-]{43}$/;
/** A use is written down when the last one that was is older. */
const USE_SECONDS = 60;

/** Tokens for machines. */
@Injectable()
export class ApiTokens {
  constructor(private readonly database: DataSource) {}

  /**
   * Makes a token of the caller's.
   * @throws Refusal PARAMETER_INVALID, TOKEN_EXPIRED when the caller's session was ended meanwhile
   */
  async create(caller: Caller, body: CreateTokenBody): Promise<{ made: ApiToken; token: string }> {
    const expiresAt = parseInstant(body.expires_at);
    if (expiresAt && expiresAt.getTime() <= Date.now()) {
      throw refuseFields([invalid('expires_at', 'must be in the future')]);
    }
    const token = PREFIX + randomBytes(32).toString('base64url');
    const made = await this.database.transaction(async (manager) => {
      // So that nothing is made for a user whose tokens are being ended.
      const known = { id: caller.userId, isEnabled: true };
      const user = await manager.findOne(User, { where: known, lock: { mode: 'pessimistic_read' } });
      // Since the guard looked at it, what the caller came by may have been ended.
      if (!user || !(await isStillOpen(manager, caller))) throw new Refusal('TOKEN_EXPIRED');
      const { name, role } = body;
      return manager.save(manager.create(ApiToken, { user, name, role, digest: digestOf(token), expiresAt }));
    });
    tellResource(`/api/v1/token/${made.id}`);
    return { made, token };
  }

  /** @throws Refusal TOKEN_NOT_FOUND */
  async delete(id: number): Promise<void> {
    const { affected } = await this.database.getRepository(ApiToken).delete({ id });
    if (affected !== 1) throw new Refusal('TOKEN_NOT_FOUND', String(id));
  }

  /**
   * @returns null for what does not look like one
   * @throws Refusal TOKEN_EXPIRED
   */
  async recognise(token: string): Promise<Caller | null> {
    if (!FORM.test(token)) return null;
    const found = await this.database.getRepository(ApiToken).findOne({
      where: { digest: digestOf(token) },
      relations: { user: true },
    });
    if (!found?.user.isEnabled || (found.expiresAt && found.expiresAt <= new Date()))
      throw new Refusal('TOKEN_EXPIRED');
    await this.noteUse(found);
    const { id: userId, name } = found.user;
    return { userId, name, role: roleOf(found), loginId: null, tokenId: found.id };
  }

  /** Not for every request, and once for those that come together. */
  private async noteUse({ id, lastUsedTime }: ApiToken): Promise<void> {
    if (lastUsedTime && lastUsedTime.getTime() > Date.now() - USE_SECONDS * 1000) return;
    await this.database.query(
      `UPDATE api_token SET last_used_time = now()
       WHERE id = $1 AND (last_used_time IS NULL OR last_used_time < now() - make_interval(secs => $2))`,
      [id, USE_SECONDS],
    );
  }
}

function isStillOpen(manager: EntityManager, { loginId, tokenId }: Caller): Promise<boolean> {
  return loginId === null ? manager.existsBy(ApiToken, { id: tokenId! }) : manager.existsBy(Login, { id: loginId });
}

/** The lesser of its own role and that of its user. */
export function roleOf({ role, user }: ApiToken): Role {
  return ROLES[Math.min(ROLES.indexOf(role), ROLES.indexOf(user.role))]!;
}
