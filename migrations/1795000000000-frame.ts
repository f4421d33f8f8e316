import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Users, their open sessions, and jobs. */
export class Frame1795000000000 implements MigrationInterface {
  name = 'Frame1795000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE app_user (
        id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
        name text NOT NULL,
        role text NOT NULL,
        password_hash text NOT NULL,
        is_enabled boolean NOT NULL DEFAULT true,
        created_time timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT app_user_pkey PRIMARY KEY (id)
      )`);
    await runner.query('CREATE UNIQUE INDEX app_user_name_key ON app_user (name)');
    await runner.query(`
      CREATE TABLE login (
        id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
        user_id integer NOT NULL,
        token_digest text NOT NULL,
        token_expires_at timestamptz NOT NULL,
        refresh_digest text,
        expires_at timestamptz NOT NULL,
        CONSTRAINT login_pkey PRIMARY KEY (id),
        CONSTRAINT login_user_id_fkey FOREIGN KEY (user_id) REFERENCES app_user (id) ON DELETE CASCADE
      )`);
    await runner.query('CREATE UNIQUE INDEX login_token_digest_key ON login (token_digest)');
    await runner.query('CREATE UNIQUE INDEX login_refresh_digest_key ON login (refresh_digest)');
    await runner.query('CREATE INDEX login_expires_at_idx ON login (expires_at)');
    await runner.query(`
      CREATE TABLE job (
        id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
        kind text NOT NULL,
        description text NOT NULL,
        status text NOT NULL DEFAULT 'Queued',
        requestor text NOT NULL,
        created_time timestamptz NOT NULL DEFAULT now(),
        modified_time timestamptz NOT NULL DEFAULT now(),
        ended_time timestamptz,
        resource_hrefs text[] NOT NULL DEFAULT '{}',
        progress_hrefs text[] NOT NULL DEFAULT '{}',
        succeeded_hrefs text[] NOT NULL DEFAULT '{}',
        failed_resources jsonb NOT NULL DEFAULT '[]',
        operations jsonb NOT NULL DEFAULT '[]',
        error jsonb,
        idempotency_key text,
        idempotency_digest text,
        CONSTRAINT job_pkey PRIMARY KEY (id)
      )`);
    await runner.query('CREATE INDEX job_unfinished_idx ON job (id) WHERE ended_time IS NULL');
    await runner.query('CREATE INDEX job_ended_time_idx ON job (ended_time)');
    await runner.query(
      'CREATE UNIQUE INDEX job_idempotency_key ON job (requestor, idempotency_key) WHERE idempotency_key IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE job');
    await runner.query('DROP TABLE login');
    await runner.query('DROP TABLE app_user');
  }
}
