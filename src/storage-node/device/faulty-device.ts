/** A device whose failures are scripted: tests stack it on a real one. */
import type { Device, DeviceExtent } from './device.js';
import { systemRefusal } from './system-refusal.js';

export type FaultyOperation = 'write' | 'read' | 'zero' | 'sync' | 'grow';

interface Fault {
  readonly operation: FaultyOperation;
  readonly code: string;
  /** Calls that still succeed before. */
  skip: number;
  times: number;
}

export class FaultyDevice implements Device {
  /** Nothing counts as being in the page cache: reads and partial pages go to the thread pool. */
  isCold = false;
  /** Calls so far, failed ones included. */
  readonly calls: Record<FaultyOperation, number> = { write: 0, read: 0, zero: 0, sync: 0, grow: 0 };
  private readonly faults: Fault[] = [];
  private readonly delaysMs = new Map<FaultyOperation, number>();
  private readonly held = new Map<FaultyOperation, (() => void)[]>();

  constructor(private readonly inner: Device) {}

  /** After `skip` more calls of `operation` the next `times` fail with the system's `code` (EIO, ENOSPC …). */
  fail(operation: FaultyOperation, code: string, times = Infinity, skip = 0): void {
    this.faults.push({ operation, code, times, skip });
  }

  /** Ends all scripted failures. */
  repair(): void {
    this.faults.length = 0;
  }

  /** Calls on the pool take this much longer; 0 ends it. */
  delay(operation: FaultyOperation, ms: number): void {
    this.delaysMs.set(operation, ms);
  }

  /** Calls of `operation` on the pool wait until the returned function is called. */
  hold(operation: FaultyOperation): () => void {
    const waiting: (() => void)[] = [];
    this.held.set(operation, waiting);
    return () => {
      this.held.delete(operation);
      for (const release of waiting) release();
    };
  }

  get path(): string {
    return this.inner.path;
  }

  get sizeBytes(): number {
    return this.inner.sizeBytes;
  }

  get isThin(): boolean {
    return this.inner.isThin;
  }

  writeNow(buffers: readonly Uint8Array[], lengthBytes: number, offset: number): void {
    this.meetFault('write');
    this.inner.writeNow(buffers, lengthBytes, offset);
  }

  async write(buffers: readonly Uint8Array[], lengthBytes: number, offset: number): Promise<void> {
    await this.start('write');
    return this.inner.write(buffers, lengthBytes, offset);
  }

  readNow(target: Uint8Array, offset: number): boolean {
    return !this.isCold && !this.hasFault('read') && this.inner.readNow(target, offset);
  }

  async read(target: Uint8Array, offset: number): Promise<void> {
    await this.start('read');
    return this.inner.read(target, offset);
  }

  isWarm(offset: number, lengthBytes: number): boolean {
    return !this.isCold && this.inner.isWarm(offset, lengthBytes);
  }

  async zero(offset: number, lengthBytes: number, mayPunch: boolean): Promise<void> {
    await this.start('zero');
    return this.inner.zero(offset, lengthBytes, mayPunch);
  }

  extentsNow(offset: number, lengthBytes: number): DeviceExtent[] {
    return this.inner.extentsNow(offset, lengthBytes);
  }

  usedBytesNow(): number {
    return this.inner.usedBytesNow();
  }

  async sync(): Promise<void> {
    await this.start('sync');
    return this.inner.sync();
  }

  async grow(sizeBytes: number): Promise<void> {
    await this.start('grow');
    return this.inner.grow(sizeBytes);
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  private async start(operation: FaultyOperation): Promise<void> {
    const held = this.held.get(operation);
    if (held !== undefined) await new Promise<void>((resolve) => held.push(resolve));
    const delayMs = this.delaysMs.get(operation) ?? 0;
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    this.meetFault(operation);
  }

  private hasFault(operation: FaultyOperation): boolean {
    return this.faults.some((fault) => fault.operation === operation && fault.skip === 0 && fault.times > 0);
  }

  private meetFault(operation: FaultyOperation): void {
    this.calls[operation] += 1;
    for (const fault of this.faults) {
      if (fault.operation !== operation || fault.times === 0) continue;
      if (fault.skip > 0) {
        fault.skip -= 1;
      } else {
        fault.times -= 1;
        throw systemRefusal({ code: fault.code }, this.path);
      }
    }
  }
}
