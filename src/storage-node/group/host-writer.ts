import { isRefusal } from '../../errors/refusal.js';
import type { ErrorName } from '../../errors/registry.js';
import { RECORD_PAYLOAD_BYTES_MAX, RecordType } from '../../format/srl/record.js';
import { SRL_RESERVE_BYTES } from '../config/limits.js';
import { makeLogEntry, type LogEntry } from '../../format/srl/log-entry.js';
import { HostOperation, type HostRequest } from '../volume/host-request.js';
import { AckGate } from './ack-gate.js';
import { recordTypeOf } from './direct-path.js';
import { Deferrals } from './deferrals.js';
import type { Follower } from './follower.js';
import type { Group } from './group.js';
import type { HostPath } from './host-path.js';
import type { Member } from './member.js';

/** `lastLsn` of a FLUSH that waits for the batch before it to be numbered. */
const STAGED_FLUSH = -Infinity;

/** A request that has to wait for room in the log or for its extent to become active. */
interface Deferred {
  readonly member: Member;
  readonly request: HostRequest;
}

/**
 * The path of host writes at a source: log, volume, stream, and back when they are acknowledged. Everything that one turn brought
 * for a volume is one append; there is no promise, timer or closure for a write.
 */
export class HostWriter {
  private readonly gate = new AckGate();
  private stalled: Deferred[] = [];
  /** Entries of the batch that is being built; a field so that no array is made for batches of reads. */
  private batch: LogEntry[] = [];
  private readonly deferrals = new Deferrals();
  private closedBy: ErrorName | null = null;

  constructor(
    private readonly group: Group,
    private readonly follower: Follower,
  ) {
    group.log.onDurable(() => this.release());
    group.log.onFailure((failure) => this.failWaiting(failure.code));
    group.checkpointer.onCheckpoint(() => this.retryStalled());
  }

  pathOf(member: Member): HostPath {
    return {
      refusal: null,
      submit: (requests) => this.submit(member, requests),
      idle: () => this.deferrals.none(),
      sync: () => this.group.syncLog(),
    };
  }

  /** From now on every request ends with this error, those that wait too; null lets them pass again. */
  close(error: ErrorName | null): void {
    this.closedBy = error;
    if (error !== null) this.failWaiting(error);
  }

  /** When the oldest unacknowledged request came, monotonic milliseconds, or undefined. */
  get oldestWaitingSinceMs(): number | undefined {
    const startedAtUs = this.gate.oldestStartedAtUs;
    return startedAtUs === undefined ? undefined : startedAtUs / 1000;
  }

  private submit(member: Member, requests: readonly HostRequest[]): void {
    const refusal = this.refusalFor(member);
    for (const request of requests) {
      if (request.operation === HostOperation.Read) this.read(member, request);
      else if (refusal !== null) request.sink.complete(request, refusal);
      else this.admit(member, request);
    }
    this.commit(member, requests);
  }

  /** A volume that lacks what was acknowledged must not be read. */
  private read(member: Member, request: HostRequest): void {
    if (this.group.isWhole) member.volume.read(request);
    else request.sink.complete(request, member.failure ?? 'DEVICE_FAILED');
  }

  private refusalFor(member: Member): ErrorName | null {
    if (this.closedBy !== null) return this.closedBy;
    if (member.failure !== null) {
      // What failed once may work now, a full disk above all; until the volume has caught up with the log nothing newer may reach it.
      void this.group.heal();
      return member.failure ?? 'DEVICE_FAILED';
    }
    if (this.group.isHealing) return 'DEVICE_FAILED';
    return this.group.log.failedBy?.code ?? this.follower.writeRefusal;
  }

  /** Stages a request in the batch, or sets it aside until it may be logged. */
  private admit(member: Member, request: HostRequest): void {
    if (request.operation === HostOperation.Flush) request.lastLsn = STAGED_FLUSH;
    else if (!member.tracker.covers(request.offset, request.length)) {
      this.deferrals.begin();
      member.tracker
        .admit(request.offset, request.length)
        .then(
          () => this.submit(member, [request]),
          () => request.sink.complete(request, 'DEVICE_FAILED'),
        )
        .finally(() => this.deferrals.end());
    } else if (member.volume.isBehind) {
      this.deferrals.begin();
      void member.volume
        .catchUp()
        .then(() => this.submit(member, [request]))
        .finally(() => this.deferrals.end());
    } else if (this.group.log.roomBytes < SRL_RESERVE_BYTES + payloadBytesOf(request)) {
      this.stall(member, request);
    } else if (this.mark(member, request)) {
      this.stage(member, request);
    } else {
      request.sink.complete(request, 'DEVICE_FAILED');
    }
  }

  /** Marked before it is logged: a mark too many is harmless, one too few is not. False when the map takes no marks. */
  private mark(member: Member, request: HostRequest): boolean {
    try {
      member.tracker.mark(request.offset, request.length);
      return true;
    } catch {
      return false;
    }
  }

