/** The reconciler reads again only what changed, and plans only that: it must come to the same as if it did everything. */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { NodeUid } from '../../src/model/ids.js';
import { DEFAULT_SESSION_SETTINGS } from '../../src/model/session.js';
import type { NodeState, SessionState, VolumeState } from '../../src/node-api/contract.js';
import { raiseRevision, takeLead } from '../../src/control-plane/worker/authority.entity.js';
import { DesiredMirror } from '../../src/control-plane/worker/desired-mirror.js';
import { streamKey, type Desired, type Observation, type Observed } from '../../src/control-plane/worker/desired.js';
import { NodeView } from '../../src/control-plane/worker/node-view.js';
import { plan } from '../../src/control-plane/worker/plan.js';
import { PlanScope } from '../../src/control-plane/worker/plan-scope.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';
import { announceSeed, SeededRandom } from '../support/seeded-random.js';

const NODES = 4;
const STEPS = 50;
const EVERYTHING = new PlanScope();
EVERYTHING.addEverything();

let database: TestDatabase;
const random = new SeededRandom(announceSeed('changes of what is wanted'));

beforeAll(async () => {
  database = await testDatabase();
  await takeLead(database.dataSource.manager, randomUUID());
  for (let n = 1; n <= NODES; n++) {
    await sql(`INSERT INTO storage_node (uid, name, address, fingerprint, is_enrolled) VALUES ($1, $2, $2, '', true)`, [
      randomUUID(),
      `n${n}`,
    ]);
  }
});
afterAll(() => database.close());

function sql(text: string, values: unknown[] = []): Promise<unknown> {
  return database.dataSource.query(text, values);
}

const SETTINGS = JSON.stringify(DEFAULT_SESSION_SETTINGS);
const one = (table: string, where = 'true') =>
  `(SELECT id FROM ${table} WHERE ${where} ORDER BY md5(id::text || $1) LIMIT 1)`;

/** Each changes one thing, or nothing when there is none; $1 is random. */
const CHANGES = [
  `INSERT INTO volume (uid, number, name, size_bytes, write_cache, backing, allowed_clients, created_time, node_id, is_established)
   SELECT gen_random_uuid(), count(*) + max(number) + 1, $1, 4096, 'Writeback', '{}', '[]', now(), 1 + length($1) % ${NODES}, $1 > '5'
   FROM (SELECT number FROM volume UNION ALL SELECT 0) v`,
  `DELETE FROM volume WHERE id = ${one('volume', 'id NOT IN (SELECT source_volume_id FROM copy_session UNION SELECT destination_volume_id FROM copy_session)')}`,
  `UPDATE volume SET name = $1 WHERE id = ${one('volume')}`,
  `UPDATE volume SET observed = '{}', status = $1 WHERE id = ${one('volume')}`,
  `UPDATE volume SET is_deleted = NOT is_deleted WHERE id = ${one('volume')}`,
  `WITH pair AS (SELECT a.id AS a, b.id AS b, a.node_id AS na, b.node_id AS nb FROM volume a, volume b
       WHERE a.node_id <> b.node_id ORDER BY md5(a.id::text || b.id::text || $1) LIMIT 1),
     t AS (INSERT INTO stream (uid, group_uid, source_node_id, destination_node_id, generation, issued_generation, resumed_generation,
         last_change, settings, srl_size_bytes, run, is_established)
       SELECT gen_random_uuid(), gen_random_uuid(), na, nb, 1, 1, 1, 'stream-create', '${SETTINGS}', 1048576, 'Active', $1 > '8' FROM pair RETURNING id)
   INSERT INTO copy_session (uid, stream_id, source_volume_id, destination_volume_id, requestor, created_time)
   SELECT gen_random_uuid(), t.id, a, b, 'x', now() FROM t, pair`,
  `INSERT INTO copy_session (uid, stream_id, slot, source_volume_id, destination_volume_id, requestor, created_time)
   SELECT gen_random_uuid(), t.id, 1, a.id, b.id, 'x', now() FROM stream t, volume a, volume b
   WHERE a.node_id = t.source_node_id AND b.node_id = t.destination_node_id ORDER BY md5(t.id::text || a.id || $1) LIMIT 1`,
  `UPDATE copy_session SET membership = 'Leaving' WHERE id = ${one('copy_session')}`,
  `DELETE FROM copy_session WHERE id = ${one('copy_session')}`,
  `DELETE FROM stream WHERE id = ${one('stream')}`,
  `UPDATE stream SET generation = generation + 1, issued_generation = issued_generation + 1, last_change = 'stream-change'
   WHERE id = ${one('stream')}`,
  `UPDATE copy_session SET status = $1 WHERE id = ${one('copy_session')}`,
  `UPDATE storage_node SET identity = jsonb_build_object('peerAddresses', jsonb_build_array($1::text)) WHERE id = ${one('storage_node')}`,
  `UPDATE storage_node SET last_seen_time = now(), figures = to_jsonb($1::text) WHERE id = ${one('storage_node')}`,
  `INSERT INTO tombstone (kind, uid, node_uid) SELECT 'volume', gen_random_uuid(), uid FROM storage_node WHERE id = ${one('storage_node')}`,
  `WITH j AS (INSERT INTO job (kind, description, requestor) VALUES ('volume.change', $1, 'x') RETURNING id)
   INSERT INTO job_operation (job_id, kind, uid, resource_hrefs, before)
   SELECT j.id, 'volume-change', v.uid, '{/x}', '{}' FROM j, volume v WHERE v.id = ${one('volume', 'uid NOT IN (SELECT uid FROM job_operation)')}`,
  `DELETE FROM job_operation WHERE id = ${one('job_operation')}`,
];

