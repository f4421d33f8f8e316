/**
 * C01, seen as an operator would after a disaster: at any moment, while replication goes on, the destination's disk is copied as a kill or a
 * loss of power would leave it, a node is started on the copy alone, takes over, and its volumes are read as a host does.
 */
import { isRefusal } from '../../src/errors/refusal.js';
import type { SessionSpec, SessionState } from '../../src/node-api/contract.js';
import { SeededRandom } from '../support/seeded-random.js';
import { SimulationFailure } from './failure.js';
import { readSpace } from './read-space.js';
import { SimulatedNetwork } from './simulated-network.js';
import type { SimulatedNode } from './simulated-node.js';
import type { Stream } from './stream.js';
import { Trace } from './trace.js';
import type { World } from './world.js';

/** Of the looks of the watch. */
const PROBED_ONE_IN = 12;
const TAKEOVER_MS = 60_000;
const RETRY_MS = 200;
const LINES_SHOWN = 40;

type Loss = 'kill' | 'power';

export class TakeoverProbes {
  readonly counts = { opened: 0, refused: 0 };
  isOn = false;
  /** Of its own, so that a run goes the same way with probes and without. */
  private readonly random: SeededRandom;
  private isUnderWay = false;

  constructor(private readonly world: World) {
    this.random = new SeededRandom(world.seed ^ 0x5a7e11);
  }

  maybe(): void {
    const { random, world } = this;
    if (!this.isOn || this.isUnderWay || !random.isOneIn(PROBED_ONE_IN)) return;
    const stream = world.streams[random.below(world.streams.length)]!;
    const state = stream.destinationState ?? stream.lastSaid.get(stream.destination);
    if (state === undefined || !this.canBeJudged(stream, state)) return;
    this.isUnderWay = true;
    this.probe(stream, state, random.isOneIn(2) ? 'kill' : 'power')
      .catch((error: unknown) => world.fail(error))
      .finally(() => (this.isUnderWay = false));
  }

  /** Resolves when none is under way. */
  async rest(): Promise<void> {
    this.isOn = false;
    await this.world.expectSoon('a takeover on a copy', () => !this.isUnderWay);
  }

  private canBeJudged({ driver, isDestinationOwn, source }: Stream, state: SessionState): boolean {
    const { oracle, primary } = this.world;
    if (oracle.mustLook || isDestinationOwn || primary !== source || driver.spec.run !== 'Active') return false;
    return state.role === 'destination' && state.appliedGeneration >= driver.spec.generation;
  }

  private async probe(stream: Stream, state: SessionState, loss: Loss): Promise<void> {
    const { random, world } = this;
    world.host.observeOrder();
    const atLeast = this.leastOf(stream, loss);
    const standing = standingOf(stream);
    const [members, isInGroup] = [new Set(world.members), world.isInGroup()];
    const trace = new Trace(world.clock, null);
    const node = stream.destination.copy(new SimulatedNetwork(world.clock, random, trace), random, trace);
    if (loss === 'power') node.losePower();
    const specs = stream.driver.specs.map(alone);
    const at = `${node.name}, ${state.dataState}, copied after ${loss} at ${world.clock.nowMs} ms`;
    const wrong = (what: string): SimulationFailure =>
      new SimulationFailure(`${at}: ${what}\n${trace.last(LINES_SHOWN)}`);
    try {
      if (!(await node.start())) throw wrong('does not start');
      const image = await this.takeOver(node, specs, members);
      if (image === 'hangs') throw wrong('does not take over');
      if (image === 'refused') {
        this.counts.refused++;
        const isUnchanged = standing !== null && standing === standingOf(stream);
        if (state.dataState !== 'Inconsistent' && isUnchanged) throw wrong('refuses to take over');
        return;
      }
      this.counts.opened++;
      const found = world.oracle.model.checkPrefix(image, atLeast, isInGroup);
      if (found !== null) throw wrong(`is no prefix as long as what was acknowledged: ${found.text}`);
    } finally {
      node.kill();
    }
  }

  /** What the prefix must reach. */
  private leastOf(stream: Stream, loss: Loss): number {
    const { model } = this.world.oracle;
    const source = stream.sourceState;
    if (source !== undefined) stream.heard(source);
    const { atLeast } = stream.acknowledged;
    if (!stream.covers(source)) return atLeast;
    return Math.max(atLeast, loss === 'kill' ? model.now() : model.durableMoment);
  }

  private async takeOver(
    node: SimulatedNode,
    specs: readonly SessionSpec[],
    members: ReadonlySet<number>,
  ): Promise<Buffer | 'refused' | 'hangs'> {
    const { clock, space } = this.world;
    for (const untilMs = clock.nowMs + TAKEOVER_MS; clock.nowMs < untilMs; await clock.sleep(RETRY_MS)) {
      const operations = node.dataPath!.operations;
      try {
        await operations.putSessions(specs);
        for (const uid of node.held) await operations.releaseVolume(uid);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        if (error.code === 'SESSION_DESTINATION_INCONSISTENT') return 'refused';
      }
      const attachment = node.attachment(members);
      if (attachment === null) continue;
      return (await readSpace(attachment, space, members)) ?? 'hangs';
    }
    return 'hangs';
  }
}

function alone(spec: SessionSpec): SessionSpec {
  return { ...spec, generation: spec.generation + 1, run: 'Suspend', isForced: true, isAlone: true };
}

/** Null unless both ends say, the source after the destination had it durable, that there is a point in time; the same until a copy begins. */
function standingOf({ sourceState, destinationState }: Stream): string | null {
  if (sourceState === undefined || destinationState === undefined) return null;
  if (destinationState.dataState === 'Inconsistent' || sourceState.dataState === 'Inconsistent') return null;
  return `${sourceState.epoch.id} ${sourceState.resyncBytes}`;
}
