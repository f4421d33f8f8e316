import { isDeepStrictEqual } from 'node:util';
import type { NodeUid } from '../../model/ids.js';
import type { SessionSpec, SessionState } from '../../node-api/contract.js';
import { streamKey, type Command, type DesiredStream, type PendingOperation, type StreamChange } from './desired.js';
import type { Draft } from './draft.js';

/** One end of a stream as its node shows it. */
interface End {
  readonly nodeUid: NodeUid;
  readonly isReachable: boolean;
  /** Asked and did not answer; a node that is busy with commands is neither reachable nor lost. */
  readonly isLost: boolean;
  readonly hasVolumes: boolean;
  /** Those of its sessions that the node has. */
  readonly states: readonly SessionState[];
  /** Sessions that the node takes for some of the stream's, and that are not, or no longer. */
  readonly strays: readonly SessionState[];
  /** Generation that the node knows; 0 when it does not have the stream. */
  readonly known: number;
  /** Generation whose effect is complete at the node. */
  readonly applied: number;
}

interface Pair {
  readonly stream: DesiredStream;
  readonly generation: number;
  readonly operation: PendingOperation | undefined;
  readonly source: End;
  readonly destination: End;
}

/** Brings one stream to its desired generation at both its ends, in the order that its last change asks for. */
export function planStream(stream: DesiredStream, draft: Draft): void {
  const { uid, specs } = stream;
  const pair: Pair = {
    stream,
    generation: specs[0].generation,
    operation: draft.operationOn(uid),
    source: endAt(stream, 'source', draft),
    destination: endAt(stream, 'destination', draft),
  };
  if (stream.isDeleted) return planDeletion(pair, draft);
  if (planLoss(pair, draft) || planOvertaking(pair, draft) || planAlone(pair, draft)) return;
  if (isMisaddressed(pair)) {
    draft.record({ fact: 'stream-reissued', uid, generation: stream.issuedGeneration + 1 });
    return;
  }
  const order = ORDERS[stream.lastChange];
  const isSettled = order.isEstablished(pair, draft);
  if (isSettled) draft.end(pair.operation);
  else if (draft.endIfExpired(pair.operation, order.needed(pair))) return;
  for (const end of pair.operation && !isSettled ? order.next(pair, draft) : lagging(pair)) {
    draft.send({ nodeUid: end.nodeUid, call: 'putSessions', specs }, isSettled ? undefined : pair.operation);
  }
}

/** Suspends of one job at one source node are one call, which is one point in time. Returns the streams it took care of. */
export function planJointSuspends(streams: readonly DesiredStream[], draft: Draft): Set<DesiredStream> {
  const isSuspended = ({ uid, isDeleted }: DesiredStream) =>
    !isDeleted && draft.operationOn(uid)?.kind === 'stream-suspend';
  const byJob = Map.groupBy(streams.filter(isSuspended), ({ uid }) => draft.operationOn(uid)!.jobId);
  const done = new Set<DesiredStream>();
  for (const together of byJob.values()) {
    const specs = together.flatMap((stream) => stream.specs);
    const nodeUid = specs[0]!.source.nodeUid;
    const view = draft.views.get(nodeUid);
    const isToldToAll = specs.every((spec) => (view?.sessions.get(spec.uid)?.spec.generation ?? 0) >= spec.generation);
    if (together.length < 2 || view === undefined || isToldToAll) continue;
    const operations = together.map(({ uid }) => draft.operationOn(uid));
    const expired = operations.filter((operation) => draft.endIfExpired(operation, []));
    if (expired.length === 0) draft.send({ nodeUid, call: 'suspendSessions', specs }, ...operations);
    together.forEach((stream) => done.add(stream));
  }
  return done;
}

