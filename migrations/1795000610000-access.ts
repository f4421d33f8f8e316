import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who may do what: names of users are unique whatever the case of their letters; tokens for machines; failed logins; who changed what. */
export class Access1795000610000 implements MigrationInterface {
  name = 'Access1795000610000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX app_user_name_key');
    await runner.query('CREATE UNIQUE INDEX app_user_name_key ON app_user (lower(name COLLATE "C"))');
    await runner.query(`
      CREATE TABLE api_token (
        id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
        user_id integer NOT NULL,
        name text NOT NULL,
        role text NOT NULL,
        digest text NOT NULL,
        created_time timestamptz NOT NULL DEFAULT now(),
        last_used_time timestamptz,
        expires_at timestamptz,
        CONSTRAINT api_token_pkey PRIMARY KEY (id),
        CONSTRAINT api_token_user_id_fkey FOREIGN KEY (user_id) REFERENCES app_user (id) ON DELETE CASCADE
      )`);
    await runner.query('CREATE UNIQUE INDEX api_token_digest_key ON api_token (digest)');
    await runner.query('CREATE INDEX api_token_user_idx ON api_token (user_id)');
    await runner.query(`
      CREATE TABLE login_failure (
        key text NOT NULL,
        failures integer NOT NULL,
        window_ends timestamptz NOT NULL,
        locked_until timestamptz,
        CONSTRAINT login_failure_pkey PRIMARY KEY (key)
      )`);
    await runner.query(`
      CREATE TABLE audit (
        id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
        "time" timestamptz NOT NULL DEFAULT now(),
        user_name text,
        role text,
        token_id integer,
        client text NOT NULL,
        method text NOT NULL,
        path text NOT NULL,
        resource_href text,
        job_id integer,
        result text NOT NULL,
        request_id text NOT NULL,
        CONSTRAINT audit_pkey PRIMARY KEY (id)
      )`);
    await runner.query('CREATE INDEX audit_time_idx ON audit ("time")');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit');
    await runner.query('DROP TABLE login_failure');
    await runner.query('DROP TABLE api_token');
    await runner.query('DROP INDEX app_user_name_key');
    await runner.query('CREATE UNIQUE INDEX app_user_name_key ON app_user (name)');
  }
}
