import { isRefusal } from '../../errors/refusal.js';
import type { Group } from './group.js';
import type { GroupStream } from './group-stream.js';

/**
 * Carries over to a stream's change maps what the log holds for its destination, and lets go of the log: when it outgrows its share
 * or is suspended. Writes of this very turn and later are marked at once; the log is kept until what came before them is marked
 * too, and a crash in between begins again from the record.
 */
export async function fallToMap(group: Group, stream: GroupStream): Promise<void> {
  const { record } = stream;
  stream.setMarking(true);
  const from = record.reliesFromLsn;
  if (from === null) return;
  record.isFalling = true;
  record.mapsFromLsn ??= from;
  await group.file.save();
  await markLogged(group, stream, from);
  await stream.syncMaps();
  record.reliesFromLsn = null;
  record.isFalling = false;
  await group.file.save();
  group.freeLog();
}

/**
 * Without a log nothing can be kept for the other members: the maps take over what they may lack. Saved with what else becomes of the
 * group's record.
 */
export async function fallWithoutLog(group: Group): Promise<void> {
  for (const stream of group.streams) {
    const { record } = stream;
    stream.setMarking(true);
    if (record.dataState === 'Up_To_Date') record.dataState = 'Consistent';
    const from = record.reliesFromLsn;
    if (from === null) continue;
    await markLogged(group, stream, from);
    record.mapsFromLsn ??= from;
    record.reliesFromLsn = null;
    record.isFalling = false;
  }
}

/**
 * Marks the regions of every record after `fromLsn`; all regions when the log no longer has them, or cannot tell.
 */
export async function markLogged(group: Group, stream: GroupStream, fromLsn: number): Promise<void> {
  if (fromLsn >= group.log.headLsn) return;
  const { lostLog } = group.record;
  // What came since was marked as it came.
  if (lostLog?.kind === 'Unused' && fromLsn >= lostLog.leftAtLsn) return;
  if (fromLsn + 1 < group.log.oldestLsn) return stream.markAll();
  try {
    await group.log.visitRanges(fromLsn, (slot, offset, length) => {
      const map = stream.maps.get(slot)?.map;
      // A larger volume may have had the slot before.
      if (map !== undefined && offset < map.sizeBytes) map.mark(offset, Math.min(length, map.sizeBytes - offset));
    });
  } catch (error) {
    // One that fails for the map's sake fails again.
    if (!isRefusal(error)) throw error;
    stream.markAll();
  }
}
