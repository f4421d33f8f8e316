/** What was there before a migration is there after it, and after it is undone. */
import { describe, expect, it } from '@jest/globals';
import { openDatabase } from '../../src/control-plane/database/data-source.js';
import { DATABASE_PARTS } from '../../src/control-plane/entities.js';
import { Streams1795000500000 } from '../../migrations/1795000500000-streams.js';
import { upgradeFromEveryVersion, walkAllVersions } from '../support/migration-walk.js';
import { emptyDatabaseUrl } from '../support/postgres.js';

const uid = (n: number): string => `00000000-0000-4000-8000-00000000000${n}`;

describe('the versions of the schema', () => {
  it('can each be undone and done again, and what both of its neighbours can hold stays', async () => {
    await walkAllVersions(await emptyDatabaseUrl());
  }, 120_000);

  it(
    'are each brought to the last one at a start, with every row',
    () => upgradeFromEveryVersion(emptyDatabaseUrl),
    120_000,
  );
});

describe('sessions that become streams', () => {
  const { entities, migrations } = DATABASE_PARTS;
  const at = migrations.indexOf(Streams1795000500000);

  it('keeps what was wanted of each, and what unfinished jobs would put back', async () => {
    const url = await emptyDatabaseUrl();
    const before = await openDatabase(url, { entities, migrations: migrations.slice(0, at) });
    await before.query(`INSERT INTO storage_node (uid, name, address, fingerprint) VALUES
      ('${uid(1)}', 'a', 'a:1', ''), ('${uid(2)}', 'b', 'b:1', '')`);
    await before.query(`INSERT INTO volume (uid, number, name, size_bytes, write_cache, backing, allowed_clients, created_time, node_id)
      VALUES ('${uid(3)}', 1, 'v', 4096, 'Writeback', '{}', '[]', now(), 1), ('${uid(4)}', 1, 'v', 4096, 'Writeback', '{}', '[]', now(), 2)`);
    await before.query(`INSERT INTO copy_session (uid, generation, issued_generation, resumed_generation, last_change, group_uid, settings,
        srl_size_bytes, run, requestor, created_time, status, phase, source_volume_id, destination_volume_id, is_established)
      VALUES ('${uid(5)}', 4, 5, 1, 'session-suspend-alone', '${uid(6)}', '{"splitMode": "Manual"}', 1073741824, 'Suspend', 'admin', now(),
        'Suspend', 'Equivalent', 1, 2, true)`);
    await before.query(`INSERT INTO job (kind, description, requestor) VALUES ('copysession.reverse', '', 'admin')`);
    await before.query(
      `INSERT INTO job_operation (job_id, kind, uid, resource_href, before) VALUES (1, 'session-reverse', '${uid(5)}', '/x', $1)`,
      [
        {
          generation: 3,
          lastChange: 'session-suspend',
          settings: {},
          sourceVolume: { id: 2 },
          destinationVolume: { id: 1 },
        },
      ],
    );
    const [session] = await before.query<object[]>('SELECT * FROM copy_session');
    const [operation] = await before.query<object[]>('SELECT * FROM job_operation');
    await before.destroy();

    const after = await openDatabase(url, { entities, migrations: migrations.slice(0, at + 1) });
    expect(await after.query('SELECT * FROM stream')).toMatchObject([
      {
        uid: uid(5),
        group_uid: uid(6),
        generation: 4,
        issued_generation: 5,
        last_change: 'stream-suspend-alone',
        run: 'Suspend',
        settings: { splitMode: 'Manual' },
        source_node_id: 1,
        destination_node_id: 2,
        is_established: true,
      },
    ]);
    expect(await after.query('SELECT id, uid, stream_id, slot, membership, status FROM copy_session')).toEqual([
      { id: 1, uid: uid(5), stream_id: 1, slot: 0, membership: 'Member', status: 'Suspend' },
    ]);
    expect(await after.query('SELECT kind, resource_hrefs, before FROM job_operation')).toMatchObject([
      {
        kind: 'stream-reverse',
        resource_hrefs: ['/x'],
        before: {
          generation: 3,
          lastChange: 'stream-suspend',
          settings: { compression: 'None' },
          sourceNode: { id: 2 },
          destinationNode: { id: 1 },
        },
      },
    ]);

    await after.undoLastMigration();
    expect(await after.query('SELECT * FROM copy_session')).toEqual([session]);
    const settings = expect.any(Object);
    const { before: wasBefore, ...rest } = operation as { before: object };
    expect(await after.query('SELECT * FROM job_operation')).toEqual([{ ...rest, before: { ...wasBefore, settings } }]);
    await after.destroy();
  });
});
