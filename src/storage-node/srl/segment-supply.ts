/**
 * Files that wait to become segments of one log. Each is blank on the disk before it is handed out: a header left over from an
 * earlier use could otherwise outlive, in a power loss, the first records of the new use and pass for a segment of the log.
 */
import path from 'node:path';
import { Refusal } from '../../errors/refusal.js';
import { SEGMENT_HEADER_BYTES } from '../../format/srl/segment.js';
import { MIB } from '../../model/sizes.js';
import type { Disk } from '../device/disk.js';
import { systemRefusal } from '../device/system-refusal.js';

export const SEGMENT_SUFFIX = '.segment';
const SPARES_MAX = 4;
const ZEROS = Buffer.alloc(MIB);

export class SegmentSupply {
  private ready: string[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private isPreparing = false;
  /** The last attempt to make a file failed, so that no more can be counted on. */
  private isBlocked = false;
  private nextNumber: number;
  private sparesWanted = 1;

  /**
   * @param filesMax files of the log altogether, those in use included
   * @param fileCount files there are
   */
  constructor(
    private readonly disk: Disk,
    private readonly folder: string,
    private readonly segmentBytes: number,
    public filesMax: number,
    private fileCount = 0,
    numberMax = 0,
  ) {
    this.nextNumber = numberMax + 1;
  }

  /** Segments that can be started now or soon: blank files, and files that may still be made. */
  get availableCount(): number {
    return this.ready.length + (this.isBlocked ? 0 : Math.max(0, this.filesMax - this.fileCount));
  }

  /** Whether the disk refuses files that the log may have. */
  get isCramped(): boolean {
    return this.isBlocked;
  }

  /**
   * Sees to it that `count` blank files are ready. Makes what is missing on the spot, since a short wait is better than a refused
   * write.
   * @returns whether it made one: the folder then needs a sync before a record in it counts as durable
   * @throws Refusal DEVICE_FULL when the log has all its files, or the file system has no space
   */
  makeReadyNow(count: number): boolean {
    const missing = count - this.ready.length;
    // The background was too slow for this writer.
    if (missing > 0) this.sparesWanted = Math.min(SPARES_MAX, this.sparesWanted + 1);
    for (let i = 0; i < missing; i++) {
      if (this.fileCount >= this.filesMax) throw new Refusal('DEVICE_FULL', `${this.folder}: the log is full`);
      this.ready.unshift(this.makeBlankNow());
      this.fileCount++;
    }
    return missing > 0;
  }

  /** A blank file for the next segment; `makeReadyNow` was asked before. */
  takeReady(): string {
    const file = this.ready.pop();
    if (file === undefined) throw new Error('a segment was started without a blank file for it');
    return file;
  }

  /**
   * Makes spares in the background, until there are as many as this log has needed at once, or it has all its files.
   * @param isRetry also when the last attempt failed: for calls that come seldom
   */
  prepareSpare(isRetry: boolean): void {
    if (this.ready.length >= this.sparesWanted || this.isPreparing || this.fileCount >= this.filesMax) return;
    if (this.isBlocked && !isRetry) return;
    this.isPreparing = true;
    this.fileCount++;
    this.track(
      this.makeBlank().then(
        (file) => {
          this.ready.push(file);
          this.isBlocked = false;
          this.isPreparing = false;
          this.prepareSpare(false);
        },
        () => {
          this.fileCount--;
          this.isBlocked = true;
          this.isPreparing = false;
        },
      ),
    );
  }

  /** Takes back a file that is no longer in use, and blanks it in the background; one too many or of another size is removed. */
  recycle(file: string, segmentBytes: number): void {
    const isKept = this.fileCount <= this.filesMax && segmentBytes === this.segmentBytes;
    const drop = () => this.disk.remove(file).then(() => void this.fileCount--);
    const blank = () => this.blank(file).then(() => void this.ready.push(file));
    // A file that can be neither blanked nor removed only costs its space until the next start.
    this.track((isKept ? blank().catch(drop) : drop()).catch(() => undefined));
  }

  /** A new blank file, durable with its name. */
  async makeBlank(): Promise<string> {
    const file = this.nextPath();
    try {
      const open = await this.disk.open(file, 'new');
      try {
        for (let at = 0; at < this.segmentBytes; at += MIB) {
          const length = Math.min(MIB, this.segmentBytes - at);
          await open.write([ZEROS.subarray(0, length)], length, at);
        }
        await open.datasync();
      } finally {
        await open.close();
      }
      await this.disk.syncFolder(this.folder);
      return file;
    } catch (error) {
      await this.disk.remove(file).catch(() => undefined);
      throw systemRefusal(error, file);
    }
  }

  /** Removes every file that waits; the caller's one file is all that is left. */
  async restart(): Promise<void> {
    await this.settle();
    await Promise.all(this.ready.map((file) => this.disk.remove(file)));
    this.ready = [];
    this.fileCount = 1;
  }

  /** Its files are gone, or are to be counted no more. */
  async forget(): Promise<void> {
    await this.settle();
    this.ready = [];
    this.fileCount = 0;
    this.isBlocked = false;
  }

  /** Makes blank files until `count` are ready besides the one that is made for the caller. */
  async stock(count: number): Promise<string> {
    const file = await this.makeBlank();
    this.fileCount++;
    while (this.ready.length < count) {
      this.ready.push(await this.makeBlank());
      this.fileCount++;
    }
    return file;
  }

  /** Waits for the work in the background. */
  async settle(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  private makeBlankNow(): string {
    const file = this.nextPath();
    try {
      const open = this.disk.openNow(file, 'new');
      try {
        for (let at = 0; at < this.segmentBytes; at += MIB) {
          const length = Math.min(MIB, this.segmentBytes - at);
          open.writeNow([ZEROS.subarray(0, length)], length, at);
        }
      } finally {
        open.closeNow();
      }
      return file;
    } catch (error) {
      this.isBlocked = true;
      this.disk.removeNow(file);
      throw systemRefusal(error, file);
    }
  }

  private async blank(file: string): Promise<void> {
    const open = await this.disk.open(file, 'existing');
    try {
      await open.write([ZEROS.subarray(0, SEGMENT_HEADER_BYTES)], SEGMENT_HEADER_BYTES, 0);
      await open.datasync();
    } finally {
      await open.close();
    }
  }

  private nextPath(): string {
    return path.join(this.folder, `${String(this.nextNumber++).padStart(6, '0')}${SEGMENT_SUFFIX}`);
  }

  private track(work: Promise<void>): void {
    this.underWay.add(work);
    void work.then(() => this.underWay.delete(work));
  }
}
