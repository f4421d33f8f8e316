/** What a real stream is told of when it overflows, makes hosts wait, fails, is suspended, and changes its mode. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { PeerMessageType } from '../../src/format/peer/messages.js';
import type { EventType } from '../../src/model/event.js';
import type { SessionSettings } from '../../src/model/session.js';
import { KIB, MIB } from '../../src/model/sizes.js';
import { systemClock, type Timer } from '../../src/storage-node/config/clock.js';
import { EventJournal } from '../../src/storage-node/events/event-journal.js';
import { EventWatch } from '../../src/storage-node/events/event-watch.js';
import { ReplicaGroup } from '../support/replica-group.js';
import { ReplicaPair } from '../support/replica-pair.js';

const SIZE = 4 * MIB;
const CHUNK = 32 * KIB;
/** More than a share of 1 MiB. */
const WRITES = 40;
const LOOK_MS = 20;

describe('C54: what is told of a stream', () => {
  let pair: ReplicaPair;
  let journal: EventJournal;
  let watch: EventWatch;
  let timer: Timer | null = null;

  beforeEach(() => {
    journal = new EventJournal(systemClock);
    watch = new EventWatch(journal);
  });
  afterEach(async () => {
    timer?.cancel();
    pair.linkToB.resume();
    await pair.stop();
  });

  /** Equivalent, with what was told until then left out. */
  async function start(settings: Partial<SessionSettings>): Promise<void> {
    // A link that stands still counts as connected for long.
    const calm = { transferMode: 'Consistency', srlShareMb: 1, heartbeatTimeoutSeconds: 60 } as const;
    pair = await ReplicaPair.start({ sizeBytes: SIZE, settings: { ...calm, ...settings } });
    timer = systemClock.every(LOOK_MS, () => watch.look(pair.a.replicas.states()));
    await pair.create();
    await pair.untilEquivalent();
    expect(told()).toEqual(['Resync_Started', 'Resync_Finished']);
  }

  function told(): EventType[] {
    watch.look(pair.a.replicas.states());
    return journal.list().map(({ type }) => type);
  }

  const toldSince = (): EventType[] => told().slice(2);

  function write(): Promise<unknown[]> {
    return Promise.all(
      Array.from({ length: WRITES }, (_, at) => pair.a.write((at * 3 * CHUNK) % (SIZE - CHUNK), randomBytes(CHUNK))),
    );
  }

  function lose(): void {
    pair.linkToB.refuse();
    pair.linkToB.cut();
    pair.linkToB.resume();
  }

  it('C54: a log whose device fails, and that there is one again, once each', async () => {
    await start({ srlShareMb: 64 });
    pair.a.disk.fail(['write'], /\.segment$/, 'ENOSPC');
    await write();
    await pair.until('past its log', ({ error }) => error?.code === 'LOG_FAILED');
    expect(toldSince()).toContain('Log_Failed');
    pair.a.disk.repair();
    await pair.untilEquivalent();
    await pair.expectEqual();
    const ofLog = toldSince().filter((type) => type.startsWith('Log_') && type !== 'Log_Returned');
    expect(ofLog).toEqual(['Log_Failed', 'Log_Repaired']);
  });

  it('C54: a copy that got nowhere, once', async () => {
    // So many seconds of the source pass in one.
    pair = await ReplicaPair.start({ sizeBytes: SIZE, settings: { heartbeatTimeoutSeconds: 60 }, speedOfA: 40 });
    timer = systemClock.every(LOOK_MS, () => watch.look(pair.a.replicas.states()));
    await pair.a.write(0, randomBytes(MIB));
    // The last word of the initial copy is lost on the way.
    pair.linkToB.breakNext('down', PeerMessageType.LogStarted, 'drop');
    await pair.create();
    await pair.until('stalled', ({ statistics }) => statistics.stalls > 0);
    await pair.untilEquivalent();
    expect(told().filter((type) => type === 'Copy_Stalled')).toHaveLength(1);
  });

  it('C54: an overflow and its resync, once each, and the return to the log', async () => {
    await start({});
    pair.linkToB.pause();
    await write();
    await pair.until('on its map', ({ loggingTo }) => loggingTo === 'Dcm');
    expect(toldSince()[0]).toBe('Log_Overflow');
    pair.linkToB.resume();
    await pair.untilEquivalent();
    const types = toldSince();
    expect(types.toSorted()).toEqual(['Log_Overflow', 'Log_Returned', 'Resync_Finished', 'Resync_Started']);
  });

  it('C54: hosts that wait for room in the share, and that they go on', async () => {
    await start({ srlProtection: 'Override' });
    pair.linkToB.pause();
    const answers = write();
    await pair.until('throttled', ({ throttle }) => throttle === 'Log_Share');
    expect(toldSince()).toEqual(['Throttle_On']);
    pair.linkToB.resume();
    await answers;
    await pair.until('not throttled', ({ throttle }) => throttle === 'None');
    expect(toldSince()).toEqual(['Throttle_On', 'Throttle_Off']);
  });

  it('C54: an overflow for good, which is an error until the session is resumed', async () => {
    await start({ srlProtection: 'Off' });
    lose();
    await write();
    await pair.until('in Error', ({ error }) => error?.code === 'SRL_OVERFLOW');
    expect(toldSince().toSorted()).toEqual(['Log_Overflow', 'Session_Failed']);
    pair.linkToB.accept();
    await pair.resume();
    await pair.untilEquivalent();
    expect(toldSince().toSorted()).toEqual(
      (
        [
          'Log_Overflow',
          'Session_Failed',
          'Session_Recovered',
          'Resync_Started',
          'Resync_Finished',
          'Log_Returned',
        ] as const
      ).toSorted(),
    );
  });

  it('C54, C65: modes once they hold; nothing of a suspend; a resync after it', async () => {
    await start({});
    await pair.put({ settings: { ...pair.spec.settings, transferMode: 'Stack' } });
    await pair.until('Stack', ({ effectiveMode }) => effectiveMode === 'Stack');
    expect(toldSince()).toEqual(['Mode_Changed']);
    await write();
    await pair.untilEquivalent();
    expect(toldSince()).toEqual(['Mode_Changed']);
    await pair.put({ settings: { ...pair.spec.settings, transferMode: 'Synchronous' } });
    await pair.until('Synchronous', ({ effectiveMode }) => effectiveMode === 'Synchronous');
    await pair.untilEquivalent();
    const changes = toldSince().filter((type) => type === 'Mode_Changed');
    expect(changes).toHaveLength(2);
    expect(journal.list().findLast(({ type }) => type === 'Mode_Changed')!.message).toContain('Stack to Synchronous');
    const count = toldSince().length;
    await pair.suspend();
    await write();
    expect(toldSince().slice(count)).toEqual([]);
    await pair.resume();
    await pair.untilEquivalent();
    expect(toldSince().slice(count)).toEqual(['Resync_Started', 'Resync_Finished']);
  });
});