function endAt({ specs, leaving }: DesiredStream, role: SessionState['role'], draft: Draft): End {
  const { nodeUid } = specs[0][role];
  const view = draft.views.get(nodeUid);
  const states = specs.flatMap(({ uid }) => view?.sessions.get(uid) ?? []);
  const wanted = new Set<string>(specs.map(({ uid }) => uid));
  const strays = (view?.stream(streamKey(specs[0])) ?? []).filter(({ spec }) => !wanted.has(spec.uid));
  const isWhole = states.length === specs.length && !strays.some(({ spec }) => leaving.includes(spec.uid));
  return {
    nodeUid,
    isReachable: view !== undefined,
    isLost: draft.observed.nodes.get(nodeUid)?.isReachable === false,
    hasVolumes: view !== undefined && specs.every((spec) => view.volumes.has(spec[role].volumeUid)),
    states,
    strays,
    known: Math.max(0, ...states.map(({ spec }) => spec.generation)),
    applied: isWhole ? Math.min(...states.map(({ appliedGeneration }) => appliedGeneration)) : 0,
  };
}

/**
 * An established stream that a node does not have was deleted there by an order that this database does not know, or is lost. Made
 * again it would be copied over volumes that hosts may be using by now: it is shown, and waits for an operator.
 */
function planLoss({ stream, operation, source, destination }: Pair, draft: Draft): boolean {
  const { uid, specs } = stream;
  const ends = [source, destination];
  if (!stream.isEstablished) {
    if (ends.every(({ states }) => states.length === specs.length)) draft.record({ fact: 'stream-established', uid });
    return false;
  }
  const isLost = ends.some((end) => end.isReachable && end.states.length === 0);
  if (isLost && !stream.isLost) draft.record({ fact: 'stream-lost', uid });
  if (stream.isLost && ends.every(({ states }) => states.length > 0)) draft.record({ fact: 'stream-found', uid });
  if (isLost) draft.fail(operation, 'SESSION_LOST', specs.map(({ label }) => label).join(', '));
  return isLost;
}

/** A node that knows a later generation than the database wants, or another content by the same number: see the facts. */
function planOvertaking(pair: Pair, draft: Draft): boolean {
  const { stream, generation: wanted, source, destination } = pair;
  const { uid, specs, issuedGeneration } = stream;
  const latest = destination.known > source.known ? destination : source;
  const differing = latest.known > wanted ? latest : [source, destination].find((end) => isDiffering(pair, end));
  if (differing === undefined) return false;
  const theirs = [...differing.states, ...differing.strays]
    .map(({ spec }) => spec)
    .filter(({ generation }) => generation === differing.known);
  const { generation, run } = theirs[0]!;
  const above = Math.max(latest.known, issuedGeneration) + 1;
  const reissue = () => draft.record({ fact: 'stream-reissued', uid, generation: above });
  const overtake = () =>
    draft.record({
      fact: 'stream-overtaken',
      uid,
      specs: theirs,
      generation: generation > wanted ? generation : above,
    });
  // Where a destination acts alone hosts may write: that order stands, whichever side knows of it.
  if (isAlone(theirs[0]!)) overtake();
  else if (isAlone(specs[0]) || generation <= issuedGeneration) reissue();
  else if (specs[0].run === 'Active' || run === 'Suspend') overtake();
  else if (source.isReachable && destination.isReachable) {
    // Resumed by an order that this database does not know: established only if both ends were told.
    if (source.known === destination.known) overtake();
    else reissue();
  }
  return true;
}

/** Whether the node knows the generation by another content, or with other sessions. */
function isDiffering({ stream: { specs }, generation }: Pair, { known, states, strays }: End): boolean {
  if (known !== generation) return false;
  if (states.length !== specs.length || strays.some(({ spec }) => spec.generation === generation)) return true;
  return states.some(({ spec }, index) => !isSameContent(spec, specs[index]!));
}

function isAlone({ run, isAlone }: SessionSpec): boolean {
  return run === 'Suspend' && isAlone;
}

/** Whether they ask for the same; who the ends are and how they are reached is compared elsewhere. */
function isSameContent(one: SessionSpec, other: SessionSpec): boolean {
  return (
    one.generation === other.generation &&
    one.run === other.run &&
    one.isAlone === other.isAlone &&
    one.resumedGeneration === other.resumedGeneration &&
    one.source.volumeUid === other.source.volumeUid &&
    one.destination.volumeUid === other.destination.volumeUid &&
    isDeepStrictEqual(one.settings, other.settings)
  );
}

