/**
 * What a member durably knows of a group besides the log and the maps: one small file, `srl/<group>/group.json`.
 */
import { Refusal } from '../../errors/refusal.js';
import { ERRORS, type ErrorName } from '../../errors/registry.js';
import type { GroupUid, VolumeUid } from '../../model/ids.js';
import type { Epoch } from '../../model/position.js';
import type { DataState, SessionPhase } from '../../model/session.js';
import type { SessionSpec } from '../../node-api/contract.js';
import type { Clock } from '../config/clock.js';
import type { Disk } from '../device/disk.js';
import type { LogPoint } from '../srl/recovery.js';
import { readSmallFile, writeSmallFile } from '../device/small-file.js';

export interface GroupRecord {
  readonly groupUid: GroupUid;
  role: 'source' | 'destination';
  /** The volumes. One that no session names any more is leaving. */
  members: MemberRecord[];
  /** At a source one for each destination; at a destination the one that it is fed by. */
  streams: StreamRecord[];
  /** Epochs in rising order, the current one last. */
  lineage: Epoch[];
  /** Every volume here is synced through this position: replay begins after it. */
  floorLsn: number;
  /** The log is known to be durable through this position: damage up to here is corruption, not a torn end. */
  durableLsn: number;
  /** Set while the group goes without a log: what lies in the log's folder is neither replayed nor trusted. */
  lostLog: LostLog | null;
  /** A newer epoch exists at another member: hosts are refused until roles are settled by resume or reverse. */
  isFenced: boolean;
  /**
   * Another member found that the data directory of this node went back in time or is in use twice: nothing moves, and no host is
   * served here, until the sessions are deleted.
   */
  rejection: StreamError | null;
  /** Kept by the destination about itself. */
  mirror: MirrorRecord;
}

/** Where the log begins to tell of one volume. One that was in the group from its beginning has 0 in both. */
export interface MemberRecord {
  readonly slot: number;
  /** Of this node's end. */
  readonly volumeUid: VolumeUid;
  /** Its Joining record: those for its slot up to here are of another volume. Null while there is none. */
  addedLsn: number | null;
  /** Its Joined record. Null while it joins: it is copied, and not part of the group's point in time. */
  joinedLsn: number | null;
}

export interface StreamError {
  readonly code: ErrorName;
  readonly message: string;
  /** ISO 8601. */
  readonly time: string;
}

/** A group whose streams need no log goes on from here. */
export function unusedLog(end: LogPoint, clock: Clock): LostLog {
  return { ...end, kind: 'Unused', leftAtLsn: end.lsn, cause: '', time: new Date(clock.wallMs()).toISOString() };
}

export function errorNow(code: ErrorName, clock: Clock): StreamError {
  return { code, message: ERRORS[code].text, time: new Date(clock.wallMs()).toISOString() };
}

/** Where a log ended, and where the next one goes on. */
export interface LostLog extends LogPoint {
  /** It failed, or no stream needs one: all are sent changed regions alone. */
  readonly kind: 'Failed' | 'Unused';
  /** What changed after this position is in no log, and is marked; `lsn` is beyond it by the epochs that were opened since. */
  readonly leftAtLsn: number;
  /** For people. */
  readonly cause: string;
  /** ISO 8601. */
  readonly time: string;
}

