/** How a log comes to be there when its group is opened, and what its folder is without it. */
import path from 'node:path';
import { Refusal } from '../../errors/refusal.js';
import type { GroupUid } from '../../model/ids.js';
import { SRL_SIZE_MIN_BYTES } from '../../model/sizes.js';
import { SEGMENT_BYTES, SRL_SIZE_MAX_BYTES } from '../config/limits.js';
import type { Disk } from '../device/disk.js';
import { systemRefusal } from '../device/system-refusal.js';
import { DamagedLog } from './damaged-log.js';
import { HeadFile } from './head-file.js';
import { LogWriter } from './log-writer.js';
import { findLog, recoverLog, type LogPoint } from './recovery.js';
import type { Segment } from './segment-file.js';
import { SEGMENT_SUFFIX, SegmentSupply } from './segment-supply.js';
import type { TailPool } from './tail.js';

const LOG_START: LogPoint = { lsn: 0, crc: 0, runningBytes: 0 };

export interface SrlOptions {
  readonly disk: Disk;
  /** The log's own folder; made when missing. */
  readonly folder: string;
  readonly groupUid: GroupUid;
  readonly sizeBytes: number;
  readonly segmentBytes?: number;
  /** Records up to here were durable in this log: if one is missing or damaged, the log is refused. */
  readonly knownDurableLsn?: number;
  /**
   * Replay starts above it: later records must be there, earlier ones are not read at the start and may be missing. Null for a log
   * whose records are of no use to replay (during a resync): what is found is taken.
   */
  readonly floorLsn: number | null;
  /**
   * The machine has not gone down since the log was last written: whatever the head file tells was written is there, or is damaged.
   * False by default.
   */
  readonly isHeadTold?: boolean;
  readonly tailBytesMax?: number;
  /** Room that the tails of all logs share; without it this log has its own. */
  readonly tails?: TailPool;
}

/** The files of a log, ready to be written on. */
export interface OpenedLog {
  readonly headFile: HeadFile;
  readonly supply: SegmentSupply;
  readonly segments: Segment[];
  readonly head: LogPoint;
  /** Records before the oldest were lost to damage. */
  readonly isShortened: boolean;
}

/** Opens or makes the files of a log. @throws Refusal see Srl.open */
export async function openLog(options: SrlOptions): Promise<OpenedLog> {
  if (options.sizeBytes < SRL_SIZE_MIN_BYTES) throw new Refusal('SRL_TOO_SMALL', `${options.sizeBytes} bytes`);
  if (options.sizeBytes > SRL_SIZE_MAX_BYTES) throw new Refusal('PARAMETER_INVALID', 'srl_size_mb');
  const { disk, folder } = options;
  const groupId = groupIdOf(options);
  try {
    await disk.makeFolder(folder);
    await disk.syncFolder(path.dirname(folder));
    const headFile = await HeadFile.open(disk, folder, groupId);
    try {
      return (await openFound(options, groupId, headFile)) ?? (await makeFirst(options, groupId, headFile));
    } catch (error) {
      headFile.close();
      throw error;
    }
  } catch (error) {
    throw systemRefusal(error, folder);
  }
}

async function openFound(options: SrlOptions, groupId: Buffer, headFile: HeadFile): Promise<OpenedLog | null> {
  const { disk, folder, floorLsn } = options;
  const log = await recoverLog({ disk, folder, groupId, knownDurableLsn: knownThrough(options, headFile), floorLsn });
  if (log === null) return null;
  const { segments, head, isShortened, numberMax } = log;
  const supply = new SegmentSupply(
    disk,
    folder,
    segmentBytesOf(options),
    filesMaxOf(options),
    segments.length,
    numberMax,
  );
  await headFile.lower(head.lsn);
  return { headFile, supply, segments, head, isShortened };
}

async function makeFirst(options: SrlOptions, groupId: Buffer, headFile: HeadFile): Promise<OpenedLog> {
  const { disk, folder } = options;
  const segmentBytes = segmentBytesOf(options);
  const supply = new SegmentSupply(disk, folder, segmentBytes, filesMaxOf(options), 1, 0);
  const file = await supply.makeBlank();
  const first = await LogWriter.startLog(disk, file, groupId, 1, LOG_START, segmentBytes);
  await headFile.lower(0);
  return { headFile, supply, segments: [first], head: LOG_START, isShortened: false };
}

/**
 * Looks at a log that could not be opened for damage; nothing is changed. Null when there is none above the floor.
 * @throws Refusal SRL_CORRUPT for a segment of another group; FORMAT_UNSUPPORTED; DEVICE_FAILED
 */
export async function lookAtDamage(options: SrlOptions & { readonly floorLsn: number }): Promise<DamagedLog | null> {
  const { disk, folder, floorLsn } = options;
  const groupId = groupIdOf(options);
  try {
    const headFile = await HeadFile.open(disk, folder, groupId);
    headFile.close();
    const found = await findLog({ disk, folder, groupId, knownDurableLsn: knownThrough(options, headFile), floorLsn });
    return found.damage === null ? null : new DamagedLog(found, floorLsn);
  } catch (error) {
    throw systemRefusal(error, folder);
  }
}

function knownThrough({ knownDurableLsn = 0, isHeadTold }: SrlOptions, { found }: HeadFile): number {
  return Math.max(knownDurableLsn, isHeadTold === true ? (found ?? 0) : 0);
}

/** Removes the files of a log that counts for nothing any more; others in its folder stay. @throws Refusal DEVICE_FAILED */
export async function removeLog(disk: Disk, folder: string): Promise<void> {
  try {
    for (const name of await disk.list(folder)) {
      if (name.endsWith(SEGMENT_SUFFIX)) await disk.remove(path.join(folder, name));
    }
    await disk.syncFolder(folder);
  } catch (error) {
    throw systemRefusal(error, folder);
  }
}

export function segmentBytesOf(options: SrlOptions): number {
  return options.segmentBytes ?? SEGMENT_BYTES;
}

export function groupIdOf(options: SrlOptions): Buffer {
  return Buffer.from(options.groupUid.replaceAll('-', ''), 'hex');
}

function filesMaxOf(options: SrlOptions): number {
  return Math.floor(options.sizeBytes / segmentBytesOf(options));
}
