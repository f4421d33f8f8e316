import { Logger } from '@nestjs/common';
import type { DataSource, Logger as TypeormLogger } from 'typeorm';

const TEXT_LENGTH_MAX = 300;

/**
 * What TypeORM tells of its statements: those that fail are counted, since whoever asked is told why; those that take long are logged,
 * without the values that they came with.
 */
export class QueryLog implements TypeormLogger {
  /** By the first two characters of the SQLSTATE. */
  readonly errors = new Map<string, number>();
  private readonly teller = new Logger('database');

  static of({ logger }: DataSource): QueryLog {
    if (!(logger instanceof QueryLog)) throw new Error('the data source was not made by makeDataSource');
    return logger;
  }

  logQueryError(error: string | Error): void {
    const { code } = error as { code?: unknown };
    const sqlstate = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code.slice(0, 2) : 'none';
    this.errors.set(sqlstate, (this.errors.get(sqlstate) ?? 0) + 1);
  }

  logQuerySlow(ms: number, query: string): void {
    this.teller.warn(
      { ms: Math.round(ms), query: query.replaceAll(/\s+/g, ' ').slice(0, TEXT_LENGTH_MAX) },
      'slow query',
    );
  }

  logQuery(): void {}
  logSchemaBuild(): void {}
  logMigration(): void {}
  log(): void {}
}
