import { randomBytes } from 'node:crypto';
import type { NodeState, SessionState, VolumeState } from '../../node-api/contract.js';
import type { Clock } from '../config/clock.js';
import { ADMIN_FIGURES_MS, ADMIN_GONE_MAX } from '../config/limits.js';

/**
 * Remembers when each volume and session last changed, so that who looks at the node again and again is told no more than that. It
 * knows nothing of those who ask: a mark is a point in its own count of changes, and asking twice from one mark is answered alike.
 */
export class StateJournal {
  /** Marks of another run, or another node, are not known. */
  private readonly id = randomBytes(6).toString('hex');
  private readonly volumes: ChangeLog<VolumeState>;
  private readonly sessions: ChangeLog<SessionState>;

  /** @param figuresMs how old figures of heartbeats may be */
  constructor(clock: Pick<Clock, 'monotonicMs'>, figuresMs = ADMIN_FIGURES_MS) {
    this.volumes = new ChangeLog({ clock, figuresMs, figures: [] });
    this.sessions = new ChangeLog({ clock, figuresMs, figures: ['lastHeardTime', 'statistics'] });
  }

  /**
   * @param state all that the node shows now
   * @param since a mark, or null to be told everything
   */
  answer(state: NodeState, since: string | null): NodeState {
    this.volumes.look(state.volumes);
    this.sessions.look(state.sessions);
    const lastEvent = state.events.at(-1)?.sequence ?? 0;
    const mark = [this.id, this.volumes.count, this.sessions.count, lastEvent].join('.');
    const [id, ...counts] = (since ?? '').split('.');
    const [volumeCount = NaN, sessionCount = NaN, eventSequence = NaN] = counts.map(Number);
    const volumes = this.volumes.since(volumeCount, state.volumes);
    const sessions = this.sessions.since(sessionCount, state.sessions);
    const isKnown = id === this.id && eventSequence <= lastEvent;
    if (!isKnown || volumes === null || sessions === null) return { ...state, mark };
    return {
      ...state,
      volumes: volumes.changed,
      sessions: sessions.changed,
      events: state.events.filter(({ sequence }) => sequence > eventSequence),
      gone: { volumes: volumes.gone, sessions: sessions.gone },
      mark,
    };
  }
}

interface ChangeRules {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly figuresMs: number;
  /** Names of what changes with every heartbeat. */
  readonly figures: readonly string[];
}

interface Entry<T> {
  /** As it was when it last counted as changed. */
  state: T;
  /** The count of changes with which it did. */
  count: number;
  changedMs: number;
  /** The look that saw it last. */
  look: number;
}

class ChangeLog<T extends VolumeState | SessionState> {
  /** Rises by one with every look that sees a change. */
  count = 0;
  private looks = 0;
  private readonly entries = new Map<string, Entry<T>>();
  /** With the count at which each went, the oldest first. */
  private readonly gone = new Map<T['spec']['uid'], number>();
  /** What went up to here was forgotten. */
  private forgottenCount = 0;

  constructor(private readonly rules: ChangeRules) {}

  look(states: readonly T[]): void {
    const nowMs = this.rules.clock.monotonicMs();
    const next = this.count + 1;
    this.looks++;
    let seen = 0;
    for (const [index, state] of states.entries()) {
      const entry = this.entries.get(state.spec.uid);
      if (entry?.look !== this.looks) seen++;
      if (entry === undefined) {
        // Figures of many sessions do not come of age all at one time.
        const spreadMs = (this.rules.figuresMs * (index % 16)) / 16;
        this.entries.set(state.spec.uid, { state, count: next, changedMs: nowMs - spreadMs, look: this.looks });
        this.gone.delete(state.spec.uid);
        this.count = next;
        continue;
      }
      entry.look = this.looks;
      if (!this.isChanged(entry, state, nowMs)) continue;
      entry.state = state;
      entry.changedMs = nowMs;
      entry.count = this.count = next;
    }
    if (this.entries.size > seen) this.forgetUnseen(next);
  }

  /** @returns null when what changed since then is not known */
  since(count: number, states: readonly T[]): { changed: T[]; gone: T['spec']['uid'][] } | null {
    if (!(count >= this.forgottenCount && count <= this.count)) return null;
    const changed = states.filter(({ spec }) => this.entries.get(spec.uid)!.count > count);
    const gone = [...this.gone].filter(([, goneCount]) => goneCount > count).map(([uid]) => uid);
    return { changed, gone };
  }

  private isChanged({ state: known, changedMs }: Entry<T>, state: T, nowMs: number): boolean {
    const { figures, figuresMs } = this.rules;
    const isSteady = haveSame(known, state, (name) => !figures.includes(name));
    return !isSteady || (nowMs - changedMs >= figuresMs && !haveSame(known, state, (name) => figures.includes(name)));
  }

  private forgetUnseen(next: number): void {
    for (const [uid, { look }] of this.entries) {
      if (look === this.looks) continue;
      this.entries.delete(uid);
      this.gone.set(uid as T['spec']['uid'], next);
      this.count = next;
    }
    for (const [uid, goneCount] of this.gone) {
      if (this.gone.size <= ADMIN_GONE_MAX) break;
      this.gone.delete(uid);
      this.forgottenCount = goneCount;
    }
  }
}

/** Whether those of the fields that are looked at are equal, by content; of what is the same object nothing is compared. */
function haveSame(one: object, other: object, isLookedAt: (name: string) => boolean): boolean {
  const names = Object.keys(one).filter(isLookedAt);
  return (
    names.length === Object.keys(other).filter(isLookedAt).length &&
    names.every((name) => isSame((one as Fields)[name], (other as Fields)[name]))
  );
}

type Fields = Readonly<Record<string, unknown>>;

function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  const areObjects = typeof one === 'object' && one !== null && typeof other === 'object' && other !== null;
  return areObjects && haveSame(one, other, () => true);
}
