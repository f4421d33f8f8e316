import { isDeepStrictEqual } from 'node:util';
import type { VolumeUid } from '../../model/ids.js';
import { streamKey, type Desired, type DesiredNode, type Scope } from './desired.js';
import type { Draft } from './draft.js';

/**
 * Enrolls a new node, and tells a known one what it should be. A registration succeeds when the enrolled node
 * is first seen, together with the adoption of what is on it: from then on it could not be taken back.
 */
export function planNode(node: DesiredNode, draft: Draft): void {
  const operation = draft.operationOn(node.uid);
  const view = draft.views.get(node.uid);
  if (view && !node.isEnrolled) draft.record({ fact: 'node-enrolled', nodeUid: node.uid });
  if (view && isApplied(node)) return draft.end(operation);
  const isRegistered = view !== undefined && operation?.kind === 'node-create';
  if (isRegistered) draft.end(operation);
  else if (draft.endIfExpired(operation, [node.uid])) return;
  if (view) draft.send({ nodeUid: node.uid, call: 'putNode', spec: node.spec }, isRegistered ? undefined : operation);
  else if (!node.isEnrolled) draft.send({ nodeUid: node.uid, call: 'enrol' }, operation);
}

function isApplied({ spec, appliedSpec }: DesiredNode): boolean {
  return isDeepStrictEqual(spec, appliedSpec);
}

/**
 * Takes up volumes and streams that the database does not know: those of a node that was registered anew, or of all nodes after the
 * database was lost. A stream is taken up once the volumes of both its ends are known.
 */
export function planAdoption(desired: Desired, draft: Draft): void {
  const scope = desired.scope ?? wholeScope(desired, draft);
  const buried = new Set<string>(desired.tombstones.map(({ uid }) => uid));
  const isAnyUnseen = desired.nodes.some(({ uid }) => !draft.observed.nodes.has(uid));
  const views = desired.nodes.flatMap(({ uid: nodeUid }) => {
    const view = draft.views.get(nodeUid);
    return view ? [{ nodeUid, view }] : [];
  });
  const found = new Set<VolumeUid>();
  const isKnown = (uid: VolumeUid): boolean => found.has(uid) || scope.knowsVolume(uid);
  for (const uid of scope.volumeUids) {
    if (isKnown(uid) || buried.has(uid)) continue;
    // One without a size cannot be read there, so it says nothing of itself.
    const shown = views.find(({ view }) => (view.volumes.get(uid)?.spec.sizeBytes ?? 0) > 0);
    if (shown || isAnyUnseen) draft.keepVolume(uid);
    if (!shown) continue;
    found.add(uid);
    draft.record({ fact: 'volume-adopted', nodeUid: shown.nodeUid, state: shown.view.volumes.get(uid)! });
  }
  for (const key of scope.streamKeys) {
    if (scope.knowsStream(key)) continue;
    const known = views
      .map(({ view }) => view.stream(key).map(({ spec }) => spec))
      .map((specs) => specs.filter(({ uid }) => !buried.has(uid) && !scope.knowsSession(uid)))
      .filter((specs) => specs.length > 0)
      .sort(([one], [other]) => other!.generation - one!.generation);
    if (known.length > 0 || isAnyUnseen) draft.keepStream(key);
    const specs = known.find((each) =>
      each.every(({ source, destination }) => isKnown(source.volumeUid) && isKnown(destination.volumeUid)),
    );
    if (specs) draft.record({ fact: 'stream-adopted', specs });
  }
}

function wholeScope({ volumes, streams }: Desired, draft: Draft): Scope {
  const volumeUids = new Set(volumes.map(({ spec }) => spec.uid));
  const sessionUids = new Set(streams.flatMap(({ specs }) => specs.map(({ uid }) => uid)));
  const streamKeys = new Set(streams.map(({ specs }) => streamKey(specs[0])));
  const views = [...draft.views.values()];
  return {
    volumeUids: new Set(views.flatMap((view) => [...view.volumes.keys()])),
    streamKeys: new Set(views.flatMap((view) => [...view.streamKeys])),
    knowsVolume: (uid) => volumeUids.has(uid),
    knowsSession: (uid) => sessionUids.has(uid),
    knowsStream: (key) => streamKeys.has(key),
  };
}

/** Removes from nodes what was deleted while they could not be reached; sessions first, since they hold volumes. */
export function planTombstones(desired: Desired, draft: Draft): void {
  const living = new Set<string>(desired.streams.flatMap(({ specs }) => specs).map(({ uid }) => uid));
  for (const tombstone of desired.tombstones) {
    const view = draft.views.get(tombstone.nodeUid);
    if (view === undefined) continue;
    const { kind, uid, nodeUid } = tombstone;
    if (kind === 'session') {
      const state = view.sessions.get(uid);
      if (state === undefined) draft.record({ fact: 'tombstone-done', tombstone });
      // Deleting one session ends its stream: where that lives on, it is told anew without this one.
      else if (!view.stream(streamKey(state.spec)).some(({ spec }) => living.has(spec.uid))) {
        draft.send({ nodeUid, call: 'deleteSession', uid, isForced: true });
      }
    } else if (!view.volumes.has(uid)) draft.record({ fact: 'tombstone-done', tombstone });
    else if (!view.isInSession(uid)) draft.send({ nodeUid, call: 'deleteVolume', uid, isForced: true });
  }
}
