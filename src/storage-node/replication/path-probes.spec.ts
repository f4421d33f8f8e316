import { afterEach, describe, expect, it } from '@jest/globals';
import { FaultyLink } from '../../../test/support/faulty-link.js';
import {
  certificates,
  cleanUp,
  cleanups,
  destination,
  listen,
  security,
  source,
  stranger,
} from '../../../test/support/peer-ends.js';
import type { HostPort } from '../config/host-port.js';
import { systemClock } from '../config/clock.js';
import { PathProbes } from './path-probes.js';
import { systemNetwork } from './system-network.js';

afterEach(cleanUp);

describe.each([
  ['TLS', false],
  ['plain TCP', true],
])('a probe of a path over %s', (_name, isPlain) => {
  const probesOf = () =>
    new PathProbes({ security: security(certificates[source]!, isPlain), network: systemNetwork, clock: systemClock });

  /** What the first `count` probes of an address found. */
  function found(probes: PathProbes, address: HostPort, count = 1, isPeerPlain = isPlain): Promise<boolean[]> {
    return new Promise((resolve) => {
      const results: boolean[] = [];
      const watch = probes.watch({ peerUid: destination, address, isPeerPlain }, (isUp) => {
        if (results.push(isUp) === count) resolve(results);
        else watch.look();
      });
      cleanups.push(() => watch.end());
    });
  }

  it('C22: finds a node that listens, which takes it for nobody and writes nothing into its log', async () => {
    const { address, log, greetings } = await listen({ isPlain });
    expect(await found(probesOf(), address, 3)).toEqual([true, true, true]);
    expect([log.lines, greetings]).toEqual([[], []]);
  });

  it('C22: finds nobody where nobody listens, where connections are reset, and where one end speaks TLS alone', async () => {
    const { address } = await listen({ isPlain });
    const link = await FaultyLink.open(address);
    link.refuse();
    const closed = link.address;
    expect(await found(probesOf(), closed)).toEqual([false]);
    await link.close();
    expect(await found(probesOf(), closed)).toEqual([false]);
    expect(await found(probesOf(), address, 1, !isPlain)).toEqual([false]);
  });

  it('is shared by all that watch the same path, and ends with the last of them', async () => {
    const { address } = await listen({ isPlain });
    const link = await FaultyLink.open(address);
    cleanups.push(() => link.close());
    const probes = probesOf();
    const results = await Promise.all(Array.from({ length: 100 }, () => found(probes, link.address)));
    expect(results.flat()).toEqual(Array(100).fill(true));
    expect(link.connections).toBe(1);
  });
});

describe('a probe of a path over TLS', () => {
  it('C22: does not take another node for the peer', async () => {
    const { address } = await listen({ identity: stranger });
    const probes = new PathProbes({
      security: security(certificates[source]!, false),
      network: systemNetwork,
      clock: systemClock,
    });
    const isUp = await new Promise((resolve) => {
      const watch = probes.watch({ peerUid: destination, address, isPeerPlain: false }, resolve);
      cleanups.push(() => watch.end());
    });
    expect(isUp).toBe(false);
  });
});
