/** What a node tells of its changes is enough: who applies it, whatever gets lost on the way, knows all that the node shows. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SessionUid, VolumeUid } from '../../src/model/ids.js';
import type { NodeEvent, NodeState, SessionState, VolumeState } from '../../src/node-api/contract.js';
import { NodeView } from '../../src/control-plane/worker/node-view.js';
import { StateJournal } from '../../src/storage-node/admin/state-journal.js';
import { ADMIN_GONE_MAX } from '../../src/storage-node/config/limits.js';

/** A node whose volumes and sessions are numbers, and the one who looks at it. */
class World {
  readonly volumes = new Map<number, number>();
  readonly sessions = new Map<number, { group: number; heard: number; lag: number }>();
  events: NodeEvent[] = [];
  nowMs = 0;
  run = 1;
  view: NodeView | null = null;
  mark: string | undefined;
  /** Marks of earlier answers, all of which may be asked from again. */
  readonly marks: (string | undefined)[] = [undefined];
  /** What the last answer told. */
  told = 0;
  private journal: StateJournal;

  constructor(private readonly figuresMs: number) {
    this.journal = this.newJournal();
  }

  restart(): void {
    this.run++;
    this.events = [];
    this.journal = this.newJournal();
  }

  state(): NodeState {
    const identity = {} as NodeState['identity'];
    const figures = {
      runCounter: this.run,
      runIds: [String(this.run)],
      capacityBytes: 1,
      usedBytes: 1,
      srlUsedBytes: 1,
    };
    return {
      identity,
      ...figures,
      volumes: [...this.volumes].map(([uid, usedBytes]) => volumeState(uid, usedBytes)),
      sessions: [...this.sessions].map(([uid, session]) => sessionState(uid, session)),
      events: this.events,
    };
  }

  /** @param isLost the answer never arrives */
  look(since: string | undefined, isLost: boolean): void {
    const text = JSON.stringify(this.journal.answer(this.state(), since ?? null));
    const answer = JSON.parse(text) as NodeState;
    this.told = answer.volumes.length + answer.sessions.length;
    this.marks.push(answer.mark);
    if (isLost) return;
    this.view ??= new NodeView(answer);
    this.view.apply(answer);
    this.mark = answer.mark;
  }

  expectKnown(): void {
    const { view } = this;
    const shown = JSON.parse(JSON.stringify(this.state())) as NodeState;
    expect(new Set(view!.volumes.values())).toEqual(new Set(shown.volumes));
    expect(new Set(view!.sessions.values())).toEqual(new Set(shown.sessions));
    expect(view!.events).toEqual(shown.events);
    const groups = new Set([...this.sessions.values()].map(({ group }) => group));
    expect(new Set([...view!.streamKeys].map((key) => Number(key.split(' ')[0])))).toEqual(groups);
    for (const key of view!.streamKeys) {
      const ofGroup = shown.sessions.filter(({ spec }) => spec.groupUid === key.split(' ')[0]);
      expect(new Set(view!.stream(key))).toEqual(new Set(ofGroup));
    }
  }

  private newJournal(): StateJournal {
    return new StateJournal({ monotonicMs: () => this.nowMs }, this.figuresMs);
  }
}

function volumeState(uid: number, usedBytes: number): VolumeState {
  return { spec: { uid: `volume ${uid}` as VolumeUid }, usedBytes } as VolumeState;
}

function sessionState(uid: number, { group, heard, lag }: { group: number; heard: number; lag: number }): SessionState {
  const [source, destination] = [
    { nodeUid: 'a', volumeUid: `volume ${uid}` },
    { nodeUid: 'b', volumeUid: 'w' },
  ];
  const spec = { uid: `session ${uid}` as SessionUid, groupUid: String(group), source, destination };
  const figures = { lastHeardTime: String(heard), statistics: { messagesSent: heard } };
  return { spec, role: 'source', lag: { writes: lag }, ...figures } as unknown as SessionState;
}

const number = fc.nat({ max: 5 });
type Step = (world: World) => void;
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(number, number).map(
    ([uid, used]): Step =>
      ({ volumes }) =>
        void volumes.set(uid, used),
  ),
  number.map(
    (uid): Step =>
      ({ volumes }) =>
        void volumes.delete(uid),
  ),
  fc.record({ uid: number, group: number, heard: number, lag: number }).map(
    ({ uid, ...session }): Step =>
      ({ sessions }) =>
        void sessions.set(uid, session),
  ),
  number.map(
    (uid): Step =>
      ({ sessions }) =>
        void sessions.delete(uid),
  ),
  fc.constant<Step>((world) => {
    world.events = [...world.events, { sequence: world.events.length + 1 } as NodeEvent];
  }),
  fc.constant<Step>((world) => world.restart()),
  // An answer that is lost is asked for again, from where the asker is.
  fc.boolean().map(
    (isLost): Step =>
      (world) =>
        world.look(world.mark, isLost),
  ),
);

describe('what a node tells of its changes', () => {
  it('is all of them, whatever is lost and whenever it starts anew', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const world = new World(0);
        for (const each of steps) each(world);
        world.look(world.mark, false);
        world.expectKnown();
      }),
      { numRuns: 300 },
    );
  });

  it('is enough from any mark that it ever gave', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.nat(), (steps, which) => {
        const world = new World(0);
        const views = new Map<string | undefined, NodeState>();
        for (const each of steps) {
          each(world);
          world.look(world.mark, true);
          views.set(world.marks.at(-1), world.state());
        }
        const mark = world.marks[which % world.marks.length];
        const known = views.get(mark);
        if (known) world.view = new NodeView(known);
        world.look(mark, false);
        world.expectKnown();
      }),
      { numRuns: 200 },
    );
  });

  it('is nothing of what did not change, and figures of heartbeats only now and then', () => {
    const world = new World(10_000);
    for (let uid = 0; uid < 100; uid++) {
      world.volumes.set(uid, 1);
      world.sessions.set(uid, { group: uid, heard: 0, lag: 0 });
    }
    world.look(undefined, false);
    expect(world.told).toBe(200);
    const beat = (): void => world.sessions.forEach((session) => session.heard++);
    let told = 0;
    for (let second = 0; second < 10; second++) {
      world.nowMs += 1000;
      beat();
      world.look(world.mark, false);
      expect(world.told).toBeLessThan(50);
      told += world.told;
    }
    expect(told).toBe(100);
    world.sessions.set(7, { group: 7, heard: 100, lag: 3 });
    world.look(world.mark, false);
    expect(world.told).toBe(1);
    expect(world.view!.sessions.get('session 7' as SessionUid)).toMatchObject({
      lag: { writes: 3 },
      lastHeardTime: '100',
    });
  });

  it('is everything again once more is gone than is remembered', () => {
    const world = new World(0);
    for (let uid = 0; uid <= ADMIN_GONE_MAX; uid++) world.volumes.set(uid, 1);
    world.look(undefined, false);
    const { mark } = world;
    world.volumes.delete(0);
    world.look(mark, true);
    world.volumes.clear();
    world.volumes.set(1, 2);
    world.look(mark, false);
    world.expectKnown();
  });
});
