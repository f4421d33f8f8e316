/** One group with one volume on a simulated disk: for tests of the parts of a group, without a node or a network around them. */
import { makeLogEntry, type LogEntry } from '../../src/format/srl/log-entry.js';
import { encodeRecordHeader, RECORD_HEADER_BYTES, RecordType } from '../../src/format/srl/record.js';
import { newUid, type GroupUid, type NodeUid, type SessionUid, type VolumeUid } from '../../src/model/ids.js';
import { lsn } from '../../src/model/position.js';
import { DEFAULT_SESSION_SETTINGS } from '../../src/model/session.js';
import { MIB, SRL_SIZE_MIN_BYTES } from '../../src/model/sizes.js';
import type { SessionEnd, SessionSpec, VolumeSpec, WriteCache } from '../../src/node-api/contract.js';
import type { Clock } from '../../src/storage-node/config/clock.js';
import type { Disk } from '../../src/storage-node/device/disk.js';
import { FileDevice } from '../../src/storage-node/device/file-device.js';
import type { ChangeMap } from '../../src/storage-node/dcm/change-map.js';
import type { Group } from '../../src/storage-node/group/group.js';
import { GroupFolder } from '../../src/storage-node/group/group-folder.js';
import type { GroupStream } from '../../src/storage-node/group/group-stream.js';
import type { GroupRecord } from '../../src/storage-node/group/group-record.js';
import { HostedVolume } from '../../src/storage-node/group/hosted-volume.js';
import type { Member } from '../../src/storage-node/group/member.js';
import { newRecord } from '../../src/storage-node/group/new-record.js';
import { HostOperation, HostRequest } from '../../src/storage-node/volume/host-request.js';
import { Volume } from '../../src/storage-node/volume/volume.js';
import { VolumeUse } from '../../src/storage-node/volume/volume-use.js';
import { SeededRandom } from './seeded-random.js';
import { SimulatedDisk } from './simulated-disk.js';

const FOLDER = '/data';
const VOLUME_FILE = '/data/volume';
export const GROUP_VOLUME_BYTES = 8 * MIB;

/** Nothing is ever due: what a test wants done it asks for. */
const stillClock: Clock = {
  monotonicMs: () => 0,
  wallMs: () => 0,
  after: () => ({ cancel: () => undefined }),
  every: () => ({ cancel: () => undefined }),
};

export class GroupOnDisk {
  readonly disk: SimulatedDisk;
  group!: Group;
  hosted!: HostedVolume;
  private isHolding = false;
  private held: (() => void)[] = [];

  private constructor(
    private readonly record: GroupRecord,
    private readonly spec: VolumeSpec,
  ) {
    this.disk = new SimulatedDisk({ seed: 1, schedule: (run) => this.schedule(run) });
  }

  static async make(role: 'source' | 'destination', writeCache: WriteCache = 'Writeback'): Promise<GroupOnDisk> {
    const volume = volumeSpec(writeCache);
    const made = new GroupOnDisk(newRecord([sessionSpec(volume.uid)], role), volume);
    const disk = made.disk.mount();
    await disk.makeFolder(FOLDER);
    await made.host(disk, await FileDevice.create(disk, VOLUME_FILE, GROUP_VOLUME_BYTES));
    await disk.syncFolder(FOLDER);
    await disk.syncFolder('/');
    made.group = await made.folder(disk).create(made.record, new Map([[0, made.hosted]]));
    // As after its first StartLog: the log counts.
    made.group.record.mirror.isLogVoid = false;
    made.group.record.lineage = [{ number: 1, id: '1'.repeat(16), startLsn: lsn(0) }];
    await made.group.file.save();
    return made;
  }

  get stream(): GroupStream {
    return this.group.streams[0]!;
  }

  /** The change map of its stream. */
  get map(): ChangeMap {
    return this.stream.mapOf(0);
  }

  get member(): Member {
    return this.group.members.get(0)!;
  }

  /** From now on no call on the disk's pool ends, until `letGo`. */
  hold(): void {
    this.isHolding = true;
  }

  letGo(): void {
    this.isHolding = false;
    for (const run of this.held.splice(0)) setImmediate(run);
  }

  /** The node starts again after a kill, or with nothing left of what was not synced; its log is replayed. */
  async restart(how: 'killed' | 'power lost'): Promise<void> {
    this.letGo();
    if (how === 'killed') this.disk.kill();
    else this.disk.losePower(new WorstCase(0));
    const disk = this.disk.mount();
    await this.host(disk, await FileDevice.open(disk, VOLUME_FILE, GROUP_VOLUME_BYTES));
    const folder = this.folder(disk);
    const file = (await folder.read(this.record.groupUid))?.file;
    if (file === undefined || file === null) throw new Error('the record of the group is lost');
    this.group = await folder.open(file, new Map([[0, this.hosted]]), how === 'power lost');
    await this.group.replay();
  }

