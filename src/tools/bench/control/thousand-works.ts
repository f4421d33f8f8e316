/** A thousand volumes and sessions on one pair of real nodes: how long it takes to make them over the API, and what they cost at rest. */
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { eventually } from '../../node-process/eventually.js';
import { NodeProcess } from '../../node-process/node-process.js';
import type { BenchContext } from '../bench-context.js';
import { boundResult, latencyFigures, NO_FIGURES, type WorkResult } from '../measure.js';
import type { ThousandWork } from '../works.js';
import { Installation, type ListedPage } from './installation.js';
import { cpuSeconds, residentMib } from './process-usage.js';

export const THOUSAND_NAMES = ['create-1000', 'list-1000', 'idle-1000'] as const;

const COUNT = 1000;
const VOLUME_MIB = 4;
/** Jobs at once: the API takes 512 unfinished ones. */
const WIDTH = 64;
const CREATE_BOUND_SECONDS = 300;
const LIST_CALLS = 100;
const LIST_BOUND_US = 50_000;
const IDLE_SECONDS = 30;
const IDLE_BOUND_PERCENT = 5;
const SETTLE_MS = 15_000;

export async function runThousandWorks(works: readonly ThousandWork[], context: BenchContext): Promise<WorkResult[]> {
  const names = new Set<string>(works.map(({ name }) => name));
  const folder = path.join(context.folder, 'thousand');
  mkdirSync(folder, { recursive: true });
  context.say(`${COUNT} volumes and copy sessions on one pair of nodes`);
  const nodes: NodeProcess[] = [];
  let control: Installation | null = null;
  try {
    for (const name of ['site-a', 'site-b'])
      nodes.push(await NodeProcess.launched({ name, dataDirectory: path.join(folder, name) }));
    control = await Installation.start(folder);
    const results = [await create(control, nodes)];
    if (names.has('list-1000')) results.push(await list(control));
    if (names.has('idle-1000')) results.push(...(await measureIdle(control, nodes, context)));
    return results.filter(({ work }) => [...names].some((name) => work.startsWith(name)));
  } finally {
    await control?.stop();
    for (const node of nodes) await node.dispose();
  }
}

/** From the request for the volumes until the last session is Equivalent. */
async function create(control: Installation, nodes: readonly NodeProcess[]): Promise<WorkResult> {
  const ids: number[] = [];
  for (const { name, adminAddress, options } of nodes) {
    const enrolment_token = readFileSync(path.join(options.dataDirectory, 'enrolment-token'), 'utf8').trim();
    const job = await control.job('POST', '/node', { name, address: adminAddress, enrolment_token });
    ids.push(Number(job.resource_href_list[0]!.split('/').at(-1)));
  }
  const startedMs = performance.now();
  const seconds = (): number => (performance.now() - startedMs) / 1000;
  await control.job('POST', '/volume', { name: 'v', node_id: ids[0], capacity: VOLUME_MIB, count: COUNT });
  const volumeSeconds = seconds();
  const { volume_list } = await control.get<ListedPage>(`/volume?max_records=${COUNT}&fields=volume_id,name`);
  const waiting = [...(volume_list as { volume_id: number; name: string }[])];
  const copy = async (): Promise<void> => {
    for (let volume = waiting.shift(); volume; volume = waiting.shift()) {
      const destination = { node_id: ids[1], name: volume.name };
      const body = { source_volume_id: volume.volume_id, destination, transfer_mode: 'Synchronous' };
      await control.job('POST', '/copysession/rec', body);
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, copy));
  const sessionSeconds = seconds() - volumeSeconds;
  await eventually(
    'all sessions Equivalent',
    async () => (await countEquivalent(control)) === COUNT || undefined,
    2 * CREATE_BOUND_SECONDS * 1000,
  );
  const all = seconds();
  const details = {
    seconds: all,
    volume_seconds: volumeSeconds,
    session_seconds: sessionSeconds,
    bound_seconds: CREATE_BOUND_SECONDS,
  };
  return boundResult('create-1000', { ...NO_FIGURES, iops: COUNT / all }, CREATE_BOUND_SECONDS, all, details);
}

async function countEquivalent(control: Installation): Promise<number> {
  const page = await control.get<ListedPage>('/copysession?status=Active&phase=Equivalent&max_records=1');
  return page.total_count;
}

async function list(control: Installation): Promise<WorkResult> {
  const times: number[] = [];
  for (let n = 0; n < LIST_CALLS; n++) {
    const startedMs = performance.now();
    await control.get(`/copysession?max_records=${COUNT}`);
    times.push((performance.now() - startedMs) * 1000);
  }
  const figures = latencyFigures(times);
  return boundResult('list-1000', figures, LIST_BOUND_US, figures.p99_us!, { bound_us: LIST_BOUND_US });
}

async function measureIdle(
  control: Installation,
  nodes: readonly NodeProcess[],
  context: BenchContext,
): Promise<WorkResult[]> {
  context.say(`nothing is asked for ${IDLE_SECONDS} s`);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const pids = { worker: control.worker.pid!, source: nodes[0]!.pid!, destination: nodes[1]!.pid! };
  const before = Object.values(pids).map(cpuSeconds);
  await new Promise((resolve) => setTimeout(resolve, IDLE_SECONDS * 1000));
  return Object.entries(pids).map(([part, pid], index) => {
    const percent = Math.max(((cpuSeconds(pid) - before[index]!) / IDLE_SECONDS) * 100, 0.01);
    const details = { cpu_percent: percent, bound_percent: IDLE_BOUND_PERCENT };
    return boundResult(
      `idle-1000-${part}`,
      { ...NO_FIGURES, rss_mib: residentMib(pid) },
      IDLE_BOUND_PERCENT,
      percent,
      details,
    );
  });
}
