import type { SessionSpec } from '../../node-api/contract.js';
import type { Group } from '../group/group.js';
import { DestinationStream } from './destination-stream.js';
import type { DestinationSurroundings } from './destination-surroundings.js';
import { pauseHosts, type Replica, type Side } from './replica.js';
import type { ReplicaSurroundings } from './replica-surroundings.js';
import { SourceGroup } from './source-group.js';
import type { SourceSurroundings } from './source-surroundings.js';

/** Makes what goes on with a group in its role, and brings that to rest. */
export class Sides {
  constructor(
    private readonly around: ReplicaSurroundings,
    /** A later generation of a stream was heard of from its other end. */
    private readonly adopt: (sessions: readonly SessionSpec[]) => Promise<unknown>,
  ) {}

  make(group: Group): Promise<Side> {
    if (group.record.role === 'source') return SourceGroup.open(group, this.sourceSurroundings());
    return Promise.resolve(new DestinationStream(group, this.destinationSurroundings()));
  }

  sourceSurroundings(): SourceSurroundings {
    const { nodeUid, run, bootId, log, makeDialer, parseSessions, peerRuns, budget, copySlots } = this.around;
    return {
      nodeUid,
      run,
      bootId,
      log,
      budget,
      copySlots,
      meet: (node, theirs) => peerRuns.meet(node, theirs),
      randomId: () => this.around.random.hex(8),
      parseSessions: (sessions) => parseSessions(sessions),
      makeDialer: (owner, spec, statistics) => makeDialer(owner, spec, statistics),
      adopt: async (sessions) => {
        await this.adopt(sessions);
      },
    };
  }

  private destinationSurroundings(): DestinationSurroundings {
    const { nodeUid, run, continuityId, log, parseSessions, budget } = this.around;
    return {
      nodeUid,
      run,
      continuityId,
      log,
      windows: budget.pool('stream_windows'),
      randomId: () => this.around.random.hex(8),
      parseSessions: (sessions) => parseSessions(sessions),
    };
  }

  /** Brings a group to rest: nothing moves, hosts wait, and its volumes hold all that its log does. */
  private async bringToRest({ group, side }: Replica): Promise<void> {
    if (side instanceof SourceGroup) await side.dissolve();
    await pauseHosts(group);
    if (side instanceof DestinationStream) {
      await side.stop();
      await side.mirror.settle();
    }
    await group.raiseFloor();
  }

  /** The same; if it fails, the group goes on as it was. */
  async dissolve(replica: Replica): Promise<void> {
    try {
      await this.bringToRest(replica);
    } catch (error) {
      replica.side = await this.make(replica.group);
      if (replica.side instanceof SourceGroup) replica.side.goOn();
      throw error;
    }
  }
}
