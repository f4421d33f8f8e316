/**
 * Volumes that join a live group, and leave it: what the log says of that, at every member alike.
 *
 * From its Joining record on, a volume's changes are in the log as those of the others. What it held before is copied beside; once every
 * destination that goes by the log has all of it, a Joined record makes it part of their point in time.
 */
import type { SlotMembership } from '../../format/peer/messages.js';
import { makeLogEntry, type LogEntry } from '../../format/srl/log-entry.js';
import { decodeMembership, encodeMembership, type Membership } from '../../format/srl/membership.js';
import { RecordType } from '../../format/srl/record.js';
import { lsn } from '../../model/position.js';
import type { Group } from './group.js';
import type { GroupRecord } from './group-record.js';
import { isJoining, type Member } from './member.js';

/** Whether a record of the log at this position tells of this volume, and not of one that had its slot before. */
export function isTold({ record: { addedLsn } }: Member, at: number): boolean {
  return addedLsn !== null && at > addedLsn;
}

/** Takes up what a membership record says; again after a start, when it is replayed. */
export function noteMembership(group: Group, entry: LogEntry): void {
  const member = group.members.get(entry.slot);
  if (member === undefined) return;
  const { record } = member;
  const membership = decodeMembership(entry);
  if (membership.change === 'Joining') {
    const isThis = membership.sessions.some((uid) => isSessionOf(group.record, entry.slot, uid));
    if (isThis && record.addedLsn === null) record.addedLsn = entry.lsn;
  } else if (record.addedLsn !== membership.since) return;
  else if (membership.change === 'Left') member.hasLeft = true;
  else record.joinedLsn ??= entry.lsn;
}

function isSessionOf({ streams }: GroupRecord, slot: number, uid: string): boolean {
  return streams.some(({ sessions }) => sessions.some((spec) => spec.slot === slot && spec.uid === uid));
}

/**
 * Says at the source what becomes of a volume, in this very turn.
 * @returns the record, to be offered to the streams; null without a log, when their maps tell all that destinations lack
 * @throws Refusal of the log: nothing is said
 */
export function logMembership(group: Group, { slot, record }: Member, membership: Membership): LogEntry | null {
  const { log, clock, epoch } = group;
  if (group.record.lostLog !== null) {
    if (membership.change === 'Joining') record.addedLsn = log.headLsn;
    if (membership.change === 'Joined') record.joinedLsn = log.headLsn;
    return null;
  }
  const payload = encodeMembership(membership);
  const { length } = payload;
  const entry = makeLogEntry(RecordType.Membership, slot, 0, 0, [payload], length, clock.wallMs(), epoch.number);
  log.append([entry]);
  group.apply([entry]);
  return entry;
}

/** What the log has said of each volume, for a destination whose own log does not tell. */
export function membershipsOf({ members }: Group): SlotMembership[] {
  const told: SlotMembership[] = [];
  for (const { slot, record } of members.values()) {
    const { addedLsn, joinedLsn } = record;
    if (addedLsn !== null)
      told.push({ slot, addedLsn: lsn(addedLsn), joinedLsn: joinedLsn === null ? null : lsn(joinedLsn) });
  }
  return told;
}

/** Takes up what the source told. */
export function takeMemberships({ members }: Group, told: readonly SlotMembership[]): void {
  for (const { slot, record } of members.values()) {
    const { addedLsn, joinedLsn } = told.find((each) => each.slot === slot) ?? { addedLsn: null, joinedLsn: null };
    Object.assign(record, { addedLsn, joinedLsn });
  }
}

/** What a log's end lost was never said. */
export function forgetUnsaid({ members }: GroupRecord, headLsn: number): void {
  for (const member of members) {
    if (member.addedLsn !== null && member.addedLsn > headLsn) member.addedLsn = null;
    if (member.joinedLsn !== null && member.joinedLsn > headLsn) member.joinedLsn = null;
  }
}

export function hasJoining({ members }: Group): boolean {
  for (const member of members.values()) if (isJoining(member)) return true;
  return false;
}
