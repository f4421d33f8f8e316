import { Global, Module } from '@nestjs/common';
import { Retention } from '../database/retention.js';
import { Idempotency } from './idempotency.js';
import { JobController } from './job.controller.js';
import { JobWaiter } from './job-waiter.js';
import { Jobs } from './jobs.js';
import { WakeUps } from './wake-ups.js';

@Global()
@Module({
  controllers: [JobController],
  providers: [Jobs, WakeUps, Idempotency, JobWaiter],
  exports: [Jobs, WakeUps, Idempotency, JobWaiter],
})
export class JobModule {
  constructor(retention: Retention, jobs: Jobs) {
    retention.add(() => jobs.removeOld());
  }
}
