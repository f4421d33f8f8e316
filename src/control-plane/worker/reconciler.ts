import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { NodeUid } from '../../model/ids.js';
import { isRefusal } from '../../errors/refusal.js';
import { isDatabaseOutage } from '../database/outage.js';
import { Jobs } from '../job/jobs.js';
import { WakeUps } from '../job/wake-ups.js';
import { controllerIdentity } from '../node/controller-identity.entity.js';
import {
  DEFAULT_LIMITS,
  type Command,
  type Failure,
  type Limits,
  type Observation,
  type Observed,
  type Plan,
} from './desired.js';
import { lockDesired } from './desired-lock.js';
import { Leadership } from './leadership.js';
import { loadDesired, type Loaded, type NodeAccess } from './load-desired.js';
import { NodeAgent } from './node-agent.js';
import { recordOutcomes } from './outcomes.js';
import { plan } from './plan.js';
import { recordFacts } from './record-facts.js';
import { recordSighting } from './record-observations.js';

/** While jobs are unfinished. */
const BUSY_POLL_MS = 150;
/** At least between passes, so that a burst of news is one pass. */
const PASS_GAP_MS = 20;
const LEAD_RETRY_MS = 1_000;

/**
 * Brings the nodes to the desired state: look, plan, write down, command, again. It remembers nothing that matters; whoever leads next
 * finds everything in the database and at the nodes.
 */
@Injectable()
export class Reconciler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  limits: Limits = DEFAULT_LIMITS;
  idlePollMs = 2_000;
  private readonly log = new Logger('reconciler');
  private readonly agents = new Map<NodeUid, NodeAgent>();
  /** Nodes for which there is no agent, since they cannot even be called. */
  private readonly unusable = new Map<NodeUid, Observation>();
  private readonly leadership: Leadership;
  private running: Promise<void> | null = null;
  private isStopping = false;
  private hasUnfinished = false;
  /** As long as the last pass took: a reconciler with much to do leaves half of its process to others. */
  private gapMs = PASS_GAP_MS;
  private wakeUp: () => void = () => undefined;

  constructor(
    private readonly database: DataSource,
    private readonly jobs: Jobs,
    private readonly wakeUps: WakeUps,
  ) {
    const { url } = database.options as { url: string };
    this.leadership = new Leadership(url, () => this.wakeUp());
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.wakeUps.listen(async () => this.wakeUp());
    this.running = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    this.wakeUp();
    await this.running;
    await this.closeAgents();
    await this.leadership.release();
  }

  private async run(): Promise<void> {
    while (!this.isStopping) {
      const waitMs = await this.turn().catch((error: unknown) => {
        this.log[isDatabaseOutage(error) ? 'warn' : 'error'](error);
        this.agents.forEach((agent) => agent.offerAgain());
        return LEAD_RETRY_MS;
      });
      await this.sleep(waitMs);
    }
  }

  /** @returns milliseconds until the next turn, unless there is news */
  private async turn(): Promise<number> {
    if (!(await this.leadership.tryToTake())) {
      await this.closeAgents();
      return LEAD_RETRY_MS;
    }
    const startedMs = performance.now();
    await this.pass();
    this.gapMs = Math.max(PASS_GAP_MS, performance.now() - startedMs);
    return this.hasUnfinished ? BUSY_POLL_MS : this.idlePollMs;
  }

  private async pass(): Promise<void> {
    const loaded = await loadDesired(this.database.manager);
    this.hasUnfinished = loaded.desired.operations.length > 0;
    await this.matchAgents(loaded.access);
    const made = plan(loaded.desired, this.observed(), this.limits);
    const isCurrent = await this.record(made, loaded);
    if (!this.leadership.isHeld) return;
    if (!isCurrent) return this.wakeUp();
    this.command(made.commands);
    const pollMs = this.hasUnfinished ? BUSY_POLL_MS : this.idlePollMs;
    // A little less, so that a timer that fires early does not wait for another round.
    for (const agent of this.agents.values()) agent.observeIfOlder(pollMs - PASS_GAP_MS);
  }

  /** One agent for each registered node; a new one when its address changed. A node that cannot have one keeps none from the others. */
  private async matchAgents(access: readonly NodeAccess[]): Promise<void> {
    const wanted = new Map(access.map((node) => [node.uid, node]));
    for (const [uid, agent] of this.agents) {
      const node = wanted.get(uid);
      if (node?.id === agent.access.id && node.address === agent.access.address) continue;
      this.agents.delete(uid);
      void agent.close();
    }
    this.unusable.clear();
    const missing = access.filter(({ uid }) => !this.agents.has(uid));
    if (missing.length === 0) return;
    const credentials = await controllerIdentity(this.database.manager);
    for (const node of missing) {
      try {
        this.agents.set(node.uid, new NodeAgent(node, credentials, () => this.wakeUp()));
      } catch (error) {
        if (!isRefusal(error)) throw error;
        this.unusable.set(node.uid, { isReachable: false, code: error.code, sinceMs: Date.now() });
      }
    }
  }

  private observed(): Observed {
    const nowMs = Date.now();
    const nodes = new Map(this.unusable);
    const refusals = new Map<string, Failure>();
    for (const [uid, agent] of this.agents) {
      if (agent.observation) nodes.set(uid, agent.observation);
      for (const [key, refusal] of agent.refusals) {
        if (refusal.untilMs > nowMs) refusals.set(key, refusal);
        else agent.refusals.delete(key);
      }
    }
    return { nowMs, nodes, refusals };
  }

  /** @returns false when a job was cancelled since the desired state was read: the plan still wants what the job was to bring */
  private async record({ facts, outcomes }: Plan, { queuedJobIds }: Loaded): Promise<boolean> {
    const sightings = [...this.agents.values()].flatMap((agent) => agent.takeSighting() ?? []);
    if (sightings.length + facts.length + outcomes.length + queuedJobIds.length === 0) return true;
    if (facts.some(({ fact }) => fact.endsWith('-adopted'))) this.agents.forEach((agent) => agent.forgetSaved());
    let isCurrent = true;
    let endedCount = 0;
    await this.database.transaction(async (manager) => {
      await lockDesired(manager);
      for (const id of queuedJobIds) if (!(await this.jobs.start(id, manager))) isCurrent = false;
      await recordFacts(manager, facts);
      for (const sighting of sightings) await recordSighting(manager, sighting);
      endedCount = await recordOutcomes(manager, this.jobs, outcomes);
    });
    // What was written may ask for more at once: the name of a node just enrolled, the second end of a session.
    if (facts.length + endedCount > 0) this.wakeUp();
    return isCurrent;
  }

  private command(commands: readonly Command[]): void {
    for (const [uid, agent] of this.agents) agent.execute(commands.filter((command) => command.nodeUid === uid));
  }

  private async closeAgents(): Promise<void> {
    const agents = [...this.agents.values()];
    this.agents.clear();
    await Promise.all(agents.map((agent) => agent.close()));
  }

  /** Sleeps until the time is over or something happens; then leaves the gap between passes. */
  private async sleep(milliseconds: number): Promise<void> {
    if (this.isStopping) return;
    const news = this.news;
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([news, new Promise((resolve) => (timer = setTimeout(resolve, milliseconds)))]);
    clearTimeout(timer);
    await new Promise((resolve) => setTimeout(resolve, this.gapMs));
    this.news = this.nextNews();
  }

  private news: Promise<void> = this.nextNews();

  private nextNews(): Promise<void> {
    return new Promise((resolve) => (this.wakeUp = resolve));
  }
}
