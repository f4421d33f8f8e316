import { isRefusal, type Refusal } from '../../errors/refusal.js';
import type { NodeUid, SessionUid, VolumeUid } from '../../model/ids.js';
import type { SessionEnd, SessionSpec, SessionState } from '../../node-api/contract.js';
import type { GroupMembers } from '../group/group-members.js';
import type { GroupRecord, GroupRecordFile } from '../group/group-record.js';
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
  /** The session as the control plane told it since. */
  private told: SessionSpec | null = null;
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
    return record.sessions[0]!.run === 'Active' && !record.isFenced && record.rejection === null;
  }

  /** Its files are free for others when this resolves. */
  async endMending(): Promise<void> {
    const { mending } = this;
    this.mending = null;
    await mending?.stop();
    await mending?.group.close();
  }

  /** The session as far as it is known here. Without a record nothing is known of its state: generation 0 asks to be told. */
  get spec(): SessionSpec {
    const known = this.record?.sessions[0] ?? { ...this.members.sessions[0]!, generation: 0, resumedGeneration: 0 };
    return this.told !== null && this.told.generation > known.generation ? this.told : known;
  }

  /** Null when neither the record nor the control plane told. */
  get role(): Role | null {
    return this.record === null && this.told === null ? null : this.roleIn(this.spec);
  }

  roleIn(spec: SessionSpec): Role {
    return spec.source.nodeUid === this.nodeUid ? 'source' : 'destination';
  }

  /** Whether the file that tells how far the ends are equal is lost, and not only out of reach. */
  get isDamaged(): boolean {
    return this.refusal.code === 'FORMAT_CORRUPT' || this.refusal.code === 'SRL_CORRUPT';
  }

  get volumeUids(): VolumeUid[] {
    return this.members.sessions.map((spec) => this.endHere(spec).volumeUid);
  }

  private endHere(spec: SessionSpec): SessionEnd {
    return spec[this.roleIn(spec)];
  }

  isOf(session: SessionUid): boolean {
    return this.members.sessions.some((spec) => spec.uid === session);
  }

  /**
   * What the control plane wants of it from now on.
   * @throws Refusal that it was set aside for: only a destination that is to be copied needs nothing of what is lost
   */
  tell(spec: SessionSpec): void {
    if (spec.generation <= this.spec.generation) return;
    const isOrder = this.record !== null || this.told !== null;
    if (isOrder && (this.roleIn(spec) === 'source' || spec.run === 'Suspend')) throw this.refusal;
    this.told = spec;
  }

  /** The session when its source tells this: a later generation is news; without a record the control plane must have told first. */
  specFor(theirs: SessionSpec): SessionSpec {
    return this.role !== null && theirs.generation > this.spec.generation ? theirs : this.spec;
  }

  /** What can be said of its session without log and maps. */
  state(): SessionState {
    const { record, refusal, spec } = this;
    const role = this.roleIn(spec);
    const epoch = record?.lineage.at(-1);
    const isSource = role === 'source' && record !== null;
    return {
      spec,
      role,
      // A destination does what it was told as soon as its source is there.
      appliedGeneration: role === 'destination' ? spec.generation : (record?.appliedGeneration ?? 0),
      status: 'Error',
      phase: isSource ? record.stream.phase : 'Copying',
      dataState: isSource ? record.stream.dataState : (record?.mirror.dataState ?? 'Inconsistent'),
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
      transferredBytes: record?.stream.transferredBytes ?? 0,
      resyncBytes: record?.stream.resyncBytes ?? 0,
      lag: { writes: 0, bytes: 0, seconds: 0 },
      statistics: statisticsOf(new LinkStatistics()),
    };
  }
}

/**
 * The record of a destination whose files are made anew, for the session as it is now. What it was before tells how little is to be
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
    sessions: fresh.sessions,
    appliedGeneration: fresh.appliedGeneration,
    mirror: { ...mirror, dataState: 'Inconsistent', consistentAtLsn: 0, resyncFromLsn, isLogVoid: true },
  };
}
