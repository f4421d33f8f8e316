/**
 * A disk in memory, for runs that a seed brings back: with a page cache that a loss of power takes, faults by script, and calls
 * that end when a scheduler says so. See simulated-file.ts and simulated-folder.ts for what survives.
 */
import type { Disk, DiskCapacity, DiskFile, Opening } from '../../src/storage-node/device/disk.js';
import { SeededRandom } from './seeded-random.js';
import { PAGE_BYTES, SECTOR_BYTES, SimulatedFile, type Space } from './simulated-file.js';
import { SimulatedFolder, type Node } from './simulated-folder.js';

export type DiskOperation =
  | 'open'
  | 'read'
  | 'write'
  | 'datasync'
  | 'resize'
  | 'zero'
  | 'list'
  | 'makeFolder'
  | 'rename'
  | 'remove'
  | 'syncFolder';

export interface DiskFault {
  readonly operation: DiskOperation;
  /** Where; everywhere when not said. */
  readonly path?: RegExp;
  /** The system's: EIO, ENOSPC … A failing write may have written a part. */
  readonly code: string;
  /** Calls that still succeed before. */
  readonly skip?: number;
  /** For ever when not said. */
  readonly times?: number;
}

export interface SimulatedDiskOptions {
  readonly seed: number;
  /** Of all files together, in whole pages. */
  readonly capacityBytes?: number;
  /** Runs what ends a call on the pool, some time later and in any order; the system's next turn when not said. */
  readonly schedule?: (run: () => void) => void;
  /** How often a page is said not to be in the cache: from 0 (the default) to 1. */
  readonly coldPart?: number;
}

const CAPACITY_BYTES = 2 ** 40;

export class SimulatedDisk {
  /** Called before each call of a running process; it may end the process by kill or losePower, and the call is then not made. */
  onCall: (operation: DiskOperation, path: string) => void = () => undefined;
  /** The same before a call on the pool ends. */
  onEnd: () => void = () => undefined;
  readonly random: SeededRandom;
  readonly coldPart: number;
  private root = new SimulatedFolder();
  private readonly space: { usedPages: number; maxPages: number };
  private readonly schedule: (run: () => void) => void;
  private faults: { readonly fault: DiskFault; skip: number; times: number }[] = [];
  /** What calls on the pool have still to do. */
  private underWay = new Map<() => unknown, string>();
  /** Rises with every end of a process: handles and calls of earlier ones do nothing. */
  private run = 0;

  constructor(private readonly options: SimulatedDiskOptions) {
    this.random = new SeededRandom(options.seed);
    this.coldPart = options.coldPart ?? 0;
    this.schedule = options.schedule ?? ((run) => void setImmediate(run));
    this.space = { usedPages: 0, maxPages: Math.floor((options.capacityBytes ?? CAPACITY_BYTES) / PAGE_BYTES) };
  }

  /** The disk as a process uses it, until that is killed. A process that comes later mounts it anew. */
  mount(): Disk {
    return new MountedDisk(this, this.run);
  }

  /** The process dies: what it wrote stays seen. Each call under way is made, or not; nobody hears of its end. */
  kill(): void {
    this.run++;
    const underWay = [...this.underWay.keys()];
    this.underWay.clear();
    for (const make of underWay) {
      if (this.random.isOneIn(2)) continue;
      try {
        make();
      } catch {
        // Nobody is left to be told.
      }
    }
    this.countAnew();
  }

  /** The machine stops: of what was not synced anything may be gone, and every process with it. */
  losePower(random: SeededRandom = this.random): void {
    this.kill();
    this.root.losePower(random);
    this.countAnew();
  }

