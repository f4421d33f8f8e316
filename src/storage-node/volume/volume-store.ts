/**
 * The volumes of a node on its disk. Each has a folder `volumes/<uid>`, which appears whole and vanishes whole: it is made as
 * `<uid>.new` and renamed, and renamed to `<uid>.deleted` before anything in it goes. What a crash left of either is cleared at the
 * next start.
 */
import path from 'node:path';
import { isRefusal, Refusal } from '../../errors/refusal.js';
import { isUid, type VolumeUid } from '../../model/ids.js';
import type { VolumeSpec } from '../../node-api/contract.js';
import { BlockDevice } from '../device/block-device.js';
import type { Device } from '../device/device.js';
import type { Disk } from '../device/disk.js';
import { FileDevice } from '../device/file-device.js';
import { systemRefusal } from '../device/system-refusal.js';
import { resolveBackingPath, type BackingPath } from './backing-path.js';
import { Turns } from './turns.js';
import { refuseBeyond, takeBlockDevice } from './take-block-device.js';
import { DATA_FILE, readVolumeRecord, unknownSpec, writeVolumeRecord, type VolumeRecord } from './volume-record.js';
import { VolumeUse } from './volume-use.js';

const NEW = '.new';
const DELETED = '.deleted';

export interface StoredVolume {
  readonly spec: VolumeSpec;
  /** Null when it could not be opened. */
  readonly device: Device | null;
  /** Why not. */
  readonly fault: Refusal | null;
  readonly use: VolumeUse;
}

export interface NodeCapacity {
  /** Size of the file system that holds the volumes. */
  readonly capacityBytes: number;
  /** Allocated to volumes. */
  readonly usedBytes: number;
}

interface Entry extends StoredVolume {
  spec: VolumeSpec;
  readonly backingPath: string | null;
  growingToBytes?: number;
}

export class VolumeStore {
  private readonly entries = new Map<VolumeUid, Entry>();
  /** Volumes being made or renamed: their names and places are taken already. */
  private readonly arriving = new Map<VolumeUid, VolumeRecord>();
  private readonly changes = new Turns<VolumeUid>();

  private constructor(
    private readonly disk: Disk,
    private readonly folder: string,
    private readonly backingFolders: readonly string[],
    private readonly bootId: string,
  ) {}

  /**
   * Opens every volume below the data directory; one whose record or device does not open is kept with its fault.
   * @param backingFolders that backing paths named by operators may lie below
   * @param bootId the present boot of the machine
   * @throws Refusal FORMAT_UNSUPPORTED, DEVICE_FAILED when the catalogue itself cannot be read
   */
  static async open(
    disk: Disk,
    dataDirectory: string,
    backingFolders: readonly string[],
    bootId: string,
  ): Promise<VolumeStore> {
    const store = new VolumeStore(disk, path.join(dataDirectory, 'volumes'), backingFolders, bootId);
    try {
      await disk.makeFolder(store.folder);
      await disk.syncFolder(dataDirectory);
      // A process that was killed may have left a volume's name to the page cache: hosts rely on it from now on.
      await disk.syncFolder(store.folder);
      await store.load();
    } catch (error) {
      await store.close();
      throw isRefusal(error) ? error : systemRefusal(error, store.folder);
    }
    return store;
  }

  get(uid: VolumeUid): StoredVolume | undefined {
    return this.entries.get(uid);
  }

  list(): readonly StoredVolume[] {
    return [...this.entries.values()];
  }

  /**
   * Makes the volume, reading as zeros; durable when it resolves. A volume of this uid that exists already is the answer as it is.
   * @throws Refusal VOLUME_NAME_IN_USE, VOLUME_CAPACITY_EXCEEDED, VOLUME_BACKING_REFUSED, VOLUME_BACKING_IN_USE, DEVICE_FAILED,
   *   DEVICE_FULL; nothing is left behind then
   */
  create(spec: VolumeSpec): Promise<StoredVolume> {
    return this.changes.take(spec.uid, async () => {
      const present = this.entries.get(spec.uid);
      if (present !== undefined) return present;
      this.refuseUsedName(spec);
      this.arriving.set(spec.uid, { spec, backingPath: null });
      try {
        const entry = await this.make(spec);
        this.entries.set(spec.uid, entry);
        return entry;
      } finally {
        this.arriving.delete(spec.uid);
      }
    });
  }

