import { SimulationFailure } from './failure.js';
import { play, type Fault } from './script.js';
import { PAIR, type WorldShape } from './shape.js';
import type { TakeoverProbes } from './takeover-probes.js';
import { World } from './world.js';

/** Virtual time after which a run counts as hung, whatever it waits for. */
const RUN_MS_MAX = 3_600_000;
const LINES_SHOWN = 150;

export interface RunOptions {
  readonly seed: number;
  readonly fault: Fault;
  readonly steps?: number;
  readonly shape?: WorldShape;
  /** Takes over on copies of the destinations all the while. */
  readonly isProbed?: boolean;
}

export interface RunResult {
  /** Hash over everything that happened. */
  readonly digest: string;
  readonly virtualMs: number;
  readonly events: number;
  readonly counts: World['host']['counts'];
  readonly operatorActions: number;
  readonly takeovers: TakeoverProbes['counts'];
}

/** One run; the same options give the same run. @throws SimulationFailure that says how to have it again */
export async function simulate(options: RunOptions): Promise<RunResult> {
  const { seed, fault, steps = 8, shape = PAIR, isProbed = false } = options;
  const world = new World(seed, shape);
  world.probes.isOn = isProbed;
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
  const { operatorActions, probes } = world;
  const passed = { virtualMs: clock.nowMs, events: clock.passed };
  return { digest: trace.digest(), ...passed, counts, operatorActions, takeovers: probes.counts };
}
