/** What the control plane last saw of nodes, volumes and copy sessions, read when somebody scrapes. */
import type { DataSource } from 'typeorm';
import type { SessionState } from '../../node-api/contract.js';
import { metricsText, type MetricFamily } from '../../node-api/metrics-text.js';
import { STALE_MS } from '../node/node.dto.js';
import { VOLUME_STATUSES } from '../volume/volume.entity.js';

/** As the database has it: what a node never showed is null. */
interface SessionRow {
  readonly id: number;
  readonly status: string;
  readonly phase: string;
  readonly source: string;
  readonly destination: string;
  readonly rpo_seconds: number;
  readonly is_stale: boolean;
  readonly is_link_up: boolean | null;
  readonly paths: SessionState['paths'] | null;
  readonly lag: SessionState['lag'] | null;
  readonly is_rpo_breached: boolean | null;
  readonly throttle: string | null;
  readonly logging_to: string | null;
  readonly uncopied_bytes: number | null;
}

/** Not the entities with all that belongs to them: with thousands of sessions a scrape would take as long as the pause between two. */
const SESSIONS = `
  SELECT s.id, s.status, s.phase, sn.name || '/' || sv.name AS source, dn.name || '/' || dv.name AS destination,
    coalesce((t.settings->>'rpoSeconds')::double precision, 0) AS rpo_seconds,
    shown.unreachable_since IS NOT NULL OR shown.last_seen_time IS NULL
      OR shown.last_seen_time < now() - interval '${STALE_MS} milliseconds' AS is_stale,
    v.observed->'isLinkUp' AS is_link_up, v.observed->'paths' AS paths, v.observed->'lag' AS lag,
    v.observed->'isRpoBreached' AS is_rpo_breached, v.observed->>'throttle' AS throttle,
    v.observed->>'loggingTo' AS logging_to, v.observed->'uncopiedBytes' AS uncopied_bytes
  FROM copy_session s
    JOIN stream t ON t.id = s.stream_id
    JOIN volume sv ON sv.id = s.source_volume_id JOIN storage_node sn ON sn.id = sv.node_id
    JOIN volume dv ON dv.id = s.destination_volume_id JOIN storage_node dn ON dn.id = dv.node_id
    JOIN storage_node shown ON shown.id = CASE WHEN s.shown_node_id = dn.id THEN dn.id ELSE sn.id END
    LEFT JOIN copy_session_view v ON v.session_id = s.id AND v.node_id = s.shown_node_id
  ORDER BY s.id`;

/** What is shown of each row; null for what is not known. */
type Described<T> = readonly [name: string, help: string, read: (row: T) => number | null];
const known = (flag: boolean | '' | null): number | null => (flag === null ? null : Number(flag));

// prettier-ignore
const ROWS: readonly Described<SessionRow>[] = [
  ['is_equivalent', '1 while Active and Equivalent', ({ status, phase }) => Number(status === 'Active' && phase === 'Equivalent')],
  ['is_halted', '1 while Halt: the destination is lost', ({ status }) => Number(status === 'Halt')],
  ['is_failed', '1 while Error', ({ status }) => Number(status === 'Error')],
  ['is_stale', '1 while the node that shows it was not heard of late: all figures are what was last known', (row) => Number(row.is_stale)],
  ['is_link_up', '1 while both ends are connected', (row) => known(row.is_link_up)],
  ['paths', 'Addresses of the destination', ({ paths }) => paths && paths.length],
  ['paths_up', 'Addresses at which the destination answers', ({ paths }) => paths && paths.filter(({ isUp }) => isUp).length],
  ['lag_seconds', 'Age of the oldest write not durable at the destination', ({ lag }) => lag && lag.seconds],
  ['lag_bytes', 'Bytes not durable at the destination', ({ lag }) => lag && lag.bytes],
  ['lag_writes', 'Writes not durable at the destination', ({ lag }) => lag && lag.writes],
  ['rpo_seconds', 'Lag beyond which it is a breach, 0 is no watch', (row) => row.rpo_seconds],
  ['is_rpo_breached', '1 while the lag is beyond the RPO', (row) => known(row.is_rpo_breached)],
  ['is_throttled', '1 while host writes wait for this session', ({ throttle }) => known(throttle && throttle !== 'None')],
  ['is_logging_to_srl', '1 while unsent writes are kept in the log, 0 in the change map', (row) => known(row.logging_to && row.logging_to === 'Srl')],
  ['uncopied_bytes', 'Bytes not known to be equal', (row) => row.uncopied_bytes],
];

interface NodeRow {
  readonly node: string;
  readonly is_online: boolean;
  readonly is_in_maintenance: boolean;
  /** Null for one that was never seen. */
  readonly age: string | null;
}

const NODES = `
  SELECT name AS node, unreachable_since IS NULL AS is_online, is_in_maintenance,
    extract(epoch FROM now() - last_seen_time) AS age
  FROM storage_node ORDER BY id`;

// prettier-ignore
const NODE_ROWS: readonly Described<NodeRow>[] = [
  ['is_online', '1 while the control plane reaches the storage node', (row) => Number(row.is_online)],
  ['is_in_maintenance', '1 while an operator has put the storage node into Maintenance', (row) => Number(row.is_in_maintenance)],
  ['observed_age_seconds', 'How long ago the storage node was last looked at', ({ age }) => age === null ? null : Number(age)],
];

const VOLUMES = 'SELECT status, count(*) AS count FROM volume GROUP BY status';

/** As Prometheus text. With the database away there is none of it. */
export async function replicationMetrics(database: DataSource): Promise<string> {
  const sessions = await database.query<SessionRow[]>(SESSIONS);
  const nodes = await database.query<NodeRow[]>(NODES);
  const counts = await database.query<{ status: string; count: string }[]>(VOLUMES);
  const countOf = new Map(counts.map(({ status, count }) => [status, Number(count)]));
  return [
    metricsText(familiesOf('evenkeel_copysession_', ROWS), sessions, ({ id, source, destination }) => ({
      copysession: String(id),
      source,
      destination,
    })),
    metricsText(familiesOf('evenkeel_node_', NODE_ROWS), nodes, ({ node }) => ({ node })),
    metricsText(
      familiesOf<string>('evenkeel_', [['volumes', 'Volumes by status', (status) => countOf.get(status) ?? 0]]),
      VOLUME_STATUSES,
      (status) => ({ status }),
    ),
  ].join('');
}

function familiesOf<T>(prefix: string, rows: readonly Described<T>[]): MetricFamily<T>[] {
  return rows.map(([name, help, read]) => ({ name: prefix + name, help, type: 'gauge', read }));
}
