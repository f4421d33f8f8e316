import { describe, expect } from '@jest/globals';
import type { NodePair } from '../../src/tools/node-process/node-pair.js';
import { itWithPair } from '../support/node-pair.js';

const manual = { settings: { recoveryMode: 'Manual' } } as const;

/** Halted by a loss of its destination, which is back again. */
async function haltAndReturn(pair: NodePair): Promise<void> {
  await pair.createSession();
  await pair.waitForEquivalent();
  await pair.b.kill();
  await pair.waitForSession('Halt', (state) => state.status === 'Halt');
  const host = await pair.attach();
  await host.write(0, Buffer.alloc(65536, 1));
  await host.disconnect();
  await pair.b.restart();
  await pair.waitForSession('linked', (state) => state.isLinkUp);
}

describe('recovery of a session whose link returns', () => {
  itWithPair('C12: Automatic: goes on by itself', {}, async (pair) => {
    await haltAndReturn(pair);
    await pair.waitForEquivalent();
  });

  itWithPair('C12: Manual: waits in Halt until it is resumed', manual, async (pair) => {
    await haltAndReturn(pair);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(await pair.state()).toMatchObject({ status: 'Halt', isLinkUp: true });
    await pair.resume();
    await pair.waitForEquivalent();
  });

  itWithPair('C12: set to Automatic while it waits in Halt, it goes on waiting', manual, async (pair) => {
    await haltAndReturn(pair);
    await pair.changeSettings({ recoveryMode: 'Automatic' });
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(await pair.state()).toMatchObject({ status: 'Halt' });
    await pair.resume();
    await pair.waitForEquivalent();
  });
});
