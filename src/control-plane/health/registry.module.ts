import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { softwareVersion } from '../../node-api/software-version.js';

/** One registry for each application, not for the process: two of them can live in one test. */
@Global()
@Module({ providers: [{ provide: Registry, useFactory: makeRegistry }], exports: [Registry] })
export class RegistryModule implements OnApplicationShutdown {
  constructor(private readonly registry: Registry) {}

  onApplicationShutdown(): void {
    this.registry.clear();
  }
}

function makeRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const build = new Gauge({
    name: 'evenkeel_build_info',
    help: '1, with the version of the software',
    labelNames: ['version'],
    registers: [registry],
  });
  build.set({ version: softwareVersion() }, 1);
  return registry;
}
