/** What hosts feel of a destination that lags: by the protection of its share of the log, and by the latency protection. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { newUid, type GroupUid, type SessionUid } from '../../src/model/ids.js';
import type { LatencyProtection, SessionSettings } from '../../src/model/session.js';
import { KIB, MIB, REGION_BYTES } from '../../src/model/sizes.js';
import type { SessionSpec, SessionState } from '../../src/node-api/contract.js';
import { ReplicaPair } from '../support/replica-pair.js';

const SIZE = 4 * MIB;
const CHUNK = 32 * KIB;
/** More than a share of 1 MiB. */
const WRITES = 40;

describe('a destination that lags', () => {
  let pair: ReplicaPair;

  afterEach(async () => {
    pair.linkToB.resume();
    await pair.stop();
  });

  async function start(settings: Partial<SessionSettings>): Promise<void> {
    // A link that stands still counts as connected for long.
    const calm = { transferMode: 'Consistency', srlShareMb: 1, heartbeatTimeoutSeconds: 60 } as const;
    pair = await ReplicaPair.start({ sizeBytes: SIZE, settings: { ...calm, ...settings } });
    await pair.create();
    await pair.untilEquivalent();
  }

  /** All answers to come: of writes one after the other, to places that are changed again and again. */
  function write(count: number, length = CHUNK): Answers {
    return new Answers(
      Array.from({ length: count }, (_, at) => pair.a.write((at * 3 * CHUNK) % (SIZE - length), randomBytes(length))),
    );
  }

  const state = (): SessionState => pair.a.replicas.states()[0]!;
  const changeSettings = (settings: Partial<SessionSettings>): Promise<void> =>
    pair.put({ settings: { ...pair.spec.settings, ...settings } });
  const lose = (): void => {
    pair.linkToB.refuse();
    pair.linkToB.cut();
    pair.linkToB.resume();
  };

  it('C03, C09: Autodcm: every write completes although the link stands still, and the map takes what it cannot carry', async () => {
    await start({});
    pair.linkToB.pause();
    const answers = write(WRITES);
    expect(await answers.all()).toEqual([null]);
    await pair.until('on its map', ({ loggingTo }) => loggingTo === 'Dcm');
    expect(state()).toMatchObject({ status: 'Active', dataState: 'Consistent', throttle: 'None', error: null });
    expect(pair.b.replicas.states()[0]!.dataState).toBe('Consistent');
    expect(state().statistics).toMatchObject({ overflows: 1, throttles: 0 });
    pair.linkToB.resume();
    await pair.untilEquivalent();
    await pair.expectEqual();
    expect([state().loggingTo, state().resyncBytes < SIZE]).toEqual(['Srl', true]);
  });

  it('C09: the map names what was unsent and what came after, and the destination keeps its point in time', async () => {
    await start({});
    pair.linkToB.refuse();
    pair.linkToB.cut();
    // Unsent when the share is used up, and never written again.
    expect(await pair.a.write(SIZE - KIB, randomBytes(KIB))).toBeNull();
    const before = await pair.b.image();
    const copied = state().resyncBytes;
    // Beyond the share, over and over in the same regions.
    for (let i = 0; i < 3; i++) await write(WRITES).all();
    await write(2).all();
    const touched = new Set([SIZE / REGION_BYTES - 1]);
    for (let at = 0; at < WRITES; at++) touched.add(Math.floor((at * 3 * CHUNK) / REGION_BYTES));
    await pair.until('on its map', ({ uncopiedBytes }) => uncopiedBytes === touched.size * REGION_BYTES);
    expect((await pair.b.image()).equals(before)).toBe(true);
    expect(pair.b.replicas.states()[0]!.dataState).toBe('Consistent');
    pair.linkToB.accept();
    await pair.untilEquivalent();
    expect(state().resyncBytes - copied).toBeLessThanOrEqual(touched.size * REGION_BYTES);
    await pair.expectEqual();
  });

  it('C10: Dcm: hosts wait while connected, and go on by the map when the connection is lost', async () => {
    await start({ srlProtection: 'Dcm' });
    pair.linkToB.pause();
    const answers = write(WRITES);
    await pair.until('throttled', ({ throttle }) => throttle === 'Log_Share');
    expect([answers.waiting > 0, answers.waiting < WRITES]).toEqual([true, true]);
    // Reads, and a FLUSH of what is logged, go on.
    expect(await pair.a.read(0, 512)).toBeInstanceOf(Buffer);
    lose();
    expect(await answers.all()).toEqual([null]);
    await pair.until('on its map', ({ loggingTo, throttle }) => loggingTo === 'Dcm' && throttle === 'None');
    pair.linkToB.accept();
    await pair.untilEquivalent();
    expect(state().statistics).toMatchObject({ overflows: 1, throttles: 1 });
    await pair.expectEqual();
  });

  it('C10: Override: hosts wait while connected until a part of the share is free; then nothing needs a copy', async () => {
    await start({ srlProtection: 'Override' });
    const { resyncBytes } = state();
    pair.linkToB.pause();
    const answers = write(WRITES);
    await pair.until('throttled', ({ throttle }) => throttle === 'Log_Share');
    expect(await pair.a.flush()).toBeNull();
    expect(answers.waiting).toBeGreaterThan(0);
    pair.linkToB.resume();
    expect(await answers.all()).toEqual([null]);
    await pair.until('not throttled', ({ throttle }) => throttle === 'None');
    expect(state()).toMatchObject({ loggingTo: 'Srl', phase: 'Equivalent', resyncBytes });
    expect(state().statistics.throttledMs).toBeGreaterThan(0);
    await pair.expectEqual();
  });

  it.each(['Override', 'Off'] as const)(
    'C10: C11: %s: without a connection the stream overflows, is in Error until it is resumed, and takes no full copy',
    async (srlProtection) => {
      await start({ srlProtection });
      lose();
      expect(await write(WRITES).all()).toEqual([null]);
      await pair.until('in Error', ({ error }) => error?.code === 'SRL_OVERFLOW');
      expect(state()).toMatchObject({ status: 'Error', dataState: 'Consistent' });
      pair.linkToB.accept();
      await pair.until('connected', ({ isLinkUp }) => isLinkUp);
      expect(await write(2).all()).toEqual([null]);
      expect(state()).toMatchObject({ status: 'Error', loggingTo: 'Dcm' });
      await pair.resume();
      await pair.untilEquivalent();
      expect(state().resyncBytes).toBeLessThan(SIZE);
      await pair.expectEqual();
    },
  );

  it('C10: Off: overflows while connected, too', async () => {
    await start({ srlProtection: 'Off' });
    pair.linkToB.pause();
    expect(await write(WRITES).all()).toEqual([null]);
    await pair.until('in Error', ({ error }) => error?.code === 'SRL_OVERFLOW');
    expect(state().statistics).toMatchObject({ overflows: 1, throttles: 0 });
  });

  it('C10: Fail: hosts wait while connected and fail without a connection; another setting releases them at once', async () => {
    await start({ srlProtection: 'Fail' });
    pair.linkToB.pause();
    const stalled = write(WRITES);
    await pair.until('throttled', ({ throttle }) => throttle === 'Log_Share');
    const { waiting } = stalled;
    lose();
    expect(await stalled.all()).toEqual([null, 'ACCESS_LOG_SHARE']);
    expect(stalled.count('ACCESS_LOG_SHARE')).toBe(waiting);
    expect(await write(2).all()).toEqual(['ACCESS_LOG_SHARE']);
    expect(state()).toMatchObject({ throttle: 'None', loggingTo: 'Srl' });
    pair.linkToB.accept();
    await pair.until('drained', ({ lag }) => lag.writes === 0);
    expect(await write(2).all()).toEqual([null]);

    pair.linkToB.pause();
    const waitingAgain = write(WRITES);
    await pair.until('throttled', ({ throttle }) => throttle === 'Log_Share');
    await changeSettings({ srlProtection: 'Autodcm' });
    expect(await waitingAgain.all()).toEqual([null]);
    pair.linkToB.resume();
    await pair.untilEquivalent();
    await pair.expectEqual();
  });

  it.each(['Dcm', 'Fail'] as const)(
    'C10: %s: hosts that wait go on when the session is deleted',
    async (srlProtection) => {
      await start({ srlProtection });
      pair.linkToB.pause();
      const answers = write(WRITES);
      await pair.until('throttled', ({ throttle }) => throttle === 'Log_Share');
      await pair.a.replicas.delete(pair.spec.uid);
      expect(await answers.all()).toEqual([null]);
      expect(await write(2).all()).toEqual([null]);
    },
  );

  it('C10: a group whose hosts wait lets those of another group write', async () => {
    await start({ srlProtection: 'Dcm' });
    for (const node of [pair.a, pair.b]) await node.addVolume('other');
    const other: SessionSpec = {
      ...pair.spec,
      uid: newUid<SessionUid>(),
      label: 2,
      groupUid: newUid<GroupUid>(),
      source: pair.a.endOf(1),
      destination: pair.b.endOf(1),
    };
    for (const node of [pair.b, pair.a]) await node.replicas.put([other]);
    const stateOf = (uid: SessionUid) => pair.a.replicas.states().find(({ spec }) => spec.uid === uid)!;
    while (stateOf(other.uid).phase !== 'Equivalent') await new Promise((resolve) => setTimeout(resolve, 10));
    pair.linkToB.pause();
    const stalled = write(WRITES);
    await pair.until('throttled', () => stateOf(pair.spec.uid).throttle === 'Log_Share');
    for (let i = 0; i < 20; i++) expect(await pair.a.volumes[1]!.write(i * 4096, randomBytes(4096))).toBeNull();
    expect([stateOf(other.uid).throttle, stalled.waiting > 0]).toEqual(['None', true]);
    pair.linkToB.resume();
    expect(await stalled.all()).toEqual([null]);
  });

  it('C09: a block that is written over and over during a copy is sent once, fills no log, and the copy ends', async () => {
    const settings = { transferMode: 'Consistency', srlShareMb: 1, bandwidthLimitMbps: 24 } as const;
    pair = await ReplicaPair.start({ sizeBytes: SIZE, settings });
    expect(await pair.a.write(0, randomBytes(SIZE))).toBeNull();
    await pair.create();
    let isDone = false;
    const ended = pair.untilEquivalent().finally(() => (isDone = true));
    // For each region that is copied, half as much to one of two: more than the share in all.
    for (let written = 0; !isDone;) {
      if (state().resyncBytes < 2 * written) await new Promise((resolve) => setTimeout(resolve, 1));
      else {
        written += CHUNK;
        expect(await pair.a.write((written / CHUNK) % 2 === 0 ? 0 : MIB, randomBytes(CHUNK))).toBeNull();
      }
    }
    await ended;
    expect(state()).toMatchObject({ loggingTo: 'Srl', throttle: 'None', statistics: { overflows: 0 } });
    expect(state().resyncBytes).toBeLessThan(SIZE + 16 * REGION_BYTES);
    await changeSettings({ bandwidthLimitMbps: 0 });
    await pair.expectEqual();
  });

  it('C32: knows after a restart how old what the destination lacks is, and that it lacks nothing in the end', async () => {
    await start({});
    lose();
    const writtenMs = Date.now();
    expect(await write(1).all()).toEqual([null]);
    await pair.a.kill();
    await pair.a.start();
    const { lag } = state();
    expect(lag.seconds).toBeGreaterThan(0);
    expect(lag.seconds * 1000).toBeLessThanOrEqual(Date.now() - writtenMs);
    expect([lag.writes > 0, lag.bytes >= CHUNK]).toEqual([true, true]);
    pair.linkToB.accept();
    await pair.untilEquivalent();
    await pair.until('lacking nothing', ({ lag: { writes } }) => writes === 0);
    expect(state().lag).toEqual({ writes: 0, bytes: 0, seconds: 0 });
    await pair.expectEqual();
  });

  const marks = (policy: LatencyProtection['policy']) => ({
    srlShareMb: 512,
    latencyProtection: { policy, highMark: 10, lowMark: 6 },
  });

  it('C15: never more writes are lacking than the high mark, and hosts go on below the low one', async () => {
    await start(marks('Override'));
    pair.linkToB.pause();
    // In one turn, and of sizes that make several records.
    const small = write(30, 4 * KIB);
    await pair.until('throttled', ({ throttle }) => throttle === 'Latency');
    expect([state().lag.writes, small.waiting]).toEqual([10, 20]);
    const large = write(3, 3 * MIB);
    pair.linkToB.resume();
    let most = 0;
    while (small.waiting + large.waiting > 0) {
      most = Math.max(most, state().lag.writes);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(most).toBeLessThanOrEqual(10);
    expect([await small.all(), await large.all()]).toEqual([[null], [null]]);
    await pair.until('not throttled', ({ throttle }) => throttle === 'None');
    await pair.expectEqual();
  });

  it('C15: a write of more records than the high mark goes alone', async () => {
    await start({ ...marks('Fail'), latencyProtection: { policy: 'Fail', highMark: 2, lowMark: 1 } });
    expect(await write(3, 3 * MIB).all()).toEqual([null]);
    await pair.expectEqual();
  });

  it.each([
    ['Override', null],
    ['Off', null],
    ['Fail', 'ACCESS_LATENCY'],
  ] as const)('C15: without a connection, policy %s answers %s beyond the high mark', async (policy, answer) => {
    await start(marks(policy));
    lose();
    await pair.until('disconnected', ({ isLinkUp }) => !isLinkUp);
    const answers = write(30, 4 * KIB);
    expect(await answers.all()).toEqual(answer === null ? [null] : [null, answer]);
    if (answer !== null) expect(answers.count(null)).toBe(10);
    pair.linkToB.accept();
    await pair.until('drained', ({ lag }) => lag.writes === 0);
    expect(await write(2).all()).toEqual([null]);
    await pair.expectEqual();
  });
});

type Answer = string | null;

/** Requests under way, and how they were answered. */
class Answers {
  private readonly answers: Answer[] = [];

  constructor(private readonly requests: readonly Promise<Answer>[]) {
    for (const request of requests) void request.then((answer) => this.answers.push(answer));
  }

  get waiting(): number {
    return this.requests.length - this.answers.length;
  }

  count(answer: Answer): number {
    return this.answers.filter((each) => each === answer).length;
  }

  /** The different answers once all have come, null first. */
  async all(): Promise<Answer[]> {
    await Promise.all(this.requests);
    return [...new Set(this.answers)].sort((one, other) => (one ?? '').localeCompare(other ?? ''));
  }
}
