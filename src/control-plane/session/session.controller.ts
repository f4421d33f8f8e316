import { Body, Controller, Delete, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Answers } from '../http/answers.js';
import { NoQuery } from '../http/no-query.js';
import { AllowedFor, CallerOf, Open, type Caller } from './caller.js';
import { Logins, TOKEN_SECONDS, type Tokens } from './logins.js';
import { ChangeOwnPasswordBody, OpenSessionBody, RefreshSessionBody, SessionView } from './session.dto.js';

@ApiTags('session')
@Controller('session')
export class SessionController {
  constructor(private readonly logins: Logins) {}

  @Post()
  @Open()
  @Answers(201, SessionView, {
    summary: 'Log in',
    description: 'The token holds for 30 minutes, however often it is used.',
    errors: ['CREDENTIALS_WRONG'],
    hasBody: true,
    isOpen: true,
  })
  async open(@Body() body: OpenSessionBody, @Query() _query: NoQuery, @Req() request: Request): Promise<SessionView> {
    return view(await this.logins.open(body.username, body.password, body.refresh ?? false, request.ip ?? ''));
  }

  @Post('refresh')
  @Open()
  @Answers(201, SessionView, {
    summary: 'Open the next session with a refresh token',
    description: 'A refresh token works once; the answer brings the next one.',
    errors: ['TOKEN_EXPIRED'],
    hasBody: true,
    isOpen: true,
  })
  async refresh(@Body() body: RefreshSessionBody, @Query() _query: NoQuery): Promise<SessionView> {
    return view(await this.logins.refresh(body.refresh_token));
  }

  @Post('password')
  @AllowedFor('monitor')
  @Answers(204, null, {
    summary: 'Change the own password',
    operationId: 'changeOwnPassword',
    description: 'Ends all sessions and API tokens of the user, this one too.',
    errors: ['PASSWORD_WRONG'],
    hasBody: true,
  })
  async changePassword(
    @Body() body: ChangeOwnPasswordBody,
    @Query() _query: NoQuery,
    @CallerOf() caller: Caller,
    @Req() request: Request,
  ): Promise<void> {
    await this.logins.changePassword(caller, body.current_password, body.new_password, request.ip ?? '');
  }

  @Delete()
  @AllowedFor('monitor')
  @Answers(204, null, {
    summary: 'Log out',
    description: 'Ends the session: its token and its refresh token hold no longer.',
  })
  async close(@CallerOf() caller: Caller, @Query() _query: NoQuery): Promise<void> {
    await this.logins.close(caller);
  }
}

function view({ token, refreshToken }: Tokens): SessionView {
  return { token, expires_in: TOKEN_SECONDS, ...(refreshToken !== null && { refresh_token: refreshToken }) };
}
