/**
 * A host at work on the volumes of a simulated node: reads, writes, zeroes, trims and flushes, several in flight, every answer told to
 * the oracle and every read checked against it. Where the source's log puts a write is told as well.
 */
import type { ErrorName } from '../../src/errors/registry.js';
import { RECORD_PAYLOAD_BYTES_MAX } from '../../src/format/srl/record.js';
import {
  type BlockTarget,
  HostOperation,
  HostRequest,
  type ReplySink,
} from '../../src/storage-node/volume/host-request.js';
import type { SeededRandom } from '../support/seeded-random.js';
import type { GroupSpace } from '../support/group-space.js';
import { CELL_BYTES, type Mismatch, type ModelWrite, type VolumeModel } from '../support/volume-model.js';
import type { Life } from './simulated-network.js';
import type { Trace } from './trace.js';
import type { VirtualClock } from './virtual-clock.js';

export interface HostLoad {
  /** Requests in flight at most. */
  readonly depth: number;
  /** Longest pause between two requests of one slot, milliseconds. */
  readonly pauseMsMax: number;
  readonly maxBytes: number;
}

/** What a host is attached to: the volumes of one run of a node. */
export interface Attachment {
  readonly life: Life;
  readonly targets: readonly BlockTarget[];
  monotonicMs(): number;
}

interface Pending {
  readonly volume: number;
  /** A write longer than a record can hold is several, each whole or not there. */
  readonly writes: readonly ModelWrite[];
  readonly flushed: (() => void) | null;
  readonly judge: ((data: Buffer) => Mismatch | null) | null;
}

export class SimulatedHost implements ReplySink {
  readonly counts = { acknowledged: 0, flushed: 0, failed: 0, lost: 0, read: 0 };
  /** How many times as fast as usual. */
  hurry = 1;
  /** The first thing that no host should see. */
  wrong: string | null = null;
  private attachment: Attachment | null = null;
  private readonly pending = new Map<HostRequest, Pending>();
  private isAtWork = false;

  constructor(
    readonly model: VolumeModel,
    /** The parts of the volumes that are written, which the oracle knows. */
    readonly space: GroupSpace,
    readonly load: HostLoad,
    private readonly clock: VirtualClock,
    private readonly random: SeededRandom,
    private readonly trace: Trace,
    /** Where the volumes can be used just now, or null. */
    private readonly find: () => Attachment | null,
  ) {}

  /** Begins to send requests, and goes on until `rest`. */
  work(): void {
    if (this.isAtWork) return;
    this.isAtWork = true;
    this.next();
  }

  /** Sends no more; what is in flight goes on. */
  rest(): void {
    this.isAtWork = false;
  }

  get inFlight(): number {
    return this.pending.size;
  }

  /** The node that it was attached to is gone. */
  lose(life: Life): void {
    if (this.attachment?.life === life) this.leave();
  }

  /** Lets go of what it is attached to: what is in flight has no answer. */
  leave(): void {
    this.attachment = null;
    this.observeOrder();
    for (const { writes } of this.pending.values()) {
      this.counts.lost++;
      for (const write of writes) this.model.fail(write);
    }
    this.pending.clear();
  }

  /** Tells the oracle which places in the log the writes in flight have by now. */
  observeOrder(): void {
    for (const [request, { writes }] of this.pending) this.place(request, writes);
  }

  private place({ lastLsn }: HostRequest, writes: readonly ModelWrite[]): void {
    if (lastLsn <= 0) return;
    writes.forEach((write, index) => this.model.place(write, lastLsn - (writes.length - 1 - index)));
  }

  complete(request: HostRequest, error: ErrorName | null): void {
    const pending = this.take(request);
    if (pending === null) return;
    const { writes, flushed } = pending;
    this.place(request, writes);
    if (error !== null) {
      this.trace.note('host', `${error} ${nameOf(request)} ${writes[0]?.number ?? ''}`);
      this.counts.failed++;
      for (const write of writes) this.model.fail(write, true);
    } else if (flushed !== null) {
      this.trace.note('host', 'flushed');
      this.counts.flushed++;
      flushed();
    } else {
      this.trace.note('host', `acknowledged ${writes[0]!.number}`);
      this.counts.acknowledged++;
      for (const write of writes) this.model.acknowledge(write, request.isFua);
    }
  }

  completeRead(request: HostRequest, data: Buffer): void {
    const pending = this.take(request);
    if (pending === null) return;
    this.counts.read++;
    const wrong = pending.judge!(data);
    if (wrong !== null) this.wrong ??= `a host read what it must not: ${wrong.text}`;
  }

  private take(request: HostRequest): Pending | null {
    const pending = this.pending.get(request);
    if (pending === undefined || this.attachment === null || this.attachment.life.isOver) return null;
    this.pending.delete(request);
    return pending;
  }

