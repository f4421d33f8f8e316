/** What the control plane last saw of nodes, volumes and copy sessions, read when somebody scrapes. */
import { Gauge, type Registry } from 'prom-client';
import type { DataSource } from 'typeorm';
import type { SessionState } from '../../node-api/contract.js';
import { STALE_MS } from '../node/node.dto.js';
import { VOLUME_STATUSES } from '../volume/volume.entity.js';

const LABELS = ['copysession', 'source', 'destination'] as const;

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

/** @returns null for what is not known */
type Read = (row: SessionRow) => number | null;
const known = (flag: boolean | '' | null): number | null => (flag === null ? null : Number(flag));

// prettier-ignore
const ROWS: readonly (readonly [name: string, help: string, read: Read])[] = [
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
const NODE_ROWS: readonly (readonly [name: string, help: string, read: (row: NodeRow) => number | null])[] = [
  ['is_online', '1 while the control plane reaches the storage node', (row) => Number(row.is_online)],
  ['is_in_maintenance', '1 while an operator has put the storage node into Maintenance', (row) => Number(row.is_in_maintenance)],
  ['observed_age_seconds', 'How long ago the storage node was last looked at', ({ age }) => age === null ? null : Number(age)],
];

/** @returns reads the database, if it is there, anew into the gauges; all of one scrape are of one reading */
export function addReplicationMetrics(registry: Registry, database: DataSource): (isUp: boolean) => Promise<void> {
  const registers = [registry];
  const ofSessions = ROWS.map(([name, help, read]) => {
    const gauge = new Gauge({ name: `evenkeel_copysession_${name}`, help, labelNames: LABELS, registers });
    return { gauge, read };
  });
  const ofNodes = NODE_ROWS.map(([name, help, read]) => {
    const gauge = new Gauge({ name: `evenkeel_node_${name}`, help, labelNames: ['node'], registers });
    return { gauge, read };
  });
  const volumes = new Gauge({ name: 'evenkeel_volumes', help: 'Volumes by status', labelNames: ['status'], registers });
  return async (isUp) => {
    for (const { gauge } of [...ofSessions, ...ofNodes]) gauge.reset();
    volumes.reset();
    if (!isUp) return;
    for (const row of await database.query<SessionRow[]>(SESSIONS)) {
      const labels = { copysession: String(row.id), source: row.source, destination: row.destination };
      show(ofSessions, labels, row);
    }
    for (const row of await database.query<NodeRow[]>(NODES)) show(ofNodes, { node: row.node }, row);
    const counts: { status: string; count: string }[] = await database.query(
      'SELECT status, count(*) AS count FROM volume GROUP BY status',
    );
    for (const status of VOLUME_STATUSES) {
      volumes.set({ status }, Number(counts.find((row) => row.status === status)?.count ?? 0));
    }
  };
}

function show<T>(
  gauges: readonly { gauge: Gauge<string>; read: (row: T) => number | null }[],
  labels: Record<string, string>,
  row: T,
): void {
  for (const { gauge, read } of gauges) {
    const value = read(row);
    if (value !== null) gauge.set(labels, value);
  }
}
