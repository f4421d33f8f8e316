/** A worker that can be killed at any step without a process of its own: its ways to the database and to the nodes are cut off for ever. */
import type { INestApplicationContext } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { makeDataSource } from '../../src/control-plane/database/data-source.js';
import { DATABASE_PARTS } from '../../src/control-plane/entities.js';
import { DEFAULT_LIMITS, type Limits } from '../../src/control-plane/worker/desired.js';
import { Reconciler } from '../../src/control-plane/worker/reconciler.js';
import { createWorker } from '../../src/control-plane/worker/worker.module.js';
import type { CrashPoint } from './crash-point.js';
import { DatabaseGate } from './database-gate.js';

export class MortalWorker {
  private constructor(
    private readonly gate: DatabaseGate,
    private readonly dataSource: DataSource,
    private readonly worker: INestApplicationContext,
  ) {}

  static async start(databaseUrl: string, point: CrashPoint, limits: Partial<Limits>): Promise<MortalWorker> {
    const gate = await DatabaseGate.open(databaseUrl, point);
    const dataSource = makeDataSource(gate.url, DATABASE_PARTS);
    await dataSource.initialize();
    const worker = await createWorker(dataSource, { logLevel: 'silent' });
    Object.assign(worker.get(Reconciler), { idlePollMs: 150, limits: { ...DEFAULT_LIMITS, ...limits } });
    // It may die in its first moments already.
    await worker.init().catch((error: unknown) => {
      if (point.died === null) throw error;
    });
    return new MortalWorker(gate, dataSource, worker);
  }

  /** Nothing of it reaches anybody any more. */
  cutOff(): void {
    this.gate.shut();
  }

  /** Ends what is left of it: in order if it was not cut off. */
  async end(): Promise<void> {
    await this.worker.close().catch(() => undefined);
    await this.dataSource.destroy().catch(() => undefined);
    this.gate.shut();
  }
}
