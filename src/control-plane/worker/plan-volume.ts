import type { VolumeSpec, VolumeState } from '../../node-api/contract.js';
import type { DesiredVolume } from './desired.js';
import type { Draft } from './draft.js';
import type { NodeView } from './node-view.js';

/** Brings one volume to its desired state on its node. */
export function planVolume(volume: DesiredVolume, draft: Draft): void {
  const { nodeUid, spec } = volume;
  const operation = draft.operationOn(spec.uid);
  const view = draft.views.get(nodeUid);
  if (view === undefined) {
    draft.endIfExpired(operation, [nodeUid]);
    return;
  }
  if (volume.isDeleted) return planRemoval(volume, view, draft);
  const seen = view.volumes.get(spec.uid);
  if (seen === undefined && volume.isEstablished) return draft.fail(operation, 'VOLUME_LOST', spec.name);
  if (seen !== undefined && !volume.isEstablished) draft.record({ fact: 'volume-established', uid: spec.uid });
  if (seen !== undefined && seen.spec.sizeBytes > spec.sizeBytes) {
    // A volume never shrinks: a growth that was rolled back here but done there stands.
    draft.record({ fact: 'volume-grown', uid: spec.uid, sizeBytes: seen.spec.sizeBytes });
    return;
  }
  if (seen !== undefined && isAsDesired(seen.spec, spec)) return planRelease(volume, seen, draft);
  if (!draft.endIfExpired(operation, [nodeUid])) draft.send({ nodeUid, call: 'putVolume', spec }, operation);
}

/** Ends an operation on a volume that is as desired, once it is also open where that is what was asked for. */
function planRelease({ nodeUid, spec: { uid } }: DesiredVolume, seen: VolumeState, draft: Draft): void {
  const operation = draft.operationOn(uid);
  if (operation?.kind !== 'volume-release' || seen.access !== 'Held') return draft.end(operation);
  if (draft.endIfExpired(operation, [nodeUid])) return;
  draft.send({ nodeUid, call: 'releaseVolume', uid }, operation);
}

function planRemoval(volume: DesiredVolume, view: NodeView, draft: Draft): void {
  const { uid } = volume.spec;
  const operation = draft.operationOn(uid);
  if (!view.volumes.has(uid)) {
    draft.record({ fact: 'volume-removed', uid });
    return draft.end(operation);
  }
  if (draft.endIfExpired(operation, [volume.nodeUid]) || view.isInSession(uid)) return;
  draft.send({ nodeUid: volume.nodeUid, call: 'deleteVolume', uid, isForced: volume.isDeleteForced }, operation);
}

/** Compares what may change; backing and creation time are the node's from then on. */
function isAsDesired(seen: VolumeSpec, desired: VolumeSpec): boolean {
  return (
    seen.name === desired.name &&
    seen.label === desired.label &&
    seen.sizeBytes === desired.sizeBytes &&
    seen.writeCache === desired.writeCache &&
    seen.isCopyProtected === desired.isCopyProtected &&
    seen.allowedClients.length === desired.allowedClients.length &&
    seen.allowedClients.every((block, index) => block === desired.allowedClients[index])
  );
}
