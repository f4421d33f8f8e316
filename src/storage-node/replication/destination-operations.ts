import { Refusal } from '../../errors/refusal.js';
import { lsn } from '../../model/position.js';
import type { SessionSpec } from '../../node-api/contract.js';
import type { Group } from '../group/group.js';
import { isNamed, type GroupRecord, type StreamRecord } from '../group/group-record.js';
import { isJoining, type Member } from '../group/member.js';
import type { Mirror } from '../group/mirror.js';
import type { DestinationHosts } from './destination-hosts.js';
import type { DestinationSurroundings } from './destination-surroundings.js';

/** What the operations need of the connection to the source. */
export interface SourceLink {
  isUp(): boolean;
  /** Resolves when no step is under way; what waited for one is forgotten. */
  idle(): Promise<void>;
  /** Ends the connection, and then the same. */
  hangUp(why: string): Promise<void>;
  /** The source does not wait for this end with its acknowledgements, as far as it is known here. */
  notWaitedFor(): void;
  changeHeartbeatTimeout(timeoutMs: number): void;
}

/** What operators ask of a destination: that it stops, alone or as its source says, and follows again; and that volumes leave. */
export class DestinationOperations {
  constructor(
    private readonly group: Group,
    private readonly mirror: Mirror,
    private readonly hosts: DestinationHosts,
    private readonly around: DestinationSurroundings,
    private readonly link: SourceLink,
  ) {}

  private get record(): GroupRecord {
    return this.group.record;
  }

  private get stream(): StreamRecord {
    return this.group.feed.record;
  }

  private get spec(): SessionSpec {
    return this.group.feed.spec;
  }

  /** Holds what it has, durably and applied, and becomes a volume of its own. */
  async leave(sessions: readonly SessionSpec[], leftAtLsn?: number): Promise<void> {
    this.mirror.dropHeld();
    await this.mirror.settle();
    this.record.mirror.leftAtLsn = leftAtLsn ?? this.group.log.headLsn;
    this.link.notWaitedFor();
    // The floor rule: from here on the volumes change without the log.
    if (!this.record.mirror.isLogVoid) await this.group.raiseFloor();
    this.takeUp(sessions);
    await this.group.file.save();
    this.hosts.settle();
  }

  /** Takes up a later generation with the same ends, from the control plane or from the source. */
  async apply(sessions: readonly SessionSpec[]): Promise<void> {
    const before = this.spec;
    const spec = sessions[0]!;
    // Also of one that an order to suspend by force had reached, and not the one to resume.
    const isNewlyAlone = spec.isAlone && !before.isAlone;
    if (isNewlyAlone && this.mirror.dataState === 'Inconsistent') throw new Refusal('SESSION_DESTINATION_INCONSISTENT');
    if (before.run === 'Active' && spec.run === 'Suspend') {
      if (spec.isAlone) await this.becomeAlone(sessions);
      else if (!this.link.isUp()) {
        await this.link.idle();
        if (spec.generation > this.spec.generation) await this.leave(sessions);
      }
      // Connected, the source tells where to stop, and the new generation comes with that.
      return;
    }
    const { sessions: known, appliedGeneration } = this.stream;
    this.takeUp(sessions);
    this.link.changeHeartbeatTimeout(spec.settings.heartbeatTimeoutSeconds * 1000);
    try {
      if (before.run === 'Suspend' && spec.run === 'Active') await this.rejoin();
      await this.group.file.save();
    } catch (error) {
      // Not done: the same order may come again.
      Object.assign(this.stream, { sessions: known, appliedGeneration });
      this.hosts.settle();
      throw error;
    }
  }

  private takeUp(sessions: readonly SessionSpec[]): void {
    this.stream.sessions = [...sessions];
    this.noteApplied();
  }

  /** A generation is complete once the volumes that it does not name have left. */
  private noteApplied(): void {
    const isComplete = this.record.members.every(({ slot }) => isNamed(this.record, slot));
    if (isComplete) this.stream.appliedGeneration = this.spec.generation;
  }

  // --- volumes that join and leave ---

  /**
   * Volumes that are to leave now. One that is no longer wanted stays until the log says that it leaves, so that it holds all that was
   * written while it belonged to the group, unless that cannot be known.
   */
  get departing(): Member[] {
    const { members } = this.group;
    const isToldNothing = !this.link.isUp() || this.record.mirror.isLogVoid || this.spec.run === 'Suspend';
    return [...members.values()].filter((member) => {
      return member.hasLeft || (!isNamed(this.record, member.slot) && (isToldNothing || isJoining(member)));
    });
  }

  /** What they hold is durable when it resolves, and they change no more. */
  async part(member: Member): Promise<void> {
    // From here on records and regions of it are passed over.
    member.record.addedLsn = null;
    member.record.joinedLsn = null;
    this.mirror.unlogged.noteDeparted(member.slot, true);
    await member.volume.sync();
  }

  async departed(): Promise<void> {
    this.noteApplied();
    await this.group.file.save();
  }

  /** The source cannot be reached: opens what it holds, in an epoch that fences the source off. */
  private async becomeAlone(sessions: readonly SessionSpec[]): Promise<void> {
    await this.link.hangUp('the destination was opened without its source');
    this.mirror.dropHeld();
    await this.mirror.settle();
    const { group } = this;
    this.link.notWaitedFor();
    const leftAtLsn = group.log.headLsn;
    group.openEpoch({
      number: group.epoch.number + 1,
      id: this.around.randomId(),
      startLsn: lsn(group.log.headLsn),
    });
    await this.leave(sessions, leftAtLsn);
    this.around.log({ group: group.uid, epoch: group.epoch.number }, 'the destination was opened without its source');
  }

  /** Hosts are shut out; what they changed stays marked until the source has asked for it. */
  private async rejoin(): Promise<void> {
    this.hosts.settle();
    for (const member of this.group.members.values()) {
      await member.left();
      // What cannot be synced is overwritten: the map names it.
      await member.volume.sync().catch(() => {});
    }
    await this.group.feed.syncMaps();
    this.record.isFenced = false;
  }
}
