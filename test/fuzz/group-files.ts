/** Whole files of a group, damaged under checksums that hold, opened and read as a starting node does. */
import { crc32 } from 'node:zlib';
import { isRefusal } from '../../src/errors/refusal.js';
import type { Owner } from '../../src/format/metadata/owner.js';
import { makeLogEntry } from '../../src/format/srl/log-entry.js';
import { RecordType } from '../../src/format/srl/record.js';
import type { GroupUid, VolumeUid } from '../../src/model/ids.js';
import { MIB } from '../../src/model/sizes.js';
import { ActivityLog } from '../../src/storage-node/activity/activity-log.js';
import { ChangeMap } from '../../src/storage-node/dcm/change-map.js';
import type { Disk } from '../../src/storage-node/device/disk.js';
import { Srl } from '../../src/storage-node/srl/srl.js';
import { SeededRandom } from '../support/seeded-random.js';
import { SimulatedDisk } from '../support/simulated-disk.js';
import { FILE_TARGETS } from './file-targets.js';
import { countAllocations } from './fuzzer.js';
import { mutate } from './mutations.js';

const FOLDER = '/data';
const SEGMENT_BYTES = 2 * MIB;
/** More than all of a log's segments and indexes together. */
const MEMORY_MAX = 64 * MIB;
const groupUid = '00000000-0000-4000-8000-00000000000b' as GroupUid;
const owner: Owner = { groupUid, volumeUid: '00000000-0000-4000-8000-00000000000c' as VolumeUid };

export interface FileKind {
  readonly name: string;
  make(disk: Disk): Promise<void>;
  /** Opens and reads all there is. */
  use(disk: Disk): Promise<void>;
  /** Bytes that are worth damaging: [position, length], from the end below zero. */
  readonly spots: readonly (readonly [number, number])[];
  seal(bytes: Buffer): void;
}

function openLog(disk: Disk): Promise<Srl> {
  return Srl.open({
    disk,
    folder: FOLDER,
    groupUid,
    sizeBytes: 128 * MIB,
    segmentBytes: SEGMENT_BYTES,
    floorLsn: 0,
    isHeadTold: true,
  });
}

const sealSegmentHeader = FILE_TARGETS.find(({ name }) => name === 'segment header')!.seal!;
const sealMap = FILE_TARGETS.find(({ name }) => name === 'change map')!.seal!;
const sealSlot = FILE_TARGETS.find(({ name }) => name === 'activity slot')!.seal!;

const log: FileKind = {
  name: 'log',
  spots: [
    [0, 68],
    [4096, 1000],
    [4096, 72],
    [-40, 40],
  ],
  async make(disk) {
    const srl = await openLog(disk);
    const data = Buffer.alloc(700_000, 5);
    for (let i = 0; i < 5; i++) {
      srl.append([makeLogEntry(RecordType.Write, 1, i * MIB, data.length, [data], data.length, 1000 + i, 1)]);
      srl.append([makeLogEntry(RecordType.Trim, 1, i * MIB, 4096, [], 0, 1000 + i, 1)]);
    }
    srl.requestSync();
    await srl.settle();
    await srl.close();
  },
  async use(disk) {
    const srl = await openLog(disk);
    try {
      for (let lsn = srl.oldestLsn; lsn <= srl.headLsn;) {
        const entries = await srl.readFrom(lsn);
        if (entries === null || entries.length === 0) throw new Error(`nothing at ${lsn}`);
        lsn = entries.at(-1)!.lsn + 1;
      }
      await srl.visitRanges(0, () => {});
    } finally {
      await srl.close();
    }
  },
  seal(bytes) {
    sealSegmentHeader(bytes);
    for (let at = 4096; at + 72 <= bytes.length && bytes.readUInt32BE(at) === 0x454b4c52;) {
      bytes.writeUInt32BE(crc32(bytes.subarray(at, at + 68)), at + 68);
      at += 72 + bytes.readUInt32BE(at + 12);
    }
    if (bytes.length >= 40) bytes.writeUInt32BE(crc32(bytes.subarray(-40, -4)), bytes.length - 4);
  },
};

