import { Module } from '@nestjs/common';
import { ApiTokens } from './api-tokens.js';
import { TokenController } from './token.controller.js';

@Module({ controllers: [TokenController], providers: [ApiTokens], exports: [ApiTokens] })
export class TokenModule {}
