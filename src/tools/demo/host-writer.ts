import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { REGION_BYTES } from '../../model/sizes.js';
import { NbdClient } from '../nbd-client/client.js';
import { ConnectionLost } from '../nbd-client/errors.js';
import { BLOCK_BYTES, type ImageModel } from './image-model.js';

const DEPTH = 8;
const WRITE_BLOCKS_MAX = 8;
/** Between two writes of one worker, so that the host is busy and the machine is not. */
const PAUSE_MS = 2;
const READ_BYTES = 1024 * 1024;

export interface HostAddress {
  readonly host: string;
  readonly port: number;
  readonly exportName: string;
}

/** A host at work: random writes over NBD, each of them entered into the model when its answer has come. */
export class HostWriter {
  acknowledgedWrites = 0;
  /** What failed writes failed with. */
  readonly failures: string[] = [];
  /** Longest time that a write took so far, milliseconds. */
  longestMs = 0;
  private readonly busyBlocks = new Set<number>();
  private regions = new Set<number>();
  private isLost = false;
  private isStopping = false;
  private workers: Promise<void>[] = [];

  private constructor(
    private readonly client: NbdClient,
    private readonly model: ImageModel,
  ) {}

  static async attach(address: HostAddress, model: ImageModel): Promise<HostWriter> {
    return new HostWriter(await NbdClient.connect(address.host, address.port, address.exportName), model);
  }

  start(): void {
    this.isStopping = false;
    this.workers = Array.from({ length: DEPTH }, () => this.work());
  }

  /** Waits for the answers of all writes. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.all(this.workers);
  }

  async detach(): Promise<void> {
    await this.stop();
    await this.client.disconnect();
  }

  /** Resolves when the connection is gone and every write in flight has been judged. */
  async lost(): Promise<void> {
    await Promise.all([...this.workers, this.client.closed]);
  }

  /** Forgets which regions were written, and how long writes took. */
  mark(): void {
    this.regions = new Set();
    this.longestMs = 0;
  }

  /** Distinct regions written since the mark, whether answered or not. */
  get regionsWritten(): number {
    return this.regions.size;
  }

  /** Resolves when so many more writes have been acknowledged; rejects when the host lost its disk. */
  async acknowledge(count: number, timeoutMs: number): Promise<void> {
    const goal = this.acknowledgedWrites + count;
    for (const until = Date.now() + timeoutMs; this.acknowledgedWrites < goal; await sleep(10)) {
      const done = `${count - goal + this.acknowledgedWrites} of ${count} writes acknowledged`;
      if (this.isLost) throw new Error(`the host lost its disk after ${done}`);
      if (Date.now() > until) throw new Error(`only ${done}, ${this.client.inflight} wait ${this.failures[0] ?? ''}`);
    }
  }

  private async work(): Promise<void> {
    while (!this.isStopping) {
      const { offset, data } = this.nextWrite();
      const startedAt = performance.now();
      try {
        await this.client.write(offset, data);
        this.model.acknowledged(offset, data);
        this.acknowledgedWrites += 1;
      } catch (error) {
        this.model.unanswered(offset, data);
        if (error instanceof ConnectionLost) {
          this.isLost = true;
          return;
        }
        this.failures.push((error as Error).message);
      } finally {
        this.longestMs = Math.max(this.longestMs, performance.now() - startedAt);
        for (const block of blocksOf(offset, data)) this.busyBlocks.delete(block);
      }
      await sleep(PAUSE_MS);
    }
  }

  /** Never overlaps a write in flight: which of the two came last would be unknown. */
  private nextWrite(): { offset: number; data: Buffer } {
    for (;;) {
      const count = randomInt(1, WRITE_BLOCKS_MAX + 1);
      const first = randomInt(this.model.blockCount - count);
      const offset = first * BLOCK_BYTES;
      const data = Buffer.alloc(
        count * BLOCK_BYTES,
        `write ${this.acknowledgedWrites} at ${first}, ${randomInt(2 ** 32)}. `,
      );
      const blocks = blocksOf(offset, data);
      if (blocks.some((block) => this.busyBlocks.has(block))) continue;
      for (const block of blocks) {
        this.busyBlocks.add(block);
        this.regions.add(Math.floor((block * BLOCK_BYTES) / REGION_BYTES));
      }
      return { offset, data };
    }
  }
}

function blocksOf(offset: number, data: Buffer): number[] {
  return Array.from({ length: data.length / BLOCK_BYTES }, (_, index) => offset / BLOCK_BYTES + index);
}

/** Reads a whole volume as a host does, piece by piece. */
export async function readVolume(address: HostAddress, visit: (offset: number, data: Buffer) => void): Promise<void> {
  const client = await NbdClient.connect(address.host, address.port, address.exportName);
  try {
    for (let offset = 0; offset < client.sizeBytes; offset += READ_BYTES) {
      visit(offset, await client.read(offset, Math.min(READ_BYTES, client.sizeBytes - offset)));
    }
  } finally {
    await client.disconnect();
  }
}

/** Reads two volumes side by side. */
export async function compareVolumes(
  one: HostAddress,
  other: HostAddress,
): Promise<{ readonly bytes: number; readonly differing: number }> {
  const [a, b] = await Promise.all([one, other].map((at) => NbdClient.connect(at.host, at.port, at.exportName)));
  let differing = Math.abs(a!.sizeBytes - b!.sizeBytes);
  const bytes = Math.min(a!.sizeBytes, b!.sizeBytes);
  for (let offset = 0; offset < bytes; offset += READ_BYTES) {
    const length = Math.min(READ_BYTES, bytes - offset);
    const [left, right] = await Promise.all([a!.read(offset, length), b!.read(offset, length)]);
    if (!left.equals(right)) left.forEach((byte, index) => (differing += byte === right[index] ? 0 : 1));
  }
  await Promise.all([a!.disconnect(), b!.disconnect()]);
  return { bytes, differing };
}
