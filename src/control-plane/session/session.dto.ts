import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsString, Length } from 'class-validator';
import { MayBeAbsent } from '../http/may-be-absent.js';

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

export class SessionView {
  @ApiProperty({ description: 'Send it as "Authorization: Bearer …".' })
  token!: string;

  @ApiProperty({ description: 'Seconds; not extended by use.', example: 1800 })
  expires_in!: number;

  @ApiPropertyOptional({ description: 'Works once, for 10 hours.' })
  refresh_token?: string;
}