  fail(fault: DiskFault): void {
    this.faults.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? Infinity });
  }

  /** Ends all scripted failures. */
  repair(): void {
    this.faults = [];
  }

  set capacityBytes(bytes: number) {
    this.space.maxPages = Math.floor(bytes / PAGE_BYTES);
  }

  get capacityBytes(): number {
    return this.space.maxPages * PAGE_BYTES;
  }

  get usedBytes(): number {
    return this.space.usedPages * PAGE_BYTES;
  }

  /** @param bit 0 to 7 */
  flipBit(path: string, position: number, bit: number): void {
    this.fileAt(path).flipBit(position, bit);
  }

  /** What a reader would find. */
  contentOf(path: string): Buffer {
    const file = this.fileAt(path);
    const bytes = Buffer.alloc(file.sizeBytes);
    file.read(bytes, 0);
    return bytes;
  }

  /** Fills `target` with what a reader would find. */
  peek(path: string, target: Buffer, position: number): void {
    this.fileAt(path).read(target, position);
  }

  /** Whether calls on the pool that concern a file have still to be made. */
  isBusy(path: string): boolean {
    return [...this.underWay.values()].includes(path);
  }

  /** Paths of all files, in order. */
  paths(): string[] {
    return [...this.root.files('')].map(([path]) => path).sort();
  }

  /** As if the disk had been copied, with everything that is not synced yet: for clones, and to try something out. */
  copy(options: Partial<SimulatedDiskOptions> = {}): SimulatedDisk {
    const copy = new SimulatedDisk({ ...this.options, ...options });
    copy.root = this.root.copy(copy.space);
    copy.countAnew();
    return copy;
  }

  isRunning(run: number): boolean {
    return run === this.run;
  }

  /** Counts a call of a process; says whether the process is there to make it. */
  begin(run: number, operation: DiskOperation, path: string): boolean {
    if (run === this.run) this.onCall(operation, path);
    return run === this.run;
  }

  /** The failure that is scripted for this call, or null. */
  faultOf(operation: DiskOperation, path: string): Error | null {
    for (const each of this.faults) {
      const { fault } = each;
      if (fault.operation !== operation || each.times === 0 || fault.path?.test(path) === false) continue;
      if (each.skip > 0) {
        each.skip--;
      } else {
        each.times--;
        return systemError(fault.code, path);
      }
    }
    return null;
  }

  /** Makes a call on the pool. */
  later<T>(path: string, make: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.underWay.set(make, path);
      this.schedule(() => {
        if (this.underWay.has(make)) this.onEnd();
        if (!this.underWay.delete(make)) return;
        try {
          resolve(make());
        } catch (error) {
          reject(error as Error);
        }
      });
    });
  }

  find(path: string): Node | undefined {
    let node: Node | undefined = this.root;
    for (const name of partsOf(path)) {
      if (!(node instanceof SimulatedFolder)) return undefined;
      node = node.entries.get(name);
    }
    return node;
  }

  /** @throws ENOENT, ENOTDIR */
  folderAt(path: string): SimulatedFolder {
    const found = this.find(path);
    if (found === undefined) throw systemError('ENOENT', path);
    if (!(found instanceof SimulatedFolder)) throw systemError('ENOTDIR', path);
    return found;
  }

  /** @throws ENOENT, EISDIR */
  fileAt(path: string): SimulatedFile {
    const found = this.find(path);
    if (found === undefined) throw systemError('ENOENT', path);
    if (found instanceof SimulatedFolder) throw systemError('EISDIR', path);
    return found;
  }

  newFile(path: string): SimulatedFile {
    if (this.space.usedPages >= this.space.maxPages) throw systemError('ENOSPC', path);
    const file = new SimulatedFile(this.space);
    file.links = 1;
    this.folderAt(parentOf(path)).change([nameOf(path), file]);
    return file;
  }

  release(node: Node): void {
    if (node instanceof SimulatedFolder) {
      for (const [name, inner] of [...node.entries]) {
        node.change([name, null]);
        this.release(inner);
      }
    } else if (--node.links === 0) {
      node.moveTo(null);
    }
  }

  /** No process has a file open: what has no name is gone. */
  private countAnew(): void {
    const files = [...this.root.files('')].map(([, file]) => file);
    for (const file of files) file.moveTo(null);
    this.space.usedPages = 0;
    for (const file of files) {
      file.links = 1;
      file.moveTo(this.space);
    }
  }
}

