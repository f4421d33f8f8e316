import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encodeMetadata } from '../../format/metadata/envelope.js';
import { makeLogEntry } from '../../format/srl/log-entry.js';
import { RecordType } from '../../format/srl/record.js';
import type { Owner } from '../../format/metadata/owner.js';
import { SEGMENT_MAGIC } from '../../format/srl/segment.js';
import { newUid, type GroupUid } from '../../model/ids.js';
import { GIB, KIB, MIB } from '../../model/sizes.js';
import { ActivityLog } from '../../storage-node/activity/activity-log.js';
import { ChangeMap } from '../../storage-node/dcm/change-map.js';
import { Srl } from '../../storage-node/srl/srl.js';
import { describeFile } from './describe-file.js';
import { newNodeRecord } from '../../storage-node/identity/node-record.js';
import { systemDisk } from '../../storage-node/device/system-disk.js';

const owner: Owner = { groupUid: newUid(), volumeUid: newUid() };

describe('inspect', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'srl-inspect-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** The segments in use of a new log, oldest first. */
  const makeLog = async (payloadBytes: number, count: number): Promise<Buffer[]> => {
    const groupUid = '00112233-4455-6677-8899-aabbccddeeff' as GroupUid;
    const log = await Srl.open({
      disk: systemDisk,
      folder: path.join(folder, 'log'),
      groupUid,
      sizeBytes: 128 * MIB,
      segmentBytes: 2 * MIB,
      floorLsn: 0,
    });
    for (let i = 0; i < count; i++) {
      const payload = [Buffer.alloc(payloadBytes, i)];
      log.append([
        makeLogEntry(RecordType.Write, 0, i * 4096, payloadBytes, payload, payloadBytes, 1_700_000_000_000, 5),
      ]);
    }
    log.append([makeLogEntry(RecordType.Trim, 0, 0, 65536, [], 0, 1_700_000_000_000, 5)]);
    await log.close();
    const files = await Promise.all((await readdir(log.folder)).map((name) => readFile(path.join(log.folder, name))));
    return files
      .filter((file) => file.readUInt32BE(0) === SEGMENT_MAGIC)
      .sort((a, b) => a.readUInt32BE(32) - b.readUInt32BE(32));
  };

  it('prints a segment, one record a line', async () => {
    const [file] = await makeLog(100, 2);
    const lines = describeFile(file!, 'f');
    expect(lines.map((line) => line.replace(/ crc [0-9a-f]{8}$/, ''))).toEqual([
      'segment of a log, version 1',
      'group 00112233445566778899aabbccddeeff, sequence 1, the log begins here',
      'first LSN 1, after 0 bytes, predecessor 00000000, durable LSN 0',
      '@4096 LSN 1 write slot 0 offset 0 length 100 epoch 5 time 2023-11-14T22:13:20.000Z running 172',
      '@4268 LSN 2 write slot 0 offset 4096 length 100 epoch 5 time 2023-11-14T22:13:20.000Z running 344',
      '@4440 LSN 3 trim slot 0 offset 0 length 65536 epoch 5 time 2023-11-14T22:13:20.000Z running 416',
      '@4512 ends after 3 records',
    ]);
  });

  it('prints the head of a log', async () => {
    await makeLog(100, 2);
    const bytes = await readFile(path.join(folder, 'log', 'head'));
    expect(describeFile(bytes, 'head')).toEqual([
      'head of a log, version 1',
      'group 00112233445566778899aabbccddeeff, written up to LSN 3',
    ]);
    bytes[25]! ^= 1;
    expect(describeFile(bytes, 'head')).toEqual(['error: head of a log: damaged']);
  });

  it('names damage in a segment', async () => {
    const [first, second] = await makeLog(900_000, 3);
    const bytes = Buffer.from(first!);
    expect(describeFile(bytes, 'f').at(-1)).toBe(`@${4096 + 2 * 900_072} closed after 2 records`);
    bytes[5000]! ^= 1;
    expect(describeFile(bytes, 'f')[3]).toMatch(/LSN 1 .* error: payload checksum$/);
    bytes[4096 + 900_072 + 10]! ^= 1;
    expect(describeFile(bytes, 'f').at(-1)).toBe('error: closed after 2 records, 1 found');
    bytes[30]! ^= 1;
    expect(describeFile(bytes, 'f')).toEqual(['error: segment header: header checksum']);
    const torn = second!.fill(0x77, 4096 + 900_072 + 40, 4096 + 900_072 + 72);
    expect(describeFile(torn, 'f').at(-1)).toMatch(/^error: @904168 ends after 1 records: record header checksum$/);
  });

  it('prints a change map', async () => {
    const file = path.join(folder, 'map');
    const map = await ChangeMap.create(systemDisk, file, { owner, sizeBytes: 3 * GIB });
    map.mark(64 * KIB, 3 * 64 * KIB);
    await map.beginPass();
    map.mark(40_000 * 64 * KIB, 1);
    map.close();
    const bytes = await readFile(file);
    const lines = [
      'change map, version 2',
      `of volume ${owner.volumeUid} in group ${owner.groupUid}`,
      'volume of 3221225472 bytes, 49152 regions of 65536 bytes',
      'active: 1 regions: 40000',
      'replay: 3 regions: 1-3',
    ];
    expect(describeFile(bytes, file)).toEqual(lines);
    bytes[4096 + 600]! ^= 1;
    expect(describeFile(bytes, file).at(-2)).toBe('error: @4608 checksum of a sector');
  });

  it('prints an activity log, before and after its second write', async () => {
    const file = path.join(folder, 'activity');
    const log = await ActivityLog.create(systemDisk, file, owner);
    await log.admit(8 * MIB, 5 * MIB);
    expect(describeFile(await readFile(file), file)).toEqual([
      'activity log, version 2',
      `of volume ${owner.volumeUid} in group ${owner.groupUid}`,
      'slot 0 (newest): sequence 2, 2 extents of 4194304 bytes: 2 3',
      'slot 1: sequence 1, 0 extents of 4194304 bytes:',
    ]);
    await log.admit(0, 1);
    await log.close();
    const bytes = await readFile(file);
    bytes[4]! ^= 1;
    expect(describeFile(bytes, file).slice(2)).toEqual([
      'error: slot 0: {"kind":"damaged","sequenceMax":2,"sector":0}',
      'slot 1 (newest): sequence 3, 3 extents of 4194304 bytes: 0 2 3',
    ]);
  });

  it('shows no key and no secret of a node', async () => {
    const record = await newNodeRecord('site-a', 'boot', new Date());
    const text = describeFile(encodeMetadata('node', 1, record), 'node.json').join('\n');
    expect(text).toContain(record.uid);
    expect(text).not.toContain(record.enrolmentSecret);
    expect(text).not.toContain('PRIVATE KEY');
  });

  it('prints small files, and names what is not ours', () => {
    const file = encodeMetadata('position', 1, { lsn: '42' });
    expect(describeFile(file, 'f')).toEqual(['evenkeel/position, version 1', '{', '  "lsn": "42"', '}']);
    file[file.length - 5]! ^= 1;
    expect(describeFile(file, 'f')).toEqual([expect.stringMatching(/^error: FORMAT_CORRUPT/)]);
    expect(describeFile(Buffer.from('hello'), 'f')).toEqual([expect.stringMatching(/^error: FORMAT_CORRUPT/)]);
    expect(describeFile(Buffer.alloc(0), 'f')).toEqual([expect.stringMatching(/^error: FORMAT_CORRUPT/)]);
    expect(describeFile(Buffer.alloc(8192), 'f')).toEqual([expect.stringMatching(/^blank/)]);
  });
});
