import { afterEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { KIB, MIB } from '../../src/model/sizes.js';
import { RECOVERY_RETRY_MS } from '../../src/storage-node/config/limits.js';
import type { SessionState } from '../../src/node-api/contract.js';
import { ReplicaPair } from '../support/replica-pair.js';

const SIZE_BYTES = 16 * MIB;
const SEGMENTS = /\.segment$/;

describe('a destination whose log fails', () => {
  let pair: ReplicaPair;

  const start = async (settings: Parameters<typeof ReplicaPair.start>[0]['settings'] = {}) => {
    pair = await ReplicaPair.start({ sizeBytes: SIZE_BYTES, settings });
    await pair.create();
    await pair.untilEquivalent();
  };
  const untilError = () =>
    pair.until('Error', ({ status, error }) => status === 'Error' && error?.code === 'LOG_FAILED');

  afterEach(async () => {
    pair.a.disk.repair();
    pair.b.disk.repair();
    await pair.stop();
  });

  for (const operation of ['write', 'sync'] as const) {
    it(`C18: is let go of after a failed ${operation}, makes it anew, and gets only what it lacks`, async () => {
      await start();
      const before = pair.source.replicas.states()[0]!.resyncBytes;
      await pair.a.write(0, randomBytes(1 * MIB));
      pair.b.disk.fail([operation], SEGMENTS, 'EIO');
      for (let i = 0; i < 8; i++) expect(await pair.a.write(i * MIB, randomBytes(4 * KIB))).toBeNull();
      const state = await untilError();
      expect(state.error?.message).toContain('destination');
      // While it brings its volumes up to what it had acknowledged, it is none for a moment.
      const isPoint = ({ status, dataState }: SessionState) => status === 'Error' && dataState === 'Consistent';
      await pair.until('a point in time', isPoint, pair.b);
      expect(await pair.a.flush()).toBeNull();

      pair.b.disk.repair();
      const after = await pair.untilEquivalent();
      expect(after.error).toBeNull();
      expect(after.resyncBytes - before).toBeLessThanOrEqual(8 * 64 * KIB);
      await pair.a.write(5 * MIB, randomBytes(4 * KIB));
      await pair.expectEqual();
    });
  }

  it('C18: keeps what it had acknowledged, and can be opened alone', async () => {
    await start();
    const data = randomBytes(4 * KIB);
    pair.b.disk.fail(['sync'], SEGMENTS, 'EIO');
    expect(await pair.a.write(0, data)).toBeNull();
    await pair.until('its own Error', ({ error }) => error?.code === 'LOG_FAILED', pair.b);
    pair.linkToB.refuse();
    pair.linkToB.cut();
    await pair.suspendAlone();
    expect(await pair.b.read(0, 4 * KIB)).toEqual(data);
  });

  it('C18: waits for a resume under recovery mode Manual', async () => {
    await start({ recoveryMode: 'Manual' });
    pair.b.disk.fail(['write'], SEGMENTS, 'EIO', 1);
    expect(await pair.a.write(0, randomBytes(4 * KIB))).toBeNull();
    await untilError();
    await pair.until('healed', ({ error }) => error === null, pair.b);
    await new Promise((resolve) => setTimeout(resolve, 2 * RECOVERY_RETRY_MS));
    await untilError();
    await pair.resume();
    await pair.untilEquivalent();
    await pair.expectEqual();
  });

  it('C18: is copied to without losing anything after it failed at the end of a resync', async () => {
    await start();
    await pair.a.write(0, randomBytes(4 * MIB));
    await pair.suspend();
    await pair.a.write(1 * MIB, randomBytes(4 * MIB));
    pair.b.disk.fail(['open', 'write', 'sync'], SEGMENTS, 'EIO', 3);
    await pair.resume();
    await pair.untilEquivalent();
    await pair.expectEqual();
  });
});
