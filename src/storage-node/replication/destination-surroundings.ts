import type { NodeUid } from '../../model/ids.js';
import type { NodeRun } from '../../model/run.js';
import type { SessionSpec } from '../../node-api/contract.js';
import type { MemoryPool } from '../config/memory-pool.js';

/** What a destination is given by its node. */
export interface DestinationSurroundings {
  readonly nodeUid: NodeUid;
  readonly run: NodeRun;
  /** See Welcome. */
  readonly continuityId: string;
  /** Checks what a peer says a session is. Throws a Refusal. */
  parseSessions(sessions: readonly object[]): SessionSpec[];
  randomId(): string;
  log(fields: object, message: string): void;
  /** Memory for what comes and is not applied yet. */
  readonly windows: MemoryPool;
}
