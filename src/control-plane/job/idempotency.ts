import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { DataSource } from 'typeorm';
import { Refusal } from '../../errors/refusal.js';
import { Job } from './job.entity.js';

const HOLDS_MS = 24 * 3_600_000;

@Injectable()
export class Idempotency {
  constructor(private readonly database: DataSource) {}

  /**
   * The job that this key made within 24 hours. A key older than that is given free.
   * @throws Refusal IDEMPOTENCY_KEY_REUSED
   */
  async find(requestor: string, { key, digest }: { key: string; digest: string }): Promise<Job | null> {
    const jobs = this.database.getRepository(Job);
    const job = await jobs.findOneBy({ requestor, idempotencyKey: key });
    if (!job) return null;
    if (job.createdTime.getTime() < Date.now() - HOLDS_MS) {
      await jobs.update({ id: job.id }, { idempotencyKey: null });
      return null;
    }
    if (job.idempotencyDigest !== digest) throw new Refusal('IDEMPOTENCY_KEY_REUSED', key);
    return job;
  }
}

/** The same whatever order fields and parameters come in, and however long the caller waits. */
export function requestDigest({ method, path, query, body }: Request): string {
  return createHash('sha256')
    .update(`${method} ${path} ${canonical({ ...query, wait: undefined })} ${canonical(body)}`)
    .digest('hex');
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
