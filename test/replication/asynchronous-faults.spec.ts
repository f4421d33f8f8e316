import { afterEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { PeerMessageType } from '../../src/format/peer/messages.js';
import type { TransferMode } from '../../src/model/session.js';
import { MIB } from '../../src/model/sizes.js';
import { ReplicaPair } from '../support/replica-pair.js';

const SIZE = 4 * MIB;
/** So many seconds of the source's pass in one. */
const SPEED = 40;

describe.each<TransferMode>(['Consistency', 'Stack'])('a %s session', (transferMode) => {
  let pair: ReplicaPair;

  afterEach(() => pair.stop());

  async function writeSome(count: number): Promise<void> {
    for (let i = 0; i < count; i++) expect(await pair.a.write((i * MIB) / 4, randomBytes(4096))).toBeNull();
  }

  it('C72: fails no write when the disk of its destination is full, says so, and goes on by itself once there is room', async () => {
    pair = await ReplicaPair.start({ sizeBytes: SIZE, settings: { transferMode } });
    await pair.create();
    await pair.untilEquivalent();
    pair.b.device.fail('write', 'ENOSPC');
    await writeSome(4);
    const { error } = await pair.until('in Error', ({ status }) => status === 'Error');
    expect(error).toMatchObject({ code: 'DEVICE_FULL' });
    await writeSome(8);
    pair.b.device.repair();
    await pair.untilEquivalent();
    await pair.expectEqual();
  });

  it('C72: goes on by itself after a full disk of its source', async () => {
    pair = await ReplicaPair.start({ sizeBytes: SIZE, settings: { transferMode } });
    await pair.create();
    await pair.untilEquivalent();
    await writeSome(4);
    pair.a.device.fail('write', 'ENOSPC');
    await pair.a.write(0, randomBytes(4096));
    pair.a.device.repair();
    while ((await pair.a.write(MIB, randomBytes(512))) !== null)
      await new Promise((resolve) => setTimeout(resolve, 10));
    await pair.untilEquivalent();
    await pair.expectEqual();
  });

  it('C63: that gets nowhere is noticed, counted, and ends well on a new connection', async () => {
    const settings = { transferMode, heartbeatTimeoutSeconds: 60 };
    pair = await ReplicaPair.start({ sizeBytes: SIZE, settings, speedOfA: SPEED });
    await pair.a.write(0, randomBytes(MIB));
    pair.linkToB.breakNext('down', PeerMessageType.LogStarted, 'drop');
    await pair.create();
    await pair.until('stalled', ({ statistics }) => statistics.stalls > 0);
    await pair.untilEquivalent();
    await pair.expectEqual();
  });

  it('C14: is taken over by its destination however far behind, but not while that holds no point in time', async () => {
    pair = await ReplicaPair.start({ sizeBytes: SIZE, settings: { transferMode } });
    const { b, linkToB } = pair;
    await pair.a.write(0, randomBytes(MIB));
    await b.replicas.put([pair.spec]);
    // Regions count as copied only once they are synced there.
    b.device.delay('sync', 600);
    await pair.a.replicas.put([pair.spec]);
    await pair.until('copied', ({ resyncBytes }) => resyncBytes >= MIB);
    const alone = { ...pair.spec, generation: 2, run: 'Suspend', isForced: true, isAlone: true } as const;
    await expect(b.replicas.put([alone])).rejects.toMatchObject({ code: 'SESSION_DESTINATION_INCONSISTENT' });
    expect(await b.write(0, randomBytes(512))).not.toBeNull();
    b.device.delay('sync', 0);
    await pair.untilEquivalent();
    linkToB.pause();
    await writeSome(8);
    const held = await b.image();
    await pair.suspendAlone();
    expect(await b.read(0, SIZE)).toEqual(held);
    expect(await b.write(0, randomBytes(512))).toBeNull();
    linkToB.resume();
  });
});

it('C14: refuses a takeover of a copy that was suspended by force while it held no point in time', async () => {
  const pair = await ReplicaPair.start({ sizeBytes: SIZE, settings: { transferMode: 'Stack' } });
  try {
    const { b, linkToB } = pair;
    await pair.a.write(0, randomBytes(MIB));
    await b.replicas.put([pair.spec]);
    b.device.delay('sync', 600);
    await pair.a.replicas.put([pair.spec]);
    await pair.until('copied', ({ resyncBytes }) => resyncBytes >= MIB);
    pair.next({ run: 'Suspend', isForced: true });
    await pair.source.replicas.suspend([pair.spec]);
    await pair.until('suspended', ({ status }) => status === 'Suspend', b);
    linkToB.pause();
    pair.next({ isAlone: true });
    await expect(b.replicas.put([pair.spec])).rejects.toMatchObject({ code: 'SESSION_DESTINATION_INCONSISTENT' });
    expect(await b.write(0, randomBytes(512))).not.toBeNull();
    linkToB.resume();
  } finally {
    await pair.stop();
  }
});