  /**
   * Changes name, write cache, clients and protection; size and backing stay. Durable when it resolves.
   * @throws Refusal VOLUME_NOT_FOUND, VOLUME_NAME_IN_USE, DEVICE_FAILED, DEVICE_FULL
   */
  update(spec: VolumeSpec): Promise<StoredVolume> {
    return this.changes.take(spec.uid, async () => {
      const entry = this.expect(spec.uid);
      this.refuseUsedName(spec);
      this.arriving.set(spec.uid, { spec, backingPath: entry.backingPath });
      try {
        const { name, label, writeCache, allowedClients, isCopyProtected } = spec;
        return await this.save(entry, { ...entry.spec, name, label, writeCache, allowedClients, isCopyProtected });
      } finally {
        this.arriving.delete(spec.uid);
      }
    });
  }

  /**
   * Grows the device, then the record, so that a record never promises bytes that are not there. The present size or less is success.
   * @throws Refusal VOLUME_NOT_FOUND, VOLUME_CAPACITY_EXCEEDED, DEVICE_FAILED, DEVICE_FULL
   */
  grow(uid: VolumeUid, sizeBytes: number): Promise<StoredVolume> {
    return this.changes.take(uid, async () => {
      const entry = this.expect(uid);
      if (sizeBytes <= entry.spec.sizeBytes) return entry;
      if (entry.device === null) throw entry.fault!;
      if (entry.device instanceof BlockDevice) refuseBeyond(sizeBytes, entry.device.capacityBytesNow());
      else this.refuseBeyondFileSystem(path.dirname(entry.device.path), sizeBytes);
      // A file that is longer than its record says is another's, unless it says why.
      entry.growingToBytes = Math.max(sizeBytes, entry.growingToBytes ?? 0);
      await this.save(entry, entry.spec);
      await entry.device.grow(sizeBytes);
      return this.save(entry, { ...entry.spec, sizeBytes });
    });
  }

  /** Closes and removes the volume; it is gone for good when this resolves. One that is gone already is success. */
  delete(uid: VolumeUid): Promise<void> {
    return this.changes.take(uid, async () => {
      const entry = this.entries.get(uid);
      if (entry === undefined) return;
      const trash = this.folderOf(uid) + DELETED;
      try {
        await this.disk.rename(this.folderOf(uid), trash);
        await this.disk.syncFolder(this.folder);
      } catch (error) {
        throw systemRefusal(error, this.folderOf(uid));
      }
      this.entries.delete(uid);
      await entry.device?.close();
      await this.clear(trash, entry);
    });
  }

  capacityNow(): NodeCapacity {
    const { sizeBytes: capacityBytes } = this.disk.capacityNow(this.folder);
    let usedBytes = 0;
    for (const { device } of this.entries.values()) usedBytes += device?.usedBytesNow() ?? 0;
    return { capacityBytes, usedBytes };
  }

  /** Closes all devices, without syncing them. */
  async close(): Promise<void> {
    await this.changes.ended();
    for (const { device } of this.entries.values()) await device?.close();
    this.entries.clear();
  }

  private async load(): Promise<void> {
    const names = await this.disk.list(this.folder);
    for (const name of names.filter(isUid)) {
      this.entries.set(name as VolumeUid, await this.find(name as VolumeUid));
    }
    for (const name of names) {
      const isLeftover = [NEW, DELETED].some((end) => name.endsWith(end) && isUid(name.slice(0, -end.length)));
      if (isLeftover) await this.clearLeftover(path.join(this.folder, name));
    }
  }

