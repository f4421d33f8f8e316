/**
 * A host at work: writes, zeroes, trims and flushes of random size, place and overlap, several in flight, every one told to the
 * oracle. What it asks for depends on the seed alone; how the answers interleave is the system's business.
 */
import type { NbdClient } from '../../src/tools/nbd-client/client.js';
import { SeededRandom } from './seeded-random.js';
import { GroupSpace } from './group-space.js';
import { CELL_BYTES, type VolumeModel } from './volume-model.js';

export interface HostWorkloadOptions {
  /** Requests in flight, 8 by default. */
  readonly depth?: number;
  /** Largest request in bytes, 128 KiB by default. */
  readonly maxBytes?: number;
  /** Part of the volume from its start that is written, all by default. A small one makes overlap. */
  readonly spanBytes?: number;
  /** Of a group; the one volume by default. */
  readonly space?: GroupSpace;
  /** Milliseconds between two requests of one slot, 0 by default: keeps a long run from being a flood. */
  readonly pauseMs?: number;
}

export interface WorkloadCounts {
  acknowledged: number;
  flushed: number;
  /** Requests that the server answered with an error, by errno name. */
  readonly failed: Map<string, number>;
  /** Requests without an answer when the connection was lost. */
  lost: number;
}

export class HostWorkload {
  private readonly random: SeededRandom;
  private readonly depth: number;
  private readonly maxBytes: number;
  private readonly space: GroupSpace;
  private readonly pauseMs: number;
  private isStopping = false;
  private remaining = 0;
  readonly counts: WorkloadCounts = { acknowledged: 0, flushed: 0, failed: new Map(), lost: 0 };
  /** When the last write was acknowledged, `performance.now()`; to see that the host goes on. */
  lastAcknowledgedAt = 0;

  constructor(
    readonly model: VolumeModel,
    options: HostWorkloadOptions = {},
  ) {
    this.random = new SeededRandom(model.seed);
    this.depth = options.depth ?? 8;
    this.space = options.space ?? new GroupSpace([{ offset: 0, length: options.spanBytes ?? model.sizeBytes }]);
    this.maxBytes = options.maxBytes ?? 128 * 1024;
    this.pauseMs = options.pauseMs ?? 0;
  }

  /**
   * Works until that many requests were made, `stop` was called or the connection was lost; resolves when nothing is in flight. May be
   * called again with a new connection: the sequence goes on.
   * @param to the volume, or one connection for each volume of the group
   */
  async run(to: NbdClient | readonly NbdClient[], requests = Infinity): Promise<void> {
    const clients = to instanceof Array ? to : [to];
    this.isStopping = false;
    this.remaining = requests;
    await Promise.all(Array.from({ length: this.depth }, () => this.work(clients)));
  }

  stop(): void {
    this.isStopping = true;
  }

  private async work(clients: readonly NbdClient[]): Promise<void> {
    while (!this.isStopping && this.remaining-- > 0) {
      try {
        await this.request(clients);
      } catch (error) {
        const { code } = error as { code?: string };
        if (code === undefined) throw error;
        if (code === 'CONNECTION_LOST') {
          this.counts.lost++;
          this.isStopping = true;
        } else {
          this.counts.failed.set(code, (this.counts.failed.get(code) ?? 0) + 1);
        }
      }
      if (this.pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, this.pauseMs));
    }
  }

  private async request(clients: readonly NbdClient[]): Promise<void> {
    const kind = this.random.below(16);
    if (kind === 0) {
      const began = this.model.beginFlush();
      await Promise.all(clients.map((client) => client.flush()));
      this.model.endFlush(began);
      this.counts.flushed++;
      return;
    }
    const { at, length } = this.chooseRange();
    const { volume, offset } = this.space.placeOf(at);
    const client = clients[volume]!;
    const isZero = kind === 1 || kind === 2;
    const write = this.model.begin(at, length, isZero);
    const isFua = kind === 3;
    try {
      if (kind === 1) await client.zero(offset, length);
      else if (kind === 2) await client.trim(offset, length);
      else await client.write(offset, this.model.payload(write), { fua: isFua });
    } catch (error) {
      this.model.fail(write);
      throw error;
    }
    this.model.acknowledge(write, isFua);
    this.counts.acknowledged++;
    this.lastAcknowledgedAt = performance.now();
  }

  /** Mostly small, sometimes large; mostly aligned to 4 KiB, sometimes not. */
  private chooseRange(): { at: number; length: number } {
    const { spans, starts } = this.space;
    const volume = spans.length === 1 ? 0 : this.random.below(spans.length);
    const spanCells = spans[volume]!.length / CELL_BYTES;
    const maxCells = Math.min(spanCells, this.maxBytes / CELL_BYTES);
    const limit = this.random.isOneIn(8) ? maxCells : Math.min(maxCells, 32);
    let cells = 1 + this.random.below(limit);
    let cell = this.random.below(spanCells - cells + 1);
    if (!this.random.isOneIn(4)) {
      cell -= cell % 8;
      cells = Math.min(maxCells, spanCells - cell, Math.ceil(cells / 8) * 8);
    }
    return { at: starts[volume]! + cell * CELL_BYTES, length: cells * CELL_BYTES };
  }
}

/** The whole volume as a host reads it. */
export async function readImage(client: NbdClient): Promise<Buffer> {
  const step = 4 * 1024 * 1024;
  const image = Buffer.allocUnsafe(client.sizeBytes);
  for (let at = 0; at < client.sizeBytes; at += step) {
    (await client.read(at, Math.min(step, client.sizeBytes - at))).copy(image, at);
  }
  return image;
}