/** A process's view of the disk. */
class MountedDisk implements Disk {
  constructor(
    private readonly disk: SimulatedDisk,
    private readonly run: number,
  ) {}

  open(path: string, how: Opening): Promise<DiskFile> {
    return this.later('open', path, () => this.opened(path, how));
  }

  openNow(path: string, how: Opening): DiskFile {
    if (!this.beginNow('open', path)) return new MountedFile(this.disk, this.run, path, new SimulatedFile(NOWHERE));
    return this.opened(path, how);
  }

  list(folder: string): Promise<string[]> {
    return this.later('list', folder, () => [...this.disk.folderAt(folder).entries.keys()].sort());
  }

  makeFolder(folder: string): Promise<string | undefined> {
    return this.later('makeFolder', folder, () => {
      let at = '';
      let topmost: string | undefined;
      for (const name of partsOf(folder)) {
        const parent = this.disk.folderAt(at);
        at = `${at}/${name}`;
        if (parent.entries.has(name)) continue;
        parent.change([name, new SimulatedFolder()]);
        topmost ??= at;
      }
      this.disk.folderAt(folder);
      return topmost;
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.later('rename', from, () => {
      const folder = this.disk.folderAt(parentOf(from));
      if (this.disk.folderAt(parentOf(to)) !== folder) throw systemError('EXDEV', `${from} to ${to}`);
      const node = this.disk.find(from);
      const replaced = this.disk.find(to);
      if (node === undefined) throw systemError('ENOENT', from);
      if (replaced instanceof SimulatedFolder && replaced.entries.size > 0) throw systemError('ENOTEMPTY', to);
      if (node === replaced) return;
      folder.change([nameOf(from), null], [nameOf(to), node]);
      if (replaced !== undefined) this.disk.release(replaced);
    });
  }

  remove(path: string): Promise<void> {
    return this.later('remove', path, () => this.removed(path));
  }

  removeNow(file: string): void {
    if (this.beginNow('remove', file)) this.removed(file);
  }

  syncFolder(path: string): Promise<void> {
    const found = this.disk.find(path);
    const covered = found instanceof SimulatedFolder ? found.beginSync() : 0;
    return this.later('syncFolder', path, () => this.disk.folderAt(path).syncSucceeded(covered));
  }

  capacityNow(): DiskCapacity {
    const { capacityBytes, usedBytes } = this.disk;
    return { sizeBytes: capacityBytes, availableBytes: Math.max(0, capacityBytes - usedBytes) };
  }

  private opened(path: string, how: Opening): DiskFile {
    const found = this.disk.find(path);
    if (found !== undefined && how === 'new') throw systemError('EEXIST', path);
    const file = found === undefined && how !== 'existing' ? this.disk.newFile(path) : this.disk.fileAt(path);
    if (how === 'empty') file.resize(0);
    file.links++;
    return new MountedFile(this.disk, this.run, path, file);
  }

  private removed(path: string): void {
    const node = this.disk.find(path);
    if (node === undefined) return;
    this.disk.release(node);
    this.disk.folderAt(parentOf(path)).change([nameOf(path), null]);
  }

  private beginNow(operation: DiskOperation, path: string): boolean {
    if (!this.disk.begin(this.run, operation, path)) return false;
    const fault = this.disk.faultOf(operation, path);
    if (fault !== null) throw fault;
    return true;
  }

  private later<T>(operation: DiskOperation, path: string, make: () => T): Promise<T> {
    if (!this.disk.begin(this.run, operation, path)) return new Promise(() => undefined);
    const fault = this.disk.faultOf(operation, path);
    return this.disk.later(path, () => {
      if (fault !== null) throw fault;
      return make();
    });
  }
}

/** A handle of a process: once that is dead, it does nothing. */
class MountedFile implements DiskFile {
  private isClosed = false;

  constructor(
    private readonly disk: SimulatedDisk,
    private readonly run: number,
    readonly path: string,
    private readonly file: SimulatedFile,
  ) {}

  writeNow(buffers: readonly Uint8Array[], lengthBytes: number, position: number): void {
    if (!this.begin('write')) return;
    this.put(joined(buffers, lengthBytes), position, this.disk.faultOf('write', this.path));
  }

  write(buffers: readonly Uint8Array[], lengthBytes: number, position: number): Promise<void> {
    return this.later('write', (fault) => this.put(joined(buffers, lengthBytes), position, fault));
  }

  isWarm(): boolean {
    return this.isCached();
  }

  readNow(target: Uint8Array, position: number): boolean {
    if (!this.begin('read') || !this.isCached()) return false;
    // A failing read shows on the pool, where its fault is met.
    return this.file.read(target, position) === target.length;
  }

  read(target: Uint8Array, position: number): Promise<number> {
    return this.later('read', (fault) => {
      if (fault !== null) throw fault;
      return this.file.read(target, position);
    });
  }

  usedBytesNow(): number {
    return this.file.allocatedPages * PAGE_BYTES;
  }

  datasync(): Promise<void> {
    const covered = this.file.beginSync();
    return this.later('datasync', (fault) => {
      if (fault === null) return this.file.syncSucceeded(covered);
      this.file.syncFailed(covered, this.disk.random);
      throw fault;
    });
  }

  close(): Promise<void> {
    return this.disk.isRunning(this.run)
      ? this.disk.later(this.path, () => this.closeNow())
      : new Promise(() => undefined);
  }

  sizeBytesNow(): number {
    return this.file.sizeBytes;
  }

  resize(sizeBytes: number): Promise<void> {
    return this.later('resize', (fault) => {
      if (fault !== null) throw fault;
      this.file.resize(sizeBytes);
    });
  }

  zero(position: number, lengthBytes: number, mayPunch: boolean): Promise<void> {
    return this.later('zero', (fault) => {
      if (fault !== null) throw fault;
      this.file.zero(position, lengthBytes, mayPunch);
    });
  }

  extentsNow(position: number, lengthBytes: number): ReturnType<DiskFile['extentsNow']> {
    return this.file.extents(position, lengthBytes);
  }

  closeNow(): void {
    if (!this.isClosed && this.disk.isRunning(this.run)) this.disk.release(this.file);
    this.isClosed = true;
  }

  /** A failing write gets somewhere, in whole sectors. */
  private put(bytes: Uint8Array, position: number, fault: Error | null): void {
    if (fault === null) return this.file.write(bytes, position);
    const end = position + this.disk.random.below(bytes.length + 1);
    this.file.write(bytes.subarray(0, Math.max(0, end - (end % SECTOR_BYTES) - position)), position);
    throw fault;
  }

  private isCached(): boolean {
    return this.disk.coldPart === 0 || this.disk.random.next() >= this.disk.coldPart;
  }

  private begin(operation: DiskOperation): boolean {
    if (!this.disk.begin(this.run, operation, this.path)) return false;
    if (this.isClosed) throw systemError('EBADF', this.path);
    return true;
  }

  private later<T>(operation: DiskOperation, make: (fault: Error | null) => T): Promise<T> {
    if (!this.begin(operation)) return new Promise(() => undefined);
    const fault = this.disk.faultOf(operation, this.path);
    return this.disk.later(this.path, () => make(fault));
  }
}

/** Room for what a dead process writes. */
const NOWHERE: Space = { usedPages: 0, maxPages: Infinity };

function joined(buffers: readonly Uint8Array[], lengthBytes: number): Uint8Array {
  return buffers.length === 1 ? buffers[0]!.subarray(0, lengthBytes) : Buffer.concat(buffers, lengthBytes);
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path} (simulated)`), { code });
}
