import type { EntityManager } from 'typeorm';
import type { GroupUid, NodeUid, SessionUid, StreamUid, VolumeUid } from '../../model/ids.js';
import type { KnownRun } from '../../model/run.js';
import type { SessionSettings } from '../../model/session.js';
import type { NodeIdentity, NodeSpec, SessionSpec, VolumeSpec, WriteCache } from '../../node-api/contract.js';
import type { CopySession } from '../copysession/copy-session.entity.js';
import type {
  DesiredNode,
  DesiredStream,
  DesiredVolume,
  OperationKind,
  PendingOperation,
  StreamChange,
  Tombstone,
} from './desired.js';

/** What is needed to talk to a node, beside what is wanted of it. */
export interface NodeAccess {
  readonly id: number;
  readonly uid: NodeUid;
  readonly address: string;
  readonly fingerprint: string;
  readonly enrolmentToken: string | null;
  readonly isEnrolled: boolean;
  readonly unreachableSinceMs: number | null;
  /** The highest run of the node that was seen, or null before the first. */
  readonly knownRun: KnownRun | null;
}

/** What is read again; null is everything. */
export interface Part {
  readonly volumeUids: readonly VolumeUid[];
  readonly streamUids: readonly StreamUid[];
  /** Streams that begin or end at these. */
  readonly nodeUids: readonly NodeUid[];
}

export interface Loaded {
  readonly nodes: readonly DesiredNode[];
  readonly access: readonly NodeAccess[];
  readonly volumes: readonly DesiredVolume[];
  readonly streams: readonly DesiredStream[];
  readonly tombstones: readonly Tombstone[];
  readonly operations: readonly PendingOperation[];
  /** Jobs that are not marked as running yet. */
  readonly queuedJobIds: readonly number[];
}

interface NodeRow {
  id: number;
  uid: NodeUid;
  name: string;
  address: string;
  fingerprint: string;
  is_in_maintenance: boolean;
  copy_concurrency: number;
  is_enrolled: boolean;
  enrolment_token: string | null;
  applied_spec: NodeSpec | null;
  identity: NodeIdentity | null;
  run_counter: number | null;
  run_id: string | null;
  unreachable_ms: string | null;
  is_truth: boolean;
}

interface VolumeRow {
  id: number;
  uid: VolumeUid;
  node_id: number;
  number: number;
  name: string;
  size_bytes: string;
  write_cache: WriteCache;
  backing: VolumeSpec['backing'];
  is_overwrite: boolean;
  allowed_clients: string[];
  is_copy_protected: boolean;
  created_time: Date;
  is_established: boolean;
  is_deleted: boolean;
  is_delete_forced: boolean;
}

interface StreamRow {
  id: number;
  uid: StreamUid;
  group_uid: GroupUid;
  group_id: number | null;
  group_name: string | null;
  generation: number;
  issued_generation: number;
  resumed_generation: number;
  last_change: StreamChange;
  settings: SessionSettings;
  srl_size_bytes: string;
  run: SessionSpec['run'];
  is_forced: boolean;
  is_alone: boolean;
  is_established: boolean;
  is_lost: boolean;
  is_deleted: boolean;
  is_delete_forced: boolean;
}

interface SessionRow {
  id: number;
  uid: SessionUid;
  stream_id: number;
  slot: number;
  membership: CopySession['membership'];
  source_volume_uid: VolumeUid;
  source_node_id: number;
  destination_volume_uid: VolumeUid;
  destination_node_id: number;
}

interface OperationRow {
  id: number;
  job_id: number;
  job_status: string;
  request_id: string | null;
  kind: OperationKind;
  uid: string;
  age_ms: string;
}

/**
 * Plain rows, not entities: there are thousands, and the observed state stays where it is. How long ago things were is told by the
 * clock of the database, which wrote them down. To be called in a transaction that sees one moment: a session is never seen without
 * the volumes that were made with it.
 */
