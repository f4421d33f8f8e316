/** What the control plane last saw of nodes and copy sessions, read when somebody scrapes. */
import { Gauge, type Registry } from 'prom-client';
import type { EntityManager } from 'typeorm';
import { sessionRows, shownNode } from '../copysession/copy-session-view.js';
import type { CopySession } from '../copysession/copy-session.entity.js';
import { isStale } from '../node/node.dto.js';
import { StorageNode } from '../node/storage-node.entity.js';
import type { SessionState } from '../../node-api/contract.js';

const LABELS = ['copysession', 'source', 'destination'] as const;

/** @returns undefined for what is not known */
type Read = (session: CopySession, state: SessionState | undefined) => number | undefined;

// prettier-ignore
const ROWS: readonly (readonly [name: string, help: string, read: Read])[] = [
  ['is_equivalent', '1 while Active and Equivalent', ({ status, phase }) => Number(status === 'Active' && phase === 'Equivalent')],
  ['is_halted', '1 while Halt: the destination is lost', ({ status }) => Number(status === 'Halt')],
  ['is_failed', '1 while Error', ({ status }) => Number(status === 'Error')],
  ['is_stale', '1 while the node that shows it was not heard of late: all figures are what was last known', (session) => Number(isStale(shownNode(session)))],
  ['is_link_up', '1 while both ends are connected', (_, state) => state && Number(state.isLinkUp)],
  ['paths', 'Addresses of the destination', (_, state) => state?.paths.length],
  ['paths_up', 'Addresses at which the destination answers', (_, state) => state?.paths.filter(({ isUp }) => isUp).length],
  ['lag_seconds', 'Age of the oldest write not durable at the destination', (_, state) => state?.lag.seconds],
  ['lag_bytes', 'Bytes not durable at the destination', (_, state) => state?.lag.bytes],
  ['lag_writes', 'Writes not durable at the destination', (_, state) => state?.lag.writes],
  ['rpo_seconds', 'Lag beyond which it is a breach, 0 is no watch', ({ stream }) => stream.settings.rpoSeconds],
  ['is_rpo_breached', '1 while the lag is beyond the RPO', (_, state) => state && Number(state.isRpoBreached)],
  ['is_throttled', '1 while host writes wait for this session', (_, state) => state && Number(state.throttle !== 'None')],
  ['is_logging_to_srl', '1 while unsent writes are kept in the log, 0 in the change map', (_, state) => state && Number(state.loggingTo === 'Srl')],
  ['uncopied_bytes', 'Bytes not known to be equal', (_, state) => state?.uncopiedBytes],
];

/** All gauges of one scrape are of one reading of the database; with the database away there are none. */
export function addReplicationMetrics(registry: Registry, manager: EntityManager): void {
  let reading: Promise<readonly CopySession[]> | null = null;
  const sessions = (): Promise<readonly CopySession[]> => {
    reading ??= sessionRows(manager)
      .getMany()
      .catch(() => []);
    void reading.finally(() => setImmediate(() => (reading = null)));
    return reading;
  };
  for (const [name, help, read] of ROWS) {
    new Gauge({
      name: `evenkeel_copysession_${name}`,
      help,
      labelNames: LABELS,
      registers: [registry],
      async collect() {
        const rows = await sessions();
        this.reset();
        for (const session of rows) {
          const value = read(session, session.views[0]?.observed);
          if (value !== undefined) this.set(labelsOf(session), value);
        }
      },
    });
  }
  new Gauge({
    name: 'evenkeel_node_is_online',
    help: '1 while the control plane reaches the storage node',
    labelNames: ['node'],
    registers: [registry],
    async collect() {
      const nodes = await manager.find(StorageNode).catch(() => []);
      this.reset();
      for (const node of nodes) this.set({ node: node.name }, Number(node.unreachableSince === null));
    },
  });
}

function labelsOf({ id, sourceVolume, destinationVolume }: CopySession): Record<(typeof LABELS)[number], string> {
  const [source, destination] = [sourceVolume, destinationVolume].map(({ node, name }) => `${node.name}/${name}`);
  return { copysession: String(id), source: source!, destination: destination! };
}
