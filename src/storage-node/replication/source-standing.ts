/** What a source knows of its group when a destination has answered, put to the choice of what to send it. */
import type { Welcome } from '../../format/peer/messages.js';
import { lsn } from '../../model/position.js';
import type { Group } from '../group/group.js';
import { chooseCatchUp, type CatchUp } from './choose-catch-up.js';

export function chooseFor(group: Group, welcome: Welcome): CatchUp {
  const { log, record } = group;
  const { reliesFromLsn, mapsFromLsn, mustAskForChanges } = record.stream;
  return chooseCatchUp(
    {
      lineage: record.lineage,
      headLsn: lsn(log.headLsn),
      oldestLsn: lsn(log.oldestLsn),
      loggingTo: reliesFromLsn === null ? 'Dcm' : 'Srl',
      hasMarks: hasMarks(group),
      mapsFromLsn: mapsFromLsn === null ? null : lsn(mapsFromLsn),
      isElected: mustAskForChanges,
    },
    welcome,
  );
}

function hasMarks(group: Group): boolean {
  for (const { tracker } of group.members.values()) {
    if (tracker.map.activeCount > 0 || tracker.map.replayCount > 0) return true;
  }
  return false;
}

/** Where the maps do not reach back to what the destination holds, only the log tells what it lacks: it is kept from there. */
export function pinLog(group: Group, commonLsn: number): void {
  const { stream } = group.record;
  const doMapsReach = stream.mapsFromLsn !== null && stream.mapsFromLsn <= commonLsn;
  if (doMapsReach) return;
  stream.reliesFromLsn = Math.min(stream.reliesFromLsn ?? commonLsn, commonLsn);
  stream.mapsFromLsn = commonLsn;
}
