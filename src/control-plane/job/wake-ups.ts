import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PgBoss } from 'pg-boss';
import { DataSource, type EntityManager } from 'typeorm';

const QUEUE = 'wake';

/**
 * Wakes the worker, in whatever process it runs, when a transaction that made work commits. Messages carry nothing: what there is to
 * do stands in the tables, so one lost or doubled changes nothing.
 */
@Injectable()
export class WakeUps implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('wake-ups');
  private boss: PgBoss | null = null;

  constructor(private readonly database: DataSource) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.open();
  }

  /** Not earlier: requests that are still being served send. */
  async onApplicationShutdown(): Promise<void> {
    await this.boss?.stop({ graceful: false });
    this.boss = null;
  }

  /** Takes effect when the manager's transaction commits, and not at all if it does not. */
  async send(manager: EntityManager): Promise<void> {
    const boss = await this.open();
    const runner = manager.queryRunner;
    const executeSql = async (text: string, values?: unknown[]): Promise<{ rows: unknown[] }> => {
      if (!runner) throw new Error('a wake-up is sent inside a transaction');
      return { rows: (await runner.query(text, values, true)).records as unknown[] };
    };
    await boss.send(QUEUE, {}, { db: { executeSql } });
  }

  /** Calls the handler soon after every commit that sent a wake-up; several of them may be one call. */
  async listen(handler: () => Promise<void>): Promise<void> {
    const boss = await this.open();
    await boss.work(QUEUE, { batchSize: 100, pollingIntervalSeconds: 0.5 }, handler);
  }

  private opening: Promise<PgBoss> | null = null;

  private open(): Promise<PgBoss> {
    this.opening ??= this.start().catch((error: unknown) => {
      this.opening = null;
      throw error;
    });
    return this.opening;
  }

  private async start(): Promise<PgBoss> {
    const { url } = this.database.options as { url: string };
    const boss = new PgBoss({ connectionString: url, max: 4, useListenNotify: true, schedule: false });
    boss.on('error', (error) => this.log.warn(error.message));
    await boss.start();
    // A message that nobody took within a minute has been overtaken by the worker's regular pass.
    await boss.createQueue(QUEUE, {
      retryLimit: 0,
      expireInSeconds: 60,
      retentionSeconds: 60,
      deleteAfterSeconds: 60,
      notify: true,
    });
    this.boss = boss;
    return boss;
  }
}
