import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Refusal } from '../../errors/refusal.js';
import { Answers } from '../http/answers.js';
import { describeList, ListCall, ListQuery, readList, type ListAnswer, type ListRequest } from '../http/list.js';
import { NoQuery } from '../http/no-query.js';
import { ResourceIdPipe } from '../http/resource-id.js';
import { AllowedFor, CallerOf, type Caller } from '../session/caller.js';
import { FAILURES_OF_NAME_MAX, LOCKED_MINUTES, LoginLimit } from '../session/login-limit.js';
import { ROLES, User } from '../session/user.entity.js';
import { ChangeUserBody, CreateUserBody, userView, UserView } from './user.dto.js';
import { Users } from './users.js';

const USER_LIST = describeList({
  resource: 'user',
  view: UserView,
  filters: {
    name: { column: 'user.name' },
    role: { column: 'user.role', values: ROLES },
    is_enabled: { column: 'user.isEnabled', values: ['true', 'false'] },
  },
});

const userId = new ResourceIdPipe('USER_NOT_FOUND');

@ApiTags('user')
@Controller('user')
export class UserController {
  constructor(
    private readonly database: DataSource,
    private readonly users: Users,
    private readonly limit: LoginLimit,
  ) {}

  @Post()
  @AllowedFor('admin')
  @Answers(201, UserView, {
    summary: 'Make a user',
    description: 'Who may log in, and what they may do then.',
    errors: ['USER_NAME_IN_USE'],
    hasBody: true,
  })
  async create(@Body() body: CreateUserBody, @Query() _query: NoQuery): Promise<UserView> {
    return userView(await this.users.create(body), await this.limit.lockedUsers());
  }

  @Get()
  @AllowedFor('admin')
  @ListCall(USER_LIST, { summary: 'List users' })
  async list(@ListQuery(USER_LIST) request: ListRequest): Promise<ListAnswer> {
    const locked = await this.limit.lockedUsers();
    const rows = this.database.manager.createQueryBuilder(User, 'user');
    return readList(rows, USER_LIST, request, (user) => userView(user, locked));
  }

  @Get(':user_id')
  @AllowedFor('admin')
  @Answers(200, UserView, { summary: 'Show a user', errors: ['USER_NOT_FOUND'] })
  async get(@Param('user_id', userId) id: number, @Query() _query: NoQuery): Promise<UserView> {
    return userView(await this.users.get(id), await this.limit.lockedUsers());
  }

  @Patch(':user_id')
  @AllowedFor('admin')
  @Answers(200, UserView, {
    summary: 'Change a user',
    description: 'The own password is changed with POST /session/password, which asks for the present one.',
    errors: ['USER_NOT_FOUND', 'USER_NAME_IN_USE', 'USER_LAST_ADMIN', 'PASSWORD_WRONG'],
    hasBody: true,
  })
  async change(
    @Param('user_id', userId) id: number,
    @Body() body: ChangeUserBody,
    @Query() _query: NoQuery,
    @CallerOf() caller: Caller,
  ): Promise<UserView> {
    // Who finds an open session of an admin must not be able to take the account over.
    if (id === caller.userId && body.password !== undefined) throw new Refusal('PASSWORD_WRONG', 'not given');
    return userView(await this.users.change(id, body), await this.limit.lockedUsers());
  }

  @Post(':user_id/unlock')
  @AllowedFor('admin')
  @Answers(200, UserView, {
    summary: 'Unlock a user',
    description: `${FAILURES_OF_NAME_MAX} failed logins within ${LOCKED_MINUTES} minutes lock a name for ${LOCKED_MINUTES} minutes.`,
    errors: ['USER_NOT_FOUND'],
  })
  async unlock(@Param('user_id', userId) id: number, @Query() _query: NoQuery): Promise<UserView> {
    return userView(await this.users.unlock(id), await this.limit.lockedUsers());
  }

  @Delete(':user_id')
  @AllowedFor('admin')
  @Answers(204, null, {
    summary: 'Delete a user',
    description: 'Ends its sessions and API tokens. Its jobs and its audit trail stay.',
    errors: ['USER_NOT_FOUND', 'USER_LAST_ADMIN'],
  })
  async delete(@Param('user_id', userId) id: number, @Query() _query: NoQuery): Promise<void> {
    await this.users.delete(id);
  }
}