  /** A volume whose record cannot be read is kept, with that as its fault: its bytes may be whole. */
  private async find(uid: VolumeUid): Promise<Entry> {
    try {
      return await this.reopen(await readVolumeRecord(this.disk, this.folderOf(uid), uid));
    } catch (error) {
      if (!isRefusal(error, 'FORMAT_CORRUPT')) throw error;
      const use = await VolumeUse.open(this.disk, this.folderOf(uid), this.bootId);
      return { spec: unknownSpec(uid), backingPath: null, device: null, fault: error, use };
    }
  }

  /**
   * Tries again to open a volume that could not be opened. Where its record cannot be read, it is written again as the volume is
   * ordered, if the bytes that are there are as many.
   * @throws Refusal that keeps it from being opened
   */
  mend(spec: VolumeSpec): Promise<StoredVolume> {
    return this.changes.take(spec.uid, async () => {
      const entry = this.expect(spec.uid);
      if (entry.device !== null) return entry;
      const isUnknown = entry.fault!.code === 'FORMAT_CORRUPT';
      if (isUnknown) await this.writeAgain(spec, entry.fault!);
      const found = await this.find(spec.uid);
      this.entries.set(spec.uid, found);
      if (found.device === null) throw found.fault!;
      return found;
    });
  }

  private async writeAgain(spec: VolumeSpec, fault: Refusal): Promise<void> {
    this.refuseUsedName(spec);
    const { type, path: given } = spec.backing;
    const backing = given === undefined ? null : await resolveBackingPath(given, type, this.backingFolders);
    if (backing !== null) this.refuseTaken(backing);
    const file = backing?.path ?? path.join(this.folderOf(spec.uid), DATA_FILE);
    if (type === 'Block') await (await BlockDevice.open(file, spec.sizeBytes)).close();
    else await this.expectSize(file, spec.sizeBytes, fault);
    await writeVolumeRecord(this.disk, this.folderOf(spec.uid), { spec, backingPath: backing?.path ?? null });
  }

  private async expectSize(file: string, sizeBytes: number, fault: Refusal): Promise<void> {
    try {
      const open = await this.disk.open(file, 'existing');
      const foundBytes = open.sizeBytesNow();
      await open.close();
      if (foundBytes !== sizeBytes)
        throw new Refusal('FORMAT_CORRUPT', `${fault.message}; ${file} has ${foundBytes} bytes`);
    } catch (error) {
      throw systemRefusal(error, file);
    }
  }

  private async reopen(record: VolumeRecord): Promise<Entry> {
    const { spec, backingPath, growingToBytes = spec.sizeBytes } = record;
    const file = backingPath ?? path.join(this.folderOf(spec.uid), DATA_FILE);
    const use = await VolumeUse.open(this.disk, this.folderOf(spec.uid), this.bootId);
    try {
      const device =
        spec.backing.type === 'Block'
          ? await BlockDevice.open(file, spec.sizeBytes)
          : await FileDevice.open(this.disk, file, spec.sizeBytes, Math.max(spec.sizeBytes, growingToBytes));
      return { ...record, device, fault: null, use };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return { ...record, device: null, fault: error, use };
    }
  }

  private async make(spec: VolumeSpec): Promise<Entry> {
    const { type, path: given } = spec.backing;
    const backing = given === undefined ? null : await resolveBackingPath(given, type, this.backingFolders);
    if (backing !== null) this.reserve(spec, backing);
    const record = { spec, backingPath: backing?.path ?? null };
    const folder = this.folderOf(spec.uid) + NEW;
    let device: Device | null = null;
    try {
      await this.disk.remove(folder);
      await this.disk.makeFolder(folder);
      // Before the device is touched, so that after a crash it is known which file outside was being made.
      await writeVolumeRecord(this.disk, folder, record);
      await this.disk.syncFolder(this.folder);
      device = backing === null ? await this.makeFile(folder, spec) : await this.takeBacking(backing, spec);
      await this.disk.rename(folder, this.folderOf(spec.uid));
      await this.disk.syncFolder(this.folder);
    } catch (error) {
      await device?.close();
      await this.clearLeftover(folder);
      throw isRefusal(error) ? error : systemRefusal(error, folder);
    }
    // The descriptor stays good through the renaming, but messages should name the place where the file is.
    await device.close();
    return this.reopen(record);
  }

