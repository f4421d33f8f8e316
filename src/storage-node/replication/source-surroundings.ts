import type { Hello } from '../../format/peer/messages.js';
import type { NodeUid } from '../../model/ids.js';
import type { NodeRun } from '../../model/run.js';
import type { SessionSpec } from '../../node-api/contract.js';
import type { Budget } from '../config/budget.js';
import type { CopySlots } from './copy-slots.js';
import type { LinkStatistics } from './link-statistics.js';
import type { DialerOwner, PeerDialer } from './peer-dialer.js';

/** What a source's group and streams need from the node around them. */
export interface SourceSurroundings {
  readonly run: NodeRun;
  /** The present boot of the machine. */
  readonly bootId: string;
  readonly nodeUid: Hello['nodeUid'];
  /** Resolves when this run of another node is the highest that was met, durably. Refusal NODE_ROLLED_BACK, NODE_CLONED. */
  meet(node: NodeUid, run: NodeRun): Promise<void>;
  /** Makes the dialer that finds a stream's destination. */
  makeDialer(owner: DialerOwner, spec: SessionSpec, statistics: LinkStatistics): PeerDialer;
  /** The destination knows a later generation of the stream: take it up as if the control plane had sent it. */
  adopt(sessions: readonly SessionSpec[]): Promise<void>;
  /** Checks what a peer says the sessions of a stream are. Throws a Refusal. */
  parseSessions(sessions: readonly object[]): SessionSpec[];
  /** 16 hex digits for a new epoch. */
  randomId(): string;
  log(fields: object, message: string): void;
  readonly budget: Budget;
  /** What bounds the copies of this node. */
  readonly copySlots: CopySlots;
}
