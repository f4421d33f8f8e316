import { expect } from '@jest/globals';
import { readdirSync, renameSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { newUid, type VolumeUid } from '../../src/model/ids.js';
import type { NodePair } from '../../src/tools/node-process/node-pair.js';
import { itWithPair } from '../support/node-pair.js';

function sessionAtSource(pair: NodePair) {
  return pair.state(pair.a);
}

itWithPair('a node serves its other volumes when the file of a replicated one is gone', {}, async (pair) => {
  await pair.createSession();
  await pair.waitForEquivalent();
  const other = { ...pair.volumeA, uid: newUid<VolumeUid>(), name: 'other', label: 9 };
  await pair.a.client.putVolume(other);
  await pair.a.kill('SIGTERM');
  const file = path.join(pair.a.options.dataDirectory, 'volumes', pair.volumeA.uid, 'data');
  renameSync(file, `${file}.away`);
  await pair.a.restart();
  await (await pair.a.attach('other')).disconnect();
  expect(await sessionAtSource(pair)).toMatchObject({ status: 'Error', error: { code: 'VOLUME_NOT_FOUND' } });
  await expect(pair.a.client.deleteVolume(pair.volumeA.uid, false)).rejects.toMatchObject({
    code: 'VOLUME_IN_SESSION',
  });

  await pair.a.kill('SIGTERM');
  renameSync(`${file}.away`, file);
  await pair.a.restart();
  await pair.waitForEquivalent();
});

itWithPair('a damaged log closes its volume to hosts until its session is deleted', {}, async (pair) => {
  await pair.createSession();
  await pair.waitForEquivalent();
  // Its destination, which could mend it, is gone.
  await pair.b.kill('SIGKILL');
  const host = await pair.a.attach('volume');
  await host.write(0, Buffer.alloc(1 << 20, 0xaa), { fua: true });
  await pair.a.kill('SIGKILL');
  const folder = path.join(pair.a.options.dataDirectory, 'srl', pair.spec.groupUid);
  const segments = readdirSync(folder).filter((name) => name.endsWith('.segment'));
  for (const name of segments) truncateSync(path.join(folder, name), 100);
  await pair.a.restart();
  expect((await sessionAtSource(pair)).error?.code).toBe('SRL_CORRUPT');
  await expect(pair.a.attach('volume')).rejects.toThrow();
  await pair.a.client.deleteSession(pair.spec.uid, true);
  const again = await pair.a.attach('volume');
  expect((await again.read(0, 1 << 20)).equals(Buffer.alloc(1 << 20, 0xaa))).toBe(true);
  await again.disconnect();
});

itWithPair('C06: a damaged log of which nothing is needed is made anew', {}, async (pair) => {
  await pair.createSession();
  await pair.waitForEquivalent();
  await pair.a.kill('SIGTERM');
  const folder = path.join(pair.a.options.dataDirectory, 'srl', pair.spec.groupUid);
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.segment'))) {
    truncateSync(path.join(folder, name), 100);
  }
  await pair.a.restart();
  await pair.waitForEquivalent();
});

itWithPair('C06: a node serves its other volumes when the record of a group is damaged', {}, async (pair) => {
  await pair.createSession();
  await pair.waitForEquivalent();
  const other = { ...pair.volumeA, uid: newUid<VolumeUid>(), name: 'other', label: 9 };
  await pair.a.client.putVolume(other);
  await pair.a.kill('SIGKILL');
  const file = path.join(pair.a.options.dataDirectory, 'srl', pair.spec.groupUid, 'group.json');
  truncateSync(file, 60);
  await pair.a.restart();
  await (await pair.a.attach('other')).disconnect();
  await expect(pair.a.attach('volume')).rejects.toThrow();
  expect(await sessionAtSource(pair)).toMatchObject({
    status: 'Error',
    error: { code: 'FORMAT_CORRUPT', message: expect.stringContaining(file) },
  });
  await pair.a.client.deleteSession(pair.spec.uid, true);
  await (await pair.a.attach('volume')).disconnect();
});

itWithPair(
  'C06: a damaged volume record is written again from the order, and its session goes on',
  {},
  async (pair) => {
    await pair.createSession();
    await pair.waitForEquivalent();
    await pair.a.kill('SIGKILL');
    const file = path.join(pair.a.options.dataDirectory, 'volumes', pair.volumeA.uid, 'volume.json');
    truncateSync(file, 60);
    await pair.a.restart();
    const [volume] = (await pair.a.client.state()).volumes;
    expect(volume).toMatchObject({ status: 'Error', detail: expect.stringContaining(file), access: 'None' });
    await expect(pair.a.attach('volume')).rejects.toThrow();
    expect(await sessionAtSource(pair)).toMatchObject({ status: 'Error', error: { code: 'VOLUME_NOT_FOUND' } });
    await pair.a.client.putVolume(pair.volumeA);
    await pair.waitForEquivalent();
    await (await pair.a.attach('volume')).disconnect();
  },
);
