import type { ErrorName } from '../../errors/registry.js';
import type { Welcome } from '../../format/peer/messages.js';
import { predecessorCrcOf, recordBytes } from '../../format/srl/record.js';
import { RecordParser } from '../../format/srl/record-parser.js';
import type { SessionSpec } from '../../node-api/contract.js';
import { SRL_RESERVE_BYTES } from '../config/limits.js';
import { fallToMap } from '../group/fall-to-map.js';
import type { Group } from '../group/group.js';
import type { Member } from '../group/member.js';
import type { CatchUp } from './choose-catch-up.js';
import type { SourceGate } from './source-gate.js';

/** What the start needs of its stream. */
export interface StartingStream {
  isConnected(): boolean;
  /** A new reign of this source, durable when it resolves. */
  openEpoch(): Promise<void>;
  openHosts(): void;
  closeHosts(reason: ErrorName): void;
  log(fields: object, message: string): void;
}

/**
 * The start of a source together with its node: no host is served before the destination was asked, since it may hold acknowledged
 * writes that were lost here, or may have been promoted.
 */
export class SourceStart {
  private isAsking = false;
  private isHeld = false;
  private opening: Promise<void> | null = null;
  private readonly startedAtMs: number;

  constructor(
    private readonly group: Group,
    private readonly gate: SourceGate,
    private readonly stream: StartingStream,
  ) {
    this.startedAtMs = group.clock.monotonicMs();
  }

  /** Whether hosts still wait for the destination's answer. */
  get isUnderWay(): boolean {
    return this.isAsking;
  }

  private get spec(): SessionSpec {
    return this.group.record.sessions[0]!;
  }

  async begin(): Promise<void> {
    const { record, members } = this.group;
    if (record.stream.isFalling) await fallToMap(this.group);
    await this.completeOperation();
    for (const { tracker } of members.values()) tracker.isMarking = record.stream.reliesFromLsn === null;
    if (this.spec.run === 'Suspend') {
      if (!record.isFenced) await this.stream.openEpoch();
      this.stream.openHosts();
    } else {
      this.isAsking = true;
      this.stream.closeHosts('ACCESS_WAITING');
    }
  }

  /** The last run may have ended after it took up an operation, and before it could note that nothing of it is left to do. */
  private async completeOperation(): Promise<void> {
    const { record } = this.group;
    if (record.appliedGeneration >= this.spec.generation) return;
    if (this.spec.run === 'Suspend') await fallToMap(this.group);
    record.appliedGeneration = this.spec.generation;
    await this.group.file.save();
  }

  /** To be called every 100 ms or so while under way. */
  tick(): void {
    const { startupWaitSeconds, splitMode } = this.spec.settings;
    const isWaitOver = this.group.clock.monotonicMs() - this.startedAtMs >= startupWaitSeconds * 1000;
    // While a volume is held no host is served anyway, and the destination may yet prove that nothing is lost.
    if (this.isHeld || this.heldMembers().length > 0) return;
    if (isWaitOver && splitMode === 'Automatic' && !this.stream.isConnected()) this.serveAlone();
  }

  /** The destination holds what is missing here, but cannot give it: it is asked again, and nobody is served without it. */
  hold(): void {
    this.isHeld = true;
  }

  /** Hosts are not opened by this start any more. */
  end(): void {
    this.isAsking = false;
  }

  /** The destination has answered, and has nothing that is missing here. */
  async finish(choice: CatchUp, welcome: Welcome): Promise<void> {
    if (choice.kind === 'fenced' || choice.kind === 'split-brain') return;
    await this.endHold(choice, welcome);
    // A destination that was never written off is waited for from the first write on.
    if (this.group.record.stream.dataState === 'Up_To_Date' && choice.kind === 'log') this.gate.begin(choice.fromLsn);
    await this.openForHosts();
  }

  /**
   * Opens volumes that are held, if nothing can be missing: every write that was acknowledged before the loss of power had waited for
   * the destination, the destination lost nothing since, and all that it holds is here by now.
   */
  private async endHold(choice: CatchUp, welcome: Welcome): Promise<void> {
    const { dataState, proof } = this.group.record.stream;
    const commonLsn = choice.kind === 'log' ? choice.fromLsn : choice.kind === 'regions' ? choice.commonLsn : null;
    const isWhole = dataState === 'Up_To_Date' && commonLsn === welcome.receivedLsn;
    if (!isWhole || welcome.dataState === 'Inconsistent' || proof?.continuityId !== welcome.continuityId) return;
    for (const member of this.heldMembers()) {
      if (member.heldSinceBoot() !== proof.bootId) continue;
      await member.release();
      this.stream.log({ volume: member.uid }, 'no acknowledged write is missing: the volume is held no longer');
    }
  }

  private heldMembers(): Member[] {
    return [...this.group.members.values()].filter((member) => member.heldSinceBoot() !== null);
  }

  /** A new reign, and hosts are served. What fails here is tried again with the next answer or tick. */
  openForHosts(): Promise<void> {
    this.opening ??= this.open().finally(() => (this.opening = null));
    return this.opening;
  }

  private async open(): Promise<void> {
    await this.stream.openEpoch();
    this.isAsking = false;
    this.stream.openHosts();
  }

  private serveAlone(): void {
    if (this.opening !== null) return;
    const { stream } = this.group.record;
    stream.isHalted = true;
    stream.isWaitingForResume = this.spec.settings.recoveryMode === 'Manual';
    if (stream.dataState === 'Up_To_Date') stream.dataState = 'Consistent';
    this.gate.refresh();
    this.stream.log({}, 'the destination did not answer in time: the source serves alone');
    this.openForHosts().catch((error: unknown) => this.stream.log({ error: String(error) }, 'the source cannot open'));
  }

  /** Records that a starting source had lost: they become part of its log and volumes again. */
  async takeTail(body: Buffer): Promise<void> {
    if (!this.isAsking) return;
    const { group } = this;
    const parser = new RecordParser(`tail of group ${group.uid}`);
    const fresh = parser.push(body).filter((entry) => entry.lsn > group.log.headLsn);
    if (fresh.length === 0) return;
    const [first] = fresh;
    const isEmpty = group.log.oldestLsn > group.log.headLsn;
    if (isEmpty && first!.lsn === group.log.headLsn + 1 && predecessorCrcOf(first!) !== group.log.headCrc) {
      // A log that began anew without its last record being known: the destination's goes on from there.
      await group.log.reset(group.log.headLsn, predecessorCrcOf(first!), first!.runningBytes - recordBytes(first!));
    }
    if (group.log.roomBytes < body.length + SRL_RESERVE_BYTES) await group.checkpointer.run();
    group.log.appendReceived(fresh);
    group.adoptEpochs(fresh);
    group.apply(fresh);
    this.stream.log({ records: fresh.length }, 'recovered records from the destination');
  }
}
