import type { Disk, DiskCapacity, DiskFile, Opening } from '../../src/storage-node/device/disk.js';

export type DiskOperation = 'open' | 'read' | 'write' | 'sync' | 'rename' | 'remove' | 'list';

interface Fault {
  readonly operations: readonly DiskOperation[];
  readonly path: RegExp;
  readonly code: string;
  /** Calls that still succeed before. */
  skip: number;
  times: number;
}

/** A disk whose failures are scripted, by operation and path. Syncs of folders count as syncs of their paths. */
export class FaultyDisk implements Disk {
  private faults: Fault[] = [];

  constructor(private readonly inner: Disk) {}

  /** After `skip` more calls that match the next `times` fail with the system's `code` (EIO, ENOSPC …). */
  fail(operations: readonly DiskOperation[], path: RegExp, code: string, times = Infinity, skip = 0): void {
    this.faults.push({ operations, path, code, skip, times });
  }

  /** No new files and no growth where `path` matches, as on a full file system; what is there can be overwritten. */
  fill(path: RegExp): void {
    this.fail(['open'], path, 'ENOSPC');
  }

  /** Ends all scripted failures. */
  repair(): void {
    this.faults = [];
  }

  async open(path: string, how: Opening): Promise<DiskFile> {
    if (how !== 'existing') this.meet('open', path);
    return this.wrap(await this.inner.open(path, how));
  }

  openNow(path: string, how: Opening): DiskFile {
    if (how !== 'existing') this.meet('open', path);
    return this.wrap(this.inner.openNow(path, how));
  }

  async list(folder: string): Promise<string[]> {
    this.meet('list', folder);
    return this.inner.list(folder);
  }

  makeFolder(folder: string): Promise<string | undefined> {
    return this.inner.makeFolder(folder);
  }

  async rename(from: string, to: string): Promise<void> {
    this.meet('rename', to);
    return this.inner.rename(from, to);
  }

  async remove(path: string): Promise<void> {
    this.meet('remove', path);
    return this.inner.remove(path);
  }

  removeNow(file: string): void {
    this.meet('remove', file);
    this.inner.removeNow(file);
  }

  async syncFolder(folder: string): Promise<void> {
    this.meet('sync', folder);
    return this.inner.syncFolder(folder);
  }

  capacityNow(path: string): DiskCapacity {
    return this.inner.capacityNow(path);
  }

  private wrap(file: DiskFile): DiskFile {
    const { path } = file;
    const outer = Object.create(file) as DiskFile;
    outer.writeNow = (...how) => {
      this.meet('write', path);
      file.writeNow(...how);
    };
    outer.write = async (...how) => {
      this.meet('write', path);
      return file.write(...how);
    };
    outer.readNow = (...how) => !this.isDue('read', path) && file.readNow(...how);
    outer.read = async (...how) => {
      this.meet('read', path);
      return file.read(...how);
    };
    outer.datasync = async () => {
      this.meet('sync', path);
      return file.datasync();
    };
    return outer;
  }

  private isDue(operation: DiskOperation, path: string): boolean {
    return this.faults.some(({ skip, times, ...fault }) => skip === 0 && times > 0 && matches(fault, operation, path));
  }

  private meet(operation: DiskOperation, path: string): void {
    for (const fault of this.faults) {
      if (fault.times === 0 || !matches(fault, operation, path)) continue;
      if (fault.skip > 0) {
        fault.skip--;
        continue;
      }
      fault.times--;
      throw Object.assign(new Error(`${fault.code}: ${operation} ${path}`), { code: fault.code });
    }
  }
}

function matches(fault: Pick<Fault, 'operations' | 'path'>, operation: DiskOperation, path: string): boolean {
  return fault.operations.includes(operation) && fault.path.test(path);
}
