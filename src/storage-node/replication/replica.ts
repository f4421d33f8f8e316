import { Refusal } from '../../errors/refusal.js';
import type { NodeUid } from '../../model/ids.js';
import type { SessionSpec, SessionState } from '../../node-api/contract.js';
import type { Group } from '../group/group.js';
import type { GroupRecord } from '../group/group-record.js';
import type { GroupStream } from '../group/group-stream.js';
import type { DestinationStream } from './destination-stream.js';
import type { SourceGroup } from './source-group.js';

export type Side = SourceGroup | DestinationStream;

/** One group here: opened, and once the node is up also streaming. */
export interface Replica {
  group: Group;
  side: Side | null;
  /** Operations on a group happen one after another. */
  queue: Promise<unknown>;
  /** No volume is asked to leave before, monotonic milliseconds: an attempt is under way, or failed. */
  nextPartingMs: number;
  /** Its files are being closed, for good or to be opened in another role. */
  isClosing?: boolean;
}

/** A group that is at rest, or was just opened. */
export function makeReplica(group: Group, side: Side | null = null): Replica {
  return { group, side, queue: Promise.resolve(), nextPartingMs: 0 };
}

/** The stream of a group between the two nodes of a session, whichever of them is its source. */
export function streamIn(group: Group, { source, destination }: SessionSpec): GroupStream | undefined {
  const ends = [source.nodeUid, destination.nodeUid];
  return group.streams.find(({ otherNode }) => ends.includes(otherNode));
}

export function inTurn<T>(replica: Replica, work: () => Promise<T>): Promise<T> {
  return together([replica], work);
}

/** Runs once nothing else runs on any of these groups; whatever comes later waits for it. */
export function together<T>(replicas: readonly Replica[], work: () => Promise<T>): Promise<T> {
  const result = Promise.all(replicas.map(({ queue }) => queue)).then(work);
  const settled = result.catch(() => undefined);
  for (const replica of replicas) replica.queue = settled;
  return result;
}

/** Requests wait, and none that was let in earlier may still change a volume. */
export async function pauseHosts(group: Group): Promise<void> {
  for (const member of group.members.values()) {
    member.pause();
    await member.left();
  }
}

/** A generation changes something if it is later than what is known, or names a volume that could not be taken up with it. */
export function isDue({ spec }: GroupStream, { members }: Group, sessions: readonly SessionSpec[]): boolean {
  const { generation } = sessions[0]!;
  const isIncomplete = generation === spec.generation && sessions.some(({ slot }) => !members.has(slot));
  return generation > spec.generation || isIncomplete;
}

/** What is done to a stream as a whole does not change which volumes are in the group. */
export function refuseOtherMembers({ members }: Group, sessions: readonly SessionSpec[]): void {
  const isWhole = sessions.length === members.size && sessions.every(({ slot }) => members.has(slot));
  if (!isWhole) throw new Refusal('PARAMETER_INVALID', 'the sessions are not of the volumes of the group');
}

/** Nothing is done with a group whose past state this is; its session can only be deleted. */
export function refuseIfRejected({ rejection }: GroupRecord): void {
  if (rejection !== null) throw new Refusal('SESSION_IN_ERROR', rejection.message);
}

/** The states of the sessions that share their ends with this one. */
export function ofStream(states: readonly SessionState[], { source, destination }: SessionSpec): SessionState[] {
  const ends = [source.nodeUid, destination.nodeUid];
  return states.filter(({ spec }) => ends.includes(spec.source.nodeUid) && ends.includes(spec.destination.nodeUid));
}

/** Not one that was deleted and made anew: membership may change, but not all at once. */
export function isSame({ record }: GroupStream, sessions: readonly SessionSpec[]): boolean {
  return record.sessions.some(({ uid }) => sessions.some((each) => each.uid === uid));
}

/** Sessions that belong together. */
export function byStream(specs: readonly SessionSpec[]): SessionSpec[][] {
  const streams = new Map<string, SessionSpec[]>();
  for (const spec of specs) {
    const key = `${spec.groupUid} ${spec.destination.nodeUid}`;
    streams.set(key, [...(streams.get(key) ?? []), spec]);
  }
  return [...streams.values()];
}

/** Which end of a session a node is. @throws Refusal PARAMETER_INVALID */
export function roleOf(node: NodeUid, { source, destination }: SessionSpec): 'source' | 'destination' {
  if (source.nodeUid === node) return 'source';
  if (destination.nodeUid === node) return 'destination';
  throw new Refusal('PARAMETER_INVALID', 'neither end is this node');
}
