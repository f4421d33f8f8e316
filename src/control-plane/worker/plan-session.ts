import { isDeepStrictEqual } from 'node:util';
import type { NodeUid } from '../../model/ids.js';
import type { SessionSpec, SessionState } from '../../node-api/contract.js';
import type { DesiredSession, PendingOperation, SessionChange } from './desired.js';
import type { Draft } from './draft.js';

/** One end of a session as its node shows it. */
interface End {
  readonly nodeUid: NodeUid;
  readonly isReachable: boolean;
  /** Asked and did not answer; a node that is busy with commands is neither reachable nor lost. */
  readonly isLost: boolean;
  readonly hasVolume: boolean;
  readonly state: SessionState | undefined;
  /** Generation that the node knows; 0 when it does not have the session. */
  readonly known: number;
  /** Generation whose effect is complete at the node. */
  readonly applied: number;
}

interface Pair {
  readonly session: DesiredSession;
  readonly operation: PendingOperation | undefined;
  readonly source: End;
  readonly destination: End;
}

/** Brings one copy session to its desired generation at both its ends, in the order that its last change asks for. */
export function planSession(session: DesiredSession, draft: Draft): void {
  const { spec } = session;
  const pair: Pair = {
    session,
    operation: draft.operationOn(spec.uid),
    source: endAt(spec, spec.source, draft),
    destination: endAt(spec, spec.destination, draft),
  };
  if (session.isDeleted) return planDeletion(pair, draft);
  if (planLoss(pair, draft) || planOvertaking(pair, draft) || planAlone(pair, draft)) return;
  if (isMisaddressed(pair)) {
    draft.record({ fact: 'session-reissued', uid: spec.uid, generation: session.issuedGeneration + 1 });
    return;
  }
  const order = ORDERS[session.lastChange];
  const isSettled = order.isEstablished(pair);
  if (isSettled) draft.end(pair.operation);
  else if (draft.endIfExpired(pair.operation, order.needed(pair))) return;
  for (const end of pair.operation && !isSettled ? order.next(pair) : lagging(pair)) {
    draft.send({ nodeUid: end.nodeUid, call: 'putSessions', specs: [spec] }, isSettled ? undefined : pair.operation);
  }
}

/** Suspends of one job at one source node are one call, which is one point in time. Returns the sessions it took care of. */
export function planJointSuspends(sessions: readonly DesiredSession[], draft: Draft): Set<DesiredSession> {
  const byJob = new Map<string, DesiredSession[]>();
  for (const session of sessions) {
    const operation = draft.operationOn(session.spec.uid);
    if (operation?.kind !== 'session-suspend' || session.isDeleted) continue;
    const together = byJob.get(operation.jobId);
    if (together) together.push(session);
    else byJob.set(operation.jobId, [session]);
  }
  const done = new Set<DesiredSession>();
  for (const together of byJob.values()) {
    const specs = together.map(({ spec }) => spec);
    const nodeUid = specs[0]!.source.nodeUid;
    const view = draft.views.get(nodeUid);
    const isToldToAll = specs.every((spec) => (view?.sessions.get(spec.uid)?.spec.generation ?? 0) >= spec.generation);
    if (together.length < 2 || view === undefined || isToldToAll) continue;
    const operations = specs.map((spec) => draft.operationOn(spec.uid));
    const expired = operations.filter((operation) => draft.endIfExpired(operation, []));
    if (expired.length === 0) draft.send({ nodeUid, call: 'suspendSessions', specs }, ...operations);
    together.forEach((session) => done.add(session));
  }
  return done;
}

function endAt(spec: SessionSpec, end: SessionSpec['source'], draft: Draft): End {
  const view = draft.views.get(end.nodeUid);
  const state = view?.sessions.get(spec.uid);
  return {
    nodeUid: end.nodeUid,
    isReachable: view !== undefined,
    isLost: draft.observed.nodes.get(end.nodeUid)?.isReachable === false,
    hasVolume: view?.volumes.has(end.volumeUid) ?? false,
    state,
    known: state?.spec.generation ?? 0,
    applied: state?.appliedGeneration ?? 0,
  };
}

