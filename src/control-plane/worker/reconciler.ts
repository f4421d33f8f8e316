import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { NodeUid } from '../../model/ids.js';
import { isRefusal } from '../../errors/refusal.js';
import { isDatabaseOutage } from '../database/outage.js';
import { Jobs } from '../job/jobs.js';
import { WakeUps } from '../job/wake-ups.js';
import { controllerIdentity } from '../node/controller-identity.entity.js';
import type { RevisionMark } from '../../node-api/revision-mark.js';
import { isOfOurPast, raiseRevision, requireLead, takeLead } from './authority.entity.js';
import {
  DEFAULT_LIMITS,
  type Command,
  type Desired,
  type Fact,
  type Failure,
  type Limits,
  type Observation,
  type Observed,
  type Plan,
} from './desired.js';
import { lockDesired } from './desired-lock.js';
import { Leadership } from './leadership.js';
import { CallReport } from './call-report.js';
import { commandCauses } from './command-cause.js';
import { DesiredMirror } from './desired-mirror.js';
import type { NodeAccess } from './load-desired.js';
import { NodeAgent, type Principal } from './node-agent.js';
import { recordOutcomes } from './outcomes.js';
import { plan } from './plan.js';
import { PlanScope } from './plan-scope.js';
import { recordFacts } from './record-facts.js';
import { Savepoints } from './savepoints.js';
import { recordSightings } from './record-observations.js';
import { WorkerMetrics } from './worker-metrics.js';

/** While jobs are unfinished. */
const BUSY_POLL_MS = 150;
/** While a node is away that was there a short while ago: it is mostly restarted, and not to be called Offline when it is back. */
const AWAY_POLL_MS = 300;
const SHORT_WHILE_MS = 60_000;
/** At least between passes, so that a burst of news is one pass. */
const PASS_GAP_MS = 20;
/** A pass that takes longer is told of. */
const SLOW_PASS_MS = 3_000;
const LEAD_RETRY_MS = 250;
/** After a turn that failed, mostly since the database is away. */
const FAILED_RETRY_MS = 1_000;

/**
 * Brings the nodes to the desired state: look, plan, write down, command, again. It remembers nothing that matters; whoever leads next
 * finds everything in the database and at the nodes.
 */
