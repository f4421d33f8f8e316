import { Module } from '@nestjs/common';
import { AuthGuard } from './auth.guard.js';
import { Retention } from '../database/retention.js';
import { TokenModule } from '../token/token.module.js';
import { LoginLimit } from './login-limit.js';
import { Logins } from './logins.js';
import { SessionController } from './session.controller.js';

@Module({
  imports: [TokenModule],
  controllers: [SessionController],
  providers: [Logins, LoginLimit, AuthGuard],
  exports: [Logins, LoginLimit, AuthGuard],
})
export class SessionModule {
  constructor(retention: Retention, limit: LoginLimit) {
    retention.add(() => limit.removeOld());
  }
}