/** But for sessions and generation, kept by the source about one destination. */
export interface StreamRecord {
  /** One for each volume of the group, all with the same ends, settings and generation. */
  sessions: SessionSpec[];
  /** Last generation whose effect is complete here. */
  appliedGeneration: number;
  /**
   * Made when the destination became Equivalent: our boot of the machine then, and its continuity id (see Welcome). After our loss of
   * power in that boot, a destination with the same id still has every write that we acknowledged.
   */
  proof: { readonly bootId: string; readonly continuityId: string } | null;
  /** As far as the source knows. Up_To_Date means that acknowledgements were gated on it when this was written. */
  dataState: DataState;
  phase: SessionPhase;
  /** The log must be kept after this position for the destination; null when the map holds all that it lacks. */
  reliesFromLsn: number | null;
  /**
   * The maps name every region that may differ from what the destination held at this position, but for records that the log still
   * has; null while the stream relies on its log alone.
   */
  mapsFromLsn: number | null;
  /**
   * Until the destination is Equivalent for the first time: it is taken to hold what the source held when the stream was made, on the
   * operator's word, so that the maps name all that it lacks (`initial_copy` Skip). Absent in records from before there was such a thing.
   */
  isCopySkipped?: boolean;
  /** Set while the ranges of the log after `reliesFromLsn` are being carried over to the map. */
  isFalling: boolean;
  /** The destination may have changed regions by itself since it was suspended: ask for its map before copying. */
  mustAskForChanges: boolean;
  /** The destination is written off until it returns: acknowledgements go on without it, or fail under split mode Manual. */
  isHalted: boolean;
  /** Recovery mode Manual, and the link was lost: nothing moves until resume. */
  isWaitingForResume: boolean;
  error: StreamError | null;
  /** Since when the destination has lacked what the maps name, wall milliseconds; null when they are empty. Rough after a crash. */
  behindSinceMs: number | null;
  /** Payload sent since the session was made; and the part of it that region copies were. Rough after a crash. */
  transferredBytes: number;
  resyncBytes: number;
}

export interface MirrorRecord {
  dataState: DataState;
  /** Inconsistent until the durable position reaches this. */
  consistentAtLsn: number;
  /** Position that it held when it left the stream (suspend): its maps name what its hosts changed since. */
  leftAtLsn: number;
  /** Where the records that come along with the resync begin. */
  resyncFromLsn: number;
  /** Records up to this one were in a log that failed here: the volumes hold them, but nobody can be given them again. */
  lostThroughLsn: number;
  /** During a resync changes bypass the log: its records say nothing of the volume and are not replayed. */
  isLogVoid: boolean;
}

const FORMAT = 'group';
const VERSION = 3;

/** Whether any session is of this volume: if not, it is leaving. */
export function isNamed(record: GroupRecord, slot: number): boolean {
  return record.streams.some(({ sessions }) => sessions.some((spec) => spec.slot === slot));
}

/** Every session of a group, stream by stream. */
export function sessionsOf({ streams }: GroupRecord): SessionSpec[] {
  return streams.flatMap(({ sessions }) => sessions);
}

/** Keeps a group's record on disk: saves that come while one runs are one more write, of the newest state. */
export class GroupRecordFile {
  private running: Promise<void> | null = null;
  private next: Promise<void> | null = null;
  private isLastLost = false;
  private isRetired = false;

  constructor(
    private readonly disk: Disk,
    private readonly path: string,
    readonly record: GroupRecord,
  ) {}

  /** Null when there is no such file. */
  static async read(disk: Disk, path: string): Promise<GroupRecordFile | null> {
    const found = await readSmallFile(disk, path, FORMAT, VERSION);
    if (found === null) return null;
    if (found.version < VERSION) throw new Refusal('FORMAT_UNSUPPORTED', `${path}: version ${found.version}`);
    return new GroupRecordFile(disk, path, found.body as GroupRecord);
  }

  /** The last save failed, and none has come since: whoever does not need it at once tries it again later. */
  get isStale(): boolean {
    return this.isLastLost;
  }

  /** Nothing is written any more once this resolves: the file is about to be removed. */
  async retire(): Promise<void> {
    this.isRetired = true;
    await Promise.allSettled([this.running, this.next]);
  }

  /** Resolves when the record as it is now is durable. */
  save(): Promise<void> {
    if (this.isRetired) return Promise.reject(new Refusal('DEVICE_FAILED', `${this.path}: removed`));
    if (this.running === null) return this.write();
    this.next ??= this.running.then(
      () => this.write(),
      () => this.write(),
    );
    return this.next;
  }

  private write(): Promise<void> {
    this.next = null;
    const writing = writeSmallFile(this.disk, this.path, FORMAT, VERSION, this.record);
    this.running = writing;
    const done = (isLost: boolean): void => {
      this.isLastLost = isLost;
      if (this.running === writing) this.running = null;
    };
    writing.then(
      () => done(false),
      () => done(true),
    );
    return writing;
  }
}
