import { closeSync, fdatasync, fstatSync, openSync, writeSync } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
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
import { syncFolder } from '../device/small-file.js';
import { systemRefusal } from '../device/system-refusal.js';
import { Bitmap } from './bitmap.js';

const datasync = promisify(fdatasync);

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
  static async create(file: string, options: { sizeBytes: number; regionBytes?: number }): Promise<ChangeMap> {
    const header = { sizeBytes: options.sizeBytes, regionBytes: options.regionBytes ?? REGION_BYTES };
    try {
      const handle = await open(file, 'wx+');
      try {
        await handle.write(encodeChangeMapHeader(header), 0, CHANGE_MAP_HEADER_BYTES, 0);
        await fillWithZeros(handle, CHANGE_MAP_HEADER_BYTES, fileBytes(header));
        await handle.datasync();
      } finally {
        await handle.close();
      }
      await syncFolder(path.dirname(file));
      return new ChangeMap(file, openSync(file, 'r+'), header);
    } catch (error) {
      throw systemRefusal(error, file);
    }
  }

  /**
   * Opens a map as it was left.
   * @throws Refusal FORMAT_UNSUPPORTED, FORMAT_CORRUPT (also for a file that was cut), DEVICE_FAILED
   */
  static async open(file: string): Promise<ChangeMap> {
    try {
      const handle = await open(file, 'r');
      try {
        const start = Buffer.alloc(CHANGE_MAP_HEADER_BYTES);
        const { bytesRead } = await handle.read(start, 0, start.length, 0);
        const header = decodeChangeMapHeader(start.subarray(0, bytesRead), file);
        if ((await handle.stat()).size < fileBytes(header)) throw new Refusal('FORMAT_CORRUPT', `${file}: too short`);
        const blocks = Buffer.alloc(fileBytes(header) - CHANGE_MAP_HEADER_BYTES);
        await handle.read(blocks, 0, blocks.length, CHANGE_MAP_HEADER_BYTES);
        const map = new ChangeMap(file, openSync(file, 'r+'), header);
        map.take(blocks);
        return map;
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw systemRefusal(error, file);
    }
  }

  private constructor(
    readonly path: string,
    private readonly fd: number,
    private header: ChangeMapHeader,
  ) {
    this.active = new Bitmap(regionCountOf(header));
    this.replay = new Bitmap(regionCountOf(header));
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
      const handle = await open(this.path, 'r+');
      try {
        await fillWithZeros(handle, fstatSync(this.fd).size, fileBytes(header));
        await handle.datasync();
      } finally {
        await handle.close();
      }
      writeSync(this.fd, encodeChangeMapHeader(header), 0, CHANGE_MAP_HEADER_BYTES, 0);
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
    closeSync(this.fd);
    this.fail(new Refusal('DEVICE_FAILED', `${this.path}: closed`));
  }

  async destroy(): Promise<void> {
    this.close();
    await rm(this.path, { force: true });
    await syncFolder(path.dirname(this.path));
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
        const bytes = this.bytesForFile(name, at, end);
        const written = writeSync(
          this.fd,
          bytes,
          0,
          bytes.length,
          blockPosition(name, block) + (at % CHANGE_MAP_BLOCK_BYTES),
        );
        at += written;
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
      await datasync(this.fd);
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

async function fillWithZeros(handle: FileHandle, from: number, to: number): Promise<void> {
  const zeros = Buffer.alloc(MIB);
  for (let at = from; at < to;) {
    at += (await handle.write(zeros, 0, Math.min(MIB, to - at), at)).bytesWritten;
  }
}
