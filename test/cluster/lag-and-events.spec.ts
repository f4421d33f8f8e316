/** What a source shows and tells of a destination that falls behind, is lost, and comes back. */
import { describe, expect } from '@jest/globals';
import type { EventType } from '../../src/model/event.js';
import type { NodePair } from '../../src/tools/node-process/node-pair.js';
import { eventually } from '../../src/tools/node-process/eventually.js';
import { itWithPair } from '../support/node-pair.js';

const BLOCK = 4096;

async function told(pair: NodePair): Promise<EventType[]> {
  return (await pair.source.client.state()).events.map(({ type }) => type);
}

function untilTold(pair: NodePair, type: EventType): Promise<EventType[]> {
  return eventually(`${type} is told`, async () => {
    const types = await told(pair);
    return types.includes(type) ? types : undefined;
  });
}

describe('a Consistency session whose destination falls behind', () => {
  const settings = { transferMode: 'Consistency', rpoSeconds: 2, heartbeatTimeoutSeconds: 1 } as const;

  itWithPair('C32, C52, C54: shows its lag, and tells each thing once', { settings }, async (pair) => {
    await pair.createSession();
    const calm = await pair.waitForEquivalent();
    expect(calm.lag).toEqual({ writes: 0, bytes: 0, seconds: 0 });
    expect(await untilTold(pair, 'Resync_Finished')).toEqual(['Resync_Started', 'Resync_Finished']);

    pair.b.freeze();
    const host = await pair.attach();
    const before = Date.now();
    for (let i = 0; i < 10; i++) await host.write(i * BLOCK, Buffer.alloc(BLOCK, i + 1));
    const after = Date.now();
    const behind = await pair.waitForSession('breached', (state) => state.isRpoBreached);
    expect(behind.lag.writes).toBe(10);
    expect(behind.lag.bytes).toBeGreaterThanOrEqual(10 * BLOCK);
    expect(behind.lag.seconds).toBeGreaterThan(2);
    expect(behind.lag.seconds).toBeLessThanOrEqual((Date.now() - before) / 1000);
    const later = await pair.waitForSession('lost', (state) => state.status === 'Halt');
    expect(later.lag.seconds).toBeGreaterThan((after - before) / 1000);
    expect(later).toMatchObject({ phase: 'Equivalent', dataState: 'Consistent', isLinkUp: false });

    await pair.b.thaw();
    const back = await pair.waitForSession('caught up', ({ lag, isLinkUp }) => isLinkUp && lag.writes === 0);
    expect(back.lag).toEqual({ writes: 0, bytes: 0, seconds: 0 });
    expect(back.isRpoBreached).toBe(false);
    await untilTold(pair, 'Rpo_Met');

    await pair.changeSettings({ transferMode: 'Synchronous' });
    await pair.waitForSession('Synchronous', ({ effectiveMode }) => effectiveMode === 'Synchronous');
    await host.disconnect();
    await pair.suspend();
    const { events } = await pair.a.client.state();
    expect((await pair.b.client.state()).events).toEqual([]);
    await pair.reverse();
    await pair.resume();
    await pair.waitForEquivalent();
    expect((await untilTold(pair, 'Role_Changed'))[0]).toBe('Role_Changed');
    expect((await pair.a.client.state()).events).toEqual(events);

    const types = events.map(({ type }) => type);
    const once = ['Link_Lost', 'Link_Restored', 'Rpo_Breached', 'Rpo_Met', 'Mode_Changed'] as const;
    for (const type of once) expect([type, types.filter((each) => each === type).length]).toEqual([type, 1]);
    expect(types.filter((type) => type === 'Resync_Started').length).toBe(
      types.filter((type) => type === 'Resync_Finished' || type === 'Resync_Paused').length,
    );
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
    expect(events.every(({ sessionUids }) => sessionUids.join() === pair.spec.uid)).toBe(true);
  });

  itWithPair('C32: knows after a restart how far it is behind', { settings }, async (pair) => {
    await pair.createSession();
    await pair.waitForEquivalent();
    pair.b.freeze();
    const host = await pair.attach();
    await host.write(0, Buffer.alloc(BLOCK, 1));
    const written = Date.now();
    await pair.a.kill();
    await pair.a.restart();
    const restarted = Date.now();
    const state = await pair.state(pair.a);
    expect(state.lag.writes).toBeGreaterThan(0);
    expect(state.lag.seconds).toBeGreaterThanOrEqual((restarted - written) / 1000);
    await pair.b.thaw();
    await pair.waitForSession('caught up', ({ lag, phase }) => phase === 'Equivalent' && lag.writes === 0);
  });
});
