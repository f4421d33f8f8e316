import type { ErrorName } from '../../errors/registry.js';
import { DirectPath } from '../group/direct-path.js';
import type { Group } from '../group/group.js';
import { closedPath } from '../group/host-path.js';
import { isJoining, type Member } from '../group/member.js';

/** Who may use the volumes of a destination: nobody, until it is suspended as a point in time. */
export class DestinationHosts {
  constructor(
    private readonly group: Group,
    private readonly log: (fields: object, message: string) => void,
  ) {}

  /** Opens or closes the volumes to hosts, by what the session is just now. */
  settle(): void {
    const { isFenced, mirror, rejection } = this.group.record;
    // A volume that joins is no part of the point in time that the others are.
    const isSuspended = this.group.feed.spec.run === 'Suspend';
    const isUsable = isSuspended && !isFenced && mirror.dataState !== 'Inconsistent' && rejection === null;
    if (isUsable) this.group.feed.setMarking(true);
    for (const member of this.group.members.values()) {
      if (isUsable && !isJoining(member)) {
        member.open(new DirectPath(member.volume, member.tracker, () => member.isWritethrough()));
      } else {
        member.open(closedPath(this.refusal(isSuspended)));
        if (!isSuspended) this.disownWrites(member);
      }
    }
  }

  /** What hosts once wrote here is the source's business now, so that nothing of it is held back. */
  private disownWrites(member: Member): void {
    // The mark of a use may be seen again at the next start, and taken away then.
    member.release().catch((error: unknown) => this.log({ error: String(error) }, 'a step failed'));
  }

  private refusal(isSuspended: boolean): ErrorName {
    const { rejection, isFenced } = this.group.record;
    if (rejection !== null) return rejection.code;
    if (!isSuspended) return 'ACCESS_DESTINATION';
    return isFenced ? 'ACCESS_FENCED' : 'SESSION_DESTINATION_INCONSISTENT';
  }
}
