import path from 'node:path';
import { Refusal } from '../../errors/refusal.js';
import { changeHead, decodeHead, encodeHead, HEAD_BYTES } from '../../format/srl/head.js';
import type { Disk, DiskFile } from '../device/disk.js';

const HEAD_FILE = 'head';

/**
 * Tells after the end of the process how far the log was written. Never synced for its own sake: after a loss of power it tells
 * nothing.
 */
export class HeadFile {
  private constructor(
    private readonly file: DiskFile,
    private readonly bytes: Buffer,
    /** What the last run left; null when there is none that is whole. */
    readonly found: number | null,
  ) {}

  /** @throws Refusal FORMAT_UNSUPPORTED; the system's error */
  static async open(disk: Disk, folder: string, groupId: Buffer): Promise<HeadFile> {
    const file = await openOrMake(disk, path.join(folder, HEAD_FILE));
    try {
      const bytes = Buffer.alloc(HEAD_BYTES);
      const head = decodeHead(bytes.subarray(0, await file.read(bytes, 0)), groupId);
      if (head === 'version') throw new Refusal('FORMAT_UNSUPPORTED', file.path);
      return new HeadFile(file, encodeHead(groupId, 0), typeof head === 'number' ? head : null);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** After the records up to here were written, and before anyone is told of them. */
  noteNow(lsn: number): void {
    changeHead(this.bytes, lsn);
    this.file.writeNow([this.bytes], HEAD_BYTES, 0);
  }

  /** The same where the head goes back: the old position must not come to light again. */
  async lower(lsn: number): Promise<void> {
    this.noteNow(lsn);
    await this.file.datasync();
  }

  close(): void {
    this.file.closeNow();
  }
}

async function openOrMake(disk: Disk, file: string): Promise<DiskFile> {
  try {
    return await disk.open(file, 'existing');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return disk.open(file, 'new');
  }
}
