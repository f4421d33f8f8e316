import { Module } from '@nestjs/common';
import { AuthGuard } from './auth.guard.js';
import { TokenModule } from '../token/token.module.js';
import { Logins } from './logins.js';
import { SessionController } from './session.controller.js';

@Module({
  imports: [TokenModule],
  controllers: [SessionController],
  providers: [Logins, AuthGuard],
  exports: [Logins, AuthGuard],
})
export class SessionModule {}
