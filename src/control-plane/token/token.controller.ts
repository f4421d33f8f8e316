import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Answers } from '../http/answers.js';
import { describeList, ListCall, ListQuery, readList, type ListAnswer, type ListRequest } from '../http/list.js';
import { NoQuery } from '../http/no-query.js';
import { ResourceIdPipe } from '../http/resource-id.js';
import { AllowedFor, CallerOf, type Caller } from '../session/caller.js';
import { ApiToken } from './api-token.entity.js';
import { ApiTokens } from './api-tokens.js';
import { CreateTokenBody, NewTokenView, tokenView, TokenView } from './token.dto.js';

const TOKEN_LIST = describeList({
  resource: 'token',
  view: TokenView,
  filters: {
    name: { column: 'token.name' },
    user_id: { column: 'user.id', isInteger: true },
  },
});

const tokenId = new ResourceIdPipe('TOKEN_NOT_FOUND');

@ApiTags('token')
@Controller('token')
export class TokenController {
  constructor(
    private readonly database: DataSource,
    private readonly tokens: ApiTokens,
  ) {}

  @Post()
  @AllowedFor('admin')
  @Answers(201, NewTokenView, {
    summary: 'Make an API token',
    description: 'For machines, in place of a session. It is shown in this answer and never again.',
    hasBody: true,
  })
  async create(
    @Body() body: CreateTokenBody,
    @Query() _query: NoQuery,
    @CallerOf() caller: Caller,
  ): Promise<NewTokenView> {
    const { made, token } = await this.tokens.create(caller, body);
    return { ...tokenView(made), token };
  }

  @Get()
  @AllowedFor('admin')
  @ListCall(TOKEN_LIST, {
    summary: 'List API tokens',
    description: 'Of all users; the tokens themselves are not kept.',
  })
  list(@ListQuery(TOKEN_LIST) request: ListRequest): Promise<ListAnswer> {
    const rows = this.database.manager.createQueryBuilder(ApiToken, 'token').innerJoinAndSelect('token.user', 'user');
    return readList(rows, TOKEN_LIST, request, tokenView);
  }

  @Delete(':token_id')
  @AllowedFor('admin')
  @Answers(204, null, {
    summary: 'End an API token',
    description: 'From now on it opens nothing.',
    errors: ['TOKEN_NOT_FOUND'],
  })
  async delete(@Param('token_id', tokenId) id: number, @Query() _query: NoQuery): Promise<void> {
    await this.tokens.delete(id);
  }
}
