import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, Matches } from 'class-validator';
import { IsInstant } from '../http/instant.js';
import { MayBeAbsent } from '../http/may-be-absent.js';
import { ROLES, type Role } from '../session/user.entity.js';
import type { ApiToken } from './api-token.entity.js';
import { roleOf } from './api-tokens.js';

const NAME = /^[\x21-\x7e]([\x20-\x7e]{0,62}[\x21-\x7e])?$/;
const NAME_RULE = '1 to 64 printable ASCII characters, without blanks at its ends';

export class CreateTokenBody {
  @ApiProperty({
    minLength: 1,
    maxLength: 64,
    example: 'backup on db-7',
    description: 'Says what it is for; need not be unique.',
  })
  @Matches(NAME, { message: `name must be ${NAME_RULE}` })
  name!: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role' })
  @IsIn(ROLES)
  role!: Role;

  @ApiPropertyOptional({ format: 'date-time', description: 'In the future; absent: it does not expire.' })
  @MayBeAbsent()
  @IsInstant()
  expires_at?: string;
}

export class TokenView {
  @ApiProperty()
  token_id!: number;
  @ApiProperty({ example: 'backup on db-7' })
  name!: string;
  @ApiProperty({
    enum: ROLES,
    enumName: 'Role',
    description: 'What it may do now: as it was given, at most what its user may.',
  })
  role!: Role;
  @ApiProperty({ description: 'Who made it; it ends with that user.' })
  user_id!: number;
  @ApiProperty({ format: 'date-time' })
  created_time!: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'To the minute.' })
  last_used_time!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'Null: it does not expire.' })
  expires_at!: string | null;
}

export class NewTokenView extends TokenView {
  @ApiProperty({ description: 'Send it as "Authorization: Bearer …". It is shown this once.', example: 'ek_…' })
  token!: string;
}

export function tokenView(token: ApiToken): TokenView {
  return {
    token_id: token.id,
    name: token.name,
    role: roleOf(token),
    user_id: token.user.id,
    created_time: token.createdTime.toISOString(),
    last_used_time: token.lastUsedTime?.toISOString() ?? null,
    expires_at: token.expiresAt?.toISOString() ?? null,
  };
}
