import { dirname } from 'node:path';
import { Refusal } from '../../errors/refusal.js';
import {
  ACTIVITY_SLOT_BYTES,
  decodeActivitySlot,
  encodeActivitySlot,
  type ActivityDecoding,
  type ActivitySlot,
} from '../../format/metadata/activity-slot.js';
import { expectOwner, type Owner } from '../../format/metadata/owner.js';
import { ACTIVITY_EXTENTS_MAX, ACTIVITY_EXTENT_BYTES } from '../config/limits.js';
import type { Disk, DiskFile } from '../device/disk.js';
import { replaceFile } from '../device/small-file.js';
import { missingFile, systemRefusal } from '../device/system-refusal.js';

interface Extent {
  /** Generation of its last write. */
  generation: number;
}

interface Admission {
  readonly first: number;
  readonly last: number;
  readonly resolve: () => void;
  readonly reject: (failure: Refusal) => void;
}

/**
 * Names, durably and ahead of the writes, the extents of a volume that are being written: after power loss, what is on the disk may
 * differ from what destinations hold there and nowhere else.
 *
 * A write first asks `covers`; if not, it waits for `admit`. Writes belong to generations. The owner begins the next one, syncs
 * log, volume and change maps, and reports the ended one as checkpointed: extents last written in it, or before, may then make
 * room for others. The rest stay, since the hot set of a volume comes back.
 */
export class ActivityLog {
  /** The extents that the previous run left, in order. They stay live until a checkpoint. */
  readonly previousExtents: readonly number[];
  private readonly live = new Map<number, Extent>();
  /** Number of the present generation; 0 are the extents of the previous run. */
  private generation = 1;
  private checkpointedGeneration = -1;
  private waiting: Admission[] = [];
  private running: Promise<void> | null = null;
  private failure: Refusal | null = null;
  private isClosed = false;
  private onNeedCheckpoint: () => void = () => undefined;

  /** A new activity log with nothing live, durable. @throws Refusal DEVICE_FAILED, DEVICE_FULL */
  static async create(disk: Disk, path: string, owner: Owner, extentsMax = ACTIVITY_EXTENTS_MAX): Promise<ActivityLog> {
    try {
      const file = await disk.open(path, 'new');
      try {
        const slots = [0, 1].map((sequence) => ({ owner, sequence, extentBytes: ACTIVITY_EXTENT_BYTES, extents: [] }));
        await file.write(slots.map(encodeActivitySlot), 2 * ACTIVITY_SLOT_BYTES, 0);
        await file.datasync();
        await disk.syncFolder(dirname(path));
        return new ActivityLog(disk, file, extentsMax, slots[1]!);
      } catch (error) {
        await file.close();
        throw error;
      }
    } catch (error) {
      throw systemRefusal(error, path);
    }
  }

  /**
   * Opens a volume's activity log as it was left.
   * @throws Refusal FORMAT_CORRUPT when the newest list cannot be told, or it is another volume's: every extent may then be live;
   *   FORMAT_UNSUPPORTED; DEVICE_FAILED
   */
  static async open(disk: Disk, path: string, owner: Owner, extentsMax = ACTIVITY_EXTENTS_MAX): Promise<ActivityLog> {
    try {
      const file = await disk.open(path, 'existing');
      try {
        const { slot, sequenceMax } = await readNewestSlot(file);
        expectOwner(slot.owner, owner, path);
        // A process that was killed may have left the list to the page cache, or have failed to sync it: written again, since a sync
        // alone makes nothing durable that an earlier one gave up. Until then no extent of it is covered.
        await file.write([encodeActivitySlot(slot)], ACTIVITY_SLOT_BYTES, (slot.sequence % 2) * ACTIVITY_SLOT_BYTES);
        await file.datasync();
        return new ActivityLog(disk, file, extentsMax, beyond(slot, sequenceMax));
      } catch (error) {
        await file.close();
        throw error;
      }
    } catch (error) {
      throw missingFile(error, path) ?? systemRefusal(error, path);
    }
  }

  private constructor(
    private readonly disk: Disk,
    private file: DiskFile,
    private readonly extentsMax: number,
    private slot: ActivitySlot,
  ) {
    this.previousExtents = [...slot.extents].sort((a, b) => a - b);
    for (const extent of slot.extents) this.live.set(extent, { generation: 0 });
  }

  get path(): string {
    return this.file.path;
  }

  /** Bytes of the volume that one extent covers. */
  get extentBytes(): number {
    return this.slot.extentBytes;
  }

  get liveCount(): number {
    return this.live.size;
  }

  /** Why no extent can be admitted any more, or null. */
  get failedBy(): Refusal | null {
    return this.failure;
  }

