/** The control plane with many nodes: what lists take, what doing nothing costs, and what a change costs beside little and beside much. */
import path from 'node:path';
import { eventually } from '../../node-process/eventually.js';
import type { BenchContext } from '../bench-context.js';
import { boundResult, latencyFigures, NO_FIGURES, type WorkResult } from '../measure.js';
import type { ControlWork } from '../works.js';
import { FleetInstallation } from './fleet-installation.js';
import type { Installation, ListedPage } from './installation.js';
import { cpuSeconds, familyOf, residentMib } from './process-usage.js';

const NODES = 100;
const FULL = { nodes: NODES, volumes: 10_000, sessions: 1_000 };
const SMALL = { nodes: NODES, volumes: 1_000, sessions: 100 };
const LIST_CALLS = 200;
const WARM_UP_CALLS = 20;
const LIST_BOUND_US = 50_000;
const IDLE_SECONDS = 30;
const IDLE_BOUND_PERCENT = 5;
const CHANGES = 40;
/** A change beside ten times as much may take so many times as long. */
const CHANGE_BOUND = 1.5;
const ADOPTION_BOUND_SECONDS = 300;
const LAGS = 20;
const LAG_BOUND_US = 1_000_000;
const SETTLE_MS = 15_000;

/** The last page is asked for by the id before it. */
const LISTS: Readonly<Record<string, string>> = {
  'control-list-volume-100': '/volume?max_records=100',
  'control-list-volume-1000': '/volume?max_records=1000',
  'control-list-volume-last': '/volume?max_records=100&last_get_id=9900',
  'control-list-volume-filter': '/volume?status=Normal&node_id=7',
  'control-list-volume-name': '/volume?name=volume-7',
  'control-list-session-100': '/copysession?max_records=100',
  'control-list-session-1000': '/copysession?max_records=1000',
  'control-list-session-last': '/copysession?max_records=100&last_get_id=900',
  'control-list-session-filter': '/copysession?status=Active&phase=Equivalent',
  'control-list-node': '/node',
  'control-list-event': '/event?max_records=100',
};

export const CONTROL_NAMES = [
  ...Object.keys(LISTS),
  'control-adopt',
  'control-idle-worker',
  'control-idle-api',
  'control-lag',
  'control-change',
] as const;

export async function runControlWorks(works: readonly ControlWork[], context: BenchContext): Promise<WorkResult[]> {
  const names = new Set(works.map(({ name }) => name));
  context.say(`control plane with ${NODES} simulated nodes, ${FULL.volumes} volumes, ${FULL.sessions} copy sessions`);
  const installation = await FleetInstallation.start(path.join(context.folder, 'control-full'), FULL);
  const results: WorkResult[] = [];
  let changeSeconds: number | null = null;
  try {
    if (names.has('control-adopt')) results.push(adoptionResult(installation));
    for (const [name, place] of Object.entries(LISTS)) {
      if (names.has(name)) results.push(await measureList(name, place, installation.control));
    }
    if (names.has('control-idle-worker') || names.has('control-idle-api')) {
      results.push(...(await measureIdle(installation, context)).filter(({ work }) => names.has(work)));
    }
    if (names.has('control-lag')) results.push(await measureLag(installation));
    if (names.has('control-change')) changeSeconds = await measureChanges(installation);
  } finally {
    await installation.stop();
  }
  if (changeSeconds !== null) results.push(await compareChanges(changeSeconds, context));
  return results;
}

function adoptionResult({ adoptionSeconds, size }: FleetInstallation): WorkResult {
  const things = size.nodes + size.volumes + size.sessions;
  const figures = { ...NO_FIGURES, iops: things / adoptionSeconds };
  const details = { seconds: adoptionSeconds, bound_seconds: ADOPTION_BOUND_SECONDS, ...size };
  return boundResult('control-adopt', figures, ADOPTION_BOUND_SECONDS, adoptionSeconds, details);
}

async function measureList(name: string, place: string, control: Installation): Promise<WorkResult> {
  for (let n = 0; n < WARM_UP_CALLS; n++) await control.get(place);
  const times: number[] = [];
  for (let n = 0; n < LIST_CALLS; n++) {
    const startedMs = performance.now();
    await control.get(place);
    times.push((performance.now() - startedMs) * 1000);
  }
  const figures = latencyFigures(times);
  return boundResult(name, figures, LIST_BOUND_US, figures.p99_us!, { bound_us: LIST_BOUND_US });
}