  private next(): void {
    if (!this.isAtWork) return;
    const { load, random } = this;
    const attachment = this.attach();
    if (attachment !== null) {
      // What a connection parsed in one turn is handed over together.
      const batch: HostRequest[] = [];
      const count = random.isOneIn(3) ? 1 + random.below(load.depth) : 1;
      while (batch.length < count && this.pending.size < load.depth) batch.push(...this.draw());
      this.hand(attachment, batch);
    }
    this.clock.after((random.next() * load.pauseMsMax) / this.hurry, () => this.next());
  }

  private attach(): Attachment | null {
    if (this.attachment !== null && !this.attachment.life.isOver) return this.attachment;
    this.attachment = this.find();
    return this.attachment;
  }

  /** A FLUSH goes to every volume; whatever else to one. */
  private draw(): HostRequest[] {
    const { random, model } = this;
    const kind = random.below(20);
    if (kind === 0) return this.drawFlushes();
    const { at, length } = this.drawRange();
    const { volume, offset } = this.space.placeOf(at);
    if (kind <= 2) {
      const request = this.make(HostOperation.Read, offset, length, [], false, false);
      return [this.expect(request, { volume, judge: model.beginRead(at) })];
    }
    const operation = kind === 3 ? HostOperation.Trim : kind === 4 ? HostOperation.WriteZeroes : HostOperation.Write;
    const isZero = operation !== HostOperation.Write;
    const writes = isZero ? [model.begin(at, length, true)] : this.beginPieces(at, length);
    const payload = isZero ? [] : writes.flatMap((write) => this.slices(model.payload(write)));
    const request = this.make(operation, offset, length, payload, random.isOneIn(12), random.isOneIn(2));
    return [this.expect(request, { volume, writes })];
  }

  private drawFlushes(): HostRequest[] {
    const began = this.model.beginFlush();
    let left = this.space.spans.length;
    const flushed = (): void => {
      if (--left === 0) this.model.endFlush(began);
    };
    return this.space.spans.map((_, volume) =>
      this.expect(this.make(HostOperation.Flush, 0, 0, [], false, false), { volume, flushed }),
    );
  }

  private beginPieces(offset: number, length: number): ModelWrite[] {
    const writes: ModelWrite[] = [];
    for (let at = 0; at < length; at += RECORD_PAYLOAD_BYTES_MAX) {
      writes.push(this.model.begin(offset + at, Math.min(RECORD_PAYLOAD_BYTES_MAX, length - at)));
    }
    return writes;
  }

  private expect(request: HostRequest, outcome: Partial<Pending>): HostRequest {
    this.pending.set(request, { volume: 0, writes: [], flushed: null, judge: null, ...outcome });
    return request;
  }

  private hand(attachment: Attachment, batch: readonly HostRequest[]): void {
    for (const request of batch) {
      request.startedAtUs = attachment.monotonicMs() * 1000;
      const write = this.pending.get(request)?.writes[0];
      this.trace.note('host', `${nameOf(request)} ${write?.number ?? ''} ${request.offset}+${request.length}`);
    }
    attachment.targets.forEach((target, volume) => {
      const own = batch.filter((request) => this.pending.get(request)?.volume === volume);
      if (own.length > 0) target.submit(own);
    });
  }

  private make(
    operation: HostOperation,
    offset: number,
    length: number,
    payload: readonly Buffer[],
    isFua: boolean,
    isNoHole: boolean,
  ): HostRequest {
    return new HostRequest(this, 0, 0, operation, offset, length, payload, isFua, isNoHole, false, false);
  }

  /** A payload lies in memory as the socket's chunks held it. */
  private slices(payload: Buffer): Buffer[] {
    if (!this.random.isOneIn(4)) return [payload];
    const at = this.random.below(payload.length);
    return at === 0 ? [payload] : [payload.subarray(0, at), payload.subarray(at)];
  }

  /** Mostly small, sometimes large; mostly aligned to 4 KiB, sometimes not. */
  private drawRange(): { at: number; length: number } {
    const { random, load, space } = this;
    const volume = space.spans.length === 1 ? 0 : random.below(space.spans.length);
    const spanCells = space.spans[volume]!.length / CELL_BYTES;
    const maxCells = Math.min(spanCells, load.maxBytes / CELL_BYTES);
    let cells = 1 + random.below(random.isOneIn(10) ? maxCells : Math.min(maxCells, 32));
    let cell = random.below(spanCells - cells + 1);
    if (!random.isOneIn(4)) {
      cell -= cell % 8;
      cells = Math.min(maxCells, spanCells - cell, Math.ceil(cells / 8) * 8);
    }
    return { at: space.starts[volume]! + cell * CELL_BYTES, length: cells * CELL_BYTES };
  }
}

function nameOf({ operation, isFua }: HostRequest): string {
  const names = ['read', 'write', 'flush', 'trim', 'zero'];
  return isFua ? `${names[operation]!} fua` : names[operation]!;
}
