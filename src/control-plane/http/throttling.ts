import { Injectable, type ExecutionContext } from '@nestjs/common';
import { ThrottlerGuard } from '@nestjs/throttler';
import type { Response } from 'express';
import { Refusal } from '../../errors/refusal.js';

/** Keeps one address from using up the service. Health checks and metrics are not counted: they must answer under load. */
@Injectable()
export class AddressThrottle extends ThrottlerGuard {
  protected override async shouldSkip(context: ExecutionContext): Promise<boolean> {
    const { path } = context.switchToHttp().getRequest<{ path: string }>();
    return path.startsWith('/health/') || path === '/metrics';
  }

  protected override async throwThrottlingException(
    context: ExecutionContext,
    limit: { timeToBlockExpire: number },
  ): Promise<void> {
    const response = context.switchToHttp().getResponse<Response>();
    response.setHeader('Retry-After', Math.max(1, limit.timeToBlockExpire));
    throw new Refusal('RATE_LIMITED');
  }
}
