import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By what right nodes are commanded; sessions that were established are told from those still being made. */
export class Authority1795000200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE authority (
      id integer NOT NULL,
      revision bigint NOT NULL,
      leader uuid,
      CONSTRAINT authority_pkey PRIMARY KEY (id)
    )`);
    await runner.query('INSERT INTO authority (id, revision) VALUES (1, 0)');
    await runner.query(`CREATE TABLE revision (
      number bigint NOT NULL,
      id uuid NOT NULL,
      CONSTRAINT revision_pkey PRIMARY KEY (number, id)
    )`);
    await runner.query('ALTER TABLE storage_node ADD is_truth boolean NOT NULL DEFAULT false');
    await runner.query('ALTER TABLE copy_session ADD is_established boolean NOT NULL DEFAULT false');
    await runner.query('ALTER TABLE copy_session ADD lost_time timestamptz');
    await runner.query(`UPDATE copy_session s SET is_established = true WHERE NOT EXISTS (
      SELECT 1 FROM job_operation o WHERE o.uid = s.uid AND o.kind = 'session-create')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE copy_session DROP lost_time');
    await runner.query('ALTER TABLE copy_session DROP is_established');
    await runner.query('ALTER TABLE storage_node DROP is_truth');
    await runner.query('DROP TABLE revision');
    await runner.query('DROP TABLE authority');
  }
}
