import { isRefusal } from '../../errors/refusal.js';
import type { Group } from './group.js';

/**
 * Carries over to the change maps what the log holds for the other member, and lets go of the log: when a stream outgrows its share
 * or is suspended. Writes of this very turn and later are marked at once; the log is kept until what came before them is marked
 * too, and a crash in between begins again from the record.
 */
export async function fallToMap(group: Group): Promise<void> {
  const { stream } = group.record;
  for (const member of group.members.values()) member.tracker.isMarking = true;
  const from = stream.reliesFromLsn;
  if (from === null) return;
  stream.isFalling = true;
  stream.mapsFromLsn ??= from;
  await group.file.save();
  await markLogged(group, from);
  for (const member of group.members.values()) await member.tracker.map.sync();
  stream.reliesFromLsn = null;
  stream.isFalling = false;
  await group.file.save();
  group.freeLog();
}

/**
 * Without a log nothing can be kept for the other member: its maps take over what it may lack. Saved with what else becomes of the
 * group's record.
 */
export async function fallWithoutLog(group: Group): Promise<void> {
  const { stream } = group.record;
  for (const member of group.members.values()) member.tracker.isMarking = true;
  if (stream.dataState === 'Up_To_Date') stream.dataState = 'Consistent';
  const from = stream.reliesFromLsn;
  if (from === null) return;
  await markLogged(group, from);
  stream.mapsFromLsn ??= from;
  stream.reliesFromLsn = null;
  stream.isFalling = false;
}

/**
 * Marks the regions of every record after `fromLsn`; all regions when the log no longer has them, or cannot tell.
 */
export async function markLogged(group: Group, fromLsn: number): Promise<void> {
  if (fromLsn >= group.log.headLsn) return;
  if (fromLsn + 1 < group.log.oldestLsn) return markAll(group);
  try {
    await group.log.visitRanges(fromLsn, (slot, offset, length) =>
      group.members.get(slot)?.tracker.map.mark(offset, length),
    );
  } catch (error) {
    // One that fails for the map's sake fails again.
    if (!isRefusal(error)) throw error;
    markAll(group);
  }
}

function markAll(group: Group): void {
  for (const member of group.members.values()) member.tracker.map.markAll();
}
