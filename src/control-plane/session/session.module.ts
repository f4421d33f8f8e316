import { Module } from '@nestjs/common';
import { AuthGuard } from './auth.guard.js';
import { Logins } from './logins.js';
import { SessionController } from './session.controller.js';

@Module({ controllers: [SessionController], providers: [Logins, AuthGuard], exports: [Logins, AuthGuard] })
export class SessionModule {}
