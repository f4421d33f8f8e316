import { SimulationFailure } from './failure.js';
import { play, type Fault } from './script.js';
import { World } from './world.js';

/** Virtual time after which a run counts as hung, whatever it waits for. */
const RUN_MS_MAX = 3_600_000;
const LINES_SHOWN = 150;

export interface RunOptions {
  readonly seed: number;
  readonly fault: Fault;
  readonly steps?: number;
}

export interface RunResult {
  /** Hash over everything that happened. */
  readonly digest: string;
  readonly virtualMs: number;
  readonly events: number;
  readonly counts: World['host']['counts'];
  readonly operatorActions: number;
}

/** One run; the same options give the same run. @throws SimulationFailure that says how to have it again */
export async function simulate({ seed, fault, steps = 8 }: RunOptions): Promise<RunResult> {
  const world = new World(seed);
  const { clock, trace } = world;
  let outcome: { error: unknown } | null = null;
  try {
    play(world, fault, steps).then(
      () => (outcome = { error: null }),
      (error: unknown) => (outcome = { error }),
    );
    await clock.pass(RUN_MS_MAX, () => outcome !== null || world.wrong !== null);
    if (world.wrong !== null) throw world.wrong;
    if (outcome === null) throw new SimulationFailure('the run hangs');
    const { error } = outcome as { error: unknown };
    if (error !== null) throw error;
  } catch (error) {
    const what = error instanceof SimulationFailure ? error.message : ((error as Error).stack ?? String(error));
    const again = `EVENKEEL_FAULT=${fault} EVENKEEL_SEED=${seed}`;
    throw new SimulationFailure(
      `${what}\n${again}, the end of the trace:\n${trace.last(LINES_SHOWN)}\n${what}\n${again}`,
    );
  } finally {
    world.end();
  }
  const { counts } = world.host;
  const { operatorActions } = world;
  return { digest: trace.digest(), virtualMs: clock.nowMs, events: clock.passed, counts, operatorActions };
}