async function measureIdle({ control, fleet }: FleetInstallation, context: BenchContext): Promise<WorkResult[]> {
  context.say(`nothing is asked for ${IDLE_SECONDS} s`);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const pids = {
    worker: [control.worker.pid!],
    api: [control.api.pid!],
    database: familyOf(control.database.pid),
    nodes: [fleet.pid],
  };
  const used = (part: keyof typeof pids): number => pids[part].reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const before = { worker: used('worker'), api: used('api'), database: used('database'), nodes: used('nodes') };
  await new Promise((resolve) => setTimeout(resolve, IDLE_SECONDS * 1000));
  const percent = (part: keyof typeof pids): number => ((used(part) - before[part]) / IDLE_SECONDS) * 100;
  const others = { database_percent: percent('database'), simulated_nodes_percent: percent('nodes') };
  return (['worker', 'api'] as const).map((part) => {
    const ours = Math.max(percent(part), 0.01);
    const figures = { ...NO_FIGURES, rss_mib: residentMib(pids[part][0]!) };
    const details = { cpu_percent: ours, bound_percent: IDLE_BOUND_PERCENT, ...(part === 'worker' && others) };
    return boundResult(`control-idle-${part}`, figures, IDLE_BOUND_PERCENT, ours, details);
  });
}

/** From the moment a node has another lag until the API shows it (promise C32). */
async function measureLag({ control, fleet, size }: FleetInstallation): Promise<WorkResult> {
  const times: number[] = [];
  for (let n = 1; n <= LAGS; n++) {
    await fleet.lag(1, n);
    const startedMs = performance.now();
    const isShown = async (): Promise<boolean> => {
      const { copysession_list: list } = await control.get<ListedPage>(
        `/copysession?max_records=${size.sessions}&fields=lag`,
      );
      const lags = (list as { lag: { writes: number } }[]).map(({ lag }) => lag.writes);
      return lags.filter((writes) => writes === n).length >= size.nodes;
    };
    await eventually('the lag of every node', async () => (await isShown()) || undefined);
    times.push((performance.now() - startedMs) * 1000);
  }
  const figures = latencyFigures(times);
  return boundResult('control-lag', figures, LAG_BOUND_US, figures.p99_us!, { bound_us: LAG_BOUND_US });
}

/** @returns processor time of the worker for each change of one volume, from the request to the end of its job; microseconds */
async function measureChanges({ control }: FleetInstallation): Promise<number> {
  const { volume_list } = await control.get<ListedPage>(`/volume?max_records=${CHANGES}&fields=volume_id`);
  const ids = (volume_list as { volume_id: number }[]).map(({ volume_id }) => volume_id);
  const used = async (work: () => Promise<void>): Promise<{ cpu: number; seconds: number }> => {
    const [before, startedMs] = [cpuSeconds(control.worker.pid!), performance.now()];
    await work();
    return { cpu: cpuSeconds(control.worker.pid!) - before, seconds: (performance.now() - startedMs) / 1000 };
  };
  const change = (isCopyProtected: boolean) => async (): Promise<void> => {
    const body = { is_copy_protection_enabled: isCopyProtected };
    for (const id of ids) await control.job('PATCH', `/volume/${id}`, body);
  };
  await used(change(true));
  const idle = await used(() => new Promise((resolve) => setTimeout(resolve, IDLE_SECONDS * 1000)));
  const busy = await used(change(false));
  return Math.max((busy.cpu - (idle.cpu / idle.seconds) * busy.seconds) / CHANGES, 1e-6) * 1e6;
}

async function compareChanges(fullUs: number, context: BenchContext): Promise<WorkResult> {
  context.say(`control plane with ${NODES} simulated nodes, ${SMALL.volumes} volumes, ${SMALL.sessions} copy sessions`);
  const installation = await FleetInstallation.start(path.join(context.folder, 'control-small'), SMALL);
  try {
    const smallUs = await measureChanges(installation);
    const details = { worker_cpu_us: fullUs, worker_cpu_us_beside_a_tenth: smallUs, bound: CHANGE_BOUND };
    return boundResult('control-change', { ...NO_FIGURES, mean_us: fullUs }, CHANGE_BOUND * smallUs, fullUs, details);
  } finally {
    await installation.stop();
  }
}
