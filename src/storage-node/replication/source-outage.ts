import { LOG_STUCK_MS, RECOVERY_RETRY_MS } from '../config/limits.js';
import { Refusal } from '../../errors/refusal.js';
import { isLogged } from '../../model/session.js';
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
 * What a source does while it goes without its log. Its volumes are written directly, every change is marked in the maps, and no
 * destination is waited for, once all that the log held is durably in the volumes; until then hosts wait.
 *
 * - The log failed: if the volumes cannot be made safe either, hosts are refused. Every few seconds it is tried to be made anew; then the
 *   destinations are sent the marked regions, and writes are logged again.
 * - No stream needs a log, since all are sent changed regions alone (Stack): it is laid aside, and made anew as soon as one needs it.
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
    const { log, clock } = this.group;
    if (this.isDue) {
      if (clock.monotonicMs() >= this.nextAtMs) this.attempt();
    } else if (this.writer.stuckMs >= LOG_STUCK_MS && log.isCramped && this.group.keepAfterLsn() >= log.headLsn) {
      // Nobody needs what is in it, and still there is no room.
      log.declareFailed(new Refusal('DEVICE_FULL', log.folder));
    }
  }

  /** Whether any stream is sent records. */
  private get isWanted(): boolean {
    return this.group.streams.some(({ spec }) => isLogged(spec.settings));
  }

  private get isDue(): boolean {
    const { record, isWithoutLog } = this.group;
    if (record.lostLog !== null) return this.isWanted || record.lostLog.kind === 'Failed';
    // A side that serves nobody may yet get records that are missing here.
    return isWithoutLog || (!this.isWanted && this.source.areHostsOpen());
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
    let retryMs = RECOVERY_RETRY_MS;
    this.running = this.step()
      .then(
        (isSettled) => {
          if (isSettled) retryMs = 0;
        },
        (error: unknown) => this.source.log({ error: String(error) }, 'without a log: trying again'),
      )
      .finally(() => {
        this.running = null;
        this.nextAtMs = this.group.clock.monotonicMs() + retryMs;
      });
  }

  /** @returns false when the next one is to wait */
  private async step(): Promise<boolean> {
    const { record, log } = this.group;
    if (record.lostLog === null && log.failedBy !== null) {
      await this.enter();
      return false;
    }
    if (record.lostLog === null) await this.layAside();
    else if (this.isWanted) await this.leave();
    else await this.needNoMore();
    return true;
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
    this.pass('volumes are written without a log');
  }

  /** All streams have fallen to their maps, or do so now: from here on nothing is logged. */
  private async layAside(): Promise<void> {
    const { group, writer } = this;
    // What is synced now is not while hosts wait.
    await group.raiseFloor();
    if (this.isWanted) return;
    for (const stream of group.streams) stream.setMarking(true);
    writer.leaveLog();
    try {
      await fallWithoutLog(group);
      await group.giveUpLog(this.source.randomId(), 'Unused');
    } catch (error) {
      if (group.log.failedBy === null) writer.returnToLog();
      throw error;
    }
    this.pass('no stream needs the log: volumes are written without it');
    await group.log.removeFiles();
  }

  private pass(message: string): void {
    for (const stream of this.streams) stream.waitNoMore();
    this.writer.passThrough();
    this.source.log({ lsn: this.group.log.headLsn }, message);
  }

  /** A log that failed is not made anew: no stream would be sent its records. */
  private async needNoMore(): Promise<void> {
    const { file, record } = this.group;
    record.lostLog = { ...record.lostLog!, kind: 'Unused' };
    await file.save();
    for (const stream of this.streams) stream.refreshGate();
  }

  private async leave(): Promise<void> {
    try {
      await this.makeAnew();
    } catch (error) {
      await this.tellFailed(error);
      throw error;
    }
    for (const stream of this.streams) stream.goOnByLog();
  }

  private async makeAnew(): Promise<void> {
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
  }

  /** One that was not in use, and now is needed, cannot be made. */
  private async tellFailed(error: unknown): Promise<void> {
    const { group } = this;
    const { lostLog } = group.record;
    if (lostLog?.kind !== 'Unused') return;
    const time = new Date(group.clock.wallMs()).toISOString();
    group.record.lostLog = { ...lostLog, kind: 'Failed', cause: String(error), time };
    for (const stream of this.streams) stream.refreshGate();
    await group.file.save();
  }
}
