/**
 * The node's metrics as Prometheus text. Nothing here is touched on the data path: the state and the counters are read when somebody
 * scrapes. Names follow the Prometheus conventions: base units, `_total` for counts that only rise.
 */
import { Counter, Gauge, type Metric, Registry } from 'prom-client';
import type { NodeState, SessionState, VolumeState } from '../../node-api/contract.js';
import { metricsText, type MetricFamily } from '../../node-api/metrics-text.js';
import { BUDGET_PARTS, type Budget } from '../config/budget.js';
import type { MemoryPool } from '../config/memory-pool.js';
import { ioErrors } from '../device/io-errors.js';
import { HOST_OPERATION_NAMES, type HostCounters } from '../metrics/host-counters.js';
import type { LoopDelay } from '../metrics/loop-delay.js';
import type { GroupFigures, NodeFigures } from '../metrics/node-figures.js';
import { LATENCY_BOUNDS_US, type LatencyHistogram } from '../metrics/latency-histogram.js';

export interface MetricSources extends Pick<Reading, 'host' | 'budget' | 'delay'> {
  /** Null while the node starts. */
  state(): NodeState | null;
  /** Null while the node starts. */
  figures?(): NodeFigures | null;
}

/** What one scrape shows is of one moment. */
interface Reading {
  readonly state: NodeState | null;
  readonly figures: NodeFigures | null;
  readonly host: HostCounters;
  readonly budget: Budget;
  readonly delay?: LoopDelay;
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Row {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  read(reading: Reading): Sample[];
}

const VOLUME_STATUSES = ['Normal', 'Warning', 'Error'] as const satisfies VolumeState['status'][];
const VOLUME_ACCESSES = ['Read_Write', 'Read_Only', 'None', 'Held'] as const satisfies VolumeState['access'][];

const operations = Object.entries(HOST_OPERATION_NAMES).map(([index, operation]) => ({
  index: Number(index),
  operation,
}));

// prettier-ignore
const COUNTERS: readonly Row[] = [
  // Not prom-client's default metrics: these keep a timer and an observer of the garbage collector running for good.
  single('process_cpu_seconds_total', 'Processor time that the process used', () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6),
  loop('evenkeel_event_loop_busy_seconds_total', 'Time that the event loop did not wait', (delay) => delay.busySeconds),
  { name: 'evenkeel_disk_errors_total', help: 'Calls to files and devices that the system failed', labels: ['call', 'code'], read: () => diskErrors() },
  single('evenkeel_node_events_total', 'Events told in this run of the node', (state) => state?.events.at(-1)?.sequence ?? 0),
  perOperation('evenkeel_host_operations_total', 'Requests of hosts that ended', (host) => host.operations),
  perOperation('evenkeel_host_failures_total', 'Requests of hosts that ended in an error', (host) => host.failures),
  perOperation('evenkeel_host_bytes_total', 'Bytes of requests that succeeded', (host) => host.bytes),
  single('evenkeel_host_protocol_errors_total', 'NBD connections closed because of what they sent', (_, host) => host.protocolErrors),
];

// prettier-ignore
const GAUGES: readonly Row[] = [
  single('process_resident_memory_bytes', 'Memory that the process holds', () => process.memoryUsage.rss()),
  single('process_start_time_seconds', 'When the process started, seconds since 1970', () => Math.round(Date.now() / 1000 - process.uptime())),
  single('evenkeel_node_up', '1 once the node has started', (state) => Number(state !== null)),
  single('evenkeel_node_run_counter', 'Starts of this node', (state) => state?.runCounter),
  single('evenkeel_node_capacity_bytes', 'Room for volumes', (state) => state?.capacityBytes),
  single('evenkeel_node_used_bytes', 'Room that volumes use', (state) => state?.usedBytes),
  single('evenkeel_srl_used_bytes', 'Bytes in use of all logs', (state) => state?.srlUsedBytes),
  figure('evenkeel_node_disk_size_bytes', 'File system of the data directory', ({ disk }) => disk.sizeBytes),
  figure('evenkeel_node_disk_available_bytes', 'What is free there', ({ disk }) => disk.availableBytes),
  figure('evenkeel_node_volumes_failing', 'Volumes in Error, or whose hosts get errors', ({ failingVolumes }) => failingVolumes),
  figure('evenkeel_node_groups_aside', 'Groups that could not be opened', ({ groupsAside }) => groupsAside),
  loop('evenkeel_event_loop_delay_seconds', 'Longest delay of the event loop since the last reading', (delay) => delay.takeLongest()),
  single('evenkeel_host_connections', 'Open NBD connections', (_, host) => host.connections),
  single('evenkeel_host_certificate_expiry_timestamp_seconds', 'When the certificate ends that hosts are shown, seconds since 1970', (_, host) => host.certificateExpiryMs && host.certificateExpiryMs / 1000),
  perPart('evenkeel_memory_used_bytes', 'Use of a part of the memory budget', (part) => part.usedBytes),
  perPart('evenkeel_memory_limit_bytes', 'Size of a part of the memory budget', (part) => part.bytesMax),
  perPart('evenkeel_memory_waiting', 'Connections or streams that wait for room in a part', (part) => part.waitingCount),
  // No series for each volume: a node may have ten thousand.
  volumesBy('evenkeel_node_volumes', 'Volumes by status', 'status', VOLUME_STATUSES, (volume) => volume.status),
  volumesBy('evenkeel_node_volumes_by_access', 'Volumes by what hosts may do', 'access', VOLUME_ACCESSES, (volume) => volume.access),
  single('evenkeel_node_volumes_size_bytes', 'Sizes of all volumes together', (state) => state?.volumes.reduce((sum, { spec }) => sum + spec.sizeBytes, 0)),
];

// prettier-ignore
const OF_SESSIONS: readonly MetricFamily<SessionState>[] = [
  { name: 'evenkeel_session_transferred_bytes_total', type: 'counter', help: 'Payload sent since the session was made', read: (session) => session.transferredBytes },
  { name: 'evenkeel_session_resync_bytes_total', type: 'counter', help: 'Payload sent by region copies since the session was made', read: (session) => session.resyncBytes },
  { name: 'evenkeel_session_messages_sent_total', type: 'counter', help: 'Peer messages sent', read: (session) => session.statistics.messagesSent },
  { name: 'evenkeel_session_messages_received_total', type: 'counter', help: 'Peer messages received', read: (session) => session.statistics.messagesReceived },
  { name: 'evenkeel_session_checksum_errors_total', type: 'counter', help: 'Records and regions whose checksum did not hold', read: (session) => session.statistics.checksumErrors },
  { name: 'evenkeel_session_gaps_total', type: 'counter', help: 'Records that were missing and asked for again', read: (session) => session.statistics.gaps },
  { name: 'evenkeel_session_timeouts_total', type: 'counter', help: 'Heartbeat timeouts', read: (session) => session.statistics.timeouts },
  { name: 'evenkeel_session_blocks_sent_total', type: 'counter', help: 'Records and regions sent', read: (session) => session.statistics.blocksSent },
  { name: 'evenkeel_session_retries_total', type: 'counter', help: 'Records and regions that had to be sent again', read: (session) => session.statistics.retries },
  { name: 'evenkeel_session_payload_bytes_total', type: 'counter', help: 'Payload sent, before compression', read: (session) => session.statistics.payloadBytes },
  { name: 'evenkeel_session_wire_bytes_total', type: 'counter', help: 'What went over the link for that payload', read: (session) => session.statistics.wireBytes },
  { name: 'evenkeel_session_overflows_total', type: 'counter', help: 'Times that the share of the log was used up', read: (session) => session.statistics.overflows },
  { name: 'evenkeel_session_throttles_total', type: 'counter', help: 'Times that host writes had to wait for the session', read: (session) => session.statistics.throttles },
  { name: 'evenkeel_session_throttled_seconds_total', type: 'counter', help: 'Time that host writes had to wait for the session', read: (session) => session.statistics.throttledMs / 1000 },
  { name: 'evenkeel_session_stalls_total', type: 'counter', help: 'Times that a copy got nowhere for a minute though connected', read: (session) => session.statistics.stalls },
  { name: 'evenkeel_session_reconnects_total', type: 'counter', help: 'Connections to the other end that were made again', read: (session) => session.statistics.reconnects },
  { name: 'evenkeel_session_is_equivalent', type: 'gauge', help: '1 while Active and Equivalent', read: (session) => Number(session.status === 'Active' && session.phase === 'Equivalent') },
  { name: 'evenkeel_session_is_halted', type: 'gauge', help: '1 while Halt or Error', read: (session) => Number(session.status === 'Halt' || session.status === 'Error') },
  { name: 'evenkeel_session_is_failed', type: 'gauge', help: '1 while Error', read: (session) => Number(session.status === 'Error') },
  { name: 'evenkeel_session_is_rpo_breached', type: 'gauge', help: '1 while the lag is beyond the RPO', read: (session) => Number(session.isRpoBreached) },
  { name: 'evenkeel_session_is_throttled', type: 'gauge', help: '1 while host writes wait for the session', read: (session) => Number(session.throttle !== 'None') },
  { name: 'evenkeel_session_paths', type: 'gauge', help: 'Addresses of the other end', read: (session) => session.paths.length },
  { name: 'evenkeel_session_paths_up', type: 'gauge', help: 'Addresses at which the other end answers', read: (session) => session.paths.filter(({ isUp }) => isUp).length },
  { name: 'evenkeel_session_link_up', type: 'gauge', help: '1 while connected to the other end', read: (session) => Number(session.isLinkUp) },
  { name: 'evenkeel_session_is_logging_to_srl', type: 'gauge', help: '1 while unsent writes are kept in the log, 0 in the change map', read: (session) => Number(session.loggingTo === 'Srl') },
  { name: 'evenkeel_session_total_bytes', type: 'gauge', help: 'Bytes that a copy covers', read: (session) => session.totalBytes },
  { name: 'evenkeel_session_uncopied_bytes', type: 'gauge', help: 'Bytes not known to be equal', read: (session) => session.uncopiedBytes },
  { name: 'evenkeel_session_lag_writes', type: 'gauge', help: 'Writes not durable at the destination', read: (session) => session.lag.writes },
  { name: 'evenkeel_session_lag_bytes', type: 'gauge', help: 'Bytes not durable at the destination', read: (session) => session.lag.bytes },
  { name: 'evenkeel_session_lag_seconds', type: 'gauge', help: 'Age of the oldest write not durable at the destination', read: (session) => session.lag.seconds },
  { name: 'evenkeel_session_round_trip_seconds', type: 'gauge', help: 'Round trip of the last heartbeat', read: (session) => session.statistics.roundTripMs / 1000 },
];

// prettier-ignore
const OF_GROUPS: readonly MetricFamily<GroupFigures>[] = [
  { name: 'evenkeel_group_srl_used_bytes', type: 'gauge', help: 'Bytes of records in the log of a group', read: ({ srlUsedBytes }) => srlUsedBytes },
  { name: 'evenkeel_group_srl_size_bytes', type: 'gauge', help: 'How large the log of a group may become', read: ({ srlSizeBytes }) => srlSizeBytes },
  { name: 'evenkeel_group_is_log_lost', type: 'gauge', help: '1 while hosts are served past the log of a group', read: ({ isLogLost }) => Number(isLogLost) },
  { name: 'evenkeel_group_activity_extents', type: 'gauge', help: 'Extents of 4 MiB that are marked as being written', read: ({ activityExtents }) => activityExtents },
];

export class NodeMetrics {
  private readonly registry = new Registry();
  private reading: Reading;

