import { LOG_STUCK_MS, RECOVERY_RETRY_MS } from '../config/limits.js';
import { Refusal } from '../../errors/refusal.js';
import { fallWithoutLog } from '../group/fall-to-map.js';
import type { Group } from '../group/group.js';
import type { HostWriter } from '../group/host-writer.js';

/** What an outage of the log needs of each stream of the group. */
export interface StreamWithoutLog {
  /** Nothing more is sent over the present connection. Resolves when no step of that is under way. */
  stopMoving(): Promise<void>;
  /** The log takes records again: the destination is sent what it lacks. */
  goOnByLog(): void;
  /** Acknowledgements wait for the destination no more. */
  waitNoMore(): void;
  /** What writes wait for, or are refused for, may have changed. */
  refreshGate(): void;
}

/** And of the group's source. */
export interface SourceWithoutLog {
  /** Whether hosts are served just now. */
  areHostsOpen(): boolean;
  /** Hosts that are served wait. Resolves when no earlier request may still change a volume, with what lets them in again. */
  pauseHosts(): Promise<() => void>;
  randomId(): string;
  log(fields: object, message: string): void;
}

/**
 * What a source does while its log has failed. Its volumes are written directly, every change is marked in the maps, and the
 * destinations are not waited for, once all that is durably so; until then hosts wait, and if it cannot be, they are refused. Every few
 * seconds the log is tried to be made anew; then the destinations are sent the marked regions, and writes are logged again.
 */
export class SourceOutage {
  private running: Promise<void> | null = null;
  private nextAtMs = 0;
  private isStopped = false;

  constructor(
    private readonly group: Group,
    private readonly writer: HostWriter,
    private readonly streams: readonly StreamWithoutLog[],
    private readonly source: SourceWithoutLog,
  ) {
    group.log.onFailure(() => this.attempt());
    if (group.record.lostLog !== null) {
      for (const stream of streams) stream.refreshGate();
      writer.passThrough();
    } else if (group.isWithoutLog) this.attempt();
  }

  /** To be called every 100 ms or so. */
  tick(): void {
    const { log } = this.group;
    if (this.group.isWithoutLog) {
      if (this.group.clock.monotonicMs() >= this.nextAtMs) this.attempt();
    } else if (this.writer.stuckMs >= LOG_STUCK_MS && log.isCramped && this.group.keepAfterLsn() >= log.headLsn) {
      // Nobody needs what is in it, and still there is no room.
      log.declareFailed(new Refusal('DEVICE_FULL', log.folder));
    }
  }

  /** Resolves when no step of it is under way. */
  async settled(): Promise<void> {
    await this.running;
  }

  /** Nothing of it is done any more once this resolves. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.running;
  }

  private attempt(): void {
    if (this.running !== null || this.isStopped) return;
    const step = this.group.record.lostLog === null ? this.enter() : this.leave();
    this.running = step
      .catch((error: unknown) => this.source.log({ error: String(error) }, 'without a log: trying again'))
      .finally(() => {
        this.running = null;
        this.nextAtMs = this.group.clock.monotonicMs() + RECOVERY_RETRY_MS;
      });
  }

  private async enter(): Promise<void> {
    const { group } = this;
    this.source.log({ cause: group.log.failedBy?.message }, 'the log failed');
    try {
      // From here on the maps take marks, so that whatever falls out of the log's keeping is in theirs.
      for (const stream of group.streams) stream.setMarking(true);
      for (const stream of this.streams) await stream.stopMoving();
      await fallWithoutLog(group);
      // A side that serves nobody has written nothing of its own, and may yet get records of the present epoch.
      await group.giveUpLog(this.source.areHostsOpen() ? this.source.randomId() : null);
    } catch (error) {
      this.writer.refuse();
      throw error;
    }
    for (const stream of this.streams) stream.waitNoMore();
    this.writer.passThrough();
    this.source.log({ lsn: group.log.headLsn }, 'volumes are written without a log');
  }

  private async leave(): Promise<void> {
    await this.group.renewLog();
    const reopenHosts = await this.source.pauseHosts();
    try {
      await this.group.trustLog();
      this.writer.returnToLog();
      for (const stream of this.streams) stream.refreshGate();
      this.source.log({ lsn: this.group.log.headLsn }, 'the log was made anew');
    } finally {
      reopenHosts();
    }
    for (const stream of this.streams) stream.goOnByLog();
  }
}
