import type { EntityManager } from 'typeorm';
import type { NodeUid, SessionUid, StreamUid, VolumeUid } from '../../model/ids.js';
import type { RevisionMark } from '../../node-api/revision-mark.js';
import { streamKey, type Desired, type DesiredStream, type DesiredVolume } from './desired.js';
import { loadDesired, type Loaded, type NodeAccess, type Part } from './load-desired.js';
import { PlanScope } from './plan-scope.js';

/** Whatever was missed otherwise is found so often. */
const WHOLE_MS = 60_000;

/** How far the database's changes are known here. */
interface Position {
  readonly revision: RevisionMark;
  /** The last of the table `desired_change`. */
  readonly change: number;
  /** The first that is still there. */
  readonly oldestChange: number;
}

interface ChangeRow {
  readonly kind: 'storage_node' | 'volume' | 'stream';
  readonly uid: string;
}

/** The desired state in memory: of the database only what changed is read again, and everything now and then. */
export class DesiredMirror {
  private position: Position | null = null;
  private wholeMs = -Infinity;
  private common: Omit<Loaded, 'volumes' | 'streams'> | null = null;
  private areOperationsDoubted = false;
  private readonly volumes = new Map<VolumeUid, DesiredVolume>();
  private readonly streams = new Map<StreamUid, DesiredStream>();
  private readonly streamsByKey: Index<string> = new Map();
  private readonly streamsByVolume: Index<VolumeUid> = new Map();
  private readonly streamBySession = new Map<SessionUid, StreamUid>();

  /** Nothing that is known counts any more. */
  forget(): void {
    this.position = null;
  }

  /** What the reconciler writes itself ends operations and starts jobs without being a change. */
  doubtOperations(): void {
    this.areOperationsDoubted = true;
  }

  /**
   * Brings it up to date.
   * @param changed is told what is different
   */
  async refresh(manager: EntityManager, changed: PlanScope): Promise<void> {
    const isWholeDue = this.position === null || performance.now() - this.wholeMs >= WHOLE_MS;
    if (!isWholeDue && !this.areOperationsDoubted && isSame(this.position!, await positionOf(manager))) return;
    await manager.transaction('REPEATABLE READ', async (inner) => {
      const position = await positionOf(inner);
      const known = isWholeDue ? null : this.position;
      const rows = known && follows(position, known) ? await changesSince(inner, known) : null;
      const part = rows && partOf(rows);
      const loaded = await loadDesired(inner, part);
      if (part === null) {
        this.clear();
        this.wholeMs = performance.now();
        changed.addEverything();
      } else this.take(part, changed);
      this.common = loaded;
      this.areOperationsDoubted = false;
      this.position = position;
      for (const volume of loaded.volumes) this.volumes.set(volume.spec.uid, volume);
      for (const stream of loaded.streams) this.addStream(stream, changed);
    });
  }

  get access(): readonly NodeAccess[] {
    return this.common!.access;
  }

  get queuedJobIds(): readonly number[] {
    return this.common!.queuedJobIds;
  }

  get operationCount(): number {
    return this.common!.operations.length;
  }

  get revision(): RevisionMark {
    return this.position!.revision;
  }

  /** Nodes at which unfinished operations have something to do. */
  busyNodes(): Set<NodeUid> {
    const { volumes, streams } = this.within(new PlanScope());
    const ends = streams.flatMap(({ specs: [{ source, destination }] }) => [source.nodeUid, destination.nodeUid]);
    const own = this.common!.operations.map(({ uid }) => uid as NodeUid);
    return new Set([...ends, ...volumes.map(({ nodeUid }) => nodeUid), ...own]);
  }

  /** What is wanted of a part, and of all that has an unfinished operation. */
  within(scope: PlanScope): Desired {
    const { nodes, tombstones, operations } = this.common!;
    const common = { revision: this.revision, nodes, tombstones, operations };
    if (scope.isEverything) {
      return { ...common, volumes: [...this.volumes.values()], streams: [...this.streams.values()] };
    }
    const volumeUids = new Set(scope.volumeUids);
    const streamUids = new Set<StreamUid>();
    for (const { uid } of operations) {
      if (this.streams.has(uid as StreamUid)) streamUids.add(uid as StreamUid);
      else if (this.volumes.has(uid as VolumeUid)) volumeUids.add(uid as VolumeUid);
    }
    if (scope.nodeUids.size > 0) {
      for (const { nodeUid, spec } of this.volumes.values()) if (scope.nodeUids.has(nodeUid)) volumeUids.add(spec.uid);
      for (const { uid } of this.streamsAt(scope.nodeUids)) streamUids.add(uid);
    }
    for (const uid of volumeUids) this.streamsByVolume.get(uid)?.forEach((stream) => streamUids.add(stream));
    for (const key of scope.streamKeys) this.streamsByKey.get(key)?.forEach((stream) => streamUids.add(stream));
    return {
      ...common,
      volumes: [...volumeUids].flatMap((uid) => this.volumes.get(uid) ?? []),
      streams: [...streamUids].map((uid) => this.streams.get(uid)!),
      scope: {
        volumeUids,
        streamKeys: scope.streamKeys,
        knowsVolume: (uid) => this.volumes.has(uid),
        knowsSession: (uid) => this.streamBySession.has(uid),
        knowsStream: (key) => this.streamsByKey.has(key),
      },
    };
  }

