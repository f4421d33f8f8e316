import { Logger } from '@nestjs/common';
import { isRefusal, Refusal } from '../../errors/refusal.js';
import { judgeRun, knownAs, type KnownRun } from '../../model/run.js';
import type { SessionUid, VolumeUid } from '../../model/ids.js';
import type { KeyAndCertificate } from '../../node-api/certificate.js';
import type { NodeSpec, NodeState } from '../../node-api/contract.js';
import type { RequestMark } from '../../node-api/request-mark.js';
import type { RevisionMark } from '../../node-api/revision-mark.js';
import { NodeClient } from '../../node-api/node-client.js';
import { NodeUnreachable } from '../../node-api/node-unreachable.js';
import type { CallReport } from './call-report.js';
import { commandKey, type Command, type Failure, type Observation } from './desired.js';
import type { NodeAccess } from './load-desired.js';
import { NodeView } from './node-view.js';
import { PlanScope } from './plan-scope.js';
import { Unsaved, type Sighting } from './unsaved.js';

const CALL_TIMEOUT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 3_000;
/** After so many commands the node is observed again, so that what they brought about is seen while the rest goes on. */
const COMMANDS_MAX = 64;
/** How long a refused command is not tried again; the nodes' state may change without us. */
const REFUSAL_MS = 10_000;
/** So often a node is asked for everything, not only for what changed. */
const WHOLE_LOOK_MS = 60_000;
/** How long the same command is not repeated, whatever came of it. */
const REPEAT_MS = 1_000;

/** Refusals that say nothing about the command: the node is on its way up or down. */
const PASSING = new Set(['NODE_STARTING', 'SHUTTING_DOWN']);

/** Whom an agent acts for. */
export interface Principal {
  /** False once the lead may be another's: then nothing is sent. */
  mayCommand(): boolean;
  /** There is something new to plan from. */
  onNews(): void;
}

/** The reconciler's hands and eyes at one node: one thing at a time, so that an observation never is older than a command. */
export class NodeAgent {
  /** Null before the first one, and from a command until it was seen what came of it. */
  observation: Observation | null = null;
  readonly refusals = new Map<string, Failure & { readonly untilMs: number }>();
  private readonly unsaved = new Unsaved();
  /** What to plan anew, since the node shows it otherwise than before. */
  private news = new PlanScope();
  private isNews = false;
  /** All that the node showed, up to the mark. */
  private view: NodeView | null = null;
  private mark: string | undefined;
  private wholeLookMs = -Infinity;
  /** At the last look. */
  private wasReachable: boolean | null = null;
  private confirmedSpec: NodeSpec | null = null;
  private readonly sentMs = new Map<string, number>();
  private readonly client: NodeClient;
  private isEnrolled: boolean;
  private work: Promise<void> | null = null;
  /** Times are of the monotonic clock, here and in what is planned from: a wall clock that is set moves no deadline. */
  private observedMs = -Infinity;
  private unreachableSinceMs: number | null;
  private knownRun: KnownRun | null;
  private isClosed = false;
  private complaint: string | null = null;
  private readonly log = new Logger('node');
  /** Of the desired state that the present work is planned from. */
  private revision: RevisionMark | null = null;
  /** Of the call that is being made. */
  private cause: RequestMark | null = null;
  /** What the node knew when it was first looked at; undefined before that, and once it was judged. */
  private claim: RevisionMark | null | undefined;
  /**
   * What it knows is of the database's past. Only then are calls marked as ours: from the first of these on, the node refuses those of
   * whoever led before, so only what is seen from then on counts.
   */
  private isAccepted = false;

  constructor(
    readonly access: NodeAccess,
    private readonly credentials: KeyAndCertificate,
    private readonly principal: Principal,
    private readonly report: CallReport,
  ) {
    this.client = new NodeClient({
      address: access.address,
      fingerprint: access.fingerprint,
      credentials,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      callTimeoutMs: CALL_TIMEOUT_MS,
      revision: () => (this.isAccepted ? this.revision : null),
      cause: () => this.cause,
    });
    this.isEnrolled = access.isEnrolled;
    this.unreachableSinceMs = access.unreachableSinceMs;
    this.knownRun = access.knownRun;
  }

  /** Looks at the node if the last look is older than this, unless it is at work. */
  observeIfOlder(milliseconds: number, revision: RevisionMark): void {
    if (this.work || !this.isEnrolled || performance.now() - this.observedMs < milliseconds) return;
    this.revision = revision;
    this.begin(() => this.observe());
  }

