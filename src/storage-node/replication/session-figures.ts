import { REGION_BYTES } from '../../model/sizes.js';
import type { SessionState, SessionStatistics } from '../../node-api/contract.js';
import type { Group } from '../group/group.js';
import type { LinkStatistics } from './link-statistics.js';

/** Bytes of the group's volumes. */
export function totalBytes(group: Group): number {
  let bytes = 0;
  for (const { volume } of group.members.values()) bytes += volume.sizeBytes;
  return bytes;
}

/** Bytes of the regions that the group's maps name. */
export function markedBytes(group: Group): number {
  let bytes = 0;
  for (const { volume, tracker } of group.members.values()) {
    bytes += Math.min(volume.sizeBytes, (tracker.map.activeCount + tracker.map.replayCount) * REGION_BYTES);
  }
  return bytes;
}

/** Number 0 before a destination has heard of any epoch. */
export function epochOf(group: Group): SessionState['epoch'] {
  const epoch = group.record.lineage.at(-1);
  return { number: epoch?.number ?? 0, id: epoch?.id ?? '0'.repeat(16) };
}

export function statisticsOf(statistics: LinkStatistics): SessionStatistics {
  const { messagesSent, messagesReceived, roundTripMs, timeouts, gaps, checksumErrors, reconnects, stalls } =
    statistics;
  const { blocksSent, retries, payloadBytes, wireBytes, overflows, throttles, throttledMs } = statistics;
  const link = { messagesSent, messagesReceived, roundTripMs, timeouts, gaps, checksumErrors, reconnects, stalls };
  return { ...link, blocksSent, retries, payloadBytes, wireBytes, overflows, throttles, throttledMs };
}
