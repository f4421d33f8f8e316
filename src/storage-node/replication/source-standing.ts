/** What a source knows of its group when a destination has answered, put to the choice of what to send it. */
import type { Welcome } from '../../format/peer/messages.js';
import { lsn } from '../../model/position.js';
import type { Group } from '../group/group.js';
import type { GroupStream } from '../group/group-stream.js';
import { isJoining } from '../group/member.js';
import { chooseCatchUp, type CatchUp } from './choose-catch-up.js';

export function chooseFor(group: Group, stream: GroupStream, welcome: Welcome): CatchUp {
  const { log, record } = group;
  const { reliesFromLsn, mapsFromLsn, mustAskForChanges } = stream.record;
  return chooseCatchUp(
    {
      lineage: record.lineage,
      headLsn: lsn(log.headLsn),
      oldestLsn: lsn(log.oldestLsn),
      loggingTo: reliesFromLsn === null ? 'Dcm' : 'Srl',
      hasMarks: hasMarksOfJoined(group, stream),
      hasUnlogged: group.isLogUnused && stream.hasMarks,
      mapsFromLsn: mapsFromLsn === null ? null : lsn(mapsFromLsn),
      isElected: mustAskForChanges,
    },
    welcome,
  );
}

/** What is marked of a volume that joins is copied beside the log. */
function hasMarksOfJoined({ members }: Group, { maps }: GroupStream): boolean {
  return [...maps].some(([slot, map]) => map.hasMarks && !isJoining(members.get(slot)!));
}

/** Where the maps do not reach back to what the destination holds, only the log tells what it lacks: it is kept from there. */
export function pinLog({ record }: GroupStream, commonLsn: number): void {
  const doMapsReach = record.mapsFromLsn !== null && record.mapsFromLsn <= commonLsn;
  if (doMapsReach) return;
  record.reliesFromLsn = Math.min(record.reliesFromLsn ?? commonLsn, commonLsn);
  record.mapsFromLsn = commonLsn;
}
