import { describe, expect } from '@jest/globals';
import { itWithPair } from '../support/node-pair.js';

/** A node may answer a host of a destination, or drop it. */
const refused = /^(EPERM|CONNECTION_LOST)$/;

describe('the destination of a session', () => {
  itWithPair('C41: refuses hosts until it is suspended, and again once resumed', {}, async (pair) => {
    const early = await pair.attach(pair.b);
    await pair.createSession();
    await pair.waitForEquivalent();
    const source = await pair.attach();
    await source.write(0, Buffer.alloc(4096, 1));

    // A host from before the session is refused as well as a new one.
    const requests = [early.read(0, 4096), early.write(0, Buffer.alloc(4096, 9)), early.trim(0, 4096)];
    for (const result of await Promise.allSettled(requests)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: expect.stringMatching(refused) } });
    }
    await expect(pair.attach(pair.b)).rejects.toMatchObject({ code: 'ERR_POLICY' });
    early.destroy();

    await pair.suspend();
    const mirror = await pair.attach(pair.b);
    expect((await mirror.read(0, 4096)).equals(Buffer.alloc(4096, 1))).toBe(true);
    await mirror.write(4096, Buffer.alloc(4096, 2));

    await pair.resume();
    await expect(mirror.write(8192, Buffer.alloc(4096, 3))).rejects.toMatchObject({
      code: expect.stringMatching(refused),
    });
    await pair.waitForEquivalent();
    await expect(pair.attach(pair.b)).rejects.toMatchObject({ code: 'ERR_POLICY' });
    mirror.destroy();

    // What the mirror wrote meanwhile was overwritten from the source.
    await pair.suspend();
    const after = await pair.attach(pair.b);
    expect((await after.read(0, 12288)).equals(await source.read(0, 12288))).toBe(true);
    await after.disconnect();
    await source.disconnect();
  });

  itWithPair('C41: opens when the session is reversed, and its old source closes', {}, async (pair) => {
    await pair.createSession();
    await pair.waitForEquivalent();
    await pair.suspend();
    await pair.reverse();
    await pair.resume();
    await pair.waitForEquivalent();
    const host = await pair.attach(pair.b);
    await host.write(0, Buffer.alloc(4096, 5));
    await expect(pair.attach(pair.a)).rejects.toMatchObject({ code: 'ERR_POLICY' });
    await host.disconnect();
  });
});