  /** Called when admissions wait because no extent can make room before a checkpoint. */
  whenCheckpointNeeded(listener: () => void): void {
    this.onNeedCheckpoint = listener;
  }

  /** Whether a write of this range may begin at once. It then counts to the present generation. */
  covers(offset: number, length: number): boolean {
    const last = Math.floor((offset + length - 1) / this.slot.extentBytes);
    for (let number = Math.floor(offset / this.slot.extentBytes); number <= last; number++) {
      const extent = this.live.get(number);
      if (extent === undefined) return false;
      extent.generation = this.generation;
    }
    return true;
  }

  /**
   * Resolves when the range's extents are durably live, together with all that wait at the time. They may have made room for others
   * again when the caller goes on: it asks `covers` again.
   * @throws Refusal DEVICE_FAILED, DEVICE_FULL: the log has failed, no write may go to an extent that it does not cover
   */
  admit(offset: number, length: number): Promise<void> {
    const first = Math.floor(offset / this.slot.extentBytes);
    const last = Math.floor((offset + length - 1) / this.slot.extentBytes);
    if (last - first >= this.extentsMax)
      throw new Error(`a write of ${length} bytes is more than the activity log holds`);
    return new Promise((resolve, reject) => {
      this.waiting.push({ first, last, resolve, reject });
      this.advance();
    });
  }

  /** Begins the next generation, and returns the one that ended: its writes are the ones to be synced now. */
  nextGeneration(): number {
    return this.generation++;
  }

  /** Log, volume and change maps were synced after the last write of this generation. */
  checkpointed(generation: number): void {
    this.checkpointedGeneration = Math.max(this.checkpointedGeneration, generation);
    this.advance();
  }

  /** A checkpoint that was asked for failed: what waits for the room that it would have made waits no longer. */
  checkpointFailed(failure: Refusal): void {
    if (this.running === null) this.refuseWaiting(failure);
  }

  /**
   * Retires every extent that may be, durably: after a checkpoint of a volume that came to rest, so that a later power loss finds
   * nothing to copy.
   */
  async retireSynced(): Promise<void> {
    while (this.running !== null) await this.running;
    if (this.failure !== null) throw this.failure;
    const before = this.live.size;
    this.makeRoom(Number.MAX_SAFE_INTEGER);
    if (this.live.size === before) return;
    this.running = this.writeLive(0, []);
    await this.running;
    if (this.failure !== null) throw this.failure as Refusal;
  }

  /**
   * Makes a file that failed anew, of what memory knows; durable when it resolves, and extents are admitted again.
   * @throws Refusal DEVICE_FAILED, DEVICE_FULL: it has failed as before, and may be tried again
   */
  async renew(): Promise<void> {
    const { sequence } = this.slot;
    const slot = { ...this.slot, extents: [...this.live.keys()] };
    const slots = [sequence + 1, sequence + 2].map((each) => ({ ...slot, sequence: each }));
    const inPlace = [...slots].sort((a, b) => (a.sequence % 2) - (b.sequence % 2));
    await replaceFile(this.disk, this.path, Buffer.concat(inPlace.map(encodeActivitySlot)));
    const file = await this.disk.open(this.path, 'existing').catch((error: unknown) => {
      throw systemRefusal(error, this.path);
    });
    if (this.isClosed) return file.closeNow();
    this.file.closeNow();
    this.file = file;
    this.slot = slots[1]!;
    this.failure = null;
    this.advance();
  }

  /** Refuses what still waits, and closes the file. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.fail(new Refusal('DEVICE_FAILED', `${this.path}: closed`));
    while (this.running !== null) await this.running;
    await this.file.close();
  }

  async destroy(): Promise<void> {
    await this.close();
    await this.disk.remove(this.path);
    await this.disk.syncFolder(dirname(this.path));
  }

  /** Starts the next durable write, if one is wanted and none runs. */
  private advance(): void {
    if (this.failure !== null) this.refuseWaiting(this.failure);
    if (this.running !== null || this.waiting.length === 0) return;
    const added = new Set<number>();
    let served = 0;
    for (; served < this.waiting.length; served++) {
      if (!this.fitIn(this.waiting[served]!, added)) break;
    }
    if (served === 0) return this.onNeedCheckpoint();
    this.running = this.writeLive(served, [...added]);
  }

  /** Adds an admission's extents to those of the next write; false when there is no room for them. */
  private fitIn(admission: Admission, added: Set<number>): boolean {
    const missing: number[] = [];
    for (let number = admission.first; number <= admission.last; number++) {
      const extent = this.live.get(number);
      // In use from now on: it must not make room for its neighbours.
      if (extent !== undefined) extent.generation = this.generation;
      else if (!added.has(number)) missing.push(number);
    }
    const room = this.extentsMax - this.live.size - added.size;
    if (missing.length > room + this.makeRoom(missing.length - room)) return false;
    for (const number of missing) added.add(number);
    return true;
  }

