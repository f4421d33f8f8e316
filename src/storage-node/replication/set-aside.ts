import { isRefusal, type Refusal } from '../../errors/refusal.js';
import type { NodeUid, SessionUid, VolumeUid } from '../../model/ids.js';
import type { SessionEnd, SessionSpec, SessionState } from '../../node-api/contract.js';
import type { GroupMembers } from '../group/group-members.js';
import type { GroupRecord, GroupRecordFile, StreamRecord } from '../group/group-record.js';
import { LinkStatistics } from './link-statistics.js';
import { statisticsOf } from './session-figures.js';
import type { SourceMending } from './source-mending.js';

type Role = GroupRecord['role'];

/** Whether a group may be set aside for it. What a newer version wrote must be left to that version, all of it. */
export function isReasonToSetAside(error: unknown): error is Refusal {
  return isRefusal(error) && error.code !== 'FORMAT_UNSUPPORTED';
}

/**
 * A group that cannot be opened: its record or its log is damaged, or a volume's device is gone. The other groups of the node go on
 * without it. Its volumes stay closed to hosts, since what they wrote would be in no log and no map; and nothing of it is changed. It
 * is tried again at the next start, made anew as a destination when its source says Hello, or given up by deleting its session.
 */
export class SetAside {
  /** Streams as the control plane told them since, by the node at the other end. */
  private readonly told = new Map<NodeUid, readonly SessionSpec[]>();
  /** A source's damaged log is asked of its destination. */
  mending: SourceMending | null = null;

  constructor(
    private readonly nodeUid: NodeUid,
    readonly members: GroupMembers,
    /** Null when it cannot be read. */
    readonly file: GroupRecordFile | null,
    public refusal: Refusal,
    private readonly since: Date,
  ) {}

  get record(): GroupRecord | null {
    return this.file?.record ?? null;
  }

  /** Whether it is a source that serves hosts, or would, but for the damage of its log. */
  get isMendableSource(): boolean {
    const { record } = this;
    if (record === null || record.role !== 'source' || this.refusal.code !== 'SRL_CORRUPT') return false;
    const isActive = record.streams.some(({ sessions }) => sessions[0]!.run === 'Active');
    return isActive && !record.isFenced && record.rejection === null;
  }

  /** Its files are free for others when this resolves. */
  async endMending(): Promise<void> {
    const { mending } = this;
    this.mending = null;
    await mending?.stop();
    await mending?.group.close();
  }

  /** Its streams as far as they are known here. Without a record nothing is known of their state: generation 0 asks to be told. */
  get streams(): (readonly SessionSpec[])[] {
    const known = this.record?.streams.map(({ sessions }) => sessions) ?? this.streamsOfMembers();
    return known.map((sessions) => {
      const told = this.told.get(this.otherNode(sessions[0]!));
      return told !== undefined && told[0]!.generation > sessions[0]!.generation ? told : sessions;
    });
  }

  private streamsOfMembers(): SessionSpec[][] {
    const streams = new Map<NodeUid, SessionSpec[]>();
    for (const session of this.members.sessions) {
      const other = this.otherNode(session);
      streams.set(other, [...(streams.get(other) ?? []), { ...session, generation: 0, resumedGeneration: 0 }]);
    }
    return [...streams.values()];
  }

  private otherNode(spec: SessionSpec): NodeUid {
    return this.roleIn(spec) === 'source' ? spec.destination.nodeUid : spec.source.nodeUid;
  }

  /** Any of its sessions. */
  get spec(): SessionSpec {
    return this.streams[0]![0]!;
  }

  /** Null when neither the record nor the control plane told. */
  get role(): Role | null {
    return this.record === null && this.told.size === 0 ? null : this.roleIn(this.spec);
  }

  roleIn(spec: SessionSpec): Role {
    return spec.source.nodeUid === this.nodeUid ? 'source' : 'destination';
  }

  /** Whether the file that tells how far the ends are equal is lost, and not only out of reach. */
  get isDamaged(): boolean {
    return this.refusal.code === 'FORMAT_CORRUPT' || this.refusal.code === 'SRL_CORRUPT';
  }

