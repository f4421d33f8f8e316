/** What a volume's folder holds: `volume.json`, and the sparse file `data` unless its bytes lie elsewhere. */
import path from 'node:path';
import { Refusal } from '../../errors/refusal.js';
import type { VolumeUid } from '../../model/ids.js';
import type { VolumeSpec } from '../../node-api/contract.js';
import type { Disk } from '../device/disk.js';
import { readSmallFile, writeSmallFile } from '../device/small-file.js';

export const VOLUME_RECORD_VERSION = 1;
export const VOLUME_FILE = 'volume.json';
export const DATA_FILE = 'data';

export interface VolumeRecord {
  readonly spec: VolumeSpec;
  /** Where the bytes lie, links resolved; null: in the volume's own folder. */
  readonly backingPath: string | null;
  /** A growth to this size was begun: the file may be as long. Left out when there was none. */
  readonly growingToBytes?: number;
}

export function writeVolumeRecord(disk: Disk, folder: string, record: VolumeRecord): Promise<void> {
  return writeSmallFile(disk, path.join(folder, VOLUME_FILE), 'volume', VOLUME_RECORD_VERSION, record);
}

/**
 * @param uid whose record it must be; null for whosever it is
 * @throws Refusal FORMAT_CORRUPT, also when it is missing or another volume's; FORMAT_UNSUPPORTED; DEVICE_FAILED
 */
export async function readVolumeRecord(disk: Disk, folder: string, uid: VolumeUid | null): Promise<VolumeRecord> {
  const file = path.join(folder, VOLUME_FILE);
  const found = await readSmallFile(disk, file, 'volume', VOLUME_RECORD_VERSION);
  if (found === null) throw new Refusal('FORMAT_CORRUPT', `${file}: is missing`);
  // The checksum holds and the version is ours, so the shape is the one that this file's writer gave it.
  const record = found.body as VolumeRecord;
  if (uid !== null && record.spec.uid !== uid) {
    throw new Refusal('FORMAT_CORRUPT', `${file}: is of volume ${record.spec.uid}`);
  }
  return record;
}

/** What is shown of a volume whose record cannot be read: its uid, and a size of 0, which no volume has. */
export function unknownSpec(uid: VolumeUid): VolumeSpec {
  return {
    uid,
    name: '',
    label: 0,
    sizeBytes: 0,
    writeCache: 'Writeback',
    backing: { type: 'File' },
    isOverwrite: false,
    allowedClients: [],
    isCopyProtected: false,
    createdTime: new Date(0).toISOString(),
  };
}
