import { dirname } from 'node:path';
import { Refusal } from '../../errors/refusal.js';
import {
  CHANGE_MAP_BLOCK_BYTES,
  CHANGE_MAP_HEADER_BYTES,
  blockCountOf,
  blockPosition,
  decodeChangeMapHeader,
  encodeChangeMapHeader,
  regionCountOf,
  type ChangeMapHeader,
} from '../../format/metadata/change-map-header.js';
import { MIB, REGION_BYTES } from '../../model/sizes.js';
import type { Disk, DiskFile } from '../device/disk.js';
import { systemRefusal } from '../device/system-refusal.js';
import { Bitmap } from './bitmap.js';

/**
 * Regions of a volume that are not known to be equal at one destination: one map for each stream and volume, in memory and in a
 * file. `active` collects what is written, `replay` is what a resync pass works off.
 *
 * A mark is in the file's page cache when the call returns, so that it survives kill -9, and durable after `sync`. A mark in the
 * file too many costs a copy; one too few costs data. So marks are written at once, and cleared bits whenever it suits.
 *
 * Once the file failed, every call that must write throws the same Refusal (DEVICE_FAILED, DEVICE_FULL).
 */
export class ChangeMap {
  private active: Bitmap;
  private replay: Bitmap;
  /** Marks of the last pass, kept set in the file until the replay map holds them durably; null at other times. */
  private handedOver: Bitmap | null = null;
  /** Blocks of the replay map whose cleared bits are not in the file yet. */
  private readonly clearedBlocks = new Set<number>();
  private failure: Refusal | null = null;
  private isClosed = false;

  /** A new map with nothing marked, durable. Space for all marks is taken, so that marking never lacks it. */
  static async create(
    disk: Disk,
    path: string,
    options: { sizeBytes: number; regionBytes?: number },
  ): Promise<ChangeMap> {
    const header = { sizeBytes: options.sizeBytes, regionBytes: options.regionBytes ?? REGION_BYTES };
    try {
      const file = await disk.open(path, 'new');
      try {
        await file.write([encodeChangeMapHeader(header)], CHANGE_MAP_HEADER_BYTES, 0);
        await fillWithZeros(file, CHANGE_MAP_HEADER_BYTES, fileBytes(header));
        await file.datasync();
        await disk.syncFolder(dirname(path));
      } catch (error) {
        await file.close();
        throw error;
      }
      return new ChangeMap(disk, file, header);
    } catch (error) {
      throw systemRefusal(error, path);
    }
  }

  /**
   * Opens a map as it was left.
   * @throws Refusal FORMAT_UNSUPPORTED, FORMAT_CORRUPT (also for a file that was cut), DEVICE_FAILED
   */
  static async open(disk: Disk, path: string): Promise<ChangeMap> {
    try {
      const file = await disk.open(path, 'existing');
      try {
        const start = Buffer.alloc(CHANGE_MAP_HEADER_BYTES);
        const header = decodeChangeMapHeader(start.subarray(0, await file.read(start, 0)), path);
        if (file.sizeBytesNow() < fileBytes(header)) throw new Refusal('FORMAT_CORRUPT', `${path}: too short`);
        const blocks = Buffer.alloc(fileBytes(header) - CHANGE_MAP_HEADER_BYTES);
        await file.read(blocks, CHANGE_MAP_HEADER_BYTES);
        const map = new ChangeMap(disk, file, header);
        map.take(blocks);
        return map;
      } catch (error) {
        await file.close();
        throw error;
      }
    } catch (error) {
      throw systemRefusal(error, path);
    }
  }

  private constructor(
    private readonly disk: Disk,
    private readonly file: DiskFile,
    private header: ChangeMapHeader,
  ) {
    this.active = new Bitmap(regionCountOf(header));
    this.replay = new Bitmap(regionCountOf(header));
  }

  get path(): string {
    return this.file.path;
  }

