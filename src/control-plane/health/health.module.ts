import { Module, type DynamicModule } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { Metrics } from './metrics.js';
import { METRICS_TOKEN, MetricsController } from './metrics.controller.js';
import { Readiness } from './readiness.js';

/** What watchers ask of the API's process. */
@Module({})
export class HealthModule {
  static of(metricsToken: string | null): DynamicModule {
    return {
      module: HealthModule,
      controllers: [HealthController, MetricsController],
      providers: [Metrics, Readiness, { provide: METRICS_TOKEN, useValue: metricsToken }],
    };
  }
}
