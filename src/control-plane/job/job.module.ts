import { Global, Module } from '@nestjs/common';
import { Idempotency } from './idempotency.js';
import { JobController } from './job.controller.js';
import { JobRetention } from './job-retention.js';
import { JobWaiter } from './job-waiter.js';
import { Jobs } from './jobs.js';
import { WakeUps } from './wake-ups.js';

@Global()
@Module({
  controllers: [JobController],
  providers: [Jobs, WakeUps, Idempotency, JobWaiter, JobRetention],
  exports: [Jobs, WakeUps, Idempotency, JobWaiter],
})
export class JobModule {}
