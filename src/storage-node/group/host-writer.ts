import { isRefusal, Refusal } from '../../errors/refusal.js';
import type { ErrorName } from '../../errors/registry.js';
import { RECORD_PAYLOAD_BYTES_MAX, RecordType } from '../../format/srl/record.js';
import { SRL_RESERVE_BYTES } from '../config/limits.js';
import { PAYLOAD_BYTES_MAX } from '../../format/nbd/messages.js';
import { makeLogEntry, type LogEntry } from '../../format/srl/log-entry.js';
import { HostOperation, type HostRequest } from '../volume/host-request.js';
import { AckGate } from './ack-gate.js';
import { recordTypeOf } from './direct-path.js';
import { Deferrals } from './deferrals.js';
import { Detour, type Deferred } from './detour.js';
import type { Follower } from './follower.js';
import type { Group } from './group.js';
import type { HostPath } from './host-path.js';
import type { Member } from './member.js';

/** Of the largest write that a host may send. */
const RECORDS_MAX = Math.ceil(PAYLOAD_BYTES_MAX / RECORD_PAYLOAD_BYTES_MAX);

/** `lastLsn` of a FLUSH that waits for the batch before it to be numbered. */
const STAGED_FLUSH = -Infinity;

/**
 * The path of host writes at a source: log, volume, stream, and back when they are acknowledged. Everything that one turn brought
 * for a volume is one append; there is no promise, timer or closure for a write.
 */
export class HostWriter {
  private readonly gate = new AckGate();
  /** Requests that wait for room in the log. */
  private stalled: Deferred[] = [];
  /** Requests that wait for a destination that lags too far behind. */
  private throttled: Deferred[] = [];
  /** Since when requests have waited for room that a checkpoint did not make, monotonic milliseconds; null when they do not. */
  private stuckSince: number | null = null;
  /** Where requests go while the log has failed, or is not needed. */
  private detour: Detour | null = null;
  /** Entries of the batch that is being built; a field so that no array is made for batches of reads. */
  private batch: LogEntry[] = [];
  private readonly deferrals = new Deferrals();
  private closedBy: ErrorName | null = null;

  constructor(
    private readonly group: Group,
    private readonly follower: Follower,
  ) {
    group.log.onDurable(() => this.release());
    group.log.onFailure(() => this.leaveLog());
    if (group.isWithoutLog) this.leaveLog();
    group.checkpointer.onCheckpoint(() => {
      if (this.stalled.length > 0) this.stuckSince ??= group.clock.monotonicMs();
      this.retryStalled();
    });
  }

  pathOf(member: Member): HostPath {
    return {
      refusal: null,
      submit: (requests) => this.submit(member, requests),
      idle: async () => {
        await this.deferrals.none();
        await this.detour?.idle();
      },
      sync: () => this.detour?.sync(member) ?? this.group.syncLog(),
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
    if (this.detour !== null) return this.submitTo(this.detour, member, requests);
    if (this.group.isHealing) return this.submitWhenHealed(member, requests);
    const refusal = this.refusalFor(member);
    for (const request of requests) {
      if (request.operation === HostOperation.Read) this.read(member, request);
      else if (refusal !== null) request.sink.complete(request, refusal);
      else this.admit(member, request);
    }
    this.commit(member, requests);
    // The one that did not fit may have been the first to be refused.
    if (this.throttled.length > 0 && this.follower.writeRefusal !== null) this.retryThrottled();
  }

  /** Older records are being written again: nothing newer may overtake them, and nothing be read. */
  private submitWhenHealed(member: Member, requests: readonly HostRequest[]): void {
    this.deferrals.begin();
    void this.group
      .heal()
      .then(() => {
        const { failure } = member;
        if (failure === null) this.submit(member, requests);
        else for (const request of requests) request.sink.complete(request, failure);
      })
      .finally(() => this.deferrals.end());
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
    return this.follower.writeRefusal;
  }

  private submitTo(detour: Detour, member: Member, requests: readonly HostRequest[]): void {
    const refusal = this.closedBy ?? this.follower.writeRefusal;
    if (refusal === null) return detour.takeAll(member, requests);
    for (const request of requests) {
      if (request.operation === HostOperation.Read) detour.take(member, request);
      else request.sink.complete(request, refusal);
    }
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
    } else if (
      this.group.log.headLsn + this.batch.length + RECORDS_MAX > this.follower.ceilingLsn &&
      !this.isLet(request)
    ) {
      this.deferrals.begin();
      this.throttled.push({ member, request });
    } else if (this.mark(member, request)) {
      this.stage(member, request);
    } else {
      request.sink.complete(request, 'DEVICE_FAILED');
    }
  }