  get sizeBytes(): number {
    return this.header.sizeBytes;
  }

  get regionBytes(): number {
    return this.header.regionBytes;
  }

  get regionCount(): number {
    return this.active.length;
  }

  get activeCount(): number {
    return this.active.count;
  }

  get replayCount(): number {
    return this.replay.count;
  }

  /** Why the map's file takes no more marks, or null. */
  get failedBy(): Refusal | null {
    return this.failure;
  }

  /** Marks the regions that a range of the volume touches. Costs a look at memory when they are marked already. */
  mark(offset: number, length: number): void {
    if (length === 0) return;
    const first = Math.floor(offset / this.header.regionBytes);
    const last = Math.floor((offset + length - 1) / this.header.regionBytes);
    if (this.failure !== null) throw this.failure;
    if (last >= this.active.length) throw new Error(`marked region ${last} of ${this.active.length}`);
    if (this.active.hasAll(first, last)) return;
    for (let region = first; region <= last; region++) this.active.set(region);
    this.writeNow('active', first >>> 3, (last >>> 3) + 1);
  }

  markAll(): void {
    this.active.setAll();
    this.writeNow('active', 0, this.active.bytes.length);
  }

  /** Nothing differs any more: both maps are emptied, durable with the next `sync`. */
  clearAll(): void {
    this.active.clearAll();
    this.replay.clearAll();
    this.clearedBlocks.clear();
    this.writeNow('active', 0, this.active.bytes.length);
    this.writeNow('replay', 0, this.replay.bytes.length);
  }

  /** Whether a region is marked in either map. */
  isMarked(region: number): boolean {
    return this.active.has(region) || this.replay.has(region);
  }

  /**
   * Begins a pass: what was active is now to be replayed, and `active` collects anew, both at once; resolves when that is durable.
   * Marks that stood in `replay` stay.
   */
  async beginPass(): Promise<void> {
    if (this.handedOver !== null) throw new Error('a pass is being begun already');
    this.handedOver = this.active;
    this.active = new Bitmap(this.handedOver.length);
    this.replay.add(this.handedOver.bytes);
    this.writeNow('replay', 0, this.replay.bytes.length);
    this.clearedBlocks.clear();
    await this.syncFile();
    this.handedOver = null;
    this.writeNow('active', 0, this.active.bytes.length);
  }

  /** The destination has synced the region: it is equal there. In the file with the next `sync`. */
  clear(region: number): void {
    this.replay.clear(region);
    this.clearedBlocks.add(((region >>> 3) / CHANGE_MAP_BLOCK_BYTES) | 0);
  }

  /** The first region to be replayed from this one on, or -1. */
  nextMarked(fromRegion: number): number {
    return this.replay.next(fromRegion);
  }

  /** Adds marks that came from elsewhere. @param firstRegion region of the first bit, a multiple of 8 */
  merge(firstRegion: number, bits: Uint8Array): void {
    if (firstRegion % 8 !== 0) throw new Error(`marks merged at region ${firstRegion}, which is no multiple of 8`);
    this.active.add(bits, firstRegion >>> 3);
    this.writeNow('active', firstRegion >>> 3, Math.min(this.active.bytes.length, (firstRegion >>> 3) + bits.length));
  }

  /** A copy of all marks of both maps, lowest bit first, in whole bytes. */
  exportBits(): Buffer {
    const union = Bitmap.of(this.active.length, this.active.bytes);
    union.add(this.replay.bytes);
    return Buffer.from(union.bytes.subarray(0, Math.ceil(union.length / 8)));
  }

  /** Everything marked and cleared so far is durable when it resolves. */
  async sync(): Promise<void> {
    for (const block of this.clearedBlocks) {
      this.writeNow('replay', block * CHANGE_MAP_BLOCK_BYTES, (block + 1) * CHANGE_MAP_BLOCK_BYTES);
    }
    this.clearedBlocks.clear();
    await this.syncFile();
  }

