import type { ErrorName } from '../../errors/registry.js';
import type { Throttle } from '../../node-api/contract.js';
import type { Group } from '../group/group.js';
import type { GroupStream } from '../group/group-stream.js';
import type { Lag } from './lag.js';
import { LatencyMarks } from './latency-marks.js';
import type { LinkStatistics } from './link-statistics.js';
import { AT_SHARE, type AtShare, LogShare, shareBytesOf } from './log-share.js';
import type { Progress } from './progress.js';

/** What of its connection a stream is judged by. */
export interface PressureLink {
  /** Whether data can move: there is a connection, and nothing that an operator would have to end first. */
  isConnected(): boolean;
  /** Host writes wait for room that the log has only once this stream needs less of it. */
  isInTheWay(): boolean;
}

/**
 * What one stream asks of the hosts of its group: to wait or fail, while its share of the log is used up or too many writes are lacking at
 * its destination. Both count what the log holds for it, so that nothing is asked while it goes by its maps.
 */
export class BackPressure {
  /** Host writes may be logged up to this position; Infinity while nothing limits them. */
  ceilingLsn = Infinity;
  /** Why host writes fail, or null. */
  refusal: ErrorName | null = null;
  /** The stream is about to end: whatever the log holds for it, hosts are asked nothing. */
  isOff = false;
  private throttleNow: Throttle = 'None';
  private countedMs = 0;
  private readonly share = new LogShare();
  private readonly marks = new LatencyMarks();

  constructor(
    private readonly group: Group,
    private readonly stream: GroupStream,
    private readonly progress: Progress,
    private readonly lag: Lag,
    private readonly statistics: LinkStatistics,
    private readonly link: PressureLink,
  ) {}

  /** Why hosts wait for the stream just now. */
  get throttle(): Throttle {
    return this.throttleNow;
  }

  /**
   * To be called whenever log, destination, connection or settings moved.
   * @param isExempt hosts wait for every acknowledgement of the destination anyway
   * @returns what is to become of the stream, when it cannot stay with the log
   */
  look(isExempt: boolean): 'Map' | 'Overflow' | null {
    const isLogged = !isExempt && !this.isOff && this.stream.record.reliesFromLsn !== null;
    const atShare = isLogged ? this.atShare() : null;
    if (!isLogged) this.share.clear();
    const isLatencyLimited = isLogged && this.isLatencyLimited;
    if (isLatencyLimited) this.marks.look(this.lacking, this.stream.spec.settings.latencyProtection);
    else this.marks.clear();
    const isConnected = this.link.isConnected();
    const isLatencyReached = this.marks.isReached;
    if (atShare === 'Refuse') this.refusal = 'ACCESS_LOG_SHARE';
    else this.refusal = isLatencyReached && !isConnected ? 'ACCESS_LATENCY' : null;
    const isStalled = atShare === 'Stall';
    if (isStalled || isLatencyReached) this.ceilingLsn = -1;
    else this.ceilingLsn = isLatencyLimited ? this.progress.durableLsn + this.highMark : Infinity;
    this.turnThrottle(isStalled ? 'Log_Share' : isLatencyReached && isConnected ? 'Latency' : 'None');
    return atShare === 'Map' || atShare === 'Overflow' ? atShare : null;
  }

  /**
   * Whether a write beyond the ceiling may be logged all the same. `look` before and after.
   * @param lastLsn position of its last record
   */
  admits(lastLsn: number, recordCount: number): boolean {
    if (lastLsn <= this.ceilingLsn) return true;
    if (this.throttleNow !== 'None' || this.refusal !== null) return false;
    const lacking = lastLsn - recordCount - this.progress.durableLsn;
    return this.marks.admits(lacking, recordCount, this.stream.spec.settings.latencyProtection);
  }

  private atShare(): AtShare | null {
    const { record, spec } = this.stream;
    this.share.look(this.lag.bytes(this.group.log.headRunningBytes), shareBytesOf(spec));
    if (!this.share.isUsedUp && !this.link.isInTheWay()) return null;
    // A copy that outgrows the share takes one more pass, whatever protects the log once it is done.
    if (record.mapsFromLsn !== null) return 'Map';
    return AT_SHARE[spec.settings.srlProtection][this.link.isConnected() ? 'connected' : 'disconnected'];
  }

  /** Of a stream that goes by the log alone. */
  private get isLatencyLimited(): boolean {
    const { record, spec } = this.stream;
    const { policy } = spec.settings.latencyProtection;
    return policy !== 'Off' && record.mapsFromLsn === null && (policy === 'Fail' || this.link.isConnected());
  }

  private get lacking(): number {
    return this.group.log.headLsn - this.progress.durableLsn;
  }

  private get highMark(): number {
    return this.stream.spec.settings.latencyProtection.highMark;
  }

  private turnThrottle(throttle: Throttle): void {
    if (throttle === this.throttleNow) return;
    this.countThrottled();
    if (this.throttleNow === 'None') this.statistics.throttles++;
    this.throttleNow = throttle;
  }

  /** Brings the statistics up to now. */
  countThrottled(): void {
    const now = this.group.clock.monotonicMs();
    if (this.throttleNow !== 'None') this.statistics.throttledMs += now - this.countedMs;
    this.countedMs = now;
  }
}
