import { Refusal } from '../../errors/refusal.js';
import type { ErrorName } from '../../errors/registry.js';
import { RECORD_PAYLOAD_BYTES_MAX, RecordType } from '../../format/srl/record.js';
import { type MemoryPool, PoolShare } from '../config/memory-pool.js';
import type { Device } from '../device/device.js';
import { READ_COPY_BYTES_MAX, type HostRequest } from './host-request.js';
import { PendingRanges } from './pending-ranges.js';

/** One change of a volume's bytes, from a host, from the log or from a peer. A log entry is one as it is. */
export interface Change {
  /** Write, Zero or Trim. */
  readonly type: RecordType;
  readonly offset: number;
  readonly length: number;
  /** Exactly `length` bytes for a write, else empty. */
  readonly payload: readonly Buffer[];
}

/** What a change costs besides its payload while it goes on. */
const PENDING_CHANGE_BYTES = 1024;

/** Told when a change that did not finish at once has ended. */
export interface ChangeObserver<T> {
  changed(token: T, error: ErrorName | null): void;
}

/**
 * The bytes of one volume: applies changes and serves reads in an order that no one can tell from one-at-a-time, though slow
 * ones run on the thread pool. Knows nothing of logs, groups or hosts.
 */
export class Volume {
  private readonly pending = new PendingRanges();
  private readonly scratch = Buffer.allocUnsafe(READ_COPY_BYTES_MAX);
  private syncFailure: Refusal | null = null;
  /** The system tells a failure to one sync alone: with two at once, the other would believe that all is well. */
  private syncing: Promise<void> = Promise.resolve();
  /** Changes that no log has, and how many of them the last successful sync covered. */
  private unlogged = 0;
  private unloggedSynced = 0;
  private readonly share: PoolShare | null;
  /** Of changes that have not ended. */
  private pendingBytes = 0;
  private catchingUp: Promise<void> | null = null;

  /** @param changes memory for changes that go on in the background; without it there is no limit */
  constructor(
    readonly device: Device,
    changes?: MemoryPool,
  ) {
    this.share = changes === undefined ? null : new PoolShare(changes, 0);
  }

  /**
   * Whether so much of what was handed to `apply` goes on in the background that whoever can should `catchUp` before the next change.
   */
  get isBehind(): boolean {
    return this.pendingBytes > 0 && this.share !== null && !this.share.mayAdd(RECORD_PAYLOAD_BYTES_MAX);
  }

  /** Resolves when what is pending now has ended. */
  catchUp(): Promise<void> {
    return (this.catchingUp ??= this.drain().finally(() => (this.catchingUp = null)));
  }

  get sizeBytes(): number {
    return this.device.sizeBytes;
  }

  /**
   * Applies a change. True: done. False: it goes on in the background, later overlapping changes and reads wait for it, and
   * `observer.changed(token, …)` is called at its end. Throws a Refusal of the device when it fails at once.
   */
  apply<T>(change: Change, observer: ChangeObserver<T>, token: T): boolean {
    const end = change.offset + change.length;
    const isFree = this.pending.isEmpty || !this.pending.overlaps(change.offset, end);
    if (isFree && change.type === RecordType.Write && this.device.isWarm(change.offset, change.length)) {
      this.device.writeNow(change.payload, change.length, change.offset);
      return true;
    }
    const bytes = PENDING_CHANGE_BYTES + (change.type === RecordType.Write ? change.length : 0);
    this.countPending(bytes);
    this.pending.run(change.offset, end, true, () =>
      this.change(change)
        .finally(() => this.countPending(-bytes))
        .then(
          () => observer.changed(token, null),
          (error: unknown) => observer.changed(token, asRefusal(error).code),
        ),
    );
    return false;
  }

  private countPending(bytes: number): void {
    this.pendingBytes += bytes;
    this.share?.hold(this.pendingBytes);
  }

  private change(change: Change): Promise<void> {
    if (change.type === RecordType.Write) {
      return this.device.write(change.payload, change.length, change.offset);
    }
    return this.device.zero(change.offset, change.length, change.type === RecordType.Trim);
  }

  /** Serves a host's read: at once from the page cache, else on the pool, where it holds nobody back. */
  read(request: HostRequest): void {
    const { offset, length } = request;
    // What is small is copied by the reply before the next read, so that one buffer serves them all.
    const isSmall = length <= READ_COPY_BYTES_MAX;
    const target = isSmall ? this.scratch.subarray(0, length) : Buffer.allocUnsafe(length);
    const isFree = this.pending.isEmpty || !this.pending.overlaps(offset, offset + length);
    if (isFree) {
      try {
        if (this.device.readNow(target, offset)) {
          request.sink.completeRead(request, target);
          return;
        }
      } catch (error) {
        request.sink.complete(request, asRefusal(error).code);
        return;
      }
    }
    const own = isSmall ? Buffer.allocUnsafe(length) : target;
    this.pending.run(offset, offset + length, false, () =>
      this.device.read(own, offset).then(
        () => request.sink.completeRead(request, own),
        (error: unknown) => request.sink.complete(request, asRefusal(error).code),
      ),
    );
  }

  /**
   * Reads a range at once, for a copy to a peer.
   * @returns false, with `target` undefined, when that would have to wait: then use `readForCopy`
   */
  readForCopyNow(target: Buffer, offset: number): boolean {
    if (!this.pending.isEmpty && this.pending.overlaps(offset, offset + target.length)) return false;
    return this.device.readNow(target, offset);
  }

  readForCopy(target: Buffer, offset: number): Promise<void> {
    return new Promise((resolve, reject) =>
      this.pending.run(offset, offset + target.length, false, () =>
        this.device.read(target, offset).then(resolve, reject),
      ),
    );
  }

  /** Resolves when every change handed to `apply` before the call has ended. */
  drain(): Promise<void> {
    return this.pending.drain();
  }

  /** Why what was written may not be on the disk, whatever reads say; null when nothing of the kind happened. */
  get failedBy(): Refusal | null {
    return this.syncFailure;
  }

  /** Whether changes that no log has came since the last sync that succeeded. */
  get hasUnlogged(): boolean {
    return this.unlogged !== this.unloggedSynced;
  }

  /** To be called with a change that no log has: should a sync fail, nobody can write it again. */
  noteUnlogged(): void {
    this.unlogged++;
  }

  /** Makes durable every change that was handed to `apply` before the call. Never repeated after a failure. */
  sync(): Promise<void> {
    this.syncing = this.syncing.catch(() => undefined).then(() => this.syncOnce());
    return this.syncing;
  }

  /**
   * The same after a failure, when every logged change since the last sync that succeeded was handed to `apply` again.
   * @throws Refusal of that failure, if changes were made that no log has: they may be lost
   */
  syncRewritten(): Promise<void> {
    if (!this.hasUnlogged) this.syncFailure = null;
    return this.sync();
  }

  /** What was changed since the last sync that succeeded is of no worth: it will be written again. */
  forgetSyncFailure(): void {
    this.syncFailure = null;
  }

  private async syncOnce(): Promise<void> {
    await this.pending.drain();
    if (this.syncFailure !== null) throw this.syncFailure;
    const { unlogged } = this;
    try {
      await this.device.sync();
      this.unloggedSynced = unlogged;
    } catch (error) {
      this.syncFailure = asRefusal(error);
      throw this.syncFailure;
    }
  }
}

function asRefusal(error: unknown): Refusal {
  return error instanceof Refusal ? error : new Refusal('DEVICE_FAILED', String(error));
}
