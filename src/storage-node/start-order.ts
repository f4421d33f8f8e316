/**
 * The order in which a node starts; it stops in the reverse. This table is the only place that knows it: parts are plugged in by the
 * names of the steps. docs/architecture.md shows it.
 */
import type { Logger } from 'pino';
import { Refusal } from '../errors/refusal.js';
import { systemClock } from './config/clock.js';
import { START_PROGRESS_MS } from './config/limits.js';

export const START_ORDER = [
  /** Nobody else uses the data directory; the node knows who it is; this start is counted. */
  'identity and lock',
  /** The port is open and says "starting". */
  'admin API',
  /** Volumes' files and devices are open; nobody can reach them yet. */
  'volumes',
  /** Each log's end is found; a torn tail is cut. */
  'logs',
  /** The extents that were being written when the machine went down. */
  'activity log',
  /** Change maps; after a restart of the machine the activity log's extents are marked in them. */
  'maps',
  /** Where replay of each volume begins: never below the last change that was not a record. */
  'floors',
  /** Records above the floors are applied to the volumes. */
  'replay',
  /** Who is source and destination, and under which epoch. */
  'positions and epochs',
  /** Other nodes can connect, and are connected to. */
  'peers',
  /** A source fetches what its destinations hold above its end. */
  'tail recovery',
  /** Hosts can attach. */
  'exports',
  /** The control plane's calls are answered. */
  'service',
] as const;

export type StartStepName = (typeof START_ORDER)[number];

export interface StartStep {
  start(): Promise<void> | void;
  /** @param isClean every step after this one stopped well */
  stop?(isClean: boolean): Promise<void> | void;
}

export class StartSequence {
  private readonly started: StartStepName[] = [];
  private starting: Promise<void> = Promise.resolve();
  private stopping: Promise<boolean> | null = null;

  constructor(
    private readonly steps: Partial<Record<StartStepName, StartStep>>,
    private readonly logger: Logger,
  ) {}

  /**
   * Starts every step in order. When one fails, those before it are stopped again.
   * @throws what the step threw; Refusal SHUTTING_DOWN when stopped midway
   */
  async start(): Promise<void> {
    this.starting = this.startSteps();
    try {
      await this.starting;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /**
   * Stops what was started, last first; a step that fails to stop does not keep the others from it.
   * @returns whether every step stopped well
   */
  stop(): Promise<boolean> {
    this.stopping ??= this.stopSteps();
    return this.stopping;
  }

  private async startSteps(): Promise<void> {
    for (const name of START_ORDER) {
      if (this.stopping) throw new Refusal('SHUTTING_DOWN');
      this.logger.debug({ step: name }, 'starting');
      // Listed before it runs: a step that fails halfway is stopped as well.
      this.started.push(name);
      await this.patiently(name, this.steps[name]);
    }
  }

  /** Replay of a long log takes its time; whoever waits for it is told that it goes on. */
  private async patiently(name: StartStepName, step: StartStep | undefined): Promise<void> {
    const startedMs = systemClock.monotonicMs();
    const timer = systemClock.every(START_PROGRESS_MS, () => {
      this.logger.info({ step: name, ms: Math.round(systemClock.monotonicMs() - startedMs) }, 'still starting');
    });
    try {
      await step?.start();
    } finally {
      timer.cancel();
    }
  }

  private async stopSteps(): Promise<boolean> {
    await this.starting.catch(() => undefined);
    let isClean = true;
    for (const name of this.started.reverse()) {
      try {
        this.logger.debug({ step: name }, 'stopping');
        await this.steps[name]?.stop?.(isClean);
      } catch (error) {
        isClean = false;
        this.logger.error({ err: error, step: name }, 'did not stop in order');
      }
    }
    return isClean;
  }
}
