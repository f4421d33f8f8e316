/** A plan in the making: collects what the planners of nodes, volumes and sessions find, and holds what they all ask. */
import { ERRORS, type ErrorName } from '../../errors/registry.js';
import type { NodeUid, VolumeUid } from '../../model/ids.js';
import {
  commandKey,
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
import type { NodeView } from './node-view.js';

export class Draft {
  readonly views = new Map<NodeUid, NodeView>();
  private readonly commands: Command[] = [];
  private readonly facts: Fact[] = [];
  private readonly outcomes: Outcome[] = [];
  private readonly unsettledVolumes = new Set<VolumeUid>();
  private readonly unsettledStreams = new Set<string>();
  /** Rises with whatever is found to be done. */
  private findings = 0;
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
      this.views.set(uid, observation.view);
    }
  }

  operationOn(uid: string): PendingOperation | undefined {
    return this.operationByUid.get(uid);
  }

  /** Streams that the same job changes, itself among them. */
  streamsOfJob({ jobId }: PendingOperation): DesiredStream[] {
    return (this.operationsByJob.get(jobId) ?? []).flatMap(({ uid }) => this.streamByUid.get(uid) ?? []);
  }

  /** Whatever is not as it should be, or cannot be judged yet, is to be planned again. */
  planVolume(uid: VolumeUid, nodeUid: NodeUid, work: () => void): void {
    if (!this.isSettledBy(work, [nodeUid])) this.keepVolume(uid);
  }

  /** The same for a stream, by its streamKey. */
  planStream(key: string, nodeUids: readonly NodeUid[], work: () => void): void {
    if (!this.isSettledBy(work, nodeUids)) this.keepStream(key);
  }

  keepVolume(uid: VolumeUid): void {
    this.unsettledVolumes.add(uid);
  }

  keepStream(key: string): void {
    this.unsettledStreams.add(key);
  }

  private isSettledBy(work: () => void, nodeUids: readonly NodeUid[]): boolean {
    const { findings } = this;
    work();
    return this.findings === findings && nodeUids.every((uid) => this.observed.nodes.has(uid));
  }

  record(fact: Fact): void {
    this.findings++;
    this.facts.push(fact);
  }

  end(operation: PendingOperation | undefined, failure: Failure | null = null): void {
    if (!operation) return;
    this.findings++;
    this.outcomes.push({ operation, failure });
  }

  fail(operation: PendingOperation | undefined, code: ErrorName, factor: string): void {
    this.end(operation, { code, message: `${ERRORS[code].text} (${factor})` });
  }

  /** Sends the command, unless the node refused this very command a short while ago: then the operation fails with its reason. */
  send(command: Command, ...operations: readonly (PendingOperation | undefined)[]): void {
    this.findings++;
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
    const unsettled = { volumeUids: this.unsettledVolumes, streamKeys: this.unsettledStreams };
    return { commands: this.commands, facts: this.facts, outcomes: this.outcomes, unsettled };
  }
}