  constructor(private readonly sources: MetricSources) {
    this.reading = { ...sources, state: null, figures: null };
    for (const row of COUNTERS) this.register(row, Counter);
    for (const row of GAUGES) this.register(row, Gauge);
    this.registry.registerMetric(latencyMetric(sources.host) as unknown as Metric);
  }

  async render(): Promise<{ contentType: string; text: string }> {
    const { sources } = this;
    this.reading = {
      ...sources,
      state: sources.state(),
      figures: sources.figures?.() ?? null,
    };
    const { state, figures } = this.reading;
    const text = [
      await this.registry.metrics(),
      metricsText(OF_SESSIONS, state?.sessions ?? [], ({ spec, role }) => ({ session: spec.uid, role })),
      metricsText(OF_GROUPS, figures?.groups ?? [], ({ groupUid }) => ({ group: groupUid })),
    ].join('\n');
    return { contentType: this.registry.contentType, text };
  }

  private register({ name, help, labels, read }: Row, Kind: typeof Counter<string> | typeof Gauge<string>): void {
    const samples = () => read(this.reading);
    new Kind({
      name,
      help,
      labelNames: [...labels],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const sample of samples()) this.inc({ ...sample.labels }, sample.value);
      },
    });
  }
}

function single(
  name: string,
  help: string,
  value: (state: NodeState | null, host: HostCounters) => number | undefined,
): Row {
  const read = ({ state, host }: Reading) => {
    const now = value(state, host);
    return now === undefined ? [] : [{ labels: {}, value: now }];
  };
  return { name, help, labels: [], read };
}

