import { Refusal } from '../../errors/refusal.js';
import type { VolumeUid } from '../../model/ids.js';
import type { SessionSpec } from '../../node-api/contract.js';
import { RECOVERY_RETRY_MS } from '../config/limits.js';
import { isNamed } from '../group/group-record.js';
import type { HostedVolume } from '../group/hosted-volume.js';
import type { Member } from '../group/member.js';
import { DestinationStream } from './destination-stream.js';
import { inTurn, type Replica } from './replica.js';
import type { ReplicaSurroundings } from './replica-surroundings.js';

/** What is asked of all groups of the node. */
export interface AllGroups {
  /** A volume that is in no group. @throws Refusal */
  freeVolume(uid: VolumeUid): HostedVolume;
  roleIn(spec: SessionSpec): 'source' | 'destination';
  /** Whether it was not removed meanwhile. */
  isHere(replica: Replica): boolean;
}

/** Volumes that join live groups of this node, and leave them. */
export class ReplicaMembers {
  constructor(
    private readonly around: ReplicaSurroundings,
    private readonly groups: AllGroups,
  ) {}

  /**
   * Takes up the volumes that these sessions name and the group does not have, all or none.
   * @returns their slots
   * @throws Refusal
   */
  async add(replica: Replica, sessions: readonly SessionSpec[]): Promise<number[]> {
    const { group, side } = replica;
    const role = this.groups.roleIn(sessions[0]!);
    const isNamedAnew = ({ slot }: SessionSpec): boolean => group.members.has(slot) && !isNamed(group.record, slot);
    // One that is still leaving gives its slot back before another one, or the same again, takes it.
    for (const { slot } of sessions.filter(isNamedAnew)) await this.dropMember(replica, group.members.get(slot)!, true);
    const isOther = ({ slot, [role]: end }: SessionSpec): boolean => {
      const member = group.members.get(slot);
      return member !== undefined && member.uid !== end.volumeUid;
    };
    if (sessions.some(isOther)) throw new Refusal('PARAMETER_INVALID', 'a slot is of another volume');
    const joining = sessions.filter(({ slot }) => !group.members.has(slot));
    if (joining.length === 0) return [];
    const volumes = new Map(joining.map((spec) => [spec.slot, this.groups.freeVolume(spec[role].volumeUid)]));
    const isMirror = side instanceof DestinationStream;
    try {
      // From here on what its hosts wrote is to be overwritten.
      for (const volume of isMirror ? volumes.values() : []) volume.pause();
      for (const volume of isMirror ? volumes.values() : []) await volume.left();
      await this.around.folder.addMembers(group, joining, volumes);
    } catch (error) {
      for (const volume of isMirror ? volumes.values() : []) volume.openDirect();
      throw error;
    }
    const slots = [...volumes.keys()];
    if (isMirror) side.joined(slots);
    return slots;
  }

  /** Undoes `add`. */
  async takeBack({ group }: Replica, slots: readonly number[]): Promise<void> {
    if (slots.length === 0) return;
    const members = slots.map((slot) => group.members.get(slot)!);
    await this.around.folder.takeBackMembers(group, slots);
    for (const member of members) member.openDirect();
  }

  /** Lets those volumes go that are to leave now. What fails is tried again. */
  partSoon(replica: Replica): void {
    const now = this.around.clock.monotonicMs();
    if (replica.side === null || replica.side.departing.length === 0 || now < replica.nextPartingMs) return;
    replica.nextPartingMs = Infinity;
    inTurn(replica, () => this.part(replica))
      .catch((error: unknown) => {
        this.around.log({ group: replica.group.uid, error: String(error) }, 'leaving the group: trying again');
      })
      .finally(() => (replica.nextPartingMs = this.around.clock.monotonicMs() + RECOVERY_RETRY_MS));
  }

  async part(replica: Replica): Promise<void> {
    const { side } = replica;
    if (!this.groups.isHere(replica) || side === null) return;
    for (const member of side.departing) await this.dropMember(replica, member, false);
    if (side instanceof DestinationStream) await side.departed();
  }

  private async dropMember({ group, side }: Replica, member: Member, isReplaced: boolean): Promise<void> {
    await side!.part(member, isReplaced);
    await this.around.folder.dropMembers(group, [member.slot]);
    member.openDirect();
    this.around.log({ group: group.uid, volume: member.uid }, 'a volume has left the group');
  }
}
