import { Module } from '@nestjs/common';
import { Logins } from './logins.js';
import { SessionController } from './session.controller.js';

@Module({ controllers: [SessionController], providers: [Logins], exports: [Logins] })
export class SessionModule {}