function change(): Promise<void> {
  return database.dataSource.transaction(async (manager) => {
    const isObserving = random.isOneIn(8);
    if (!isObserving) await raiseRevision(manager);
    for (let n = random.below(3); n >= 0; n--) {
      const salt = Math.floor(random.next() * 2 ** 30)
        .toString(16)
        .slice(random.below(4));
      await manager.query(CHANGES[random.below(CHANGES.length)]!, [salt]);
    }
    if (isObserving) await raiseRevision(manager);
  });
}

/** In an order of their own, and without when operations began, which each reading reckons anew. */
function contentOf({ volumes, streams, operations, ...rest }: Desired): object {
  return {
    ...rest,
    volumes: new Map(volumes.map((volume) => [volume.spec.uid as string, volume])),
    streams: new Map(streams.map((stream) => [stream.uid as string, stream])),
    operations: operations.map((operation) => ({ ...operation, startedMs: 0 })),
  };
}

/** What nodes may show of it: most of it, some of it otherwise, and some that nobody wants. */
function someView(desired: Desired, uid: NodeUid): NodeView {
  const volumes = desired.volumes
    .filter(({ nodeUid }) => nodeUid === uid && !random.isOneIn(6))
    .map(({ spec }) => ({ spec: random.isOneIn(5) ? { ...spec, name: 'other' } : spec, access: 'Read_Write' }));
  const strange = { spec: { uid: randomUUID(), sizeBytes: 4096, allowedClients: [] } };
  const sessions = desired.streams.flatMap(({ specs }) =>
    specs.flatMap((spec) => {
      const role = spec.source.nodeUid === uid ? 'source' : spec.destination.nodeUid === uid ? 'destination' : null;
      if (role === null || random.isOneIn(5)) return [];
      const generation = spec.generation - (random.isOneIn(4) ? 1 : 0);
      return [{ spec: { ...spec, generation }, role, appliedGeneration: generation }];
    }),
  );
  return new NodeView({
    volumes: [...volumes, ...(random.isOneIn(3) ? [strange] : [])] as unknown as VolumeState[],
    sessions: sessions as unknown as SessionState[],
    events: [],
  } as unknown as NodeState);
}

