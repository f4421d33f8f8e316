/** A plan in the making: collects what the planners of nodes, volumes and sessions find, and holds what they all ask. */
import { ERRORS, type ErrorName } from '../../errors/registry.js';
import type { NodeUid, SessionUid, VolumeUid } from '../../model/ids.js';
import type { NodeState, SessionState, VolumeState } from '../../node-api/contract.js';
import {
  commandKey,
  streamKey,
  type Command,
  type Desired,
  type DesiredStream,
  type Fact,
  type Failure,
  type Limits,
  type Observed,
  type Outcome,
  type PendingOperation,
  type Plan,
} from './desired.js';

/** What one node said, by identity. */
export interface NodeView {
  readonly state: NodeState;
  readonly volumes: ReadonlyMap<VolumeUid, VolumeState>;
  readonly sessions: ReadonlyMap<SessionUid, SessionState>;
  /** By streamKey. */
  readonly streams: ReadonlyMap<string, readonly SessionState[]>;
}

export class Draft {
  readonly views = new Map<NodeUid, NodeView>();
  private readonly commands: Command[] = [];
  private readonly facts: Fact[] = [];
  private readonly outcomes: Outcome[] = [];
  private readonly operationByUid: ReadonlyMap<string, PendingOperation>;
  private readonly operationsByJob: ReadonlyMap<string, readonly PendingOperation[]>;
  private readonly streamByUid: ReadonlyMap<string, DesiredStream>;
  private readonly nameByUid: ReadonlyMap<NodeUid, string>;

  constructor(
    readonly observed: Observed,
    readonly limits: Limits,
    { operations, nodes, streams }: Pick<Desired, 'operations' | 'nodes' | 'streams'>,
  ) {
    this.operationsByJob = Map.groupBy(operations, ({ jobId }) => jobId);
    this.streamByUid = new Map(streams.map((stream) => [stream.uid, stream]));
    this.operationByUid = new Map(operations.map((operation) => [operation.uid, operation]));
    this.nameByUid = new Map(nodes.map(({ uid, spec }) => [uid, spec.name]));
    for (const [uid, observation] of observed.nodes) {
      if (!observation.isReachable) continue;
      const { state } = observation;
      this.views.set(uid, {
        state,
        volumes: new Map(state.volumes.map((volume) => [volume.spec.uid, volume])),
        sessions: new Map(state.sessions.map((session) => [session.spec.uid, session])),
        streams: Map.groupBy(state.sessions, ({ spec }) => streamKey(spec)),
      });
    }
  }

  operationOn(uid: string): PendingOperation | undefined {
    return this.operationByUid.get(uid);
  }

  /** Streams that the same job changes, itself among them. */
  streamsOfJob({ jobId }: PendingOperation): DesiredStream[] {
    return (this.operationsByJob.get(jobId) ?? []).flatMap(({ uid }) => this.streamByUid.get(uid) ?? []);
  }

  record(fact: Fact): void {
    this.facts.push(fact);
  }

  end(operation: PendingOperation | undefined, failure: Failure | null = null): void {
    if (operation) this.outcomes.push({ operation, failure });
  }

  fail(operation: PendingOperation | undefined, code: ErrorName, factor: string): void {
    this.end(operation, { code, message: `${ERRORS[code].text} (${factor})` });
  }

  /** Sends the command, unless the node refused this very command a short while ago: then the operation fails with its reason. */
  send(command: Command, ...operations: readonly (PendingOperation | undefined)[]): void {
    const refusal = this.observed.refusals.get(commandKey(command));
    if (refusal === undefined) this.commands.push(command);
    else for (const operation of operations) this.end(operation, refusal);
  }

  /** Ends the operation if it waited long enough for one of these nodes, or for its effect. Returns whether it did. */
  endIfExpired(operation: PendingOperation | undefined, needed: readonly NodeUid[]): boolean {
    if (operation === undefined) return false;
    for (const uid of needed) {
      const observation = this.observed.nodes.get(uid);
      if (observation === undefined || observation.isReachable) continue;
      if (observation.code !== 'NODE_UNREACHABLE' || this.waitedFor(uid, operation) >= this.limits.unreachableMs) {
        this.fail(operation, observation.code, this.nameByUid.get(uid) ?? uid);
        return true;
      }
    }
    if (!this.isOverdue(operation)) return false;
    this.fail(operation, 'OPERATION_TIMED_OUT', operation.kind);
    return true;
  }

  /** Whether reachable nodes had all the time that they are given. */
  isOverdue(operation: PendingOperation | undefined): boolean {
    return operation !== undefined && this.observed.nowMs - this.begun(operation) >= this.limits.operationMs;
  }

  /** While no worker led, nodes were given no time. */
  private begun(operation: PendingOperation): number {
    return Math.max(operation.startedMs, this.observed.sinceMs);
  }

  isRefused(command: Command): boolean {
    return this.observed.refusals.has(commandKey(command));
  }

  /** Milliseconds for which the operation has waited for an unreachable node; 0 for one that can be reached. */
  waitedFor(uid: NodeUid, operation: PendingOperation): number {
    const observation = this.observed.nodes.get(uid);
    if (observation === undefined || observation.isReachable) return 0;
    return this.observed.nowMs - Math.max(this.begun(operation), observation.sinceMs);
  }

  finished(): Plan {
    return { commands: this.commands, facts: this.facts, outcomes: this.outcomes };
  }
}