  /** What the volume's readers see. */
  volumeBytes(offset: number, length: number): Buffer {
    return this.disk.contentOf(VOLUME_FILE).subarray(offset, offset + length);
  }

  /** In use already, and never held: what is tested here comes after that. */
  private async host(disk: Disk, device: FileDevice): Promise<void> {
    const use = await VolumeUse.open(disk, FOLDER, 'the only boot');
    await use.mark();
    this.hosted = new HostedVolume(this.spec, new Volume(device), use);
  }

  private folder(disk: ReturnType<SimulatedDisk['mount']>): GroupFolder {
    return new GroupFolder(disk, FOLDER, stillClock, () => undefined);
  }

  private schedule(run: () => void): void {
    if (this.isHolding) this.held.push(run);
    else setImmediate(run);
  }
}

/** Has a loss of power take everything that it may. */
class WorstCase extends SeededRandom {
  override next(): number {
    return 0;
  }

  override isOneIn(): boolean {
    return false;
  }
}

export interface RequestOptions {
  readonly isFua?: boolean;
}

/** A host's write, and how it was answered: undefined while it waits. */
export class WatchedRequest {
  answer: string | null | undefined = undefined;
  readonly request: HostRequest;

  private constructor(operation: HostOperation, offset: number, data: Buffer | null, isFua: boolean) {
    const complete = (_: HostRequest, error: string | null): void => {
      if (this.answer !== undefined) throw new Error('a request was answered twice');
      this.answer = error;
    };
    const sink = { complete, completeRead: () => undefined };
    const payload = data === null ? [] : [data];
    this.request = new HostRequest(
      sink,
      0,
      0,
      operation,
      offset,
      data?.length ?? 0,
      payload,
      isFua,
      false,
      false,
      false,
    );
  }

  static write(offset: number, data: Buffer, { isFua = false }: RequestOptions = {}): WatchedRequest {
    return new WatchedRequest(HostOperation.Write, offset, data, isFua);
  }

  static flush(): WatchedRequest {
    return new WatchedRequest(HostOperation.Flush, 0, null, false);
  }

  async answered(): Promise<string | null> {
    while (this.answer === undefined) await turn();
    return this.answer;
  }
}

/** Lets everything that can happen now happen: calls on the disk take a turn each. */
export async function settle(): Promise<void> {
  for (let n = 0; n < 50; n++) await turn();
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Writes as another member numbered them, to be received after `head`. */
export function receivedWrites(
  head: { readonly lsn: number; readonly crc: number; readonly runningBytes: number },
  writes: readonly { readonly offset: number; readonly data: Buffer }[],
): LogEntry[] {
  let { lsn: at, crc, runningBytes } = head;
  return writes.map(({ offset, data }) => {
    const entry = makeLogEntry(RecordType.Write, 0, offset, data.length, [data], data.length, 0, 1);
    entry.lsn = ++at;
    runningBytes += RECORD_HEADER_BYTES + data.length;
    entry.runningBytes = runningBytes;
    encodeRecordHeader(entry, crc);
    crc = entry.headerCrc;
    return entry;
  });
}

function volumeSpec(writeCache: WriteCache): VolumeSpec {
  return {
    uid: newUid<VolumeUid>(),
    name: 'volume',
    label: 1,
    sizeBytes: GROUP_VOLUME_BYTES,
    writeCache,
    backing: { type: 'File' },
    isOverwrite: false,
    allowedClients: [],
    isCopyProtected: false,
    createdTime: new Date(0).toISOString(),
  };
}

function sessionSpec(volumeUid: VolumeUid): SessionSpec {
  const end = (): SessionEnd => ({
    nodeUid: newUid<NodeUid>(),
    volumeUid,
    peerAddresses: [],
    fingerprint: '0'.repeat(64),
    isPeerPlain: true,
  });
  return {
    uid: newUid<SessionUid>(),
    label: 1,
    generation: 1,
    groupUid: newUid<GroupUid>(),
    slot: 0,
    source: end(),
    destination: end(),
    settings: DEFAULT_SESSION_SETTINGS,
    srlSizeBytes: SRL_SIZE_MIN_BYTES,
    run: 'Active',
    resumedGeneration: 1,
    isForced: false,
    isAlone: false,
  };
}
