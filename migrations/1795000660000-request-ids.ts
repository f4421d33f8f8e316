import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which request made a job: by it the lines of both planes' logs are found. */
export class RequestIds1795000660000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE job ADD request_id text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE job DROP COLUMN request_id');
  }
}
