import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What happened, for operators; what sessions counted over time; the settings of asynchronous sessions. */
export class Events1795000400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE event (
      id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
      time timestamptz NOT NULL,
      severity text NOT NULL,
      type text NOT NULL,
      resource_hrefs text array NOT NULL,
      message text NOT NULL,
      node_uid uuid,
      run_id text,
      sequence integer,
      CONSTRAINT event_pkey PRIMARY KEY (id)
    )`);
    await runner.query('CREATE UNIQUE INDEX event_origin_key ON event (node_uid, run_id, sequence)');
    await runner.query(`CREATE TABLE copy_session_sample (
      session_id integer NOT NULL,
      node_id integer NOT NULL,
      time timestamptz NOT NULL,
      counts jsonb NOT NULL,
      CONSTRAINT copy_session_sample_pkey PRIMARY KEY (session_id, node_id, time),
      CONSTRAINT copy_session_sample_session_id_fkey FOREIGN KEY (session_id) REFERENCES copy_session (id) ON DELETE CASCADE,
      CONSTRAINT copy_session_sample_node_id_fkey FOREIGN KEY (node_id) REFERENCES storage_node (id) ON DELETE CASCADE
    )`);
    await runner.query('CREATE INDEX copy_session_sample_node_time_idx ON copy_session_sample (node_id, time)');
    await runner.query('UPDATE copy_session SET settings = $1::jsonb || settings', [
      JSON.stringify({
        latencyProtection: { policy: 'Off', highMark: 10_000, lowMark: 9_950 },
        bandwidthLimitMbps: 0,
        compression: 'None',
        rpoSeconds: 0,
      }),
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `UPDATE copy_session SET settings = settings - '{latencyProtection,bandwidthLimitMbps,compression,rpoSeconds}'::text[]`,
    );
    await runner.query('DROP TABLE copy_session_sample');
    await runner.query('DROP TABLE event');
  }
}
