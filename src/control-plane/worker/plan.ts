/**
 * The heart of the reconciler: from what should be and what is, what to do next. Pure, without memory: whatever was interrupted is
 * found again by the next call. Commands to one node are in the order in which they must be sent.
 */
import {
  DEFAULT_LIMITS,
  streamKey,
  type Desired,
  type Fact,
  type Limits,
  type Observed,
  type Plan,
} from './desired.js';
import { Draft } from './draft.js';
import { planAdoption, planNode, planTombstones } from './plan-node.js';
import { planJointSuspends, planStream } from './plan-stream.js';
import { planVolume } from './plan-volume.js';

export function plan(desired: Desired, observed: Observed, limits: Limits = DEFAULT_LIMITS): Plan {
  const draft = new Draft(observed, limits, desired);
  const doubts = doubtsAbout(desired, observed);
  if (doubts.length > 0) return { commands: [], facts: doubts, outcomes: [], unsettled: null };
  for (const node of desired.nodes) planNode(node, draft);
  planAdoption(desired, draft);
  planTombstones(desired, draft);
  for (const volume of desired.volumes) {
    draft.planVolume(volume.spec.uid, volume.nodeUid, () => planVolume(volume, draft));
  }
  const suspended = planJointSuspends(desired.streams, draft);
  for (const stream of desired.streams) {
    const [{ source, destination }] = stream.specs;
    if (suspended.has(stream)) continue;
    const ends = [source.nodeUid, destination.nodeUid];
    draft.planStream(streamKey(stream.specs[0]), ends, () => planStream(stream, draft));
  }
  // What a group is asked for is done by its streams, and by what was written with the request.
  for (const operation of desired.operations) if (operation.kind === 'group-change') draft.end(operation);
  return draft.finished();
}

/** While what the database wants is in doubt nothing is done by it: neither commanded nor judged. */
function doubtsAbout({ nodes }: Desired, { nodes: seen, strangers }: Observed): Fact[] {
  if (strangers.size > 0) {
    return [...strangers].map(([nodeUid, known]) => ({ fact: 'database-restored', nodeUid, known }));
  }
  return nodes
    .filter(({ isTruth }) => isTruth)
    .flatMap(({ uid: nodeUid }): Fact[] => {
      const observation = seen.get(nodeUid);
      if (!observation?.isReachable) return [];
      return [{ fact: 'node-believed', nodeUid, volumes: [...observation.view.volumes.values()] }];
    });
}
