/** Jobs that have not ended: at most UNFINISHED_MAX, found by an index. */
import { Gauge, type Registry } from 'prom-client';
import type { DataSource } from 'typeorm';
import type { JobStatus } from '../job/job.entity.js';

const UNFINISHED: readonly JobStatus[] = ['Queued', 'Running'];

interface Row {
  readonly status: JobStatus;
  readonly count: string;
  readonly age: string;
}

/** @returns reads the database, if it is there, anew into the gauges */
export function addJobMetrics(registry: Registry, database: DataSource): (isUp: boolean) => Promise<void> {
  const oldest = new Gauge({
    name: 'evenkeel_job_oldest_unfinished_seconds',
    help: 'Age of the oldest job that has not ended, 0 when there is none',
    registers: [registry],
  });
  const jobs = new Gauge({
    name: 'evenkeel_jobs',
    help: 'Jobs that have not ended, by status',
    labelNames: ['status'],
    registers: [registry],
  });
  return async (isUp) => {
    jobs.reset();
    oldest.remove();
    if (!isUp) return;
    const rows: Row[] = await database.query(
      `SELECT status, count(*) AS count, extract(epoch FROM now() - min(created_time)) AS age
       FROM job WHERE ended_time IS NULL GROUP BY status`,
    );
    for (const status of UNFINISHED)
      jobs.set({ status }, Number(rows.find((row) => row.status === status)?.count ?? 0));
    oldest.set(Math.max(0, ...rows.map(({ age }) => Number(age))));
  };
}
