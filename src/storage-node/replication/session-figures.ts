import type { SessionState, SessionStatistics } from '../../node-api/contract.js';
import type { Group } from '../group/group.js';
import type { LinkStatistics } from './link-statistics.js';

/** Number 0 before a destination has heard of any epoch. */
export function epochOf(group: Group): SessionState['epoch'] {
  const epoch = group.record.lineage.at(-1);
  return { number: epoch?.number ?? 0, id: epoch?.id ?? '0'.repeat(16) };
}

export function statisticsOf(statistics: LinkStatistics): SessionStatistics {
  const { messagesSent, messagesReceived, roundTripMs, timeouts, gaps, checksumErrors, reconnects, stalls } =
    statistics;
  const { blocksSent, retries, payloadBytes, wireBytes, overflows, throttles } = statistics;
  const throttledMs = Math.round(statistics.throttledMs);
  const link = { messagesSent, messagesReceived, roundTripMs, timeouts, gaps, checksumErrors, reconnects, stalls };
  return { ...link, blocksSent, retries, payloadBytes, wireBytes, overflows, throttles, throttledMs };
}
