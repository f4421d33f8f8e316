import { fallToMap } from '../group/fall-to-map.js';
import type { Group } from '../group/group.js';
import type { GroupStream } from '../group/group-stream.js';
import type { Lag } from './lag.js';
import type { LinkStatistics } from './link-statistics.js';
import type { MapLag } from './map-lag.js';
import type { ReturnToLog } from './return-to-log.js';
import type { Transfer } from './transfer.js';

/** What moves to the destination meanwhile. */
export interface MovingStream {
  transfer(): Transfer | null;
  /** What comes next is settled on a new connection. */
  reconnect(why: string): void;
}

/** A stream that stops relying on the log: from then on its maps remember what the destination lacks. */
export class StreamFall {
  private running: Promise<void> | null = null;

  constructor(
    private readonly group: Group,
    private readonly stream: GroupStream,
    private readonly lag: Lag,
    private readonly mapLag: MapLag,
    private readonly returnToLog: ReturnToLog,
    private readonly statistics: LinkStatistics,
    private readonly moving: MovingStream,
  ) {}

  get isUnderWay(): boolean {
    return this.running !== null;
  }

  /** Resolves when none is under way; rejects when one fails. */
  async settled(): Promise<void> {
    await this.running;
  }

  /** The stream outgrew its share of the log, or what there is of the log. */
  overflow(): Promise<void> {
    if (!this.stream.record.isFalling) this.statistics.overflows++;
    return this.fall();
  }

  /** From now on the map remembers what the destination lacks. */
  async fall(): Promise<void> {
    if (this.running !== null) return this.running;
    const wasByLog = this.moving.transfer()?.isByLog === true;
    this.returnToLog.overflowed();
    this.moving.transfer()?.stopRecords();
    this.running = this.toMap();
    try {
      await this.running;
    } finally {
      if (wasByLog) this.moving.reconnect('the log share is used up: going on by regions');
    }
  }

  /** The same, whatever is under way, and nothing is told to the destination. */
  async whole(): Promise<void> {
    await this.running;
    await (this.running = this.toMap());
  }

  private toMap(): Promise<void> {
    const { group, lag } = this;
    const now = group.clock.wallMs();
    if (this.stream.record.reliesFromLsn !== null)
      this.mapLag.tookOver(now - lag.seconds(group.log.headLsn, now) * 1000);
    return fallToMap(group, this.stream).finally(() => (this.running = null));
  }
}
