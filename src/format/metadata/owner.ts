import { Refusal } from '../../errors/refusal.js';
import type { GroupUid, VolumeUid } from '../../model/ids.js';
import { readUid, UID_BYTES, writeUid } from '../bytes/uid.js';

/** Whose a file is: it stands in its header, so that a file of another volume or group, put in its place, is not taken for it. */
export interface Owner {
  readonly groupUid: GroupUid;
  readonly volumeUid: VolumeUid;
}

export const OWNER_BYTES = 2 * UID_BYTES;

export function writeOwner(buffer: Buffer, { groupUid, volumeUid }: Owner, at: number): void {
  writeUid(buffer, groupUid, at);
  writeUid(buffer, volumeUid, at + UID_BYTES);
}

export function readOwner(buffer: Buffer, at: number): Owner {
  return { groupUid: readUid(buffer, at) as GroupUid, volumeUid: readUid(buffer, at + UID_BYTES) as VolumeUid };
}

/** @throws Refusal FORMAT_CORRUPT naming the file and whose it is */
export function expectOwner(found: Owner, expected: Owner, name: string): void {
  if (found.groupUid === expected.groupUid && found.volumeUid === expected.volumeUid) return;
  throw new Refusal('FORMAT_CORRUPT', `${name}: is of volume ${found.volumeUid} in group ${found.groupUid}`);
}
