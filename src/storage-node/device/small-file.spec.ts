import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readSmallFile, writeSmallFile } from './small-file.js';
import { systemDisk } from './system-disk.js';

describe('small files', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'srl-small-file-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('reads back what was written, and null where nothing is', async () => {
    const file = path.join(folder, 'position.json');
    expect(await readSmallFile(systemDisk, file, 'position', 1)).toBeNull();
    await writeSmallFile(systemDisk, file, 'position', 1, { lsn: '1' });
    await writeSmallFile(systemDisk, file, 'position', 1, { lsn: '2' });
    expect(await readSmallFile(systemDisk, file, 'position', 1)).toMatchObject({ version: 1, body: { lsn: '2' } });
    expect(await readdir(folder)).toEqual(['position.json']);
  });

  it('lets the last of several calls win, with the content as it was at each call', async () => {
    const file = path.join(folder, 'position.json');
    const body = { count: 0 };
    const writes = [];
    for (; body.count < 20; body.count++) writes.push(writeSmallFile(systemDisk, file, 'position', 1, body));
    await Promise.all(writes);
    expect(await readSmallFile(systemDisk, file, 'position', 1)).toMatchObject({ body: { count: 19 } });
  });

  it('reads the old content when a write was cut before its rename', async () => {
    const file = path.join(folder, 'position.json');
    await writeSmallFile(systemDisk, file, 'position', 1, { lsn: '1' });
    await writeFile(`${file}.new`, '{"format":"evenkeel/pos');
    expect(await readSmallFile(systemDisk, file, 'position', 1)).toMatchObject({ body: { lsn: '1' } });
    await writeSmallFile(systemDisk, file, 'position', 1, { lsn: '2' });
    expect(await readSmallFile(systemDisk, file, 'position', 1)).toMatchObject({ body: { lsn: '2' } });
  });

  it('refuses with the cause when the system does, and goes on afterwards', async () => {
    const file = path.join(folder, 'position.json');
    await mkdir(`${file}.new`);
    await expect(writeSmallFile(systemDisk, file, 'position', 1, {})).rejects.toMatchObject({
      code: 'DEVICE_FAILED',
      message: expect.stringContaining('EISDIR'),
    });
    await rm(`${file}.new`, { recursive: true });
    await writeSmallFile(systemDisk, file, 'position', 1, { lsn: '3' });
    expect(await readSmallFile(systemDisk, file, 'position', 1)).toMatchObject({ body: { lsn: '3' } });
  });
});
