/** What a database holds at one moment: to see whether anything changed, and to put it back. */
import type { DataSource } from 'typeorm';

/** Written of refused calls too, and of the schema itself. */
const LEFT_OUT = ['audit', 'login_failure', 'migrations'];
const KEPT = 'kept';

export class DatabaseSnapshot {
  private constructor(
    private readonly database: DataSource,
    private readonly tables: readonly string[],
  ) {}

  static async take(database: DataSource): Promise<DatabaseSnapshot> {
    const found: { name: string }[] = await database.query(
      `SELECT table_name AS name FROM information_schema.tables
       WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`,
    );
    const tables = found.map(({ name }) => name).filter((name) => !LEFT_OUT.includes(name));
    const copies = tables.map((name) => `CREATE TABLE ${KEPT}.${name} AS TABLE public.${name}`);
    await database.query([`CREATE SCHEMA ${KEPT}`, ...copies].join('; '));
    return new DatabaseSnapshot(database, tables);
  }

  /** The same as long as no row of any table is another. */
  async digest(): Promise<string> {
    const each = this.tables.map((name) => `SELECT '${name} ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') AS line FROM ${name} t`); // prettier-ignore
    const rows: { line: string }[] = await this.database.query(`${each.join(' UNION ALL ')} ORDER BY 1`);
    return rows.map(({ line }) => line).join('\n');
  }

  async restore(): Promise<void> {
    const refill = this.tables.map(
      (name) => `DELETE FROM ${name}; INSERT INTO ${name} OVERRIDING SYSTEM VALUE SELECT * FROM ${KEPT}.${name}`,
    );
    // Without the rules between tables: their order would matter.
    await this.database.query(`BEGIN; SET LOCAL session_replication_role = replica; ${refill.join('; ')}; COMMIT`);
  }
}