  /** The volume became larger; its new regions are not marked. Durable when it resolves. */
  async grow(sizeBytes: number): Promise<void> {
    if (sizeBytes < this.header.sizeBytes) throw new Error('a change map does not shrink');
    const header = { ...this.header, sizeBytes };
    try {
      // The file first: a header never promises more than there is.
      await fillWithZeros(this.file, this.file.sizeBytesNow(), fileBytes(header));
      await this.file.datasync();
      this.file.writeNow([encodeChangeMapHeader(header)], CHANGE_MAP_HEADER_BYTES, 0);
    } catch (error) {
      throw this.fail(error);
    }
    const count = regionCountOf(header);
    this.active = Bitmap.of(count, this.active.bytes);
    this.replay = Bitmap.of(count, this.replay.bytes);
    if (this.handedOver !== null) this.handedOver = Bitmap.of(count, this.handedOver.bytes);
    this.header = header;
    await this.syncFile();
  }

  /** Closes the file; marks are in it, durable after an earlier `sync`. No other call may be under way. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.file.closeNow();
    this.fail(new Refusal('DEVICE_FAILED', `${this.path}: closed`));
  }

  async destroy(): Promise<void> {
    this.close();
    await this.disk.remove(this.path);
    await this.disk.syncFolder(dirname(this.path));
  }

  private take(blocks: Buffer): void {
    for (let block = 0; block < blockCountOf(this.header); block++) {
      const atByte = block * CHANGE_MAP_BLOCK_BYTES;
      this.active.add(blockIn(blocks, 'active', block), atByte);
      this.replay.add(blockIn(blocks, 'replay', block), atByte);
    }
  }

  /** Writes bytes `[from, to)` of a bitmap, block by block. */
  private writeNow(name: 'active' | 'replay', from: number, to: number): void {
    if (this.failure !== null) throw this.failure;
    try {
      for (let at = from; at < to;) {
        const block = Math.floor(at / CHANGE_MAP_BLOCK_BYTES);
        const end = Math.min(to, (block + 1) * CHANGE_MAP_BLOCK_BYTES);
        const position = blockPosition(name, block) + (at % CHANGE_MAP_BLOCK_BYTES);
        this.file.writeNow([this.bytesForFile(name, at, end)], end - at, position);
        at = end;
      }
    } catch (error) {
      throw this.fail(error);
    }
  }

  private bytesForFile(name: 'active' | 'replay', from: number, to: number): Buffer {
    if (name === 'replay') return this.replay.bytes.subarray(from, to);
    if (this.handedOver === null) return this.active.bytes.subarray(from, to);
    const bytes = Buffer.from(this.active.bytes.subarray(from, to));
    for (let i = 0; i < bytes.length; i++) bytes[i]! |= this.handedOver.bytes[from + i]!;
    return bytes;
  }

  private async syncFile(): Promise<void> {
    if (this.failure !== null) throw this.failure;
    try {
      await this.file.datasync();
    } catch (error) {
      throw this.fail(error);
    }
  }

  private fail(error: unknown): Refusal {
    this.failure ??= systemRefusal(error, this.path);
    return this.failure;
  }
}

function fileBytes(header: ChangeMapHeader): number {
  return blockPosition('active', blockCountOf(header));
}

function blockIn(blocks: Buffer, bitmap: 'active' | 'replay', block: number): Buffer {
  const at = blockPosition(bitmap, block) - CHANGE_MAP_HEADER_BYTES;
  return blocks.subarray(at, at + CHANGE_MAP_BLOCK_BYTES);
}

async function fillWithZeros(file: DiskFile, from: number, to: number): Promise<void> {
  const zeros = Buffer.alloc(MIB);
  for (let at = from; at < to; at += MIB) {
    const length = Math.min(MIB, to - at);
    await file.write([zeros.subarray(0, length)], length, at);
  }
}