/**
 * An established session that a node does not have was deleted there by an order that this database does not know, or is lost. Made
 * again it would be copied over a volume that hosts may be using by now: it is shown, and waits for an operator.
 */
function planLoss({ session, operation, source, destination }: Pair, draft: Draft): boolean {
  const { uid, label } = session.spec;
  const isWhole = source.state !== undefined && destination.state !== undefined;
  if (!session.isEstablished) {
    if (isWhole) draft.record({ fact: 'session-established', uid });
    return false;
  }
  const isLost = [source, destination].some((end) => end.isReachable && end.state === undefined);
  if (isLost && !session.isLost) draft.record({ fact: 'session-lost', uid });
  if (isWhole && session.isLost) draft.record({ fact: 'session-found', uid });
  if (isLost) draft.fail(operation, 'SESSION_LOST', String(label));
  return isLost;
}

/** A node that knows a later generation than the database wants, or another content by the same number: see the facts. */
function planOvertaking({ session, source, destination }: Pair, draft: Draft): boolean {
  const { spec, issuedGeneration } = session;
  const latest = destination.known > source.known ? destination : source;
  const differing = [source, destination].find(
    ({ state }) => state?.spec.generation === spec.generation && !isSameContent(state.spec, spec),
  );
  const theirs = latest.known > spec.generation ? latest.state!.spec : differing?.state?.spec;
  if (theirs === undefined) return false;
  const above = Math.max(latest.known, issuedGeneration) + 1;
  const reissue = () => draft.record({ fact: 'session-reissued', uid: spec.uid, generation: above });
  const overtake = () => {
    const generation = theirs.generation > spec.generation ? theirs.generation : above;
    draft.record({ fact: 'session-overtaken', spec: theirs, generation });
  };
  // Where a destination acts alone hosts may write: that order stands, whichever side knows of it.
  if (isAlone(theirs)) overtake();
  else if (isAlone(spec) || theirs.generation <= issuedGeneration) reissue();
  else if (spec.run === 'Active' || theirs.run === 'Suspend') overtake();
  else if (source.isReachable && destination.isReachable) {
    // Resumed by an order that this database does not know: established only if both ends were told.
    if (source.known === destination.known) overtake();
    else reissue();
  }
  return true;
}

function isAlone({ run, isAlone }: SessionSpec): boolean {
  return run === 'Suspend' && isAlone;
}

/** Whether they ask for the same; who the ends are and how they are reached is compared elsewhere. */
function isSameContent(one: SessionSpec, other: SessionSpec): boolean {
  return (
    one.run === other.run &&
    one.isAlone === other.isAlone &&
    one.resumedGeneration === other.resumedGeneration &&
    one.source.volumeUid === other.source.volumeUid &&
    one.destination.volumeUid === other.destination.volumeUid &&
    isDeepStrictEqual(one.settings, other.settings)
  );
}

/** An end that still has an old address, key or mode of the other one is told anew; a change under way tells it anyway. */
function isMisaddressed({ session, operation, source, destination }: Pair): boolean {
  if (operation !== undefined) return false;
  const { spec } = session;
  return [source, destination].some(
    ({ state }) =>
      state?.spec.generation === spec.generation &&
      (!isSameEnd(state.spec.source, spec.source) || !isSameEnd(state.spec.destination, spec.destination)),
  );
}

function isSameEnd(one: SessionSpec['source'], other: SessionSpec['source']): boolean {
  return (
    one.fingerprint === other.fingerprint &&
    one.isPeerPlain === other.isPeerPlain &&
    one.peerAddresses.join() === other.peerAddresses.join()
  );
}

/** Whoever forces a suspend wants the destination, the more so when the source dies meanwhile. */
function planAlone({ session, operation, source }: Pair, draft: Draft): boolean {
  if (operation?.kind !== 'session-suspend' || !session.spec.isForced || !source.isLost) return false;
  if (draft.waitedFor(source.nodeUid, operation) < draft.limits.aloneMs) return false;
  draft.record({ fact: 'session-left-alone', uid: session.spec.uid, operationId: operation.id });
  return true;
}