describe('C54: what is told of a live group', () => {
  it('C47, C54: a volume that joins and leaves, once each, however many destinations there are', async () => {
    const group = await ReplicaGroup.start({ sizeBytes: SIZE, volumeCount: 3, destinationCount: 2 });
    const journal = new EventJournal(systemClock);
    const watch = new EventWatch(journal);
    const timer = systemClock.every(LOOK_MS, () => watch.look(group.source.replicas.states()));
    try {
      for (const index of [0, 1]) await group.create(index, { transferMode: 'Consistency' }, 2);
      for (const index of [0, 1]) await group.untilEquivalent(index);
      await group.source.volumes[2]!.write(0, randomBytes(CHUNK));
      await group.join(2);
      const have = (count: number) => journal.list().filter(({ volumeUid }) => volumeUid !== null).length >= count;
      await group.until('joined', () => have(1));
      for (const index of [0, 1]) await group.untilEquivalent(index);
      await group.leave(2);
      await group.until('left', () => have(2));
      await new Promise((resolve) => setTimeout(resolve, 5 * LOOK_MS));
      const volumeUid = group.source.endOf(2).volumeUid;
      expect(journal.list().filter((event) => event.volumeUid !== null)).toEqual([
        expect.objectContaining({ type: 'Volume_Joined', volumeUid, groupUid: group.uid }),
        expect.objectContaining({ type: 'Volume_Left', volumeUid, groupUid: group.uid }),
      ]);
      // To each destination one copy, with which its stream began: what joins is copied beside the stream.
      const ofStreams = journal.list().flatMap(({ type, volumeUid: of }) => (of === null ? [type] : []));
      expect(ofStreams.toSorted()).toEqual(['Resync_Finished', 'Resync_Finished', 'Resync_Started', 'Resync_Started']);
    } finally {
      timer.cancel();
      await group.stop();
    }
  });
});
