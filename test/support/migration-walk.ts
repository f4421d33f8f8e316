/** Takes a database through every version of its schema, up and down, and holds its rows against what they were. */
import { expect } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { openDatabase } from '../../src/control-plane/database/data-source.js';
import { DATABASE_PARTS } from '../../src/control-plane/entities.js';
import { fillEmptyTables, keptBy, readTables } from './database-rows.js';

const { entities, migrations } = DATABASE_PARTS;

/**
 * Every version with a row in each of its tables, undone and done again. What both versions of the schema can hold is unchanged
 * afterwards; what only the newer one can is made anew, or gone. The last one is what the entities describe.
 */
export async function walkAllVersions(url: string): Promise<void> {
  for (let version = 1; version <= migrations.length; version++) {
    const database = await openDatabase(url, { entities, migrations: migrations.slice(0, version) });
    try {
      await fillEmptyTables(database);
      const before = await readTables(database);
      expect([...before].filter(([, { rows }]) => rows.length === 0)).toEqual([]);
      await database.undoLastMigration();
      const older = await readTables(database);
      await database.runMigrations();
      const after = await readTables(database);
      const name = migrations[version - 1]!.name;
      expect({ name, rows: keptBy(older, after) }).toEqual({ name, rows: keptBy(older, before) });
      if (version === migrations.length) expect(await missingFrom(database)).toEqual([]);
    } finally {
      await database.destroy();
    }
  }
}

/** An installation of each older version, with rows, started by today's program: it has today's schema, and its rows. */
export async function upgradeFromEveryVersion(emptyUrl: () => Promise<string>): Promise<void> {
  for (let version = 1; version < migrations.length; version++) {
    const url = await emptyUrl();
    const old = await openDatabase(url, { entities, migrations: migrations.slice(0, version) });
    await fillEmptyTables(old);
    const before = await readTables(old);
    await old.destroy();
    const opened = await openDatabase(url, DATABASE_PARTS);
    const after = await readTables(opened);
    const missing = await missingFrom(opened);
    await opened.destroy();
    expect(missing).toEqual([]);
    const lost = [...before].filter(([table, { rows }]) => (after.get(table)?.rows.length ?? 0) < rows.length);
    expect(lost.map(([table]) => table)).toEqual([]);
  }
}

/** What would have to be done to the schema for it to be that of the entities. */
async function missingFrom(database: DataSource): Promise<string[]> {
  const { upQueries } = await database.driver.createSchemaBuilder().log();
  return upQueries.map(({ query }) => query);
}
