/**
 * The mark `in-use.json` in a volume's folder: hosts may have had changes acknowledged that are not durable here. It names the boot of
 * the machine in which it was made. In a later boot it tells that they may be lost, while the host that wrote them may live on: the
 * volume is held, at every start, until the mark is taken away.
 */
import path from 'node:path';
import { isRefusal } from '../../errors/refusal.js';
import type { Disk } from '../device/disk.js';
import { readSmallFile, writeSmallFile } from '../device/small-file.js';
import { systemRefusal } from '../device/system-refusal.js';

const IN_USE_FILE = 'in-use.json';
const FORMAT = 'in-use';
const VERSION = 1;
/** Of a mark that cannot be read: no boot has it. */
const UNKNOWN_BOOT = '';

export interface InUse {
  readonly bootId: string;
}

export class VolumeUse {
  private readonly file: string;
  private markedBootId: string | null = null;

  private constructor(
    private readonly disk: Disk,
    private readonly folder: string,
    private readonly bootId: string,
  ) {
    this.file = path.join(folder, IN_USE_FILE);
  }

  /**
   * @param bootId the present boot of the machine
   * @throws Refusal FORMAT_UNSUPPORTED; a mark that cannot be read holds the volume
   */
  static async open(disk: Disk, folder: string, bootId: string): Promise<VolumeUse> {
    const use = new VolumeUse(disk, folder, bootId);
    try {
      const found = await readSmallFile(disk, use.file, FORMAT, VERSION);
      if (found !== null) use.markedBootId = (found.body as InUse).bootId;
    } catch (error) {
      if (!isRefusal(error) || error.code === 'FORMAT_UNSUPPORTED') throw error;
      use.markedBootId = UNKNOWN_BOOT;
    }
    return use;
  }

  /** Marked in this boot. */
  get isMarked(): boolean {
    return this.markedBootId === this.bootId;
  }

  /** The boot in which writes may have been lost, or null for a volume that is not held. */
  get heldSinceBoot(): string | null {
    return this.isMarked ? null : this.markedBootId;
  }

  /** Durable when it resolves. @throws Refusal DEVICE_FULL, DEVICE_FAILED */
  async mark(): Promise<void> {
    await writeSmallFile(this.disk, this.file, FORMAT, VERSION, { bootId: this.bootId } satisfies InUse);
    this.markedBootId = this.bootId;
  }

  /** Takes the mark away, of whatever boot it is; durable when it resolves. @throws Refusal DEVICE_FAILED */
  async clear(): Promise<void> {
    if (this.markedBootId === null) return;
    // What becomes of a mark whose removal fails is not known: the next change makes it anew. One that holds is there until it is gone.
    if (this.isMarked) this.markedBootId = null;
    try {
      await this.disk.remove(this.file);
      await this.disk.syncFolder(this.folder);
    } catch (error) {
      throw systemRefusal(error, this.file);
    }
    this.markedBootId = null;
  }
}
