/** Rows for every table, whatever the schema is: what a migration does to data is looked at without knowing the tables. */
import type { DataSource } from 'typeorm';

interface Column {
  readonly table_name: string;
  readonly column_name: string;
  readonly udt_name: string;
  readonly is_identity: 'YES' | 'NO';
  /** Table that a foreign key of this column points to. */
  readonly target: string | null;
}

export interface Table {
  readonly columns: readonly string[];
  /** In a fixed order. */
  readonly rows: readonly Record<string, unknown>[];
}

export type Tables = ReadonlyMap<string, Table>;

/** Something of each type that our tables have. A type that is missing here is an error, so that no column stays out. */
const VALUES: Readonly<Record<string, string>> = {
  text: `'words'`,
  int4: '1',
  int8: '4096',
  float8: '0.5',
  bool: 'true',
  uuid: 'gen_random_uuid()',
  jsonb: `'{"kept": 1}'`,
  timestamptz: `'2026-11-01T10:00:00Z'`,
  _text: `'{/volume/1}'`,
  _int4: `'{1}'`,
  bytea: `'\\x01'`,
};

/** Puts one row into every table that has none; tables that others point to come first. */
export async function fillEmptyTables(database: DataSource): Promise<void> {
  const columns = await readColumns(database);
  const waiting = new Set(columns.keys());
  while (waiting.size > 0) {
    const next = [...waiting].find((table) =>
      columns.get(table)!.every(({ target }) => target === null || target === table || !waiting.has(target)),
    );
    if (next === undefined) throw new Error(`tables that point to each other: ${[...waiting].join(', ')}`);
    waiting.delete(next);
    const [{ count }] = await database.query<[{ count: string }]>(`SELECT count(*) FROM ${next}`);
    if (count === '0') await insertInto(database, next, columns.get(next)!);
  }
}

async function insertInto(database: DataSource, table: string, columns: readonly Column[]): Promise<void> {
  const given = columns.filter(({ is_identity, target }) => is_identity === 'NO' && target !== table);
  const values = given.map(({ column_name, udt_name, target }) => {
    if (target !== null) return `(SELECT min(id) FROM ${target})`;
    if (VALUES[udt_name] === undefined) throw new Error(`no value for ${table}.${column_name}, a ${udt_name}`);
    return VALUES[udt_name];
  });
  const names = given.map(({ column_name }) => column_name);
  await database.query(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${values.join(', ')})`);
}

export async function readTables(database: DataSource): Promise<Tables> {
  const tables = new Map<string, Table>();
  for (const [table, columns] of await readColumns(database)) {
    const rows = await database.query<Record<string, unknown>[]>(`SELECT * FROM ${table} t ORDER BY t::text`);
    tables.set(table, { columns: columns.map(({ column_name }) => column_name), rows });
  }
  return tables;
}

/** Of these tables, what the other schema has a place for. */
export function keptBy(schema: Tables, tables: Tables): Record<string, object[]> {
  const kept: Record<string, object[]> = {};
  for (const [table, { rows }] of tables) {
    const columns = schema.get(table)?.columns;
    if (columns === undefined) continue;
    kept[table] = rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => columns.includes(name))));
  }
  return kept;
}

async function readColumns(database: DataSource): Promise<Map<string, Column[]>> {
  const columns = await database.query<Column[]>(`
    SELECT c.table_name, c.column_name, c.udt_name, c.is_identity, (
      SELECT f.confrelid::regclass::text FROM pg_constraint f
      JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = ANY (f.conkey)
      WHERE f.contype = 'f' AND f.conrelid = c.table_name::regclass AND a.attname = c.column_name LIMIT 1) AS target
    FROM information_schema.columns c WHERE c.table_schema = 'public' AND c.table_name <> 'migrations'
    ORDER BY c.table_name, c.ordinal_position`);
  return Map.groupBy(columns, ({ table_name }) => table_name);
}
