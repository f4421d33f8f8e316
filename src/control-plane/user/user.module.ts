import { Module } from '@nestjs/common';
import { SessionModule } from '../session/session.module.js';
import { UserController } from './user.controller.js';
import { Users } from './users.js';

@Module({ imports: [SessionModule], controllers: [UserController], providers: [Users] })
export class UserModule {}
