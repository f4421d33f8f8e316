import type { Group } from '../group/group.js';
import type { GroupStream } from '../group/group-stream.js';
import { isJoining, type Member } from '../group/member.js';
import type { CopySlot, CopySlots } from './copy-slots.js';
import type { ResyncPass } from './resync-pass.js';

export interface JoiningCopyOwner {
  readonly slots: CopySlots;
  /** A pass over these volumes, in which records of the log are sent along. */
  makePass(members: readonly Member[], finished: () => void): ResyncPass;
  /** A step failed; the connection is to end. */
  failed(error: unknown): void;
}

/**
 * Copies the volumes that join a group to one destination, beside the records of the log that go there: those of the joining volumes
 * too, so that what is changed while a region is copied needs no second pass.
 */
export class JoiningCopy {
  private pass: ResyncPass | null = null;
  private isBeginning = false;
  private slot: CopySlot | null = null;
  private isStopped = false;

  constructor(
    private readonly group: Group,
    private readonly stream: GroupStream,
    private readonly owner: JoiningCopyOwner,
  ) {}

  /** Whether anything of it is not acknowledged. */
  get isUnderWay(): boolean {
    return this.pass !== null || this.isBeginning;
  }

  /** Whether it waits for other copies of this node. */
  get isReserved(): boolean {
    return this.slot !== null && !this.slot.isHeld;
  }

  pump(): void {
    if (this.isStopped || this.isBeginning) return;
    if (this.pass !== null) return this.pass.pump();
    const members = this.marked();
    if (members.length === 0) return;
    this.isBeginning = true;
    this.begin(members)
      .catch((error: unknown) => this.owner.failed(error))
      .finally(() => (this.isBeginning = false));
  }

  acknowledged(sequence: number): void {
    this.pass?.acknowledged(sequence);
  }

  /** Payload bytes sent since the last call. */
  takeCopiedBytes(): number {
    return this.pass?.takeCopiedBytes() ?? 0;
  }

  stop(): void {
    this.isStopped = true;
    this.pass?.stop();
    this.giveSlot();
  }

  private marked(): Member[] {
    return [...this.group.members.values()].filter((member) => {
      const isOurs = isJoining(member) && member.record.addedLsn !== null && this.stream.names(member.slot);
      return isOurs && this.stream.maps.get(member.slot)?.hasMarks === true;
    });
  }

  private async begin(members: readonly Member[]): Promise<void> {
    this.slot = this.owner.slots.take(members.length);
    await this.slot.settled;
    if (this.isStopped) return;
    for (const { slot } of members) await this.stream.maps.get(slot)?.map.beginPass();
    if (this.isStopped) return;
    this.pass = this.owner.makePass(members, () => {
      this.pass = null;
      this.giveSlot();
    });
    this.pass.pump();
  }

  private giveSlot(): void {
    this.slot?.release();
    this.slot = null;
  }
}