function perOperation(name: string, help: string, values: (host: HostCounters) => Float64Array): Row {
  const read = ({ host }: Reading) =>
    operations.map(({ index, operation }) => ({ labels: { operation }, value: values(host)[index]! }));
  return { name, help, labels: ['operation'], read };
}

function perPart(name: string, help: string, value: (pool: MemoryPool) => number): Row {
  const read = ({ budget }: Reading) =>
    BUDGET_PARTS.map((part) => ({ labels: { part }, value: value(budget.pool(part)) }));
  return { name, help, labels: ['part'], read };
}

function figure(name: string, help: string, value: (figures: NodeFigures) => number): Row {
  const read: Row['read'] = ({ figures }) => (figures === null ? [] : [{ labels: {}, value: value(figures) }]);
  return { name, help, labels: [], read };
}

function loop(name: string, help: string, value: (delay: LoopDelay) => number): Row {
  const read: Row['read'] = ({ delay }) => (delay === undefined ? [] : [{ labels: {}, value: value(delay) }]);
  return { name, help, labels: [], read };
}

/** Also those of which there is none. */
function volumesBy(
  name: string,
  help: string,
  label: string,
  values: readonly string[],
  valueOf: (volume: VolumeState) => string,
): Row {
  const read = ({ state }: Reading) => {
    if (state === null) return [];
    const counts = new Map(values.map((value) => [value, 0]));
    for (const volume of state.volumes) counts.set(valueOf(volume), (counts.get(valueOf(volume)) ?? 0) + 1);
    return [...counts].map(([value, count]) => ({ labels: { [label]: value }, value: count }));
  };
  return { name, help, labels: [label], read };
}

