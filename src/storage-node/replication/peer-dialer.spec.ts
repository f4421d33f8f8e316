import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { cleanUp, dial, listen } from '../../../test/support/peer-ends.js';

afterEach(cleanUp);

describe('peer dialer', () => {
  it('tries all addresses in turn, again and again, and logs a lasting failure once', async () => {
    const dead = createServer().listen(0, '127.0.0.1');
    await once(dead, 'listening');
    const deadAddress = { host: '127.0.0.1', port: (dead.address() as { port: number }).port };
    await new Promise((resolve) => dead.close(resolve));
    const dialed = dial([deadAddress]);
    while (dialed.failures.length < 3) await dialed.next();
    expect(new Set(dialed.failures.map(({ text }) => text))).toEqual(new Set(['ECONNREFUSED']));
    expect(dialed.log.lines.length).toBe(1);
    const listening = await listen();
    dialed.dialer.change({
      addresses: [deadAddress, listening.address],
      isPeerPlain: false,
      heartbeatTimeoutMs: 60_000,
      compression: 'None',
      bandwidthLimitMbps: 0,
    });
    while (dialed.connections.length === 0) await dialed.next();
    expect(dialed.welcomes.length).toBe(1);
  });

  it('stops for good, also in the middle of an attempt', async () => {
    const mute = createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const accepted = once(mute, 'connection') as Promise<[Socket]>;
    const dialed = dial([{ host: '127.0.0.1', port: (mute.address() as { port: number }).port }]);
    const [socket] = await accepted;
    dialed.dialer.stop();
    await once(socket.resume(), 'close');
    await new Promise((resolve) => mute.close(resolve));
    expect(dialed.failures).toEqual([]);
    expect(dialed.connections).toEqual([]);
  });
});
