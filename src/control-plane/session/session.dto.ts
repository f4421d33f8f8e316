import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsString, Length } from 'class-validator';
import { MayBeAbsent } from '../http/may-be-absent.js';
import { IsNewPassword, NEW_PASSWORD, PASSWORD_LENGTH_MAX } from './password-rules.js';

export class OpenSessionBody {
  @ApiProperty({ example: 'admin', minLength: 1, maxLength: 64 })
  @IsString()
  @Length(1, 64)
  username!: string;

  @ApiProperty({ format: 'password', minLength: 1, maxLength: 256 })
  @IsString()
  @Length(1, 256)
  password!: string;

  @ApiPropertyOptional({ default: false, description: 'Asks for a refresh token as well.' })
  @MayBeAbsent()
  @IsBoolean()
  refresh?: boolean;
}

export class RefreshSessionBody {
  @ApiProperty({ minLength: 1, maxLength: 256 })
  @IsString()
  @Length(1, 256)
  refresh_token!: string;
}

export class ChangeOwnPasswordBody {
  @ApiProperty({ format: 'password', writeOnly: true, minLength: 1, maxLength: PASSWORD_LENGTH_MAX })
  @IsString()
  @Length(1, PASSWORD_LENGTH_MAX)
  current_password!: string;

  @ApiProperty(NEW_PASSWORD)
  @IsNewPassword()
  new_password!: string;
}

export class SessionView {
  @ApiProperty({ description: 'Send it as "Authorization: Bearer …".' })
  token!: string;

  @ApiProperty({ description: 'Seconds; not extended by use.', example: 1800 })
  expires_in!: number;

  @ApiPropertyOptional({ description: 'Works once, for 10 hours.' })
  refresh_token?: string;
}
