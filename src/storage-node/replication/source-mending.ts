import { isRefusal, Refusal } from '../../errors/refusal.js';
import { PeerMessageType as Type } from '../../format/peer/messages.js';
import type { Hello, PeerMessage, Welcome } from '../../format/peer/messages.js';
import type { LogEntry } from '../../format/srl/log-entry.js';
import { predecessorCrcOf } from '../../format/srl/record.js';
import { RecordParser } from '../../format/srl/record-parser.js';
import { lsn } from '../../model/position.js';
import type { HostPort } from '../config/host-port.js';
import type { Timer } from '../config/clock.js';
import { MENDING_NEXT_MS } from '../config/limits.js';
import type { Group } from '../group/group.js';
import type { GroupStream } from '../group/group-stream.js';
import type { DamagedLog } from '../srl/damaged-log.js';
import { chooseCatchUp } from './choose-catch-up.js';
import type { CloseReason } from './close-reason.js';
import { LinkStatistics } from './link-statistics.js';
import type { PeerConnection } from './peer-connection.js';
import type { DialerOwner, PeerDialer } from './peer-dialer.js';
import type { SourceSurroundings } from './source-surroundings.js';

export type MendingSurroundings = Pick<SourceSurroundings, 'nodeUid' | 'run' | 'meet' | 'makeDialer' | 'log'>;

/**
 * Mends a source whose log is damaged above its floor: the volumes lack what cannot be read. A destination may hold the same records.
 * Only if it has everything that is known to have been in the log are they changed: they get what is whole here, then the rest from
 * there, and the log begins anew behind it. Until then nothing of it is changed, and hosts are not served.
 */
export class SourceMending implements DialerOwner {
  readonly statistics = new LinkStatistics();
  private dialer: PeerDialer;
  /** Which destination is asked now; they are asked in turn. */
  private streamIndex = 0;
  /** At addresses of the present one. */
  private failedAttempts = 0;
  private nextTimer: Timer | null = null;
  private connection: PeerConnection | null = null;
  private parser = new RecordParser('peer');
  /** Steps happen in the order of the messages. */
  private work: Promise<void> = Promise.resolve();
  /** The last record that the volumes hold; null while they stand at the floor. */
  private last: LogEntry | null = null;
  private isStopped = false;
  private saidWhy = '';

  constructor(
    readonly group: Group,
    private readonly damaged: DamagedLog,
    private readonly around: MendingSurroundings,
    /** The group's log takes records again, and its volumes lack nothing. */
    private readonly mended: () => void,
  ) {
    this.dialer = this.makeDialer();
  }

  private get stream(): GroupStream {
    return this.group.streams[this.streamIndex]!;
  }

  private makeDialer(): PeerDialer {
    return this.around.makeDialer(this, this.stream.spec, this.statistics);
  }

  start(): void {
    this.dialer.start();
  }

  /** Resolves when nothing more is done. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.nextTimer?.cancel();
    this.dialer.stop();
    this.connection?.bye('the node stops');
    this.connection = null;
    await this.work;
  }

  private get headLsn(): number {
    return this.last?.lsn ?? this.damaged.intactLsn;
  }

  makeHello(): Hello {
    const { record, uid } = this.group;
    return {
      type: Type.Hello,
      versionMin: 1,
      versionMax: 1,
      nodeUid: this.around.nodeUid,
      runCounter: this.around.run.counter,
      runIds: this.around.run.ids,
      groupUid: uid,
      sessions: this.stream.record.sessions,
      lineage: record.lineage,
      headLsn: lsn(this.headLsn),
      oldestLsn: lsn(this.headLsn + 1),
    };
  }

  attemptFailed(_address: HostPort, _reason: CloseReason): void {
    this.failedAttempts++;
    const isEachTried = this.failedAttempts >= this.stream.spec.destination.peerAddresses.length;
    if (isEachTried && this.group.streams.length > 1) this.askNext();
  }

  private askNext(): void {
    this.dialer.stop();
    if (this.isStopped) return;
    this.failedAttempts = 0;
    this.streamIndex = (this.streamIndex + 1) % this.group.streams.length;
    this.dialer = this.makeDialer();
    this.nextTimer?.cancel();
    this.nextTimer = this.group.clock.after(MENDING_NEXT_MS, () => this.dialer.start());
  }

  connected(connection: PeerConnection, welcome: Welcome): void {
    this.connection = connection;
    this.parser = new RecordParser('peer');
    connection.heartbeatLsn = () => lsn(this.group.record.durableLsn);
    connection.onMessage = (message) => this.take(connection, message);
    connection.onClose = (reason) => this.closed(connection, reason);
    this.do(connection, () => this.greet(connection, welcome));
  }

  private closed(connection: PeerConnection, reason: CloseReason): void {
    if (this.connection !== connection) return;
    // It may have freed what is asked for: then nobody has it.
    if (reason.kind === 'refused') this.say(`refused: ${reason.code}`);
    this.connection = null;
    if (this.group.streams.length > 1) this.askNext();
    else if (!this.isStopped) this.dialer.start();
  }

  private do(connection: PeerConnection, step: () => Promise<void>): void {
    this.work = this.work
      .then(() => (this.connection === connection ? step() : undefined))
      .catch((error: unknown) => {
        if (isRefusal(error, 'FORMAT_CORRUPT')) this.statistics.checksumErrors++;
        this.say(String(error));
        connection.destroy(String(error));
      });
  }

  /** Once, not at every try. */
  private say(why: string): void {
    if (this.saidWhy !== why) this.around.log({ group: this.group.uid, why }, 'a damaged log cannot be mended now');
    this.saidWhy = why;
  }

