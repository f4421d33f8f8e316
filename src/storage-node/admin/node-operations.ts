/**
 * What the admin API can ask of a storage node. Bodies are already known to have the right shape and ranges; what only the node's
 * state can tell is refused here, with a Refusal. Every call may be repeated with the same effect.
 */
import type { SessionUid, VolumeUid } from '../../model/ids.js';
import type {
  ConnectionState,
  NodeIdentity,
  NodeSpec,
  NodeState,
  SessionSpec,
  SessionState,
  SuspendRequest,
  VolumeSpec,
  VolumeState,
} from '../../node-api/contract.js';

export interface NodeOperations {
  state(): NodeState;
  /** Takes the name and the maintenance flag from the control plane; durable when it answers. */
  putNode(spec: NodeSpec): Promise<NodeIdentity>;
  /** Creates the volume, or changes what may change. */
  putVolume(spec: VolumeSpec): Promise<VolumeState>;
  /** Opens a volume that is held, as it is. One that is not held is success. */
  releaseVolume(uid: VolumeUid): Promise<VolumeState>;
  /** @param isForced drops host connections; never a session. A volume that is gone is success. */
  deleteVolume(uid: VolumeUid, isForced: boolean): Promise<void>;
  /** Hosts that are attached to a volume, by ascending id. */
  connections(uid: VolumeUid): ConnectionState[];
  /** Closes one of them at once. One that is gone is success. */
  dropConnection(uid: VolumeUid, id: number): void;
  /**
   * All sessions of one stream. Answers when the generation is durable at this node; its effect may still be under way (see
   * appliedGeneration).
   */
  putSessions(specs: readonly SessionSpec[]): Promise<SessionState[]>;
  /** Suspends the streams of several sessions of this source node at one point in time: all of them or none. */
  suspendSessions(request: SuspendRequest): Promise<SessionState[]>;
  /** Ends the session's whole stream. @param isForced also when not Equivalent. One that is gone is success; volumes keep their data. */
  deleteSession(uid: SessionUid, isForced: boolean): Promise<void>;
}
