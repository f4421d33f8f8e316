import { dirname } from 'node:path';
import { Refusal } from '../../errors/refusal.js';
import {
  CHANGE_MAP_BLOCK_SECTORS,
  CHANGE_MAP_HEADER_BYTES,
  CHANGE_MAP_SECTOR_BITS_BYTES,
  CHANGE_MAP_SECTOR_BYTES,
  blockCountOf,
  changeMapBytes,
  decodeChangeMapHeader,
  encodeChangeMapHeader,
  isSectorWhole,
  regionCountOf,
  sealSector,
  sectorPosition,
  type BitmapName,
  type ChangeMapHeader,
} from '../../format/metadata/change-map-file.js';
import { expectOwner, type Owner } from '../../format/metadata/owner.js';
import { REGION_BYTES } from '../../model/sizes.js';
import type { Disk, DiskFile } from '../device/disk.js';
import { replaceFile } from '../device/small-file.js';
import { missingFile, systemRefusal } from '../device/system-refusal.js';
import { Bitmap } from './bitmap.js';

/**
 * Regions of a volume that are not known to be equal at one destination: one map for each stream and volume, in memory and in a
 * file. `active` collects what is written, `replay` is what a resync pass works off.
 *
 * A mark is in the file's page cache when the call returns, so that it survives kill -9, and durable after `sync`. A mark in the
 * file too many costs a copy; one too few costs data. So marks are written at once, and cleared bits whenever it suits.
 *
 * Once the file failed, every call that must write throws the same Refusal (DEVICE_FAILED, DEVICE_FULL), until `renew`.
 */
export class ChangeMap {
  /** Times that `mark` was called. */
  markCount = 0;
  private active: Bitmap;
  private replay: Bitmap;
  /** Marks of the last pass, kept set in the file until the replay map holds them durably; null at other times. */
  private handedOver: Bitmap | null = null;
  /** Sectors of the replay map whose cleared bits are not in the file yet. */
  private readonly clearedSectors = new Set<number>();
  private failure: Refusal | null = null;
  private isClosed = false;
  /** The system tells a failure to one sync alone: with two at once, the other would believe that all is well. */
  private syncing: Promise<void> = Promise.resolve();