  private async makeFile(folder: string, spec: VolumeSpec): Promise<Device> {
    this.refuseBeyondFileSystem(folder, spec.sizeBytes);
    const device = await FileDevice.create(this.disk, path.join(folder, DATA_FILE), spec.sizeBytes);
    await this.disk.syncFolder(folder);
    return device;
  }

  private async takeBacking(backing: BackingPath, spec: VolumeSpec): Promise<Device> {
    if (spec.backing.type === 'Block') return takeBlockDevice(backing.path, spec.sizeBytes, spec.isOverwrite);
    if (backing.exists) {
      if (!spec.isOverwrite) throw new Refusal('VOLUME_BACKING_IN_USE', `${backing.path} exists`);
      await this.disk.remove(backing.path);
    }
    this.refuseBeyondFileSystem(path.dirname(backing.path), spec.sizeBytes);
    const device = await FileDevice.create(this.disk, backing.path, spec.sizeBytes);
    await this.disk.syncFolder(path.dirname(backing.path));
    return device;
  }

  /** One place holds one volume, whatever `isOverwrite` says. */
  private reserve(spec: VolumeSpec, backing: BackingPath): void {
    this.refuseTaken(backing);
    this.arriving.set(spec.uid, { spec, backingPath: backing.path });
  }

  private refuseTaken(backing: BackingPath): void {
    const others = [...this.entries.values(), ...this.arriving.values()];
    if (others.some(({ backingPath }) => backingPath === backing.path)) {
      throw new Refusal('VOLUME_BACKING_IN_USE', `${backing.path} holds another volume`);
    }
  }

  private async save(entry: Entry, spec: VolumeSpec): Promise<StoredVolume> {
    const { backingPath, growingToBytes } = entry;
    const record = { spec, backingPath, ...(growingToBytes !== undefined && { growingToBytes }) };
    await writeVolumeRecord(this.disk, this.folderOf(spec.uid), record);
    entry.spec = spec;
    return entry;
  }

  /** Half of a volume: nothing was promised of it. */
  private async clearLeftover(folder: string): Promise<void> {
    const record = await readVolumeRecord(this.disk, folder, null).catch(() => null);
    // A file outside that holds data may not be what was being made there.
    const isOurs = record !== null && (folder.endsWith(DELETED) || (await this.isAllHole(record)));
    await this.clear(folder, isOurs ? record : null);
  }

  private async clear(folder: string, record: VolumeRecord | null): Promise<void> {
    if (record !== null && record.backingPath !== null && record.spec.backing.type === 'File') {
      const isTaken = [...this.entries.values()].some(({ backingPath }) => backingPath === record.backingPath);
      if (!isTaken) await this.disk.remove(record.backingPath);
    }
    await this.disk.remove(folder);
  }

  private refuseUsedName(spec: VolumeSpec): void {
    const others = [...this.entries.values(), ...this.arriving.values()];
    if (others.some((other) => other.spec.uid !== spec.uid && other.spec.name === spec.name)) {
      throw new Refusal('VOLUME_NAME_IN_USE', spec.name);
    }
  }

  /** Thin volumes may promise more than there is together, but not one of them alone. */
  private refuseBeyondFileSystem(folder: string, sizeBytes: number): void {
    refuseBeyond(sizeBytes, this.disk.capacityNow(folder).availableBytes);
  }

  private expect(uid: VolumeUid): Entry {
    const entry = this.entries.get(uid);
    if (entry === undefined) throw new Refusal('VOLUME_NOT_FOUND', uid);
    return entry;
  }

  private folderOf(uid: VolumeUid): string {
    return path.join(this.folder, uid);
  }

  private async isAllHole({ spec, backingPath }: VolumeRecord): Promise<boolean> {
    if (spec.backing.type === 'Block' || backingPath === null) return true;
    try {
      const file = await this.disk.open(backingPath, 'existing');
      const usedBytes = file.usedBytesNow();
      await file.close();
      return usedBytes === 0;
    } catch {
      return false;
    }
  }
}
