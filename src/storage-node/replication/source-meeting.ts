import { isRefusal } from '../../errors/refusal.js';
import type { ErrorName } from '../../errors/registry.js';
import { PeerMessageType as Type } from '../../format/peer/messages.js';
import type { Hello, Welcome } from '../../format/peer/messages.js';
import { lsn } from '../../model/position.js';
import { isAsynchronous } from '../../model/session.js';
import type { SessionSpec } from '../../node-api/contract.js';
import type { Group } from '../group/group.js';
import type { StreamRecord } from '../group/group-record.js';
import type { GroupStream } from '../group/group-stream.js';
import type { CatchUp } from './choose-catch-up.js';
import type { PeerConnection } from './peer-connection.js';
import { isOfRun } from './peer-runs.js';
import type { SourceGate } from './source-gate.js';
import type { SourceGroup } from './source-group.js';
import { chooseFor } from './source-standing.js';

/** What becomes of a meeting. */
export interface MeetingLink {
  isCurrent(connection: PeerConnection): boolean;
  reconnect(why: string): void;
  fail(code: ErrorName, where: 'destination'): Promise<void>;
  tellSuspended(connection: PeerConnection): void;
  /** Moves data, if anything may move. */
  proceed(connection: PeerConnection, welcome: Welcome, choice: CatchUp): Promise<void>;
}

/**
 * What a source settles with a destination that it meets on a new connection, before anything moves: whether it is the right one, whose
 * generation holds, and, while the source starts, what the destination holds that is missing here.
 */
export class SourceMeeting {
  private readonly group: Group;
  /** What the destination answered on the present connection, while the source starts. */
  private answer: { readonly welcome: Welcome; readonly choice: CatchUp } | null = null;
  /** Records of a tail are taken in their order, one message after another. */
  private tail: Promise<void> = Promise.resolve();

  constructor(
    private readonly source: SourceGroup,
    private readonly stream: GroupStream,
    private readonly gate: SourceGate,
    private readonly link: MeetingLink,
  ) {
    this.group = source.group;
  }

  private get record(): StreamRecord {
    return this.stream.record;
  }

  private get spec(): SessionSpec {
    return this.stream.spec;
  }

  makeHello(): Hello {
    const { log } = this.group;
    return {
      type: Type.Hello,
      versionMin: 1,
      versionMax: 1,
      nodeUid: this.source.around.nodeUid,
      runCounter: this.source.around.run.counter,
      runIds: this.source.around.run.ids,
      groupUid: this.group.uid,
      sessions: this.record.sessions,
      lineage: this.group.record.lineage,
      headLsn: lsn(log.headLsn),
      oldestLsn: lsn(log.oldestLsn),
    };
  }

  async greet(connection: PeerConnection, welcome: Welcome): Promise<void> {
    await this.gate.settled();
    await this.source.outageSettled();
    if (!(await this.isRightRun(connection, welcome))) return;
    const sessions = this.source.around.parseSessions(welcome.sessions);
    const [theirs] = sessions;
    if (theirs !== undefined && theirs.generation > this.spec.generation) {
      await this.noteDivergence(welcome);
      await this.source.around.adopt(sessions);
      // What it did not begin anew by itself goes on with it from another Hello.
      if (this.link.isCurrent(connection)) this.link.reconnect('a later generation was taken up');
      return;
    }
    if (this.spec.run === 'Suspend') {
      if (theirs === undefined || theirs.generation < this.spec.generation) this.link.tellSuspended(connection);
      return;
    }
    if (isTooSmall(this.group, welcome)) return this.link.fail('VOLUME_SIZE_DIFFERS', 'destination');
    // The winner of an operator's choice reigns above whatever the destination did apart from it.
    const theirEpoch = welcome.lineage.at(-1)?.number ?? 0;
    const isElected = this.record.mustAskForChanges;
    if (isElected && theirEpoch >= this.group.epoch.number) await this.source.openEpoch(theirEpoch);
    const choice = chooseFor(this.group, this.stream, welcome);
    if (!this.source.start.isUnderWay || choice.kind === 'fenced' || choice.kind === 'split-brain') {
      return this.link.proceed(connection, welcome, choice);
    }
    if (choice.kind === 'tail') {
      // Without a log there is nowhere to put it: asked again once there is one.
      if (!this.group.isWithoutLog) connection.send({ type: Type.TailRequest, fromLsn: choice.fromLsn });
      return;
    }
    await this.source.start.endHold(this.stream, choice, welcome);
    if (!this.link.isCurrent(connection)) return;
    this.answer = { welcome, choice };
    await this.source.start.goOn();
  }

  /** Whether the destination did not go back in time and has no copy; if it did, it is told, and the session is in Error. */
  private async isRightRun(connection: PeerConnection, { nodeUid, runCounter, runIds }: Welcome): Promise<boolean> {
    try {
      await this.source.around.meet(nodeUid, { counter: runCounter, ids: runIds });
      return true;
    } catch (error) {
      if (!isRefusal(error) || !isOfRun(error.code)) throw error;
      connection.refuse(error.code, error.message);
      await this.link.fail(error.code, 'destination');
      return false;
    }
  }

  /** Notes a split brain when both sides were written since they parted. */
  private async noteDivergence(welcome: Welcome): Promise<void> {
    const choice = chooseFor(this.group, this.stream, welcome);
    const divergence = choice.kind === 'fenced' ? choice.divergence : choice.kind === 'split-brain' ? choice : null;
    if (divergence === null) return;
    this.record.error = this.gate.errorOf('SESSION_SPLIT_BRAIN');
    this.source.log({ node: this.stream.otherNode, ...divergence }, 'source and destination were written apart');
    await this.group.file.save();
  }

  // --- the start of the source ---

  /** The connection has ended, and what was said on it counts no more. */
  forget(): void {
    this.answer = null;
  }

  get hasAnswered(): boolean {
    return this.answer !== null;
  }

  keepWaiting(): void {
    const { choice } = this.answer!;
    const isWaitedFor = this.record.dataState === 'Up_To_Date' && !isAsynchronous(this.spec.settings);
    // A destination that was never written off is waited for from the first write on.
    if (isWaitedFor && choice.kind === 'log') this.gate.begin(choice.fromLsn);
  }

  /** Hosts are served: goes on with a destination that had answered. */
  proceedOn(connection: PeerConnection): Promise<void> {
    const { answer } = this;
    if (answer === null) return Promise.resolve();
    this.answer = null;
    // Others may have given records since that this one lacks.
    return this.link.proceed(connection, answer.welcome, chooseFor(this.group, this.stream, answer.welcome));
  }

  takeTail(connection: PeerConnection, body: Buffer): void {
    this.tail = this.tail
      .then(() => (this.link.isCurrent(connection) ? this.source.start.takeTail(body) : undefined))
      .catch((error: unknown) => {
        if (isRefusal(error, 'FORMAT_CORRUPT')) connection.statistics.checksumErrors++;
        connection.destroy(String(error));
      });
  }

  endTail(connection: PeerConnection): void {
    void this.tail.then(() => {
      if (this.link.isCurrent(connection)) this.link.reconnect('the tail is recovered');
    });
  }
}

/** Whether a volume there has no room for what the source's may hold: nothing is sent to it, however that came about. */
function isTooSmall({ members }: Group, { sizes }: Welcome): boolean {
  return sizes.some(({ slot, sizeBytes }) => sizeBytes < (members.get(slot)?.volume.sizeBytes ?? 0));
}
