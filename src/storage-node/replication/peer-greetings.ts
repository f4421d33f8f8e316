import { isRefusal, Refusal } from '../../errors/refusal.js';
import type { GroupUid } from '../../model/ids.js';
import type { SessionSpec } from '../../node-api/contract.js';
import type { AsideGroups } from './aside-groups.js';
import { DestinationStream } from './destination-stream.js';
import type { Greeting } from './peer-listener.js';
import { isOfRun } from './peer-runs.js';
import { inTurn, isDue, isSame, refuseIfRejected, streamIn, type Replica, type Side } from './replica.js';
import type { ReplicaSurroundings } from './replica-surroundings.js';

/** What a greeting needs of all groups of the node. */
export interface GreetedGroups {
  find(uid: GroupUid): Replica | undefined;
  roleIn(spec: SessionSpec): 'source' | 'destination';
  /** Takes up a later generation. @throws Refusal */
  change(replica: Replica, sessions: readonly SessionSpec[]): Promise<void>;
}

/** Hands sources that say Hello to the group they ask for. */
export class PeerGreetings {
  constructor(
    private readonly around: ReplicaSurroundings,
    private readonly aside: AsideGroups,
    private readonly groups: GreetedGroups,
  ) {}

  /** A source said Hello. Its knowledge of the session and ours are brought together first. */
  async greet(greeting: Greeting): Promise<void> {
    const { hello } = greeting;
    try {
      const theirs = this.around.parseSessions(hello.sessions);
      const [spec] = theirs;
      if (spec === undefined || spec.groupUid !== hello.groupUid)
        throw new Refusal('SESSION_NOT_FOUND', hello.groupUid);
      await this.aside.greet(hello.groupUid, hello.nodeUid, theirs, () => this.meet(greeting, hello.groupUid, null));
      const replica = this.groups.find(hello.groupUid);
      if (replica?.side == null) throw new Refusal('SESSION_NOT_FOUND', hello.groupUid);
      const known = streamIn(replica.group, spec);
      if (known === undefined || !isSame(known, theirs) || spec.source.nodeUid !== hello.nodeUid) {
        throw new Refusal('SESSION_NOT_FOUND', hello.groupUid);
      }
      await this.meet(greeting, replica.group.uid, replica.side);
      refuseIfRejected(replica.group.record);
      await inTurn(replica, async () => {
        // A suspend is told apart, with the position to stop at.
        const stream = streamIn(replica.group, spec);
        const isNews = stream !== undefined && isDue(stream, replica.group, theirs);
        const isReversed = this.groups.roleIn(spec) !== replica.group.record.role;
        if (isNews && (spec.run === 'Active' || isReversed)) await this.groups.change(replica, theirs);
        const { side } = replica;
        if (!(side instanceof DestinationStream)) throw new Refusal('SESSION_SPLIT_BRAIN', hello.groupUid);
        await side.greet(greeting);
      });
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal('INTERNAL', String(error));
      greeting.refuse(refusal.code, refusal.message);
    }
  }

  private async meet({ hello }: Greeting, group: GroupUid, side: Side | null): Promise<void> {
    try {
      await this.around.peerRuns.meet(hello.nodeUid, { counter: hello.runCounter, ids: hello.runIds });
    } catch (error) {
      if (isRefusal(error) && isOfRun(error.code)) {
        this.around.log({ group, code: error.code, reason: error.message }, 'the source is refused');
        if (side instanceof DestinationStream) side.sourceRefused(error.code);
      }
      throw error;
    }
  }
}