interface Order {
  /** The nodes without which the change cannot be made. */
  needed(pair: Pair): NodeUid[];
  /** The ends to tell now. */
  next(pair: Pair): End[];
  isEstablished(pair: Pair): boolean;
}

/** The destination first, so that it is ready when the source begins to send. Both must be there before either is told. */
const destinationFirst: Order = {
  needed: ({ source, destination }) => [source.nodeUid, destination.nodeUid],
  next: ({ session, source, destination }) => {
    const { generation } = session.spec;
    if (!source.isReachable || !destination.isReachable) return [];
    if (!source.hasVolume || !destination.hasVolume) return [];
    if (destination.known < generation) return [destination];
    return source.known < generation ? [source] : [];
  },
  isEstablished: (pair) => hasApplied(pair, pair.source) && hasApplied(pair, pair.destination),
};

const ORDERS: Record<SessionChange, Order> = {
  'session-create': destinationFirst,
  'session-resume': destinationFirst,
  'session-reverse': destinationFirst,
  // The source tells its destination over their own link, at the position where it stops; this side only helps out.
  'session-suspend': {
    needed: ({ session, source, destination }) =>
      session.spec.isForced ? [source.nodeUid] : [source.nodeUid, destination.nodeUid],
    next: (pair) => {
      const { generation } = pair.session.spec;
      if (pair.source.known < generation) return pair.source.isReachable ? [pair.source] : [];
      return hasApplied(pair, pair.source) ? lagging(pair) : [];
    },
    isEstablished: (pair) =>
      hasApplied(pair, pair.source) &&
      (hasApplied(pair, pair.destination) || (pair.session.spec.isForced && pair.destination.isLost)),
  },
  // The destination acts without its source, which learns of it when it returns.
  'session-suspend-alone': {
    needed: ({ destination }) => [destination.nodeUid],
    next: (pair) =>
      hasApplied(pair, pair.destination) ? lagging(pair) : lagging(pair).filter((end) => end === pair.destination),
    isEstablished: (pair) => hasApplied(pair, pair.destination),
  },
  // Settings must be changeable with the destination lost: split mode Manual would otherwise keep failing the host.
  'session-change': {
    needed: ({ source }) => [source.nodeUid],
    next: lagging,
    isEstablished: (pair) =>
      hasApplied(pair, pair.source) && (hasApplied(pair, pair.destination) || pair.destination.isLost),
  },
};

function hasApplied({ session }: Pair, end: End): boolean {
  return end.applied >= session.spec.generation;
}

/** Ends that can be told and do not know the present generation. Without their volume there is nothing to tell them about. */
function lagging({ session, source, destination }: Pair): End[] {
  return [source, destination].filter((end) => end.isReachable && end.hasVolume && end.known < session.spec.generation);
}

/**
 * The source goes first, so that it does not take its destination for lost. An end that cannot be reached keeps no one waiting: it is
 * left a tombstone (promise C59). So is a destination that does not let go of its half when the source's is gone: that cannot be put
 * back.
 */
function planDeletion({ session, operation, source, destination }: Pair, draft: Draft): void {
  const { uid } = session.spec;
  const isForced = session.isDeleteForced;
  const isLeft = (end: End) =>
    end.isLost &&
    (isForced || operation === undefined || draft.waitedFor(end.nodeUid, operation) >= draft.limits.unreachableMs);
  const isGone = (end: End) => end.isReachable && end.state === undefined;
  const isDone = (end: End) => isGone(end) || isLeft(end);
  const atDestination = { nodeUid: destination.nodeUid, call: 'deleteSession', uid, isForced: true } as const;
  const isGivenUp = isGone(source) && (draft.isOverdue(operation) || draft.isRefused(atDestination));
  if (isDone(source) && (isDone(destination) || isGivenUp)) {
    const leftAt = [source, destination].filter((end) => !isGone(end)).map((end) => end.nodeUid);
    draft.record({ fact: 'session-removed', uid, leftAt });
    return draft.end(operation);
  }
  if (draft.endIfExpired(operation, [])) return;
  if (source.state) draft.send({ nodeUid: source.nodeUid, call: 'deleteSession', uid, isForced }, operation);
  else if (isDone(source) && destination.state) draft.send(atDestination, operation);
}