  /** Whether a write that comes near the ceiling may be logged. */
  private isLet(request: HostRequest): boolean {
    const recordCount = Math.max(1, Math.ceil(payloadBytesOf(request) / RECORD_PAYLOAD_BYTES_MAX));
    const lastLsn = this.group.log.headLsn + this.batch.length + recordCount;
    return lastLsn <= this.follower.ceilingLsn || this.follower.admits(lastLsn, recordCount);
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
        this.putOff(member, requests, error);
        return;
      }
    }
    this.queueForAck(member, requests, entries);
    if (entries.length > 0) this.carryOut(entries);
    this.release();
  }

  /** The log did not take a batch: nothing of it was applied or offered. It waits for room, or for what becomes of a failed log. */
  private putOff(member: Member, requests: readonly HostRequest[], error: unknown): void {
    const { log } = this.group;
    if (log.failedBy === null && !isRefusal(error, 'DEVICE_FULL')) {
      log.declareFailed(isRefusal(error) ? error : new Refusal('DEVICE_FAILED', String(error)));
    }
    for (const request of requests) {
      if (request.lastLsn >= 0) continue;
      request.lastLsn = 0;
      if (this.detour !== null) this.detour.take(member, request);
      else this.stall(member, request);
    }
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
    // What is in a log that failed is acknowledged once it is safe elsewhere.
    if (this.detour !== null) return;
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
    this.stuckSince = null;
    for (const { request } of [...this.stalled.splice(0), ...this.throttled.splice(0)]) {
      this.deferrals.end();
      request.sink.complete(request, error);
    }
  }

  /** To be called when the ceiling may have risen, or writes are refused. */
  retryThrottled(): void {
    const { follower, throttled } = this;
    if (throttled.length === 0) return;
    if (this.group.log.headLsn >= follower.ceilingLsn && follower.writeRefusal === null) return;
    this.throttled = [];
    // What came one after the other for a volume is one append.
    for (let first = 0, next = 1; first < throttled.length; first = next++) {
      const { member } = throttled[first]!;
      while (next < throttled.length && throttled[next]!.member === member) next++;
      const requests = throttled.slice(first, next).map(({ request }) => request);
      this.submit(member, requests);
      for (let i = first; i < next; i++) this.deferrals.end();
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
    if (this.stalled.length < waiting.length) this.stuckSince = null;
  }

  /** For how long requests have waited for room in the log that a checkpoint did not make, milliseconds. */
  get stuckMs(): number {
    return this.stuckSince === null ? 0 : this.group.clock.monotonicMs() - this.stuckSince;
  }

  // --- without a log ---

  /** The log takes no more: what comes waits until `passThrough` or `refuse`, and so does what is in it and not acknowledged. */
  leaveLog(): void {
    if (this.detour !== null) return;
    this.detour = new Detour(this.group);
    this.stuckSince = null;
    for (const { member, request } of [...this.stalled.splice(0), ...this.throttled.splice(0)]) {
      this.detour.hold(member, request);
      this.deferrals.end();
    }
  }

  /** Everything logged is safe in the volumes, and what the destination may lack is marked: it is acknowledged, and the rest goes on. */
  passThrough(): void {
    if (this.detour === null) throw new Error('requests do not pass by a log that has not failed');
    const refusal = this.closedBy ?? this.follower.writeRefusal;
    if (refusal === null) this.gate.release(Infinity, Infinity);
    else this.gate.failAll(refusal);
    this.detour.pass(refusal);
  }

  /** Neither the log nor anything else can record a change. */
  refuse(): void {
    this.gate.failAll('LOG_FAILED');
    this.detour?.refuse();
  }

  /** The log was made anew, or is not left after all. No request may be on its way to a volume. */
  returnToLog(): void {
    const waiting = this.detour?.takeBack() ?? [];
    this.detour = null;
    for (const { member, request } of waiting) this.submit(member, [request]);
    this.release();
  }
}

/** A range of zeros, however long, is a record without payload. */
function payloadBytesOf(request: HostRequest): number {
  return request.operation === HostOperation.Write ? request.length : 0;
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