const map: FileKind = {
  name: 'change map',
  spots: [
    [0, 56],
    [4096, 512],
  ],
  async make(disk) {
    const made = await ChangeMap.create(disk, `${FOLDER}/1.map`, { owner, sizeBytes: 64 * MIB });
    made.mark(0, 10 * MIB);
    await made.sync();
    await made.close();
  },
  async use(disk) {
    const opened = await ChangeMap.open(disk, `${FOLDER}/1.map`, owner);
    opened.markAll();
    await opened.close();
  },
  seal: sealMap,
};

const activity: FileKind = {
  name: 'activity log',
  spots: [
    [0, 512],
    [0, 8192],
    [8192, 512],
  ],
  async make(disk) {
    const made = await ActivityLog.create(disk, `${FOLDER}/1.activity`, owner);
    await made.admit(0, 100 * MIB);
    await made.close();
  },
  async use(disk) {
    const opened = await ActivityLog.open(disk, `${FOLDER}/1.activity`, owner);
    await opened.close();
  },
  seal(bytes) {
    sealSlot(bytes);
    sealSlot(bytes.subarray(8192));
  },
};

type Files = Map<string, Buffer>;

async function snapshot(disk: Disk): Promise<Files> {
  const files: Files = new Map();
  for (const name of await disk.list(FOLDER)) {
    const file = await disk.open(`${FOLDER}/${name}`, 'existing');
    const bytes = Buffer.alloc(file.sizeBytesNow());
    await file.read(bytes, 0);
    await file.close();
    files.set(name, bytes);
  }
  return files;
}

async function restore(files: Files): Promise<Disk> {
  const disk = new SimulatedDisk({ seed: 1 }).mount();
  await disk.makeFolder(FOLDER);
  for (const [name, bytes] of files) {
    const file = await disk.open(`${FOLDER}/${name}`, 'new');
    await file.write([bytes], bytes.length, 0);
    await file.datasync();
    await file.close();
  }
  return disk;
}

function damage(kind: FileKind, files: Files, random: SeededRandom): Files {
  const names = [...files.keys()];
  const name = names[random.below(names.length)]!;
  const bytes = Buffer.from(files.get(name)!);
  const [position, length] = kind.spots[random.below(kind.spots.length)]!;
  const at = Math.min(bytes.length, position < 0 ? Math.max(0, bytes.length + position) : position);
  const spot = bytes.subarray(at, at + length);
  // In its place and as long as before, whatever the mutation made of it.
  mutate(spot, spot, random).copy(spot);
  if (!random.isOneIn(4)) kind.seal(bytes);
  return new Map(files).set(name, random.isOneIn(8) ? bytes.subarray(0, random.below(bytes.length + 1)) : bytes);
}

/** Kinds of files that are damaged. */
export const FILE_KINDS: readonly FileKind[] = [log, map, activity];

/**
 * Damages the files of one kind again and again, for so long, and opens them.
 * @returns what came of it: `read`, or codes of refusals
 * @throws Error with the seed, when it was anything else
 */
export async function damageAndOpen(kind: FileKind, seed: number, forMs: number): Promise<Set<string>> {
  const disk = new SimulatedDisk({ seed: 1 }).mount();
  await disk.makeFolder(FOLDER);
  await kind.make(disk);
  const files = await snapshot(disk);
  await kind.use(await restore(files));
  const random = new SeededRandom(seed);
  const outcomes = new Set<string>();
  const end = performance.now() + forMs;
  for (let input = 0; performance.now() < end; input++) {
    const damaged = await restore(damage(kind, files, random));
    const fail = (what: string): never => {
      throw new Error(`${kind.name}: seed ${seed}, input ${input}: ${what}`);
    };
    const takenBytes = await countAllocations(() =>
      kind.use(damaged).then(
        () => outcomes.add('read'),
        (error: unknown) => (isRefusal(error) ? outcomes.add(error.code) : fail((error as Error).stack!)),
      ),
    );
    if (takenBytes > MEMORY_MAX) fail(`takes ${takenBytes} bytes`);
  }
  return outcomes;
}