@Injectable()
export class Reconciler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  limits: Limits = DEFAULT_LIMITS;
  /** With the pass that follows a lag is shown within a second (promise C32). */
  idlePollMs = 900;
  private readonly log = new Logger('reconciler');
  private readonly agents = new Map<NodeUid, NodeAgent>();
  /** Nodes for which there is no agent, since they cannot even be called. */
  private readonly unusable = new Map<NodeUid, Observation>();
  private readonly mirror = new DesiredMirror();
  private readonly scope = new PlanScope();
  private readonly savepoints = new Savepoints();
  private readonly leadership: Leadership;
  /** Made up when the lead was taken; null while another leads. */
  private leader: string | null = null;
  private ledSinceMs = 0;
  private running: Promise<void> | null = null;
  private isStopping = false;
  /** As long as the last pass took: a reconciler with much to do leaves half of its process to others. */
  private gapMs = PASS_GAP_MS;
  private wakeUp: () => void = () => undefined;

  constructor(
    private readonly database: DataSource,
    private readonly jobs: Jobs,
    private readonly wakeUps: WakeUps,
    private readonly metrics: WorkerMetrics,
  ) {
    const { url } = database.options as { url: string };
    this.leadership = new Leadership(url, () => {
      this.metrics.isLeader.set(0);
      this.leader = null;
      this.wakeUp();
    });
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
        this.metrics.passFailures.inc();
        const isExpected = isDatabaseOutage(error) || isRefusal(error);
        this.log[isExpected ? 'warn' : 'error'](error);
        // Whoever takes the lead anew looks at everything anew.
        if (isRefusal(error)) this.leader = null;
        this.agents.forEach((agent) => agent.offerAgain());
        this.mirror.forget();
        return FAILED_RETRY_MS;
      });
      await this.sleep(waitMs);
    }
  }

  /** @returns milliseconds until the next turn, unless there is news */
  private async turn(): Promise<number> {
    if (!(await this.leadership.tryToTake())) {
      this.leader = null;
      this.metrics.isLeader.set(0);
      await this.closeAgents();
      return LEAD_RETRY_MS;
    }
    const startedMs = performance.now();
    this.leader ??= await this.takeOver();
    this.metrics.isLeader.set(1);
    await this.pass(this.leader);
    const passMs = performance.now() - startedMs;
    this.metrics.passed(passMs);
    if (passMs >= SLOW_PASS_MS) this.log.warn({ ms: Math.round(passMs) }, 'a pass took long');
    this.gapMs = Math.max(PASS_GAP_MS, passMs);
    return this.pollMs;
  }

  /** Until the next turn, as often as any node has to be looked at. */
  private get pollMs(): number {
    if (this.mirror.operationCount > 0) return BUSY_POLL_MS;
    const isAnyAway = [...this.agents.values()].some(isShortlyAway);
    return isAnyAway ? Math.min(AWAY_POLL_MS, this.idlePollMs) : this.idlePollMs;
  }

  /** What was seen before counts for nothing: another may have led meanwhile. */
  private async takeOver(): Promise<string> {
    await this.closeAgents();
    this.mirror.forget();
    const leader = randomUUID();
    await this.database.transaction(async (manager) => {
      await lockDesired(manager);
      await takeLead(manager, leader);
    });
    this.ledSinceMs = performance.now();
    return leader;
  }

  private async pass(leader: string): Promise<void> {
    const { mirror, scope } = this;
    await mirror.refresh(this.database.manager, scope);
    this.metrics.operations.set(mirror.operationCount);
    await this.matchAgents(mirror.access);
    const strangers = await this.strangers();
    for (const agent of this.agents.values()) agent.takeNews(scope);
    const desired = mirror.within(scope);
    const made = plan(desired, this.observed(strangers), this.limits);
    const isCurrent = await this.record(leader, made);
    if (!this.leadership.isHeld) return;
    if (!isCurrent) return this.wakeUp();
    if (made.unsettled) scope.settle(made.unsettled);
    this.command(made.commands, desired);
    this.look();
  }

  /** At the nodes where something is under way often, at the others now and then. */
  private look(): void {
    const { revision } = this.mirror;
    const busy = this.mirror.busyNodes();
    for (const [uid, agent] of this.agents) {
      const awayPollMs = isShortlyAway(agent) ? AWAY_POLL_MS : Infinity;
      const pollMs = busy.has(uid) ? BUSY_POLL_MS : Math.min(awayPollMs, this.idlePollMs);
      // A little less, so that a timer that fires early does not wait for another round.
      agent.observeIfOlder(pollMs - PASS_GAP_MS, revision);
    }
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
        this.agents.set(
          node.uid,
          new NodeAgent(node, credentials, this.principal, new CallReport(node.uid, this.metrics)),
        );
      } catch (error) {
        if (!isRefusal(error)) throw error;
        this.unusable.set(node.uid, { isReachable: false, code: error.code, sinceMs: performance.now() });
      }
    }
  }

  /** Nodes that know what the database does not; the others are looked at as whose agents we now are. */
  private async strangers(): Promise<Map<NodeUid, RevisionMark>> {
    const strangers = new Map<NodeUid, RevisionMark>();
    for (const [uid, agent] of this.agents) {
      const claim = agent.takeClaim();
      if (claim === undefined) continue;
      if (claim === null || (await isOfOurPast(this.database.manager, claim))) agent.accept();
      else strangers.set(uid, claim);
    }
    return strangers;
  }

  private observed(strangers: ReadonlyMap<NodeUid, RevisionMark>): Observed {
    const nowMs = performance.now();
    const nodes = new Map(this.unusable);
    const refusals = new Map<string, Failure>();
    for (const [uid, agent] of this.agents) {
      if (agent.observation) nodes.set(uid, agent.observation);
      for (const [key, refusal] of agent.refusals) {
        if (refusal.untilMs > nowMs) refusals.set(key, refusal);
        else agent.refusals.delete(key);
      }
    }
    return { nowMs, sinceMs: this.ledSinceMs, nodes, strangers, refusals };
  }

  /** @returns false when a job was cancelled since the desired state was read: the plan still wants what the job was to bring */
  private async record(leader: string, { facts, outcomes }: Plan): Promise<boolean> {
    const { queuedJobIds } = this.mirror;
    const made = new Set(facts.flatMap(uidsMade));
    if (made.size > 0) this.agents.forEach((agent) => agent.offer(made));
    const sightings = [...this.agents.values()].flatMap((agent) => agent.takeSighting() ?? []);
    if (sightings.length + facts.length + outcomes.length + queuedJobIds.length === 0) return true;
    let isCurrent = true;
    let changes = 0;
    await this.database.transaction(async (manager) => {
      await lockDesired(manager);
      await requireLead(manager, leader);
      for (const id of queuedJobIds) if (!(await this.jobs.start(id, manager))) isCurrent = false;
      changes += await recordFacts(manager, this.jobs, this.savepoints, facts);
      await recordSightings(manager, sightings);
      changes += await recordOutcomes(manager, this.jobs, this.savepoints, outcomes);
      if (changes > 0) await raiseRevision(manager);
    });
    if (queuedJobIds.length > 0) this.mirror.doubtOperations();
    // What was written may ask for more at once: the name of a node just enrolled, the second end of a session.
    if (changes > 0) this.wakeUp();
    return isCurrent;
  }

  private command(commands: readonly Command[], desired: Desired): void {
    if (commands.length === 0) return;
    const causeOf = commandCauses(desired);
    for (const [uid, ofNode] of Map.groupBy(commands, ({ nodeUid }) => nodeUid)) {
      this.agents.get(uid)?.execute(ofNode, desired.revision, causeOf);
    }
  }

  private readonly principal: Principal = {
    mayCommand: () => this.leadership.isHeld,
    onNews: () => this.wakeUp(),
  };

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

function isShortlyAway({ awayMs }: NodeAgent): boolean {
  return awayMs > 0 && awayMs < SHORT_WHILE_MS;
}

/** Of what a node has already, rows are made by these. */
function uidsMade(fact: Fact): string[] {
  if (fact.fact === 'volume-adopted') return [fact.state.spec.uid];
  const isOfStream = fact.fact === 'stream-adopted' || fact.fact === 'stream-overtaken';
  return isOfStream ? fact.specs.map(({ uid }) => uid) : [];
}