  /** A new map with nothing marked, durable. Space for all marks is taken, so that marking never lacks it. */
  static async create(
    disk: Disk,
    path: string,
    options: { owner: Owner; sizeBytes: number; regionBytes?: number },
  ): Promise<ChangeMap> {
    const { owner, sizeBytes, regionBytes = REGION_BYTES } = options;
    const header = { owner, sizeBytes, regionBytes };
    try {
      const file = await disk.open(path, 'new');
      try {
        await file.write([encodeChangeMapHeader(header)], CHANGE_MAP_HEADER_BYTES, 0);
        await addBlocks(file, 0, blockCountOf(header));
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
   * @throws Refusal FORMAT_CORRUPT naming the position, also for a file that was cut, or is another volume's; FORMAT_UNSUPPORTED;
   *   DEVICE_FAILED
   */
  static async open(disk: Disk, path: string, owner: Owner): Promise<ChangeMap> {
    try {
      const file = await disk.open(path, 'existing');
      try {
        const start = Buffer.alloc(CHANGE_MAP_HEADER_BYTES);
        const header = decodeChangeMapHeader(start.subarray(0, await file.read(start, 0)), path);
        expectOwner(header.owner, owner, path);
        if (file.sizeBytesNow() < changeMapBytes(header)) throw new Refusal('FORMAT_CORRUPT', `${path}: too short`);
        const map = new ChangeMap(disk, file, header);
        await map.load();
        // A process that was killed may have left marks to the page cache, or have failed to sync them: nobody else writes them again.
        map.writeMarkedNow();
        await file.datasync();
        return map;
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
    this.markCount++;
    const first = Math.floor(offset / this.header.regionBytes);
    const last = Math.floor((offset + length - 1) / this.header.regionBytes);
    this.expectFile();
    if (last >= this.active.length) throw new Error(`marked region ${last} of ${this.active.length}`);
    if (this.active.hasAll(first, last)) return;
    for (let region = first; region <= last; region++) this.active.set(region);
    this.writeNow('active', first >>> 3, (last >>> 3) + 1);
  }

  markAll(): void {
    this.expectFile();
    this.active.setAll();
    this.writeNow('active', 0, this.active.bytes.length);
  }

  /** Nothing differs any more: both maps are emptied, durable with the next `sync`. */
  clearAll(): void {
    this.expectFile();
    this.active.clearAll();
    this.replay.clearAll();
    this.clearedSectors.clear();
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
    this.expectFile();
    if (this.handedOver !== null) throw new Error('a pass is being begun already');
    this.handedOver = this.active;
    this.active = new Bitmap(this.handedOver.length);
    this.replay.add(this.handedOver.bytes);
    this.writeNow('replay', 0, this.replay.bytes.length);
    this.clearedSectors.clear();
    await this.syncFile();
    this.handedOver = null;
    this.writeNow('active', 0, this.active.bytes.length);
  }

  /** The destination has synced the region: it is equal there. In the file with the next `sync`. */
  clear(region: number): void {
    this.replay.clear(region);
    this.clearedSectors.add(Math.floor((region >>> 3) / CHANGE_MAP_SECTOR_BITS_BYTES));
  }

  /** The first region to be replayed from this one on, or -1. */
  nextMarked(fromRegion: number): number {
    return this.replay.next(fromRegion);
  }

  /** Adds marks that came from elsewhere. @param firstRegion region of the first bit, a multiple of 8 */
  merge(firstRegion: number, bits: Uint8Array): void {
    if (firstRegion % 8 !== 0) throw new Error(`marks merged at region ${firstRegion}, which is no multiple of 8`);
    this.expectFile();
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
    for (const sector of this.clearedSectors) this.writeSectorsNow('replay', sector, sector + 1);
    this.clearedSectors.clear();
    await this.syncFile();
  }

  /** The volume became larger; its new regions are not marked. Durable when it resolves. */
  async grow(sizeBytes: number): Promise<void> {
    if (sizeBytes < this.header.sizeBytes) throw new Error('a change map does not shrink');
    const header = { ...this.header, sizeBytes };
    try {
      // The file first: a header never promises more than there is.
      await addBlocks(this.file, blockCountOf(this.header), blockCountOf(header));
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

  /**
   * Makes a file that failed anew, of what memory knows; durable when it resolves.
   * @throws Refusal DEVICE_FAILED, DEVICE_FULL: it has failed as before, and may be tried again
   */
  async renew(): Promise<void> {
    await this.syncing.catch(() => undefined);
    // What a pass was taking over stands in `replay` already.
    this.handedOver = null;
    this.clearedSectors.clear();
    await replaceFile(this.disk, this.path, this.encode());
    const file = await this.disk.open(this.path, 'existing').catch((error: unknown) => {
      throw systemRefusal(error, this.path);
    });
    if (this.isClosed) return file.closeNow();
    this.file.closeNow();
    this.file = file;
    this.failure = null;
    // The mark that found the file failed stands in memory, and would never be written again.
    this.writeNow('active', 0, this.active.bytes.length);
    this.writeNow('replay', 0, this.replay.bytes.length);
  }

  private encode(): Buffer {
    const bytes = Buffer.alloc(changeMapBytes(this.header));
    encodeChangeMapHeader(this.header).copy(bytes);
    for (let block = 0; block < blockCountOf(this.header); block++) {
      const first = block * CHANGE_MAP_BLOCK_SECTORS;
      for (const name of ['active', 'replay'] as const) {
        this.sectorsForFile(name, first, first + CHANGE_MAP_BLOCK_SECTORS).copy(bytes, sectorPosition(name, first));
      }
    }
    return bytes;
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

  private async load(): Promise<void> {
    const blocks = Buffer.alloc(changeMapBytes(this.header) - CHANGE_MAP_HEADER_BYTES);
    await this.file.read(blocks, CHANGE_MAP_HEADER_BYTES);
    for (let sector = 0; sector < blockCountOf(this.header) * CHANGE_MAP_BLOCK_SECTORS; sector++) {
      this.loadSector(blocks, 'active', sector);
      this.loadSector(blocks, 'replay', sector);
    }
  }

  /** Writes the sectors that hold marks. */
  private writeMarkedNow(): void {
    for (const name of ['active', 'replay'] as const) {
      for (let at = this[name].next(0); at >= 0;) {
        const sector = Math.floor((at >>> 3) / CHANGE_MAP_SECTOR_BITS_BYTES);
        this.writeSectorsNow(name, sector, sector + 1);
        at = this[name].next((sector + 1) * CHANGE_MAP_SECTOR_BITS_BYTES * 8);
      }
    }
  }

  private loadSector(blocks: Buffer, name: BitmapName, sector: number): void {
    const position = sectorPosition(name, sector);
    const at = position - CHANGE_MAP_HEADER_BYTES;
    if (!isSectorWhole(blocks, at, name, sector)) {
      throw new Refusal('FORMAT_CORRUPT', `${this.path}, position ${position}: checksum of a sector`);
    }
    this[name].add(blocks.subarray(at, at + CHANGE_MAP_SECTOR_BITS_BYTES), sector * CHANGE_MAP_SECTOR_BITS_BYTES);
  }

  /** Writes the sectors that hold bytes `[from, to)` of a bitmap. */
  private writeNow(name: BitmapName, from: number, to: number): void {
    const first = Math.floor(from / CHANGE_MAP_SECTOR_BITS_BYTES);
    this.writeSectorsNow(name, first, Math.ceil(to / CHANGE_MAP_SECTOR_BITS_BYTES));
  }

  /** Writes sectors, those of a block together: a page is what the end of the process leaves whole. */
  private writeSectorsNow(name: BitmapName, from: number, to: number): void {
    this.expectFile();
    try {
      for (let sector = from; sector < to;) {
        const blockEnd = (Math.floor(sector / CHANGE_MAP_BLOCK_SECTORS) + 1) * CHANGE_MAP_BLOCK_SECTORS;
        const end = Math.min(to, blockEnd);
        const bytes = this.sectorsForFile(name, sector, end);
        this.file.writeNow([bytes], bytes.length, sectorPosition(name, sector));
        sector = end;
      }
    } catch (error) {
      throw this.fail(error);
    }
  }

  private sectorsForFile(name: BitmapName, from: number, to: number): Buffer {
    const buffer = Buffer.alloc((to - from) * CHANGE_MAP_SECTOR_BYTES);
    for (let sector = from; sector < to; sector++) {
      const at = (sector - from) * CHANGE_MAP_SECTOR_BYTES;
      const first = sector * CHANGE_MAP_SECTOR_BITS_BYTES;
      const { bytes } = this[name];
      // The last block has sectors behind the last region.
      if (first < bytes.length) bytes.copy(buffer, at, first, first + CHANGE_MAP_SECTOR_BITS_BYTES);
      if (name === 'active' && this.handedOver !== null) addBits(buffer, at, this.handedOver.bytes, first);
      sealSector(buffer, at, name, sector);
    }
    return buffer;
  }

  private syncFile(): Promise<void> {
    this.syncing = this.syncing.catch(() => undefined).then(() => this.syncOnce());
    return this.syncing;
  }

  private async syncOnce(): Promise<void> {
    this.expectFile();
    try {
      await this.file.datasync();
    } catch (error) {
      throw this.fail(error);
    }
  }

  private expectFile(): void {
    if (this.failure !== null) throw this.failure;
  }

  private fail(error: unknown): Refusal {
    this.failure ??= systemRefusal(error, this.path);
    return this.failure;
  }
}

/** Sets those bits of a sector in `buffer` that are set in `bits` from `first` on. */
function addBits(buffer: Buffer, at: number, bits: Buffer, first: number): void {
  const end = Math.min(CHANGE_MAP_SECTOR_BITS_BYTES, bits.length - first);
  for (let i = 0; i < end; i++) buffer[at + i]! |= bits[first + i]!;
}

/** Blocks of both bitmaps with nothing marked. */
async function addBlocks(file: DiskFile, from: number, to: number): Promise<void> {
  for (let block = from; block < to; block++) {
    for (const name of ['active', 'replay'] as const) {
      const first = block * CHANGE_MAP_BLOCK_SECTORS;
      const bytes = Buffer.alloc(CHANGE_MAP_BLOCK_SECTORS * CHANGE_MAP_SECTOR_BYTES);
      for (let i = 0; i < CHANGE_MAP_BLOCK_SECTORS; i++) {
        sealSector(bytes, i * CHANGE_MAP_SECTOR_BYTES, name, first + i);
      }
      await file.write([bytes], bytes.length, sectorPosition(name, first));
    }
  }
}