export async function loadDesired(manager: EntityManager, part: Part | null): Promise<Loaded> {
  const nodes: NodeRow[] = await manager.query(
    `SELECT id, uid, name, address, fingerprint, is_in_maintenance, copy_concurrency, is_enrolled, enrolment_token, applied_spec, identity,
            extract(epoch FROM now() - unreachable_since) * 1000 AS unreachable_ms,
            (figures->>'runCounter')::integer AS run_counter, figures->'runIds'->>0 AS run_id, is_truth
     FROM storage_node ORDER BY id`,
  );
  const volumes: VolumeRow[] = await manager.query(
    `SELECT id, uid, node_id, number, name, size_bytes, write_cache, backing, is_overwrite, allowed_clients, is_copy_protected,
            created_time, is_established, is_deleted, is_delete_forced
     FROM volume WHERE $1::uuid[] IS NULL OR uid = ANY($1) ORDER BY id`,
    [part && part.volumeUids],
  );
  const streams: StreamRow[] = await manager.query(
    `SELECT t.id, t.uid, group_uid, g.id AS group_id, g.name AS group_name, generation, issued_generation, resumed_generation,
            last_change, settings, srl_size_bytes, run, is_forced, is_alone, is_established, lost_time IS NOT NULL AS is_lost,
            is_deleted, is_delete_forced
     FROM stream t JOIN storage_node a ON a.id = source_node_id JOIN storage_node b ON b.id = destination_node_id
       LEFT JOIN consistency_group g ON g.uid = t.group_uid
     WHERE $1::uuid[] IS NULL OR t.uid = ANY($1) OR a.uid = ANY($2) OR b.uid = ANY($2) ORDER BY t.id`,
    [part && part.streamUids, part && part.nodeUids],
  );
  const sessions: SessionRow[] = await manager.query(
    `SELECT s.id, s.uid, stream_id, s.slot, membership, a.uid AS source_volume_uid, a.node_id AS source_node_id,
            b.uid AS destination_volume_uid, b.node_id AS destination_node_id
     FROM copy_session s JOIN volume a ON a.id = source_volume_id JOIN volume b ON b.id = destination_volume_id
     WHERE $1::integer[] IS NULL OR stream_id = ANY($1) ORDER BY s.slot, s.id`,
    [part && streams.map(({ id }) => id)],
  );
  const tombstones: Tombstone[] = await manager.query(
    `SELECT kind, uid, node_uid AS "nodeUid" FROM tombstone ORDER BY id`,
  );
  const operations: OperationRow[] = await manager.query(
    `SELECT o.id, o.job_id, j.status AS job_status, j.request_id, o.kind, o.uid,
            extract(epoch FROM now() - o.started_time) * 1000 AS age_ms
     FROM job_operation o JOIN job j ON j.id = o.job_id WHERE o.ended_time IS NULL ORDER BY o.id`,
  );
  const nodeById = new Map(nodes.map((node) => [node.id, node]));
  const sessionsByStream = Map.groupBy(sessions, (session) => session.stream_id);
  const queued = operations.filter((row) => row.job_status === 'Queued').map((row) => row.job_id);
  return {
    nodes: nodes.map(toNode),
    access: nodes.map(toAccess),
    volumes: volumes.map((row) => toVolume(row, nodeById.get(row.node_id)!)),
    streams: streams.flatMap((row) =>
      toStream(row, sessionsByStream.get(row.id) ?? [], (nodeId, uid) => endOf(nodeById.get(nodeId)!, uid)),
    ),
    tombstones,
    operations: operations.map(toOperation),
    queuedJobIds: [...new Set(queued)],
  };
}

function toNode(row: NodeRow): DesiredNode {
  return {
    uid: row.uid,
    spec: { name: row.name, isInMaintenance: row.is_in_maintenance, copyConcurrency: row.copy_concurrency },
    appliedSpec: row.applied_spec,
    isEnrolled: row.is_enrolled,
    isTruth: row.is_truth,
  };
}

function toAccess(row: NodeRow): NodeAccess {
  return {
    id: row.id,
    uid: row.uid,
    address: row.address,
    fingerprint: row.fingerprint,
    enrolmentToken: row.enrolment_token,
    isEnrolled: row.is_enrolled,
    unreachableSinceMs: row.unreachable_ms === null ? null : performance.now() - Number(row.unreachable_ms),
    knownRun: row.run_counter === null || row.run_id === null ? null : { counter: row.run_counter, id: row.run_id },
  };
}

function toVolume(row: VolumeRow, node: NodeRow): DesiredVolume {
  return {
    nodeUid: node.uid,
    spec: {
      uid: row.uid,
      name: row.name,
      label: row.id,
      number: row.number,
      sizeBytes: Number(row.size_bytes),
      writeCache: row.write_cache,
      backing: row.backing,
      isOverwrite: row.is_overwrite,
      allowedClients: row.allowed_clients,
      isCopyProtected: row.is_copy_protected,
      createdTime: row.created_time.toISOString(),
    },
    isEstablished: row.is_established,
    isDeleted: row.is_deleted,
    isDeleteForced: row.is_delete_forced,
  };
}

/** None, of a stream without sessions: it was not made yet, or is being forgotten. */
function toStream(
  row: StreamRow,
  sessions: readonly SessionRow[],
  end: (nodeId: number, volumeUid: VolumeUid) => SessionSpec['source'],
): DesiredStream[] {
  const specs = sessions
    .filter(({ membership }) => membership !== 'Leaving')
    .map((session): SessionSpec => ({
      uid: session.uid,
      label: session.id,
      generation: row.generation,
      groupUid: row.group_uid,
      ...(row.group_id !== null && { group: { name: row.group_name!, label: row.group_id } }),
      slot: session.slot,
      source: end(session.source_node_id, session.source_volume_uid),
      destination: end(session.destination_node_id, session.destination_volume_uid),
      settings: row.settings,
      srlSizeBytes: Number(row.srl_size_bytes),
      run: row.run,
      resumedGeneration: row.resumed_generation,
      isForced: row.is_forced,
      isAlone: row.is_alone,
    }));
  const [first, ...others] = specs;
  if (first === undefined) return [];
  return [
    {
      uid: row.uid,
      specs: [first, ...others],
      leaving: sessions.filter(({ membership }) => membership === 'Leaving').map(({ uid }) => uid),
      issuedGeneration: row.issued_generation,
      lastChange: row.last_change,
      isEstablished: row.is_established,
      isLost: row.is_lost,
      isDeleted: row.is_deleted,
      isDeleteForced: row.is_delete_forced,
    },
  ];
}

function endOf(node: NodeRow, volumeUid: VolumeUid): SessionSpec['source'] {
  return {
    nodeUid: node.uid,
    volumeUid,
    peerAddresses: node.identity?.peerAddresses ?? [],
    fingerprint: node.fingerprint,
    isPeerPlain: node.identity?.isPeerPlain ?? false,
  };
}

function toOperation(row: OperationRow): PendingOperation {
  return {
    id: String(row.id),
    jobId: String(row.job_id),
    requestId: row.request_id,
    kind: row.kind,
    uid: row.uid,
    startedMs: performance.now() - Number(row.age_ms),
  };
}
