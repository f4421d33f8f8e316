import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many volumes a node copies at once. */
export class CopyConcurrency1795001010000 implements MigrationInterface {
  name = 'CopyConcurrency1795001010000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE storage_node ADD copy_concurrency integer NOT NULL DEFAULT 20');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE storage_node DROP COLUMN copy_concurrency');
  }
}
