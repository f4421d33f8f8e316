import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { SESSION_STATUSES } from '../../model/session.js';
import { softwareVersion } from '../../node-api/software-version.js';
import { Answers } from '../http/answers.js';
import { NoQuery } from '../http/no-query.js';
import { AllowedFor } from '../session/caller.js';
import { VOLUME_STATUSES } from '../volume/volume.entity.js';
import { STALE_MS, StorageSystemView } from './node.dto.js';
import { NODE_STATUSES } from './storage-node.entity.js';

@ApiTags('storagesystem')
@Controller('storagesystem')
export class StorageSystemController {
  constructor(private readonly database: DataSource) {}

  @Get()
  @AllowedFor('monitor')
  @Answers(200, StorageSystemView, { summary: 'Show the whole installation: counts by state, health' })
  async get(@Query() _query: NoQuery): Promise<StorageSystemView> {
    const nodes = await this.counts('storage_node', NODE_STATUSES);
    const volumes = await this.counts('volume', VOLUME_STATUSES);
    const sessions = await this.counts('copy_session', SESSION_STATUSES);
    const isError = nodes['Error']! + volumes['Error']! + sessions['Error']! > 0;
    const isWarning = nodes['Offline']! + (await this.staleNodes()) + volumes['Warning']! + sessions['Halt']! > 0;
    return {
      name: 'Evenkeel',
      version: softwareVersion(),
      health: isError ? 'Error' : isWarning ? 'Warning' : 'Normal',
      node_count: nodes,
      volume_count: volumes,
      copysession_count: sessions,
    };
  }

  /** Nodes that nobody looks at any more, as when the worker is dead: what is counted here may be long past. */
  private async staleNodes(): Promise<number> {
    const [row]: { count: string }[] = await this.database.query(
      "SELECT count(*) FROM storage_node WHERE status <> 'Maintenance' AND last_seen_time < $1",
      [new Date(Date.now() - STALE_MS)],
    );
    return Number(row!.count);
  }

  /** By status, also those of which there is none. */
  private async counts(table: string, statuses: readonly string[]): Promise<Record<string, number>> {
    const rows: { status: string; count: string }[] = await this.database.query(
      `SELECT status, count(*) AS count FROM ${table} GROUP BY status`,
    );
    const found = new Map(rows.map((row) => [row.status, Number(row.count)]));
    return Object.fromEntries(statuses.map((status) => [status, found.get(status) ?? 0]));
  }
}
