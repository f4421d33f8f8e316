import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { Role } from './user.entity.js';

/** Who makes the request. */
export interface Caller {
  readonly userId: number;
  readonly name: string;
  readonly role: Role;
  /** The session that it came by, or the API token. */
  readonly loginId: number | null;
  readonly tokenId: number | null;
}

export const ROLE_KEY = 'evenkeel:role';
export const OPEN = 'open';

/** The least role that may make the call; the OpenAPI document says it as `x-role`. A call that says nothing is for `admin` alone. */
export const AllowedFor = (role: Role): MethodDecorator => served(role);
/** Served without a token. */
export const Open = (): MethodDecorator & ClassDecorator => served(OPEN);

function served(role: Role | typeof OPEN): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(ROLE_KEY, role), ApiExtension('x-role', role));
}

/** `@CallerOf() caller: Caller` */
export const CallerOf = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Caller => context.switchToHttp().getRequest<{ caller: Caller }>().caller,
);
