import type { ErrorName } from '../../errors/registry.js';
import type { Welcome } from '../../format/peer/messages.js';
import { predecessorCrcOf, recordBytes } from '../../format/srl/record.js';
import { RecordParser } from '../../format/srl/record-parser.js';
import { isLogged, splitModeNow } from '../../model/session.js';
import { SRL_RESERVE_BYTES } from '../config/limits.js';
import { fallToMap } from '../group/fall-to-map.js';
import type { Group } from '../group/group.js';
import type { GroupStream } from '../group/group-stream.js';
import type { Member } from '../group/member.js';
import type { CatchUp } from './choose-catch-up.js';

/** What the start asks of each stream of the group. */
export interface StartingStream {
  readonly stream: GroupStream;
  readonly isConnected: boolean;
  /** Its destination has answered on the present connection, and has nothing that is missing here. */
  readonly hasAnswered: boolean;
  /** Hosts are about to be served, and this destination is not waited for. */
  leaveBehind(): void;
  /** From the first write on this destination is waited for, if it holds all that is here. */
  keepWaiting(): void;
}

/** What the start needs of the group around it. */
export interface StartingGroup {
  readonly streams: readonly StartingStream[];
  /** A new reign of this source, durable when it resolves. */
  openEpoch(): Promise<void>;
  openHosts(): void;
  closeHosts(reason: ErrorName): void;
  /** Hosts are served now: streams whose destinations had answered go on. */
  opened(): void;
  log(fields: object, message: string): void;
}

/**
 * The start of a source together with its node: no host is served before every destination was asked, since one may hold acknowledged
 * writes that were lost here, or may have been promoted.
 */
export class SourceStart {
  private isAsking = false;
  private isHeld = false;
  private opening: Promise<void> | null = null;
  private readonly startedAtMs: number;

  constructor(
    private readonly group: Group,
    private readonly source: StartingGroup,
  ) {
    this.startedAtMs = group.clock.monotonicMs();
  }

  /** Whether hosts still wait for the destinations' answers. */
  get isUnderWay(): boolean {
    return this.isAsking;
  }

  async begin(): Promise<void> {
    const { record, streams } = this.group;
    for (const stream of streams) {
      if (stream.record.isFalling || !isLogged(stream.spec.settings)) await fallToMap(this.group, stream);
      await this.completeOperation(stream);
      stream.setMarking(stream.record.reliesFromLsn === null);
    }
    if (streams.every(({ spec }) => spec.run === 'Suspend')) {
      if (!record.isFenced) await this.source.openEpoch();
      this.source.openHosts();
    } else {
      this.isAsking = true;
      this.source.closeHosts('ACCESS_WAITING');
    }
  }

  /** The last run may have ended after it took up an operation, and before it could note that nothing of it is left to do. */
  private async completeOperation(stream: GroupStream): Promise<void> {
    const { record, spec } = stream;
    if (record.appliedGeneration >= spec.generation) return;
    if (spec.run === 'Suspend') await fallToMap(this.group, stream);
    record.appliedGeneration = spec.generation;
    await this.group.file.save();
  }

  /** To be called every 100 ms or so while under way. */
  tick(): void {
    if (!this.isDone) return;
    this.openForHosts().catch((error: unknown) => this.source.log({ error: String(error) }, 'the source cannot open'));
  }

  /** Whether nobody is waited for any more: each has answered, or did not in time and may be left behind. */
  private get isDone(): boolean {
    return this.asked().every((each) => each.hasAnswered || this.mayBeLeft(each));
  }

  private asked(): StartingStream[] {
    return this.source.streams.filter(({ stream }) => stream.spec.run === 'Active');
  }

  private mayBeLeft({ stream, isConnected }: StartingStream): boolean {
    // While a volume is held no host is served anyway, and a destination may yet prove that nothing is lost.
    if (this.isHeld || this.heldMembers().length > 0) return false;
    const { settings } = stream.spec;
    const waitedMs = this.group.clock.monotonicMs() - this.startedAtMs;
    return !isConnected && splitModeNow(settings) === 'Automatic' && waitedMs >= settings.startupWaitSeconds * 1000;
  }

  /** A destination holds what is missing here, but cannot give it: it is asked again, and nobody is served without it. */
  hold(): void {
    this.isHeld = true;
  }

  /** Hosts are not opened by this start any more. */
  end(): void {
    this.isAsking = false;
  }

  /** A destination has answered, and has nothing that is missing here; or one was suspended. Resolves when hosts are open, if they can be. */
  async goOn(): Promise<void> {
    if (this.isAsking && this.isDone) await this.openForHosts();
  }

  /**
   * Opens volumes that are held, if nothing can be missing: every write that was acknowledged before the loss of power had waited for
   * the destination, the destination lost nothing since, and all that it holds is here by now.
   */
  async endHold({ record }: GroupStream, choice: CatchUp, welcome: Welcome): Promise<void> {
    const { dataState, proof } = record;
    const commonLsn = choice.kind === 'log' ? choice.fromLsn : choice.kind === 'regions' ? choice.commonLsn : null;
    const isWhole = dataState === 'Up_To_Date' && commonLsn === welcome.receivedLsn;
    if (!isWhole || welcome.dataState === 'Inconsistent' || proof?.continuityId !== welcome.continuityId) return;
    for (const member of this.heldMembers()) {
      if (member.heldSinceBoot() !== proof.bootId) continue;
      await member.release();
      this.source.log({ volume: member.uid }, 'no acknowledged write is missing: the volume is held no longer');
    }
  }

  private heldMembers(): Member[] {
    const members = [...this.group.members.values()];
    // One that is to join is none of the group's yet.
    return members.filter((member) => member.record.addedLsn !== null && member.heldSinceBoot() !== null);
  }

  /** A new reign, and hosts are served. What fails here is tried again with the next answer or tick. */
  private openForHosts(): Promise<void> {
    this.opening ??= this.open().finally(() => (this.opening = null));
    return this.opening;
  }

  private async open(): Promise<void> {
    for (const each of this.asked()) {
      if (each.hasAnswered) each.keepWaiting();
      else {
        each.leaveBehind();
        this.source.log({ node: each.stream.otherNode }, 'a destination did not answer in time: it is left behind');
      }
    }
    if (!this.group.record.isFenced) await this.source.openEpoch();
    this.isAsking = false;
    this.source.openHosts();
    this.source.opened();
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
    this.source.log({ records: fresh.length }, 'recovered records from a destination');
  }
}