  /**
   * Sends the commands in order, then looks. While it is at work nothing is taken: the next plan says it again.
   * @param causeOf what a command is sent for
   */
  execute(
    commands: readonly Command[],
    revision: RevisionMark,
    causeOf: (command: Command) => RequestMark | null = () => null,
  ): void {
    if (this.work) return;
    const nowMs = performance.now();
    for (const [key, sentMs] of this.sentMs) if (nowMs - sentMs >= REPEAT_MS) this.sentMs.delete(key);
    const due = commands.filter((command) => !this.sentMs.has(commandKey(command))).slice(0, COMMANDS_MAX);
    if (due.length === 0) return;
    this.observation = null;
    this.isNews = true;
    this.revision = revision;
    this.begin(async () => {
      for (const command of due) {
        if (this.isClosed || !this.principal.mayCommand() || !(await this.send(command, causeOf(command)))) break;
      }
      this.cause = null;
      if (this.isEnrolled) await this.observe();
    });
  }

  /** For how long it could not be reached; 0 while it can. */
  get awayMs(): number {
    return this.unreachableSinceMs === null ? 0 : Math.max(1, performance.now() - this.unreachableSinceMs);
  }

  /** What the node knew at the first look, once. */
  takeClaim(): RevisionMark | null | undefined {
    const { claim } = this;
    this.claim = undefined;
    return claim;
  }

  accept(): void {
    this.isAccepted = true;
    this.observedMs = -Infinity;
  }

  /** What the node shows otherwise than at the last call; nothing while it is at work, when it is not known. */
  takeNews(scope: PlanScope): void {
    if (this.observation === null) return;
    scope.addAll(this.news);
    this.news = new PlanScope();
  }

  /** What was seen since the last call, to be saved. */
  takeSighting(): Sighting | null {
    const { access, observation } = this;
    return observation && this.unsaved.take(access, observation, this.confirmedSpec, this.observedMs);
  }

  /** What was taken may not have been saved: it is offered again, whole. */
  offerAgain(): void {
    this.unsaved.forget();
  }

  /** Rows are about to be made of these volumes and sessions: what the node showed of them is saved with them. */
  offer(uids: ReadonlySet<string>): void {
    const { view } = this;
    if (view === null) return;
    const volumes = new Set([...uids].filter((uid): uid is VolumeUid => view.volumes.has(uid as VolumeUid)));
    const sessions = new Set([...uids].filter((uid): uid is SessionUid => view.sessions.has(uid as SessionUid)));
    this.unsaved.note({ volumes, sessions });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.client.close();
    await this.work;
  }

  private begin(work: () => Promise<void>): void {
    const guarded = work().catch((error: unknown) => {
      // A mistake of ours at one node must not end the work at all others.
      this.log.error(error);
      this.see({ isReachable: false, code: 'INTERNAL', sinceMs: this.unreachableSinceMs ?? performance.now() });
    });
    this.work = guarded.finally(() => {
      this.work = null;
      if (!this.isClosed && this.isNews) this.principal.onNews();
      this.isNews = false;
    });
  }

  /** @returns whether the next command makes sense */
  private async send(command: Command, cause: RequestMark | null): Promise<boolean> {
    const startedMs = performance.now();
    this.sentMs.set(commandKey(command), startedMs);
    this.cause = cause;
    try {
      await this.call(command);
      this.report.command(command, cause, startedMs, null);
      return true;
    } catch (error) {
      this.report.command(command, cause, startedMs, error);
      // What the node knows is seen next.
      if (isRefusal(error) && error.code === 'CONTROLLER_OUTDATED') return false;
      if (isRefusal(error) && !PASSING.has(error.code)) {
        const { code, message, details } = error;
        this.refusals.set(commandKey(command), { code, message, details, untilMs: performance.now() + REFUSAL_MS });
        return true;
      }
      this.see(this.unreachable(error));
      return false;
    }
  }

  private async call(command: Command): Promise<unknown> {
    const { client } = this;
    switch (command.call) {
      case 'enrol':
        return this.enrol();
      case 'putNode':
        await client.putNode(command.spec);
        this.confirmedSpec = command.spec;
        return;
      case 'putVolume':
        return client.putVolume(command.spec);
      case 'releaseVolume':
        return client.releaseVolume(command.uid);
      case 'deleteVolume':
        return client.deleteVolume(command.uid, command.isForced);
      case 'putSessions':
        return client.putSessions(command.specs);
      case 'suspendSessions':
        return client.suspendSessions({ sessions: command.specs });
      case 'deleteSession':
        return client.deleteSession(command.uid, command.isForced);
    }
  }