function someObservations(desired: Desired): Observed {
  const nodes = new Map<NodeUid, Observation>();
  for (const { uid } of desired.nodes) {
    if (random.isOneIn(8)) continue;
    const view = someView(desired, uid);
    const isReachable = !random.isOneIn(8);
    nodes.set(uid, isReachable ? { isReachable, view } : { isReachable, code: 'NODE_UNREACHABLE', sinceMs: 0 });
  }
  return { nowMs: 1000, sinceMs: 0, nodes, strangers: new Map(), refusals: new Map() };
}

/** Whatever is planned of a part is planned of the whole, and the parts together plan all of it. */
function expectSamePlan(mirror: DesiredMirror): void {
  const desired = mirror.within(EVERYTHING);
  const observed = someObservations(desired);
  const whole = plan(desired, observed);
  const views = [...observed.nodes.values()].flatMap((node) => (node.isReachable ? [node.view] : []));
  const volumeUids = new Set(
    [...desired.volumes, ...views.flatMap(({ volumes }) => [...volumes.values()])].map(({ spec }) => spec.uid),
  );
  const streamKeys = new Set([
    ...desired.streams.map(({ specs }) => streamKey(specs[0])),
    ...views.flatMap((view) => [...view.streamKeys]),
  ]);
  const scopes = [
    new PlanScope(),
    ...[...volumeUids].map((uid) => ({ volumeUids: new Set([uid]), streamKeys: new Set<string>() })),
    ...[...streamKeys].map((key) => ({ volumeUids: new Set<never>(), streamKeys: new Set([key]) })),
  ];
  const settled = { volumeUids: new Set<string>(), streamKeys: new Set<string>() };
  const found: unknown[] = [];
  for (const part of scopes) {
    const scope = new PlanScope();
    scope.add(part);
    const made = plan(mirror.within(scope), observed);
    found.push(...made.commands, ...made.facts, ...made.outcomes);
    for (const uid of part.volumeUids) if (!made.unsettled!.volumeUids.has(uid)) settled.volumeUids.add(uid);
    for (const key of part.streamKeys) if (!made.unsettled!.streamKeys.has(key)) settled.streamKeys.add(key);
  }
  const all: unknown[] = [...whole.commands, ...whole.facts, ...whole.outcomes];
  for (const each of found) expect(all).toContainEqual(each);
  for (const each of all) expect(found).toContainEqual(each);
  for (const uid of whole.unsettled!.volumeUids) expect(settled.volumeUids).not.toContain(uid);
  for (const key of whole.unsettled!.streamKeys) expect(settled.streamKeys).not.toContain(key);
}

it('C73: what is read again of the desired state, and planned, is all that changed', async () => {
  const { manager } = database.dataSource;
  const mirror = new DesiredMirror();
  await mirror.refresh(manager, new PlanScope());
  for (let step = 0; step < STEPS; step++) {
    const before = mirror.within(EVERYTHING);
    await change();
    const changed = new PlanScope();
    await mirror.refresh(manager, changed);
    const after = mirror.within(EVERYTHING);
    const afresh = new DesiredMirror();
    await afresh.refresh(manager, new PlanScope());
    expect(contentOf(after)).toEqual(contentOf(afresh.within(EVERYTHING)));
    for (const { spec } of differing(before.volumes, after.volumes)) expect(changed.volumeUids).toContain(spec.uid);
    for (const { specs } of differing(before.streams, after.streams))
      expect(changed.streamKeys).toContain(streamKey(specs[0]));
    expectSamePlan(mirror);
  }
}, 60_000);

function differing<T>(before: readonly T[], after: readonly T[]): T[] {
  const isIn = (list: readonly T[], wanted: T): boolean => list.some((each) => isDeepStrictEqual(each, wanted));
  return [...before.filter((each) => !isIn(after, each)), ...after.filter((each) => !isIn(before, each))];
}
