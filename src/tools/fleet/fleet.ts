import { newUid, type GroupUid, type SessionUid } from '../../model/ids.js';
import { DEFAULT_SESSION_SETTINGS } from '../../model/session.js';
import { GIB } from '../../model/sizes.js';
import type { SessionSpec } from '../../node-api/contract.js';
import { SimulatedNode } from './simulated-node.js';

export interface FleetSize {
  readonly nodes: number;
  /** Of all nodes together, shared out evenly. */
  readonly volumes: number;
  /** Each from a volume of one node to one of the next. At most half as many as volumes. */
  readonly sessions: number;
}

/** Many simulated nodes that have their volumes and sessions already, as those of an installation whose database is new. */
export class Fleet {
  private constructor(readonly nodes: readonly SimulatedNode[]) {}

  static async start(folder: string, size: FleetSize): Promise<Fleet> {
    const nodes: SimulatedNode[] = [];
    for (let n = 0; n < size.nodes; n++) nodes.push(await SimulatedNode.start(folder, `node-${n + 1}`));
    const volumes = nodes.map((node, n) =>
      Array.from({ length: size.volumes / size.nodes }, (_, k) =>
        node.hold(`volume-${k + 1}`, k * nodes.length + n + 1),
      ),
    );
    const perNode = size.sessions / size.nodes;
    for (let n = 0; n < nodes.length; n++) {
      for (let k = 0; k < perNode; k++) {
        const next = (n + 1) % nodes.length;
        const [source, destination] = [nodes[n]!, nodes[next]!];
        const spec = sessionSpec(
          k * nodes.length + n + 1,
          source.end(volumes[n]![k]!),
          destination.end(volumes[next]![perNode + k]!),
        );
        source.apply(spec);
        destination.apply(spec);
      }
    }
    return new Fleet(nodes);
  }

  async stop(): Promise<void> {
    for (const node of this.nodes) await node.stop();
  }
}

function sessionSpec(
  label: number,
  source: SessionSpec['source'],
  destination: SessionSpec['destination'],
): SessionSpec {
  return {
    uid: newUid<SessionUid>(),
    label,
    generation: 1,
    groupUid: newUid<GroupUid>(),
    slot: 0,
    source,
    destination,
    settings: DEFAULT_SESSION_SETTINGS,
    srlSizeBytes: GIB,
    run: 'Active',
    resumedGeneration: 1,
    isForced: false,
    isAlone: false,
  };
}