  private clear(): void {
    for (const part of [this.volumes, this.streams, this.streamsByKey, this.streamsByVolume, this.streamBySession]) {
      part.clear();
    }
  }

  /** Takes out what was read again, or is not there any more. */
  private take({ volumeUids, streamUids, nodeUids }: Part, changed: PlanScope): void {
    for (const uid of volumeUids) {
      this.volumes.delete(uid);
      changed.volumeUids.add(uid);
    }
    for (const uid of [...streamUids, ...this.streamsAt(new Set(nodeUids)).map((stream) => stream.uid)]) {
      const stream = this.streams.get(uid);
      if (stream === undefined) continue;
      const key = streamKey(stream.specs[0]);
      changed.streamKeys.add(key);
      this.streams.delete(uid);
      removeFrom(this.streamsByKey, key, uid);
      for (const spec of stream.specs) {
        this.streamBySession.delete(spec.uid);
        for (const end of [spec.source, spec.destination]) removeFrom(this.streamsByVolume, end.volumeUid, uid);
      }
    }
  }

  private streamsAt(nodeUids: ReadonlySet<NodeUid>): DesiredStream[] {
    return [...this.streams.values()].filter(
      ({ specs: [{ source, destination }] }) => nodeUids.has(source.nodeUid) || nodeUids.has(destination.nodeUid),
    );
  }

  private addStream(stream: DesiredStream, changed: PlanScope): void {
    const { uid, specs } = stream;
    const key = streamKey(specs[0]);
    changed.streamKeys.add(key);
    this.streams.set(uid, stream);
    addTo(this.streamsByKey, key, uid);
    for (const spec of specs) {
      this.streamBySession.set(spec.uid, uid);
      for (const end of [spec.source, spec.destination]) addTo(this.streamsByVolume, end.volumeUid, uid);
    }
  }
}

type Index<K> = Map<K, Set<StreamUid>>;

function addTo<K>(index: Index<K>, key: K, uid: StreamUid): void {
  const known = index.get(key);
  if (known) known.add(uid);
  else index.set(key, new Set([uid]));
}

function removeFrom<K>(index: Index<K>, key: K, uid: StreamUid): void {
  const known = index.get(key);
  known?.delete(uid);
  if (known?.size === 0) index.delete(key);
}

async function positionOf(manager: EntityManager): Promise<Position> {
  const [row]: [Record<'number' | 'id' | 'last' | 'first', string>] = await manager.query(
    `SELECT r.number, r.id, coalesce((SELECT max(id) FROM desired_change), 0) AS last,
            coalesce((SELECT min(id) FROM desired_change), 0) AS first
     FROM authority a JOIN revision r ON r.number = a.revision`,
  );
  const revision = { number: Number(row.number), id: row.id };
  return { revision, change: Number(row.last), oldestChange: Number(row.first) };
}

function isSame(one: Position, other: Position): boolean {
  return one.revision.id === other.revision.id && one.change === other.change;
}

/** Whether all that changed in between is still told. Not so in a database that was restored meanwhile. */
function follows({ revision, change, oldestChange }: Position, known: Position): boolean {
  return revision.number >= known.revision.number && change >= known.change && oldestChange <= known.change + 1;
}

function changesSince(manager: EntityManager, { change }: Position): Promise<ChangeRow[]> {
  return manager.query('SELECT DISTINCT kind, uid FROM desired_change WHERE id > $1', [change]);
}

function partOf(rows: readonly ChangeRow[]): Part {
  const of = <T extends string>(kind: ChangeRow['kind']): T[] =>
    rows.filter((row) => row.kind === kind).map(({ uid }) => uid as T);
  return { volumeUids: of('volume'), streamUids: of('stream'), nodeUids: of('storage_node') };
}