  get volumeUids(): VolumeUid[] {
    return [...new Set(this.members.sessions.map((spec) => this.endHere(spec).volumeUid))];
  }

  private endHere(spec: SessionSpec): SessionEnd {
    return spec[this.roleIn(spec)];
  }

  isOf(session: SessionUid): boolean {
    return this.streams.some((sessions) => sessions.some((spec) => spec.uid === session));
  }

  /**
   * What the control plane wants of it from now on.
   * @throws Refusal that it was set aside for: only a destination that is to be copied needs nothing of what is lost
   */
  tell(sessions: readonly SessionSpec[]): void {
    const spec = sessions[0]!;
    const known = this.streams.find(([first]) => this.otherNode(first!) === this.otherNode(spec));
    if (known !== undefined && spec.generation <= known[0]!.generation) return;
    const isOrder = this.record !== null || this.told.size > 0;
    if (isOrder && (this.roleIn(spec) === 'source' || spec.run === 'Suspend')) throw this.refusal;
    this.told.set(this.otherNode(spec), sessions);
  }

  /** The stream when its source tells this: a later generation is news; without a record the control plane must have told first. */
  sessionsFor(theirs: readonly SessionSpec[]): readonly SessionSpec[] {
    const isNews = this.role !== null && theirs[0]!.generation > this.spec.generation;
    return isNews ? theirs : this.streams[0]!;
  }

  /** What can be said of its sessions without log and maps. */
  states(): SessionState[] {
    return this.streams.flatMap((sessions, index) =>
      sessions.map((spec) => this.stateOf(spec, this.record?.streams[index] ?? null)),
    );
  }

  private stateOf(spec: SessionSpec, stream: StreamRecord | null): SessionState {
    const { record, refusal } = this;
    const role = this.roleIn(spec);
    const epoch = record?.lineage.at(-1);
    const isSource = role === 'source' && stream !== null;
    return {
      spec,
      role,
      // A destination does what it was told as soon as its source is there.
      appliedGeneration: role === 'destination' ? spec.generation : (stream?.appliedGeneration ?? 0),
      status: 'Error',
      phase: isSource ? stream.phase : 'Copying',
      dataState: isSource ? stream.dataState : (record?.mirror.dataState ?? 'Inconsistent'),
      effectiveMode: spec.settings.transferMode,
      loggingTo: 'Dcm',
      error: { code: refusal.code, message: refusal.message, time: this.since.toISOString() },
      isJoining: false,
      throttle: 'None',
      isRpoBreached: false,
      isLinkUp: false,
      paths: [],
      lastHeardTime: null,
      epoch: { number: epoch?.number ?? 0, id: epoch?.id ?? '0'.repeat(16) },
      headLsn: String(record?.durableLsn ?? 0),
      durableLsn: String(record?.durableLsn ?? 0),
      totalBytes: 0,
      uncopiedBytes: 0,
      transferredBytes: stream?.transferredBytes ?? 0,
      resyncBytes: stream?.resyncBytes ?? 0,
      lag: { writes: 0, bytes: 0, seconds: 0 },
      statistics: statisticsOf(new LinkStatistics()),
    };
  }
}

/**
 * The record of a destination whose files are made anew, for its sessions as they are now. What it was before tells how little is to be
 * copied: up to the floor its volumes hold what they should, whatever of the log was applied since.
 * @param before null when nothing is known
 */
export function recordMadeAnew(fresh: GroupRecord, before: GroupRecord | null): GroupRecord {
  if (before === null || before.role === 'source') return fresh;
  const { mirror, floorLsn } = before;
  const resyncFromLsn = mirror.isLogVoid ? mirror.resyncFromLsn : floorLsn;
  return {
    ...before,
    lostLog: null,
    members: fresh.members,
    streams: before.streams.map((stream) => {
      const { sessions, appliedGeneration } = fresh.streams[0]!;
      return { ...stream, sessions, appliedGeneration };
    }),
    mirror: { ...mirror, dataState: 'Inconsistent', consistentAtLsn: 0, resyncFromLsn, isLogVoid: true },
  };
}
