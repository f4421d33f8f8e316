import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Logger, LoggerModule } from 'nestjs-pino';
import type { DataSource } from 'typeorm';
import { DatabaseModule } from '../database/database.module.js';
import { RegistryModule } from '../health/registry.module.js';
import { JobModule } from '../job/job.module.js';
import { loggerOptions } from '../logging.js';
import type { Settings } from '../settings.js';
import { Reconciler } from './reconciler.js';
import { WorkerMetrics } from './worker-metrics.js';

@Module({ providers: [Reconciler, WorkerMetrics] })
export class WorkerModule {}

/** The worker as a process of its own: no port, no API. Of several, one leads and the others stand by. */
export async function createWorker(
  database: DataSource,
  settings: Pick<Settings, 'logLevel'>,
): Promise<INestApplicationContext> {
  const worker = await NestFactory.createApplicationContext(
    {
      module: class StandaloneWorker {},
      imports: [
        LoggerModule.forRoot(loggerOptions(settings.logLevel, 'worker')),
        RegistryModule,
        DatabaseModule.of(database),
        JobModule,
        WorkerModule,
      ],
    },
    { bufferLogs: true },
  );
  worker.useLogger(worker.get(Logger));
  return worker;
}