  private async enrol(): Promise<void> {
    const { address, enrolmentToken } = this.access;
    await NodeClient.enrol({
      address,
      token: enrolmentToken ?? '',
      credentials: this.credentials,
      controllerName: 'evenkeel',
      cause: this.cause,
    });
    this.isEnrolled = true;
  }

  private async observe(): Promise<void> {
    try {
      const isAccepted = this.isAccepted;
      const isWholeDue = this.view === null || performance.now() - this.wholeLookMs >= WHOLE_LOOK_MS;
      const state = await this.look(isWholeDue ? undefined : this.mark);
      this.expectRightRun(state);
      if (isAccepted) this.expectOwnRevision();
      if (isAccepted) return this.see({ isReachable: true, view: this.viewOf(state) });
      this.claim = this.client.knownRevision;
      this.isNews = true;
    } catch (error) {
      this.see(this.unreachable(error));
    }
  }

  private viewOf(state: NodeState): NodeView {
    // Not all nodes in the same second.
    if (state.gone === undefined) this.wholeLookMs = performance.now() - (Math.random() * WHOLE_LOOK_MS) / 4;
    this.mark = state.mark;
    const view = (this.view ??= new NodeView(state));
    const change = view.apply(state);
    if (state.gone === undefined) this.unsaved.noteEverything();
    this.unsaved.note(change);
    this.news.add({ volumeUids: change.volumes, streamKeys: change.streams });
    if (change.volumes.size + change.sessions.size > 0) this.isNews = true;
    return view;
  }

  private async look(since: Parameters<NodeClient['state']>[0]): Promise<NodeState> {
    const startedMs = performance.now();
    try {
      const state = await this.client.state(since);
      this.report.look(startedMs, null);
      return state;
    } catch (error) {
      this.report.look(startedMs, error);
      throw error;
    }
  }

  /**
   * A node that was shown more than we have is commanded by somebody else: the worker that leads now, or a second control plane with
   * a copy of our database. Whoever of those is started last takes the node; until then it is not fought over.
   * @throws Refusal CONTROLLER_OUTDATED
   */
  private expectOwnRevision(): void {
    const known = this.client.knownRevision;
    if (known !== null && known.id !== this.revision?.id)
      throw new Refusal('CONTROLLER_OUTDATED', String(known.number));
  }

  /**
   * A node that went back in time, or has a copy, is not what the desired state is about: it is neither believed nor commanded.
   * @throws Refusal NODE_ROLLED_BACK, NODE_CLONED
   */
  private expectRightRun({ identity, runCounter, runIds }: NodeState): void {
    const run = { counter: runCounter, ids: runIds };
    const verdict = judgeRun(this.knownRun, run);
    if (verdict === 'NODE_ROLLED_BACK' || verdict === 'NODE_CLONED') throw new Refusal(verdict, identity.name);
    this.knownRun = knownAs(run);
  }

  /** Once for each reason. */
  private complain(text: string): void {
    if (!this.isClosed && this.complaint !== text) this.log.warn(`node ${this.access.uid}: ${text}`);
    this.complaint = text;
  }

  private see(observation: Observation): void {
    if (this.isClosed) return;
    if (observation.isReachable) this.complaint = null;
    const { wasReachable } = this;
    this.wasReachable = observation.isReachable;
    this.observedMs = performance.now();
    this.unreachableSinceMs = observation.isReachable ? null : observation.sinceMs;
    this.observation = observation;
    // Whatever came of it meanwhile is looked at whole when it is there again.
    if (!observation.isReachable) this.view = null;
    if (wasReachable === observation.isReachable) return;
    this.news.nodeUids.add(this.access.uid);
    this.isNews = true;
  }

  /** @throws what is neither a refusal nor trouble of the network: a mistake of ours */
  private unreachable(error: unknown): Observation {
    if (!(error instanceof NodeUnreachable) && !isRefusal(error)) throw error;
    this.complain(error.message);
    const code = isRefusal(error) && !PASSING.has(error.code) ? error.code : 'NODE_UNREACHABLE';
    return { isReachable: false, code, sinceMs: this.unreachableSinceMs ?? performance.now() };
  }
}