  /** Takes up to `count` extents out, those unused for longest first; says how many. New writes to them must be admitted again. */
  private makeRoom(count: number): number {
    if (count <= 0) return 0;
    const retirable = [...this.live].filter(([, extent]) => extent.generation <= this.checkpointedGeneration);
    retirable.sort(([, a], [, b]) => a.generation - b.generation);
    const retired = retirable.slice(0, count);
    for (const [number] of retired) this.live.delete(number);
    return retired.length;
  }

  private async writeLive(served: number, added: readonly number[]): Promise<void> {
    const admissions = this.waiting.splice(0, served);
    const slot = { ...this.slot, sequence: this.slot.sequence + 1, extents: [...this.live.keys(), ...added] };
    try {
      // Waits in either case: the caller must have set `running` before the end of this clears it.
      await (added.length > 0 || served === 0 ? this.writeSlot(slot) : null);
      for (const number of added) this.live.set(number, { generation: this.generation });
      for (const admission of admissions) admission.resolve();
    } catch (error) {
      const failure = this.fail(systemRefusal(error, this.path));
      for (const admission of admissions) admission.reject(failure);
    } finally {
      this.running = null;
    }
    this.advance();
  }

  /** The other slot holds the list before, in case power is lost while this one is written. */
  private async writeSlot(slot: ActivitySlot): Promise<void> {
    const bytes = encodeActivitySlot(slot);
    await this.file.write([bytes], bytes.length, (slot.sequence % 2) * ACTIVITY_SLOT_BYTES);
    await this.file.datasync();
    this.slot = slot;
  }

  private fail(failure: Refusal): Refusal {
    this.failure ??= failure;
    this.refuseWaiting(this.failure);
    return this.failure;
  }

  private refuseWaiting(failure: Refusal): void {
    for (const admission of this.waiting.splice(0)) admission.reject(failure);
  }
}

/** @returns also the highest sequence of any sector, be it of a write that was cut off */
async function readNewestSlot(file: DiskFile): Promise<{ slot: ActivitySlot; sequenceMax: number }> {
  const buffer = Buffer.alloc(2 * ACTIVITY_SLOT_BYTES);
  const bytes = buffer.subarray(0, await file.read(buffer, 0));
  const found = [0, 1].map((i) =>
    decodeActivitySlot(bytes.subarray(i * ACTIVITY_SLOT_BYTES, (i + 1) * ACTIVITY_SLOT_BYTES)),
  );
  let newest: ActivitySlot | null = null;
  for (const decoding of found) {
    if (decoding.kind === 'version') {
      throw new Refusal('FORMAT_UNSUPPORTED', `${file.path}: version ${decoding.version}`);
    }
    if (decoding.kind === 'whole' && !(newest !== null && newest.sequence > decoding.slot.sequence)) {
      newest = decoding.slot;
    }
  }
  const doubtful = found.findIndex((decoding) => !isSettledBy(newest, decoding));
  if (newest !== null && doubtful === -1) return { slot: newest, sequenceMax: Math.max(...found.map(sequenceOf)) };
  const { kind } = found[doubtful]!;
  throw new Refusal('FORMAT_CORRUPT', `${file.path}, position ${doubtful * ACTIVITY_SLOT_BYTES}: slot is ${kind}`);
}

/**
 * A slot that the next one follows with a sequence that no sector has: sectors of a write that was cut off must not pass for parts of
 * a later one.
 */
function beyond(slot: ActivitySlot, sequenceMax: number): ActivitySlot {
  const { sequence } = slot;
  return { ...slot, sequence: sequence + 2 * Math.ceil(Math.max(0, sequenceMax - sequence) / 2) };
}

function sequenceOf(decoding: ActivityDecoding): number {
  if (decoding.kind === 'whole') return decoding.slot.sequence;
  return decoding.kind === 'version' ? 0 : (decoding.sequenceMax ?? 0);
}

/** Whether a slot says nothing that the newest whole one does not say: it is that one, an older one, or was being written. */
function isSettledBy(newest: ActivitySlot | null, decoding: ActivityDecoding): boolean {
  if (decoding.kind === 'whole') return true;
  if (newest === null || decoding.kind === 'version') return false;
  // A torn write was never finished. A damaged slot may have been: only if its sectors are of an older one is it of no use.
  if (decoding.kind === 'torn') return true;
  return decoding.sequenceMax !== null && decoding.sequenceMax < newest.sequence;
}
