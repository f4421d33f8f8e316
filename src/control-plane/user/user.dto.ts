import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, Matches } from 'class-validator';
import { MayBeAbsent } from '../http/may-be-absent.js';
import { IsNewPassword, NEW_PASSWORD } from '../session/password-rules.js';
import { ROLES, type Role, type User } from '../session/user.entity.js';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;
const NAME_RULE = '1 to 64 of A-Z a-z 0-9 . _ @ -, the first a letter or digit; unique whatever their case';

export class CreateUserBody {
  @ApiProperty({ minLength: 1, maxLength: 64, pattern: NAME.source, example: 'alice', description: `${NAME_RULE}.` })
  @Matches(NAME, { message: `name must be ${NAME_RULE}` })
  name!: string;

  @ApiProperty(NEW_PASSWORD)
  @IsNewPassword()
  password!: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role' })
  @IsIn(ROLES)
  role!: Role;

  @ApiPropertyOptional({ default: true, description: 'Who is not enabled cannot log in.' })
  @MayBeAbsent()
  @IsBoolean()
  is_enabled?: boolean;
}

export class ChangeUserBody {
  @ApiPropertyOptional({ minLength: 1, maxLength: 64, pattern: NAME.source, description: `${NAME_RULE}.` })
  @MayBeAbsent()
  @Matches(NAME, { message: `name must be ${NAME_RULE}` })
  name?: string;

  @ApiPropertyOptional({ ...NEW_PASSWORD, description: 'Ends the sessions and API tokens of the user.' })
  @MayBeAbsent()
  @IsNewPassword()
  password?: string;

  @ApiPropertyOptional({ enum: ROLES, enumName: 'Role', description: 'Holds at once, also in open sessions.' })
  @MayBeAbsent()
  @IsIn(ROLES)
  role?: Role;

  @ApiPropertyOptional({ description: 'False ends the sessions and API tokens of the user.' })
  @MayBeAbsent()
  @IsBoolean()
  is_enabled?: boolean;
}

export class UserView {
  @ApiProperty()
  user_id!: number;
  @ApiProperty({ example: 'alice' })
  name!: string;
  @ApiProperty({ enum: ROLES, enumName: 'Role' })
  role!: Role;
  @ApiProperty({ description: 'Who is not enabled cannot log in.' })
  is_enabled!: boolean;
  @ApiProperty({ format: 'date-time' })
  created_time!: string;
  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    example: '2026-11-20T10:15:00.250Z',
    description: 'Nobody can log in with the name until then, after failed logins; null: it is not locked.',
  })
  locked_until!: string | null;
}

/** @param lockedUsers until when, by id */
export function userView(
  { id, name, role, isEnabled, createdTime }: User,
  lockedUsers: ReadonlyMap<number, Date>,
): UserView {
  return {
    user_id: id,
    name,
    role,
    is_enabled: isEnabled,
    created_time: createdTime.toISOString(),
    locked_until: lockedUsers.get(id)?.toISOString() ?? null,
  };
}
