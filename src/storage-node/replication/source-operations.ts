import { Refusal } from '../../errors/refusal.js';
import { isAsynchronous, isLogged } from '../../model/session.js';
import type { SessionSpec } from '../../node-api/contract.js';
import type { StreamRecord } from '../group/group-record.js';
import type { GroupStream } from '../group/group-stream.js';
import { linkSettingsOf } from './link-settings.js';
import type { PeerConnection } from './peer-connection.js';
import type { PeerDialer } from './peer-dialer.js';
import type { Progress } from './progress.js';
import type { SourceGate } from './source-gate.js';
import type { SourceGroup } from './source-group.js';
import type { StreamFall } from './stream-fall.js';
import type { Suspension } from './suspension.js';
import type { Transfer } from './transfer.js';

/** Parts of the stream that operations work on. */
export interface OperatedParts {
  readonly gate: SourceGate;
  readonly dialer: PeerDialer;
  readonly progress: Progress;
  readonly falling: StreamFall;
  readonly suspension: Suspension;
}

/** The stream's connection, and what moves over it. */
export interface OperatedLink {
  connection(): PeerConnection | null;
  transfer(): Transfer | null;
  stopTransfer(): void;
  reconnect(why: string): void;
  /** What hosts are asked may have changed. */
  judge(): void;
  /** The destination is given its time anew before it is let go. */
  forgetSilence(): void;
}

/** What operators ask of a stream at its source: settings, suspend, resume, another transfer mode. */
export class SourceOperations {
  constructor(
    private readonly source: SourceGroup,
    private readonly stream: GroupStream,
    private readonly parts: OperatedParts,
    private readonly link: OperatedLink,
  ) {}

  private get record(): StreamRecord {
    return this.stream.record;
  }

  private get spec(): SessionSpec {
    return this.stream.spec;
  }

  /**
   * Takes up a later generation with the same ends. Everything up to the first wait happens in the caller's turn, so that several
   * streams can be suspended at one point in time.
   */
  async apply(sessions: readonly SessionSpec[]): Promise<void> {
    this.expectSuspendable(sessions[0]!);
    const before = this.record.sessions;
    this.record.sessions = [...sessions];
    this.takeSettings(before[0]!);
    try {
      await this.carryOut(before[0]!, this.spec);
    } catch (error) {
      // Not done: the same order may come again.
      this.record.sessions = before;
      throw error;
    }
    this.record.appliedGeneration = this.spec.generation;
    await this.source.group.file.save();
  }

  /**
   * To be asked before a suspend, in the same turn.
   * @throws Refusal SESSION_NOT_EQUIVALENT: whatever the operator saw, the destination lacks something now, and force was not asked for
   */
  expectSuspendable({ uid, run, isForced, isAlone }: SessionSpec): void {
    const isSuspend = this.spec.run === 'Active' && run === 'Suspend' && !isForced && !isAlone;
    if (isSuspend && this.link.transfer()?.isBehind === true) throw new Refusal('SESSION_NOT_EQUIVALENT', uid);
  }

  private async carryOut(before: SessionSpec, spec: SessionSpec): Promise<void> {
    if (before.run === 'Active' && spec.run === 'Suspend') {
      await (spec.isAlone ? this.yieldTo() : this.suspend());
    } else if (
      spec.run === 'Active' &&
      (before.run === 'Suspend' || spec.resumedGeneration > before.resumedGeneration)
    ) {
      this.resume();
    } else if (before.settings.transferMode !== spec.settings.transferMode) await this.changeMode(before);
  }

  private async changeMode({ settings: before }: SessionSpec): Promise<void> {
    const { settings } = this.spec;
    if (isAsynchronous(settings) && this.parts.gate.isWaiting) await this.parts.gate.end();
    if (isLogged(before) === isLogged(settings)) return this.link.transfer()?.changeMode();
    this.link.stopTransfer();
    try {
      if (!isLogged(settings)) await this.parts.falling.whole();
    } finally {
      // From there the other way of transfer goes on.
      this.link.reconnect('the transfer mode is changed');
    }
  }

  private takeSettings(before: SessionSpec): void {
    const { settings } = this.spec;
    this.parts.dialer.change(linkSettingsOf(this.spec));
    // Set to Manual while halted, it waits; set back to Automatic, it goes on waiting for a resume (C12).
    const isManualNow = settings.recoveryMode === 'Manual' && before.settings.recoveryMode !== 'Manual';
    if (isManualNow && this.record.isHalted) this.record.isWaitingForResume = true;
    this.parts.gate.refresh();
    this.link.judge();
  }

  private async suspend(): Promise<void> {
    const { record, stream } = this;
    record.mustAskForChanges = true;
    if (record.dataState === 'Up_To_Date') record.dataState = 'Consistent';
    let isConfirmed = false;
    const lastLsn = this.link.transfer()?.stopHere() ?? null;
    if (lastLsn !== null) {
      stream.setMarking(true);
      isConfirmed = await this.parts.suspension.confirm(lastLsn);
    }
    this.link.stopTransfer();
    if (isConfirmed) {
      record.reliesFromLsn = null;
      record.mapsFromLsn = this.parts.progress.sentLsn;
    } else await this.parts.falling.whole();
    // Nothing is acknowledged without the destination before it is durable that the map remembers what it lacks.
    await this.source.group.file.save();
    this.parts.gate.open();
    this.source.writer.release();
    const connection = this.link.connection();
    if (lastLsn === null && connection !== null) this.parts.suspension.tell(connection);
    // A suspended source waits for nobody.
    await this.source.start.goOn();
  }

  /** The destination was opened without us: its epoch is newer, and hosts here are refused until roles are settled. */
  async yieldTo(): Promise<void> {
    const { record } = this;
    record.mustAskForChanges = true;
    if (record.dataState === 'Up_To_Date') record.dataState = 'Consistent';
    this.parts.gate.open();
    this.source.fence();
    this.link.stopTransfer();
    await this.source.group.file.save();
    await this.parts.falling.whole();
  }

  private resume(): void {
    const { record } = this;
    // After a split brain the resume names this side the winner.
    if (record.error?.code === 'SESSION_SPLIT_BRAIN') record.mustAskForChanges = true;
    record.error = null;
    record.isWaitingForResume = false;
    record.isHalted = false;
    record.phase = 'Copying';
    this.parts.gate.refresh();
    this.link.forgetSilence();
    if (this.link.connection() !== null) this.link.reconnect('the session is resumed');
  }
}