function diskErrors(): Sample[] {
  return [...ioErrors].map(([key, value]) => {
    const [call, code] = key.split(' ');
    return { labels: { call: call!, code: code! }, value };
  });
}

/** prom-client's own histogram must be told every value; this one shows buckets that were counted elsewhere. */
function latencyMetric(host: HostCounters) {
  const name = 'evenkeel_host_latency_seconds';
  const help = 'From the arrival of a request to its reply, for requests that succeeded';
  const get = () =>
    Promise.resolve({
      name,
      help,
      type: 'histogram',
      aggregator: 'sum',
      values: operations.flatMap(({ index, operation }) => bucketsOf(name, operation, host.latencies[index]!)),
    });
  return { name, help, type: 'histogram', get };
}

function bucketsOf(name: string, operation: string, histogram: LatencyHistogram) {
  let sum = 0;
  const buckets = Array.from(histogram.counts, (count, bucket) => {
    sum += count;
    const bound = LATENCY_BOUNDS_US[bucket];
    const le = bound === undefined ? '+Inf' : String(bound / 1e6);
    return { metricName: `${name}_bucket`, labels: { operation, le }, value: sum };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels: { operation }, value: histogram.sumUs / 1e6 },
    { metricName: `${name}_count`, labels: { operation }, value: sum },
  ];
}