/** An end that still has an old address, key or mode of the other one, or an old name of the group, is told anew; a change under way tells it anyway. */
function isMisaddressed({ stream, operation, source, destination }: Pair): boolean {
  if (operation !== undefined) return false;
  const specOf = new Map(stream.specs.map((spec) => [spec.uid, spec]));
  return [...source.states, ...destination.states].some(({ spec }) => {
    const wanted = specOf.get(spec.uid)!;
    if (spec.generation !== wanted.generation) return false;
    return (
      !isSameEnd(spec.source, wanted.source) ||
      !isSameEnd(spec.destination, wanted.destination) ||
      !isDeepStrictEqual(spec.group, wanted.group)
    );
  });
}

function isSameEnd(one: SessionSpec['source'], other: SessionSpec['source']): boolean {
  return (
    one.fingerprint === other.fingerprint &&
    one.isPeerPlain === other.isPeerPlain &&
    one.peerAddresses.join() === other.peerAddresses.join()
  );
}

/** Whoever forces a suspend wants the destination, the more so when the source dies meanwhile. */
function planAlone({ stream, operation, source }: Pair, draft: Draft): boolean {
  if (operation?.kind !== 'stream-suspend' || !stream.specs[0].isForced || !source.isLost) return false;
  if (draft.waitedFor(source.nodeUid, operation) < draft.limits.aloneMs) return false;
  draft.record({ fact: 'stream-left-alone', uid: stream.uid, operationId: operation.id });
  return true;
}

interface Order {
  /** The nodes without which the change cannot be made. */
  needed(pair: Pair): NodeUid[];
  /** The ends to tell now. */
  next(pair: Pair, draft: Draft): End[];
  isEstablished(pair: Pair, draft: Draft): boolean;
}

function bothNodes({ source, destination }: Pair): NodeUid[] {
  return [source.nodeUid, destination.nodeUid];
}

function isAppliedAtBoth(pair: Pair): boolean {
  return hasApplied(pair, pair.source) && hasApplied(pair, pair.destination);
}

/** Nothing is told to either end before both are there, with their volumes. */
function areReady({ source, destination }: Pair): boolean {
  return [source, destination].every((end) => end.isReachable && end.hasVolumes);
}

/** The destination first, so that it is ready when the source begins to send. */
const destinationFirst: Order = {
  needed: bothNodes,
  next: (pair) => {
    const { generation, source, destination } = pair;
    if (!areReady(pair)) return [];
    if (destination.known < generation) return [destination];
    return source.known < generation ? [source] : [];
  },
  isEstablished: isAppliedAtBoth,
};

/** Whether all streams that the same job changes have told their end of this role. */
function areAllTold(role: SessionState['role'], { operation }: Pair, draft: Draft): boolean {
  return draft
    .streamsOfJob(operation!)
    .every((stream) => endAt(stream, role, draft).known >= stream.specs[0].generation);
}

