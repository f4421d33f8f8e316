import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { Refusal } from '../../errors/refusal.js';
import { tellRequestor } from '../http/request-context.js';
import { ApiTokens } from '../token/api-tokens.js';
import { OPEN, ROLE_KEY, type Caller } from './caller.js';
import { Logins } from './logins.js';
import { ROLES, type Role } from './user.entity.js';

@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly logins: Logins,
    private readonly tokens: ApiTokens,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const needed = this.reflector.getAllAndOverride<Role | typeof OPEN | undefined>(ROLE_KEY, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (needed === OPEN) return true;
    const request = context.switchToHttp().getRequest<Request & { caller?: Caller }>();
    const token = /^Bearer ([\w-]{20,200})$/i.exec(request.get('authorization') ?? '')?.[1];
    if (token === undefined) throw new Refusal('NOT_AUTHENTICATED');
    const caller = (await this.tokens.recognise(token)) ?? (await this.logins.recognise(token));
    tellRequestor(caller);
    if (ROLES.indexOf(caller.role) < ROLES.indexOf(needed ?? 'admin')) throw new Refusal('NOT_ALLOWED', caller.role);
    request.caller = caller;
    return true;
  }
}