  private async greet(connection: PeerConnection, welcome: Welcome): Promise<void> {
    try {
      await this.around.meet(welcome.nodeUid, { counter: welcome.runCounter, ids: welcome.runIds });
    } catch (error) {
      if (isRefusal(error)) connection.refuse(error.code, error.message);
      throw error;
    }
    const choice = chooseCatchUp(
      {
        lineage: this.group.record.lineage,
        headLsn: lsn(this.headLsn),
        oldestLsn: lsn(this.headLsn + 1),
        loggingTo: 'Srl',
        hasMarks: false,
        hasUnlogged: false,
        mapsFromLsn: null,
        isElected: false,
      },
      welcome,
    );
    if (choice.kind !== 'tail' || welcome.receivedLsn < this.damaged.knownLsn) {
      throw new Refusal(
        'SRL_CORRUPT',
        `the destination does not hold all records up to LSN ${this.damaged.knownLsn} (${choice.kind}, ${welcome.receivedLsn})`,
      );
    }
    connection.send({ type: Type.TailRequest, fromLsn: choice.fromLsn });
  }

  private take(connection: PeerConnection, message: PeerMessage): void {
    if (message.type === Type.Records) this.do(connection, () => this.takeRecords(message.body));
    else if (message.type === Type.TailEnd) this.do(connection, () => this.finish());
  }

  private async takeRecords(body: Buffer): Promise<void> {
    const fresh = this.parser.push(body).filter((entry) => entry.lsn > this.headLsn);
    if (fresh.length === 0) return;
    if (this.last === null) for await (const entries of this.damaged.intactRecords()) await this.apply(entries);
    const before = this.last as LogEntry | null;
    const isNext = fresh[0]!.lsn === this.headLsn + 1;
    if (!isNext || (before !== null && predecessorCrcOf(fresh[0]!) !== before.headerCrc)) {
      throw new Refusal('FORMAT_CORRUPT', `record ${fresh[0]!.lsn} does not follow ${this.headLsn}`);
    }
    await this.apply(fresh);
  }

  private async apply(entries: readonly LogEntry[]): Promise<void> {
    const { group } = this;
    group.adoptEpochs(entries);
    group.apply(entries);
    await group.behind?.catchUp();
    if (group.failure !== null) throw new Refusal(group.failure);
    this.last = entries.at(-1)!;
  }

  private async finish(): Promise<void> {
    const { group, last, damaged } = this;
    if (last === null || last.lsn < damaged.knownLsn) {
      throw new Refusal('SRL_CORRUPT', `the destination gave records up to LSN ${this.headLsn} of ${damaged.knownLsn}`);
    }
    await group.replaceLog({ lsn: last.lsn, crc: last.headerCrc, runningBytes: last.runningBytes });
    this.around.log(
      { group: group.uid, error: damaged.damage.message, lsn: last.lsn },
      'a damaged log was mended from the destination',
    );
    this.isStopped = true;
    this.mended();
  }
}