const ORDERS: Record<StreamChange, Order> = {
  'stream-create': destinationFirst,
  'stream-resume': destinationFirst,
  'stream-reverse': destinationFirst,
  // Every destination is ready for the volume before the source begins with it (promise C47).
  'stream-join': {
    ...destinationFirst,
    next: (pair, draft) =>
      destinationFirst
        .next(pair, draft)
        .filter((end) => end === pair.destination || areAllTold('destination', pair, draft)),
  },
  // The source stops first, for all its destinations. Where it is told by a log that is far behind, that a volume leaves is not taken back.
  'stream-leave': {
    needed: bothNodes,
    next: (pair, draft) => {
      const { generation, source, destination } = pair;
      if (!areReady(pair)) return [];
      if (source.known < generation) return [source];
      return destination.known < generation && areAllTold('source', pair, draft) ? [destination] : [];
    },
    isEstablished: (pair, draft) =>
      isAppliedAtBoth(pair) ||
      (hasApplied(pair, pair.source) && pair.destination.known >= pair.generation && draft.isOverdue(pair.operation)),
  },
  // The source tells its destination over their own link, at the position where it stops; this side only helps out.
  'stream-suspend': {
    needed: (pair) => (pair.stream.specs[0].isForced ? [pair.source.nodeUid] : bothNodes(pair)),
    next: (pair) => {
      if (pair.source.known < pair.generation) return pair.source.isReachable ? [pair.source] : [];
      return hasApplied(pair, pair.source) ? lagging(pair) : [];
    },
    isEstablished: (pair) =>
      hasApplied(pair, pair.source) &&
      (hasApplied(pair, pair.destination) || (pair.stream.specs[0].isForced && pair.destination.isLost)),
  },
  // The destination acts without its source, which learns of it when it returns.
  'stream-suspend-alone': {
    needed: ({ destination }) => [destination.nodeUid],
    next: (pair) =>
      hasApplied(pair, pair.destination) ? lagging(pair) : lagging(pair).filter((end) => end === pair.destination),
    isEstablished: (pair) => hasApplied(pair, pair.destination),
  },
  // Settings must be changeable with the destination lost: split mode Manual would otherwise keep failing the host.
  'stream-change': {
    needed: ({ source }) => [source.nodeUid],
    next: lagging,
    isEstablished: (pair) =>
      hasApplied(pair, pair.source) && (hasApplied(pair, pair.destination) || pair.destination.isLost),
  },
};

function hasApplied({ generation }: Pair, end: End): boolean {
  return end.applied >= generation;
}

/** Ends that can be told and do not know the present generation. Without their volumes there is nothing to tell them about. */
function lagging({ generation, source, destination }: Pair): End[] {
  return [source, destination].filter((end) => end.isReachable && end.hasVolumes && end.known < generation);
}

/**
 * The source goes first, so that it does not take its destination for lost. An end that cannot be reached keeps no one waiting: it is
 * left a tombstone (promise C59). So is a destination that does not let go of its half when the source's is gone: that cannot be put
 * back.
 */
function planDeletion(pair: Pair, draft: Draft): void {
  const { stream, operation, source, destination } = pair;
  const { uid, isDeleteForced: isForced } = stream;
  const isLeft = (end: End) =>
    end.isLost &&
    (isForced || operation === undefined || draft.waitedFor(end.nodeUid, operation) >= draft.limits.unreachableMs);
  const isGone = (end: End) => end.isReachable && end.states.length === 0;
  const isDone = (end: End) => isGone(end) || isLeft(end);
  // Any of its sessions stands for the stream.
  const deletionAt = ({ nodeUid, states }: End, isForcedThere: boolean): Command[] =>
    states.slice(0, 1).map(({ spec }) => ({ nodeUid, call: 'deleteSession', uid: spec.uid, isForced: isForcedThere }));
  const isRefused = deletionAt(destination, true).some((command) => draft.isRefused(command));
  const isGivenUp = isGone(source) && (draft.isOverdue(operation) || isRefused);
  if (isDone(source) && (isDone(destination) || isGivenUp)) {
    const leftAt = [source, destination].filter((end) => !isGone(end)).map((end) => end.nodeUid);
    const sessionUids = [...stream.specs.map((spec) => spec.uid), ...stream.leaving];
    draft.record({ fact: 'stream-removed', uid, sessionUids, leftAt });
    return draft.end(operation);
  }
  if (draft.endIfExpired(operation, [])) return;
  if (isDraining(pair)) {
    if (source.known < pair.generation) {
      draft.send({ nodeUid: source.nodeUid, call: 'putSessions', specs: stream.specs }, operation);
    }
    return;
  }
  const commands = isDone(source) ? deletionAt(destination, true) : deletionAt(source, isForced);
  for (const command of commands) draft.send(command, operation);
}

/** Whether the source is yet to send all that its destination lacks: it does so by the suspend that comes with such a deletion. */
function isDraining({ stream, generation, source }: Pair): boolean {
  const isAsked = !stream.isDeleteForced && stream.lastChange === 'stream-suspend' && stream.specs[0].run === 'Suspend';
  return isAsked && source.states.length > 0 && source.applied < generation;
}
