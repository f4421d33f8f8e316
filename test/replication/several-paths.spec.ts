import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { SessionStatus } from '../../src/model/session.js';
import { MIB } from '../../src/model/sizes.js';
import type { PathState } from '../../src/node-api/contract.js';
import { systemClock, type Timer } from '../../src/storage-node/config/clock.js';
import { formatHostPort } from '../../src/storage-node/config/host-port.js';
import { EventJournal } from '../../src/storage-node/events/event-journal.js';
import { EventWatch } from '../../src/storage-node/events/event-watch.js';
import type { FaultyLink } from '../support/faulty-link.js';
import { ReplicaPair } from '../support/replica-pair.js';

describe('a destination with two addresses', () => {
  let pair: ReplicaPair;
  let first: FaultyLink;
  let second: FaultyLink;
  let journal: EventJournal;
  let look: () => void;
  let looks: Timer;
  /** Every status that the session was seen in. */
  let statuses: Set<SessionStatus>;

  beforeEach(async () => {
    pair = await ReplicaPair.start({ sizeBytes: 4 * MIB, hasTwoPaths: true });
    first = pair.linkToB;
    second = pair.otherLinkToB!;
    journal = new EventJournal(systemClock);
    const watch = new EventWatch(journal);
    statuses = new Set();
    await pair.create();
    await pair.untilEquivalent();
    await untilPaths([true, true], first);
    watch.look(pair.a.replicas.states());
    look = () => {
      const states = pair.a.replicas.states();
      watch.look(states);
      for (const { status } of states) statuses.add(status);
    };
    looks = systemClock.every(10, look);
  });

  afterEach(async () => {
    looks.cancel();
    await pair.stop();
  });

  const pathsAre = (paths: readonly PathState[], areUp: [boolean, boolean], inUse: FaultyLink | null): boolean =>
    [first, second].every((link, index) => {
      const { address, isUp, isInUse } = paths[index]!;
      return address === formatHostPort(link.address) && isUp === areUp[index] && isInUse === (link === inUse);
    });

  const untilPaths = (areUp: [boolean, boolean], inUse: FaultyLink | null) =>
    pair.until(`paths ${areUp}`, ({ paths }) => pathsAre(paths, areUp, inUse));

  /** With the one it is in now: the clock may not have struck since the test began. */
  const statusesSeen = () => {
    look();
    return [...statuses];
  };

  const told = () => journal.list().map(({ type }) => type);

  /** Another generation of the same settings: idle paths are looked at now. */
  const lookAtPaths = () => pair.put({});

  it('C22: goes on by the other when the one in use is reset, without a Halt, and tells of it', async () => {
    first.refuse();
    first.cut();
    expect(await pair.a.write(0, randomBytes(MIB))).toBeNull();
    await untilPaths([false, true], second);
    await pair.untilEquivalent();
    await pair.expectEqual();
    first.accept();
    await lookAtPaths();
    await untilPaths([true, true], second);
    await pair.until('told', () => told().length >= 2);
    expect(told()).toEqual(['Path_Lost', 'Path_Restored']);
    expect(statusesSeen()).toEqual(['Active']);
  });

  it('C22: goes on by the other when the one in use falls silent, before the destination counts as lost', async () => {
    first.pause();
    expect(await pair.a.write(0, randomBytes(MIB))).toBeNull();
    await pair.until('moved', ({ paths }) => paths[1]!.isInUse);
    expect(pair.a.log.filter((line) => line.includes('quiet, while another path answers'))).toHaveLength(1);
    await pair.untilEquivalent();
    // And back, when that one falls silent in its turn.
    first.resume();
    await lookAtPaths();
    await untilPaths([true, true], second);
    second.pause();
    expect(await pair.a.write(MIB, randomBytes(MIB))).toBeNull();
    await pair.until('back', ({ paths }) => paths[0]!.isInUse);
    await pair.expectEqual();
    expect(statusesSeen()).toEqual(['Active']);
  });

  it('C22: tells of a lost path that is not in use', async () => {
    second.refuse();
    await lookAtPaths();
    await untilPaths([true, false], first);
    await pair.until('told', () => told().length > 0);
    expect(told()).toEqual(['Path_Lost']);
    expect(journal.list()[0]!.message).toContain(formatHostPort(second.address));
    expect(statusesSeen()).toEqual(['Active']);
  });

  it('C22: is in Halt when all are lost, which is one event, and comes back by any', async () => {
    for (const link of [first, second]) {
      link.refuse();
      link.cut();
    }
    await pair.until('halted', ({ status }) => status === 'Halt');
    expect(await pair.a.write(0, randomBytes(MIB))).toBeNull();
    expect(told()).toEqual(['Link_Lost']);
    second.accept();
    await pair.untilEquivalent();
    await untilPaths([false, true], second);
    await pair.expectEqual();
    const ofLink = () => told().filter((type) => type.startsWith('Link') || type.startsWith('Path'));
    await pair.until('told', () => ofLink().length >= 3);
    expect(ofLink()).toEqual(['Link_Lost', 'Link_Restored', 'Path_Lost']);
  });

  it('C22: leaves a path that is taken off the list', async () => {
    const { destination } = pair.spec;
    await pair.put({ destination: { ...destination, peerAddresses: destination.peerAddresses.slice(1) } });
    await pair.until('moved', ({ paths }) => paths.length === 1 && paths[0]!.isInUse);
    expect(await pair.a.write(0, randomBytes(4096))).toBeNull();
    await pair.untilEquivalent();
    expect(second.connections).toBeGreaterThan(0);
    expect(statusesSeen()).toEqual(['Active']);
  });

  it('says nothing in the log of the destination when it looks at a path', async () => {
    await lookAtPaths();
    await pair.until('looked at', () => second.connections >= 2);
    await untilPaths([true, true], first);
    expect(pair.b.log.filter((line) => line.includes('before Hello'))).toEqual([]);
  });
});
