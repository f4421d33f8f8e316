/**
 * What never changes of a group, `srl/<group>/members.json`: written once, before its record. Should the record be damaged, this tells
 * which volumes must stay closed to hosts, and who the other member is.
 */
import type { GroupUid } from '../../model/ids.js';
import type { SessionSpec } from '../../node-api/contract.js';
import { Refusal } from '../../errors/refusal.js';
import type { Disk } from '../device/disk.js';
import { readSmallFile, writeSmallFile } from '../device/small-file.js';

export interface GroupMembers {
  readonly groupUid: GroupUid;
  /** As they were when this was written: ends may have been exchanged since, and settings changed. */
  readonly sessions: readonly SessionSpec[];
}

const FORMAT = 'group-members';
const VERSION = 1;

export function writeGroupMembers(disk: Disk, path: string, members: GroupMembers): Promise<void> {
  return writeSmallFile(disk, path, FORMAT, VERSION, members);
}

/** @throws Refusal FORMAT_CORRUPT, also when it is missing or another group's; FORMAT_UNSUPPORTED; DEVICE_FAILED */
export async function readGroupMembers(disk: Disk, path: string, groupUid: GroupUid): Promise<GroupMembers> {
  const found = await readSmallFile(disk, path, FORMAT, VERSION);
  if (found === null) throw new Refusal('FORMAT_CORRUPT', `${path}: is missing`);
  const members = found.body as GroupMembers;
  if (members.groupUid !== groupUid) throw new Refusal('FORMAT_CORRUPT', `${path}: is of group ${members.groupUid}`);
  return members;
}
