import { describe, expect, it } from '@jest/globals';
import { newUid, type GroupUid, type SessionUid } from '../../src/model/ids.js';
import { MIB } from '../../src/model/sizes.js';
import { HostOperation, HostRequest, type ReplySink } from '../../src/storage-node/volume/host-request.js';
import type { HostedVolume } from '../../src/storage-node/group/hosted-volume.js';
import { ReplicaPair } from '../support/replica-pair.js';

const BLOCK = 4096;

function write(volume: HostedVolume, value: number): Promise<string | null> {
  const data = Buffer.alloc(BLOCK);
  data.writeUInt32LE(value, 0);
  return new Promise((resolve) => {
    const sink: ReplySink = { complete: (_, error) => resolve(error), completeRead: () => resolve('no read') };
    volume.submit([new HostRequest(sink, 0, 0, HostOperation.Write, 0, BLOCK, [data], false, false, false, false)]);
  });
}

async function valueIn(volume: HostedVolume): Promise<number> {
  const data = Buffer.alloc(BLOCK);
  await volume.volume.readForCopy(data, 0);
  return data.readUInt32LE(0);
}

describe('a suspend of several sessions of one source node', () => {
  it('C36: is one point in time over all of them', async () => {
    const pair = await ReplicaPair.start({ sizeBytes: 1 * MIB, settings: { maxWriteDelayMs: 0 } });
    try {
      await pair.create();
      const [second, secondMirror] = [await pair.a.addVolume('second'), await pair.b.addVolume('second')];
      const other = {
        ...pair.spec,
        uid: newUid<SessionUid>(),
        groupUid: newUid<GroupUid>(),
        source: { ...pair.spec.source, volumeUid: second.uid },
        destination: { ...pair.spec.destination, volumeUid: secondMirror.uid },
      };
      await pair.b.replicas.put([other]);
      await pair.a.replicas.put([other]);
      await pair.untilEquivalent();
      const isEquivalent = (): boolean => pair.a.replicas.states().every(({ phase }) => phase === 'Equivalent');
      while (!isEquivalent()) await new Promise((resolve) => setTimeout(resolve, 10));

      // A host that writes n to the first volume, and only then to the second.
      let isDone = false;
      const host = (async () => {
        for (let n = 1; !isDone; n++) {
          expect(await write(pair.a.hosted, n)).toBeNull();
          expect(await write(second, n)).toBeNull();
        }
      })();
      await new Promise((resolve) => setTimeout(resolve, 200));
      pair.next({ run: 'Suspend' });
      const suspended = { ...other, generation: 2, run: 'Suspend' as const };
      await pair.a.replicas.suspend([pair.spec, suspended]);
      isDone = true;
      await host;

      const [first, then] = [await valueIn(pair.b.hosted), await valueIn(secondMirror)];
      expect(then).toBeGreaterThan(0);
      expect(first - then === 0 || first - then === 1).toBe(true);
    } finally {
      await pair.stop();
    }
  });
});
