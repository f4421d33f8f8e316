/** The database as this process sees it. */
import type pg from 'pg';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { DataSource } from 'typeorm';
import { POOL_SIZE } from '../database/data-source.js';
import { QueryLog } from '../database/query-log.js';

/** @returns asks the database whether it is there, and shows the answer */
export function addDatabaseMetrics(registry: Registry, database: DataSource): () => Promise<boolean> {
  const registers = [registry];
  const roundTrip = new Gauge({
    name: 'evenkeel_database_round_trip_seconds',
    help: 'Time of the smallest question to the database, a connection of the pool included',
    registers,
  });
  const up = new Gauge({ name: 'evenkeel_database_up', help: '1 while the database answers', registers });
  new Gauge({
    name: 'evenkeel_database_connections',
    help: 'Connections of the pool by what they do',
    labelNames: ['state'],
    registers,
    collect() {
      const { totalCount, idleCount } = poolOf(database);
      this.set({ state: 'idle' }, idleCount);
      this.set({ state: 'in_use' }, totalCount - idleCount);
    },
  });
  new Gauge({
    name: 'evenkeel_database_connections_max',
    help: 'Size of the pool',
    registers,
    collect() {
      this.set(POOL_SIZE);
    },
  });
  new Gauge({
    name: 'evenkeel_database_waiting',
    help: 'Calls that wait for a connection of the pool',
    registers,
    collect() {
      this.set(poolOf(database).waitingCount);
    },
  });
  new Counter({
    name: 'evenkeel_database_query_errors_total',
    help: 'Statements that failed, by the class of their SQLSTATE; none when the database was not reached',
    labelNames: ['sqlstate_class'],
    registers,
    collect() {
      this.reset();
      for (const [sqlstate_class, count] of QueryLog.of(database).errors) this.inc({ sqlstate_class }, count);
    },
  });
  return async () => {
    const startedMs = performance.now();
    const isUp = await database.query('SELECT 1').then(
      () => true,
      () => false,
    );
    up.set(Number(isUp));
    if (isUp) roundTrip.set((performance.now() - startedMs) / 1000);
    else roundTrip.remove();
    return isUp;
  };
}

/** TypeORM hands its pool to nobody by a name of its interface. */
function poolOf(database: DataSource): Pick<pg.Pool, 'totalCount' | 'idleCount' | 'waitingCount'> {
  const { master } = database.driver as unknown as { master?: pg.Pool };
  return master ?? { totalCount: 0, idleCount: 0, waitingCount: 0 };
}
