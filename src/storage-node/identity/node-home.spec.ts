import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readSmallFile, writeSmallFile } from '../device/small-file.js';
import { NodeHome } from './node-home.js';
import { NODE_FILE, NODE_RECORD_VERSION, type NodeRecord } from './node-record.js';
import { systemDisk } from '../device/system-disk.js';

describe('data directory of a node', () => {
  let folder: string;
  let data: string;
  let open: NodeHome[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'evenkeel-home-'));
    data = path.join(folder, 'deep/data');
  });

  afterEach(async () => {
    for (const home of open) await home.close(false);
    open = [];
    await rm(folder, { recursive: true });
  });

  async function start(name = 'site-a'): Promise<NodeHome> {
    const home = await NodeHome.open(systemDisk, data, name);
    open.push(home);
    return home;
  }

  /** As the end of the process would leave it. */
  async function end(home: NodeHome, isClean: boolean): Promise<void> {
    open = open.filter((other) => other !== home);
    await home.close(isClean);
  }

  async function changeRecord(change: (record: NodeRecord) => NodeRecord): Promise<void> {
    const file = path.join(data, NODE_FILE);
    const stored = await readSmallFile(systemDisk, file, 'node', NODE_RECORD_VERSION);
    await writeSmallFile(systemDisk, file, 'node', NODE_RECORD_VERSION, change(stored!.body as NodeRecord));
  }

  it('makes an identity, a key, a certificate for twenty years and a token at the first start', async () => {
    const home = await start();
    const certificate = new X509Certificate(home.certificatePem);
    expect(home.isFirstStart).toBe(true);
    expect(certificate.fingerprint256.replaceAll(':', '').toLowerCase()).toBe(home.fingerprint);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(certificate.validToDate.getTime()).toBeGreaterThan(Date.now() + 19.9 * 365 * 24 * 3600 * 1000);
    expect((await readFile(home.tokenFile, 'utf8')).trim()).toBe(home.enrolmentToken);
    expect((await stat(home.tokenFile)).mode & 0o777).toBe(0o600);
    expect((await stat(data)).mode & 0o777).toBe(0o700);
  });

  it('is the same node at every later start, and counts them', async () => {
    const first = await start();
    await first.takeSpec({ name: 'renamed', isInMaintenance: true, copyConcurrency: 3 });
    await end(first, true);
    for (const [name, runCounter] of [
      ['site-a', 2],
      ['renamed', 3],
    ] as const) {
      const later = await start(name);
      expect(later).toMatchObject({
        uid: first.uid,
        name: 'renamed',
        isInMaintenance: true,
        copyConcurrency: 3,
        runCounter,
        isFirstStart: false,
      });
      expect(later.certificatePem).toBe(first.certificatePem);
      await end(later, false);
    }
  });

  it('serves one instance at a time', async () => {
    await start();
    await expect(start()).rejects.toMatchObject({
      code: 'DATA_DIRECTORY_LOCKED',
      message: expect.stringContaining(`process ${process.pid}`),
    });
  });

  it('is given up when the start fails', async () => {
    await end(await start(), true);
    await expect(start('site-b')).rejects.toMatchObject({ code: 'DATA_DIRECTORY_FOREIGN' });
    await start();
  });

  it('does not become a node on top of something else', async () => {
    await mkdir(path.join(data, 'photos'), { recursive: true });
    await expect(start()).rejects.toMatchObject({ code: 'DATA_DIRECTORY_FOREIGN' });
  });

  it('does not become another node when its identity is missing', async () => {
    await end(await start(), true);
    await mkdir(path.join(data, 'volumes'));
    await rm(path.join(data, NODE_FILE));
    await expect(start()).rejects.toMatchObject({ code: 'DATA_DIRECTORY_FOREIGN' });
  });

  it('finishes a first start that was cut short', async () => {
    await mkdir(data, { recursive: true });
    await writeFile(path.join(data, 'lock'), '1\n');
    await writeFile(path.join(data, `${NODE_FILE}.new`), 'half');
    expect((await start()).isFirstStart).toBe(true);
  });

  it.each([
    [
      'newer',
      (file: string) => writeSmallFile(systemDisk, file, 'node', NODE_RECORD_VERSION + 1, {}),
      'FORMAT_UNSUPPORTED',
    ],
    ['foreign', (file: string) => writeFile(file, '{"uid":"x"}'), 'FORMAT_CORRUPT'],
    [
      'damaged',
      async (file: string) => writeFile(file, (await readFile(file, 'utf8')).replace('site-a', 'site-b')),
      'FORMAT_CORRUPT',
    ],
  ])('refuses a %s identity, and leaves it as it is', async (_what, spoil, code) => {
    await end(await start(), true);
    const file = path.join(data, NODE_FILE);
    await spoil(file);
    const before = await readFile(file);
    await expect(start()).rejects.toMatchObject({ code });
    expect(await readFile(file)).toEqual(before);
  });

  it('C06: makes a damaged enrolment token anew', async () => {
    let home = await start();
    const token = await readFile(home.tokenFile);
    for (const damaged of [Buffer.alloc(0), Buffer.from([0xff, 0xfe, 0, 1]), token.subarray(0, 10)]) {
      await end(home, true);
      await writeFile(home.tokenFile, damaged);
      home = await start();
      expect(await readFile(home.tokenFile)).toEqual(token);
    }
  });

  it('refuses a path that is no directory', async () => {
    await writeFile(path.join(folder, 'deep'), '');
    await expect(start()).rejects.toMatchObject({ code: 'DATA_DIRECTORY_UNUSABLE' });
  });

  it('C76: tells every run apart, and names those before it', async () => {
    const runs = [];
    for (let i = 0; i < 3; i++) {
      const home = await start();
      runs.push(home.run);
      await end(home, i % 2 === 0);
    }
    const ids = runs.map((run) => run.ids[0]);
    expect(new Set(ids).size).toBe(3);
    expect(runs.map(({ counter }) => counter)).toEqual([1, 2, 3]);
    expect(runs.at(-1)!.ids).toEqual(ids.reverse());
  });

  describe('after the machine went down', () => {
    const otherBoot = (record: NodeRecord) => ({ ...record, bootId: 'of an earlier boot' });

    it('fears for unsynced writes only if the node was running', async () => {
      await end(await start(), true);
      await changeRecord(otherBoot);
      const afterCleanStop = await start();
      expect(afterCleanStop.wasUncleanBoot).toBe(false);
      await end(afterCleanStop, false);
      await changeRecord(otherBoot);
      expect((await start()).wasUncleanBoot).toBe(true);
    });

    it('does not fear after a kill of the process alone', async () => {
      await end(await start(), false);
      expect((await start()).wasUncleanBoot).toBe(false);
    });

    it('C75: has another continuity id only when writes may be lost', async () => {
      const first = await start();
      const { continuityId } = first;
      await end(first, false);
      const afterKill = await start();
      expect(afterKill.continuityId).toBe(continuityId);
      await end(afterKill, true);
      await changeRecord(otherBoot);
      const afterCleanStop = await start();
      expect(afterCleanStop.continuityId).toBe(continuityId);
      await end(afterCleanStop, false);
      await changeRecord(otherBoot);
      const afterPowerLoss = await start();
      expect(afterPowerLoss.continuityId).not.toBe(continuityId);
      await end(afterPowerLoss, false);
      expect((await start()).continuityId).toBe(afterPowerLoss.continuityId);
    });

    it('keeps the fear through starts that were cut short, until one has recovered', async () => {
      await end(await start(), false);
      await changeRecord(otherBoot);
      await end(await start(), false);
      await end(await start(), true);
      const recovering = await start();
      expect(recovering.wasUncleanBoot).toBe(true);
      await recovering.powerLossRecovered();
      await end(recovering, false);
      expect((await start()).wasUncleanBoot).toBe(false);
    });
  });
});
