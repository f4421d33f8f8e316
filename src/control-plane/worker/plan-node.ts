import { streamKey, type Desired, type DesiredNode } from './desired.js';
import type { Draft, NodeView } from './draft.js';

/**
 * Enrolls a new node, and tells a known one its name and whether it is in maintenance. A registration succeeds when the enrolled node
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

function isApplied(node: DesiredNode): boolean {
  return node.appliedSpec?.name === node.spec.name && node.appliedSpec.isInMaintenance === node.spec.isInMaintenance;
}

/**
 * Takes up volumes and streams that the database does not know: those of a node that was registered anew, or of all nodes after the
 * database was lost. A stream is taken up once the volumes of both its ends are known.
 */
export function planAdoption(desired: Desired, draft: Draft): void {
  const volumes = new Set<string>(desired.volumes.map((volume) => volume.spec.uid));
  const streams = new Set(desired.streams.map(({ specs }) => streamKey(specs[0])));
  const skipped = new Set<string>(desired.tombstones.map((tombstone) => tombstone.uid));
  for (const { uid } of desired.streams.flatMap(({ specs }) => specs)) skipped.add(uid);
  const views: NodeView[] = [];
  for (const node of desired.nodes) {
    const view = draft.views.get(node.uid);
    if (view === undefined) continue;
    views.push(view);
    for (const state of view.state.volumes) {
      const { uid } = state.spec;
      // Its record there cannot be read, so it says nothing of itself.
      const isUnknown = state.spec.sizeBytes === 0;
      if (isUnknown || volumes.has(uid) || skipped.has(uid)) continue;
      volumes.add(uid);
      draft.record({ fact: 'volume-adopted', nodeUid: node.uid, state });
    }
  }
  const found = views
    .flatMap((view) => [...view.streams])
    .map(([key, states]) => ({ key, specs: states.map(({ spec }) => spec).filter(({ uid }) => !skipped.has(uid)) }))
    .filter(({ specs }) => specs.length > 0)
    .filter(({ specs }) =>
      specs.every((spec) => volumes.has(spec.source.volumeUid) && volumes.has(spec.destination.volumeUid)),
    )
    .sort((one, other) => other.specs[0]!.generation - one.specs[0]!.generation);
  for (const { key, specs } of found) {
    if (streams.has(key)) continue;
    streams.add(key);
    draft.record({ fact: 'stream-adopted', specs });
  }
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
      else if (!view.streams.get(streamKey(state.spec))!.some(({ spec }) => living.has(spec.uid))) {
        draft.send({ nodeUid, call: 'deleteSession', uid, isForced: true });
      }
    } else if (!view.volumes.has(uid)) draft.record({ fact: 'tombstone-done', tombstone });
    else if (!isInSession(view, uid)) draft.send({ nodeUid, call: 'deleteVolume', uid, isForced: true });
  }
}

/** Whether the node itself still has a session on the volume. */
export function isInSession(view: NodeView, volumeUid: string): boolean {
  return view.state.sessions.some(
    ({ spec, role }) => (role === 'source' ? spec.source : spec.destination).volumeUid === volumeUid,
  );
}