  private stall(member: Member, request: HostRequest): void {
    this.deferrals.begin();
    this.stalled.push({ member, request });
    this.group.checkpointer.run().catch((error: unknown) => {
      this.failStalled(isRefusal(error) ? error.code : 'DEVICE_FAILED');
    });
  }

  /** Until the batch is numbered, `lastLsn` holds minus the count of entries that the request's last one makes. */
  private stage(member: Member, request: HostRequest): void {
    const type = recordTypeOf(request);
    if (type !== RecordType.Write || request.length <= RECORD_PAYLOAD_BYTES_MAX) {
      this.batch.push(this.entry(member, type, request.offset, request.length, request.payload));
    } else {
      let done = 0;
      while (done < request.length) {
        const length = Math.min(RECORD_PAYLOAD_BYTES_MAX, request.length - done);
        const payload = slicePayload(request.payload, done, length);
        this.batch.push(this.entry(member, type, request.offset + done, length, payload));
        done += length;
      }
    }
    request.lastLsn = -this.batch.length;
  }

  private entry(
    member: Member,
    type: RecordType,
    offset: number,
    length: number,
    payload: readonly Buffer[],
  ): LogEntry {
    const payloadBytes = type === RecordType.Write ? length : 0;
    const { clock, epoch } = this.group;
    return makeLogEntry(type, member.slot, offset, length, payload, payloadBytes, clock.wallMs(), epoch.number);
  }

  /** Logs, applies and offers what the turn staged, then acknowledges what may be. */
  private commit(member: Member, requests: readonly HostRequest[]): void {
    const entries = this.batch;
    if (entries.length > 0) {
      this.batch = [];
      try {
        this.group.log.append(entries);
      } catch (error) {
        failStaged(requests, isRefusal(error) ? error.code : 'DEVICE_FAILED');
        return;
      }
    }
    this.queueForAck(member, requests, entries);
    if (entries.length > 0) this.carryOut(entries);
    this.release();
  }

  private queueForAck(member: Member, requests: readonly HostRequest[], entries: readonly LogEntry[]): void {
    const isWritethrough = member.isWritethrough();
    for (const request of requests) {
      if (request.lastLsn === STAGED_FLUSH) {
        request.lastLsn = this.group.log.headLsn;
        this.gate.push(request, true);
      } else if (request.lastLsn < 0) {
        request.lastLsn = entries[-request.lastLsn - 1]!.lsn;
        this.gate.push(request, request.isFua || isWritethrough);
      }
    }
  }

  private carryOut(entries: readonly LogEntry[]): void {
    let bytes = 0;
    for (const entry of entries) bytes += entry.payloadBytes;
    this.group.apply(entries);
    this.follower.offer(entries);
    this.group.checkpointer.noteWritten(bytes);
  }

  /** Completes every request whose position is acknowledged by the local log and by the destination, if that is waited for. */
  release(): void {
    const { log } = this.group;
    const { follower } = this;
    this.gate.release(Math.min(log.headLsn, follower.receivedLsn), Math.min(log.durableLsn, follower.durableLsn));
    if (this.gate.isWaitingForDurable) {
      log.requestSync();
      follower.wantDurable();
    }
  }

  /** Ends every waiting request with an error: the destination is lost and must not be left behind. */
  failWaiting(error: ErrorName): void {
    this.gate.failAll(error);
    this.failStalled(error);
  }

  private failStalled(error: ErrorName): void {
    for (const { request } of this.stalled.splice(0)) {
      this.deferrals.end();
      request.sink.complete(request, error);
    }
  }

  /** To be called when the log may have room again. */
  retryStalled(): void {
    if (this.stalled.length === 0) return;
    const waiting = this.stalled;
    this.stalled = [];
    for (const { member, request } of waiting) {
      this.submit(member, [request]);
      this.deferrals.end();
    }
  }
}

/** A range of zeros, however long, is a record without payload. */
function payloadBytesOf(request: HostRequest): number {
  return request.operation === HostOperation.Write ? request.length : 0;
}

function failStaged(requests: readonly HostRequest[], error: ErrorName): void {
  for (const request of requests) {
    if (request.lastLsn < 0) request.sink.complete(request, error);
  }
}

/** `length` bytes of a payload from `offset` on, as slices of the same memory. */
export function slicePayload(payload: readonly Buffer[], offset: number, length: number): Buffer[] {
  const slices: Buffer[] = [];
  let skip = offset;
  let left = length;
  for (const buffer of payload) {
    if (left === 0) break;
    if (skip >= buffer.length) {
      skip -= buffer.length;
      continue;
    }
    const slice = buffer.subarray(skip, skip + left);
    slices.push(slice);
    left -= slice.length;
    skip = 0;
  }
  return slices;
}
