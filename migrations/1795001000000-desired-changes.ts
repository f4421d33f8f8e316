import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What only observations write into a table that holds what is wanted. */
const OBSERVED = {
  storage_node: ['status', 'figures', 'unreachable_code', 'unreachable_since', 'last_seen_time', 'next_volume_number'],
  volume: ['status', 'observed'],
  stream: [],
  copy_session: ['status', 'phase', 'shown_node_id'],
  consistency_group: [],
};

/** What is a part of a stream, or told with it, has its streams noted. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  copy_session: 'note_session_change',
  consistency_group: 'note_group_change',
};

/**
 * Every change of the desired state leaves the uid of what changed, so that the reconciler reads no more than that again. Told by the
 * database, since no way of changing a row can forget it.
 */
export class DesiredChanges1795001000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE desired_change (
      id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
      kind text NOT NULL,
      uid uuid NOT NULL,
      CONSTRAINT desired_change_pkey PRIMARY KEY (id)
    )`);
    await runner.query(`CREATE FUNCTION note_desired_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP <> 'INSERT' THEN INSERT INTO desired_change (kind, uid) VALUES (TG_TABLE_NAME, OLD.uid);
        ELSE INSERT INTO desired_change (kind, uid) VALUES (TG_TABLE_NAME, NEW.uid);
        END IF;
        RETURN NULL;
      END $$`);
    // A session is a part of its stream. When that is being deleted its sessions go with it, and it tells of itself.
    await runner.query(`CREATE FUNCTION note_session_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP <> 'INSERT' THEN
          INSERT INTO desired_change (kind, uid) SELECT 'stream', uid FROM stream WHERE id = OLD.stream_id;
        END IF;
        IF TG_OP <> 'DELETE' THEN
          INSERT INTO desired_change (kind, uid) SELECT 'stream', uid FROM stream WHERE id = NEW.stream_id;
        END IF;
        RETURN NULL;
      END $$`);
    await runner.query(`CREATE FUNCTION note_group_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO desired_change (kind, uid)
          SELECT 'stream', uid FROM stream WHERE group_uid = CASE WHEN TG_OP = 'INSERT' THEN NEW.uid ELSE OLD.uid END;
        RETURN NULL;
      END $$`);
    for (const [table, observed] of Object.entries(OBSERVED)) {
      const name = FUNCTIONS[table] ?? 'note_desired_change';
      const wanted = (row: string): string => `(to_jsonb(${row}.*) - '{${observed.join(',')}}'::text[])`;
      await runner.query(`CREATE TRIGGER ${name}_of_rows AFTER INSERT OR DELETE ON ${table}
        FOR EACH ROW EXECUTE FUNCTION ${name}()`);
      await runner.query(`CREATE TRIGGER ${name} AFTER UPDATE ON ${table}
        FOR EACH ROW WHEN (${wanted('OLD')} IS DISTINCT FROM ${wanted('NEW')}) EXECUTE FUNCTION ${name}()`);
    }
  }

  /** The functions go with the triggers that call them. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION note_desired_change, note_session_change, note_group_change CASCADE');
    await runner.query('DROP TABLE desired_change');
  }
}
