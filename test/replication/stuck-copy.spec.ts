import { afterEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { PeerMessageType } from '../../src/format/peer/messages.js';
import { MIB } from '../../src/model/sizes.js';
import { ReplicaPair } from '../support/replica-pair.js';

/** So many seconds of the source's pass in one. */
const SPEED = 40;

describe('C63: a copy that gets nowhere', () => {
  let pair: ReplicaPair;

  afterEach(() => pair.stop());

  it('is noticed while both ends are connected, counted, and ends well on a new connection', async () => {
    pair = await ReplicaPair.start({ sizeBytes: 4 * MIB, settings: { heartbeatTimeoutSeconds: 60 }, speedOfA: SPEED });
    const { a, linkToB } = pair;
    await a.write(0, randomBytes(1 * MIB));
    // The last word of the initial copy is lost on the way: neither end has anything to send again.
    linkToB.breakNext('down', PeerMessageType.LogStarted, 'drop');
    await pair.create();
    const state = await pair.until('stalled', ({ statistics }) => statistics.stalls > 0);
    expect(state).toMatchObject({ error: null });
    expect(a.log.some((line) => line.includes('SESSION_STALLED'))).toBe(true);
    const after = await pair.untilEquivalent();
    expect(after.statistics.reconnects).toBeGreaterThan(0);
    await pair.expectEqual();
  });
});
