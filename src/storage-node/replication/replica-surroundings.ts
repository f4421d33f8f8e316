import type { NodeUid, VolumeUid } from '../../model/ids.js';
import type { NodeRun } from '../../model/run.js';
import type { SessionSpec } from '../../node-api/contract.js';
import type { Clock } from '../config/clock.js';
import type { Budget } from '../config/budget.js';
import type { Random } from '../config/random.js';
import type { GroupFolder } from '../group/group-folder.js';
import type { HostedVolume } from '../group/hosted-volume.js';
import type { CopySlots } from './copy-slots.js';
import type { PeerRuns } from './peer-runs.js';
import type { SourceSurroundings } from './source-surroundings.js';

/** What replication is given by its node. */
export interface ReplicaSurroundings {
  readonly nodeUid: NodeUid;
  readonly run: NodeRun;
  /** See Welcome. */
  readonly continuityId: string;
  /** The present boot of the machine. */
  readonly bootId: string;
  readonly peerRuns: PeerRuns;
  readonly folder: GroupFolder;
  readonly clock: Clock;
  readonly random: Random;
  readonly budget: Budget;
  /** What bounds the copies of which this node is the source. */
  readonly copySlots: CopySlots;
  findVolume(uid: VolumeUid): HostedVolume | undefined;
  makeDialer: SourceSurroundings['makeDialer'];
  parseSessions(sessions: readonly object[]): SessionSpec[];
  log(fields: object, message: string): void;
}
