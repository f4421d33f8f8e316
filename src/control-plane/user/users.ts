import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Refusal } from '../../errors/refusal.js';
import { isUniqueViolation } from '../database/outage.js';
import { tellResource } from '../http/request-context.js';
import { Logins } from '../session/logins.js';
import { LoginLimit } from '../session/login-limit.js';
import { inTurn } from '../session/password-turns.js';
import { hashPassword } from '../session/passwords.js';
import { User, userHref } from '../session/user.entity.js';
import type { ChangeUserBody, CreateUserBody } from './user.dto.js';

/** Makes, changes and removes users. */
@Injectable()
export class Users {
  constructor(
    private readonly database: DataSource,
    private readonly logins: Logins,
    private readonly limit: LoginLimit,
  ) {}

  /** @throws Refusal USER_NAME_IN_USE */
  async create({ name, password, role, is_enabled: isEnabled = true }: CreateUserBody): Promise<User> {
    const users = this.database.getRepository(User);
    const passwordHash = await inTurn(() => hashPassword(password));
    const user = await naming(name, users.save(users.create({ name, role, passwordHash, isEnabled })));
    tellResource(userHref(user.id));
    return user;
  }

  /** @throws Refusal USER_NOT_FOUND */
  get(id: number): Promise<User> {
    return userById(this.database.manager, id);
  }

  /** @throws Refusal USER_NOT_FOUND, USER_NAME_IN_USE, USER_LAST_ADMIN */
  async change(id: number, body: ChangeUserBody): Promise<User> {
    const { password } = body;
    const passwordHash = password === undefined ? undefined : await inTurn(() => hashPassword(password));
    const changed = this.database.transaction(async (manager) => {
      await lockWithAdmins(manager, id);
      const user = await userById(manager, id);
      user.name = body.name ?? user.name;
      user.role = body.role ?? user.role;
      user.isEnabled = body.is_enabled ?? user.isEnabled;
      user.passwordHash = passwordHash ?? user.passwordHash;
      await manager.save(user);
      await requireAdmin(manager, user.name);
      if (passwordHash !== undefined || !user.isEnabled) await this.logins.endAll(manager, id);
      if (passwordHash !== undefined) await this.limit.forget(user.name, manager);
      return user;
    });
    return naming(body.name ?? '', changed);
  }

  /**
   * Lets who failed too often try again.
   * @throws Refusal USER_NOT_FOUND
   */
  async unlock(id: number): Promise<User> {
    const user = await this.get(id);
    await this.limit.forget(user.name);
    return user;
  }

  /**
   * Its sessions and tokens go with it.
   * @throws Refusal USER_NOT_FOUND, USER_LAST_ADMIN
   */
  async delete(id: number): Promise<void> {
    await this.database.transaction(async (manager) => {
      await lockWithAdmins(manager, id);
      const { name } = await userById(manager, id);
      await manager.delete(User, { id });
      await requireAdmin(manager, name);
    });
  }
}

async function userById(manager: EntityManager, id: number): Promise<User> {
  const user = await manager.findOneBy(User, { id });
  if (!user) throw new Refusal('USER_NOT_FOUND', String(id));
  return user;
}

/** Two admins who remove each other come one after the other, and the second is refused. All lock in the same order. */
async function lockWithAdmins(manager: EntityManager, id: number): Promise<void> {
  await manager.query("SELECT id FROM app_user WHERE id = $1 OR role = 'admin' ORDER BY id FOR UPDATE", [id]);
}

/** Without an enabled admin nobody could make one again. */
async function requireAdmin(manager: EntityManager, factor: string): Promise<void> {
  if (!(await manager.existsBy(User, { role: 'admin', isEnabled: true }))) throw new Refusal('USER_LAST_ADMIN', factor);
}

async function naming<T>(name: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isUniqueViolation(error, 'app_user_name_key')) throw new Refusal('USER_NAME_IN_USE', name);
    throw error;
  }
}
