/**
 * The oracle: what a volume may hold after writes that ran side by side, some of them never acknowledged. A volume is cells of 512
 * bytes; every write fills its cells with its own number, so an image tells which write each cell was last given. Several volumes are
 * one, end to end: see GroupSpace.
 *
 * The rule: cell value `u` is wrong exactly when a write `w` that must be there came after `u`. What must be there: for `check`, every
 * acknowledged write; for `checkFlushed`, those that a FLUSH or FUA covered; for `checkPrefix`, every write that came before one seen
 * in the image, and each write seen in part. Writes that failed or are in flight may be there or not.
 *
 * One write comes after another when it began after the other had ended, which is all that is known from outside; or, of writes whose
 * place in the source's log was observed (`place`), when that is later. With all of them placed a prefix is judged exactly: the image is
 * that of one position in the log.
 *
 * What is found after a loss is `adopt`ed: from then on that is what was last written, and nothing that it lacks may come back.
 */
import { PrefixReach } from './prefix-reach.js';

export const CELL_BYTES = 512;

export interface ModelWrite {
  /** 1, 2, 3 … in order of submission; 0 is the blank volume. */
  readonly number: number;
  readonly isZero: boolean;
  readonly offset: number;
  readonly length: number;
  /** Ticks of the model's clock, which counts submissions and ends. */
  readonly startedAt: number;
  /** Infinity while in flight. */
  endedAt: number;
  isAcknowledged: boolean;
  /** The device failed under it: it may be there in part. */
  isTorn?: boolean;
  /** Acknowledged with FUA. */
  isDurable: boolean;
  /** Its position in the source's log. Comparable between writes of one era alone. */
  position?: number;
  readonly era: number;
}

export interface Mismatch {
  /** Of the first wrong cell. */
  readonly offset: number;
  readonly text: string;
}

export class VolumeModel {
  private readonly blank: ModelWrite;
  private readonly writes: ModelWrite[];
  /** Writes over each cell, in order of submission. */
  private readonly cells: (ModelWrite[] | undefined)[];
  private clock = 0;
  /** Rises when something may have been lost: positions in the log may then be given anew. */
  private era = 0;
  /** Every write acknowledged before this tick is durable: a FLUSH that began then has succeeded. */
  private flushedAt = -1;

  /** @param seed goes into every stamp, so that a volume of another run is never taken for this one */
  constructor(
    readonly sizeBytes: number,
    readonly seed: number,
  ) {
    if (sizeBytes % CELL_BYTES !== 0) throw new Error(`a volume of ${sizeBytes} bytes is not whole cells`);
    this.blank = {
      number: 0,
      isZero: true,
      offset: 0,
      length: sizeBytes,
      startedAt: -2,
      endedAt: -1,
      isAcknowledged: true,
      isDurable: true,
      era: -1,
    };
    this.writes = [this.blank];
    this.cells = new Array<ModelWrite[] | undefined>(sizeBytes / CELL_BYTES);
  }

  get writeCount(): number {
    return this.writes.length - 1;
  }

  get acknowledgedCount(): number {
    return this.writes.filter((write) => write.isAcknowledged).length - 1;
  }

  /** Call before the request is sent. Offset and length are whole cells. */
  begin(offset: number, length: number, isZero = false): ModelWrite {
    if (offset % CELL_BYTES !== 0 || length % CELL_BYTES !== 0 || length === 0 || offset + length > this.sizeBytes) {
      throw new Error(`range ${offset}+${length} is not whole cells of the volume`);
    }
    const write: ModelWrite = {
      number: this.writes.length,
      isZero,
      offset,
      length,
      startedAt: this.clock++,
      endedAt: Infinity,
      isAcknowledged: false,
      isDurable: false,
      era: this.era,
    };
    this.writes.push(write);
    for (let cell = offset / CELL_BYTES; cell < (offset + length) / CELL_BYTES; cell++) {
      (this.cells[cell] ??= []).push(write);
    }
    return write;
  }

  /** @param isDurable it was asked for with FUA */
  acknowledge(write: ModelWrite, isDurable = false): void {
    write.endedAt = this.clock++;
    write.isAcknowledged = true;
    write.isDurable = isDurable;
  }

  /** The write failed or its connection was lost: it may be there or not, but will not come later. */
  fail(write: ModelWrite, isTorn = false): void {
    write.endedAt = this.clock++;
    write.isTorn = isTorn;
  }

  /** The write was seen at this position of the source's log. */
  place(write: ModelWrite, position: number): void {
    write.position = position;
  }

  /** For `checkPrefix`: up to where a FLUSH made everything durable. */
  get durableMoment(): number {
    return this.flushedAt;
  }

  /** A moment between everything so far and everything to come, for `checkPrefix`. */
  now(): number {
    return this.clock++;
  }

  /** Call before a FLUSH is sent. @returns what `endFlush` is to be given */
  beginFlush(): number {
    return this.clock++;
  }

  endFlush(began: number): void {
    this.flushedAt = Math.max(this.flushedAt, began);
  }

  /** Every copy lost its power: what was acknowledged but not flushed may be there or not. */
  losePower(): void {
    for (const write of this.writes) if (write.isAcknowledged && !this.isFlushed(write)) write.isAcknowledged = false;
  }

  /** The bytes that a write sends. */
  payload(write: ModelWrite): Buffer {
    const bytes = Buffer.allocUnsafe(write.length);
    for (let at = 0; at < write.length; at += CELL_BYTES) {
      this.stamp(write.number, (write.offset + at) / CELL_BYTES).copy(bytes, at);
    }
    return bytes;
  }

  /** Null when every cell of the image holds something it may hold, all acknowledged writes counted as there. */
  check(image: Buffer): Mismatch | null {
    return this.judge(image, (write) => write.isAcknowledged);
  }

  /** Call before a read is sent, and the answer with what was read: null when every cell may have held that meanwhile. */
  beginRead(offset: number): (data: Buffer) => Mismatch | null {
    const startedAt = this.clock++;
    return (data) =>
      this.findWrongCell(data, (write) => write.isAcknowledged && write.endedAt < startedAt, offset / CELL_BYTES);
  }

  /**
   * From now on the volume holds this, whatever was lost: what it does not show is gone for good. Nothing may be in flight.
   * @param image passed `check` or `checkFlushed`
   */
  adopt(image: Buffer): void {
    const startedAt = this.clock++;
    const endedAt = this.clock++;
    const era = this.era++;
    this.cells.forEach((history, cell) => {
      const number = this.numberIn(image, cell) ?? 0;
      const isZero = number === 0;
      const found = history?.findLast((write) => (isZero ? write.isZero : write.number === number)) ?? this.blank;
      const place = { offset: cell * CELL_BYTES, length: CELL_BYTES };
      const isDurable = this.isFlushed(found);
      history?.push({ number, isZero, ...place, startedAt, endedAt, isAcknowledged: true, isDurable, era });
    });
  }

  /** The same, only flushed ones counted as there. */
  checkFlushed(image: Buffer): Mismatch | null {
    return this.judge(image, (write) => this.isFlushed(write));
  }

  /**
   * Null when the image is what some prefix of the write order left: whatever it lacks comes after everything that it has. The blank
   * volume is the empty prefix.
   * @param atLeast a moment given by `now`: the prefix holds at least what was acknowledged by then
   * @param isIn whether what lies at an offset is looked at
   */
  checkPrefix(image: Buffer, atLeast = -1, isIn = everywhere): Mismatch | null {
    const reach = new PrefixReach(atLeast);
    const zeros: number[] = [];
    for (let cell = 0; cell < this.cells.length; cell++) {
      if (!isIn(cell * CELL_BYTES)) continue;
      const number = this.numberIn(image, cell);
      if (number === null || this.cells[cell] === undefined) continue;
      if (number === 0) zeros.push(cell);
      else reach.see(this.writes[number]!);
    }
    while (zeros.filter((cell) => this.seeZeroing(cell, reach)).length > 0);
    return this.judge(image, (write) => reach.has(write), isIn);
  }

  /** Zeros do not tell which write they are of: of the first that it can be. @returns whether more must be there than was known */
  private seeZeroing(cell: number, reach: PrefixReach): boolean {
    const history = this.cells[cell]!;
    const known = history.filter((write) => reach.has(write));
    const possible = history.filter((zeroing) => zeroing.isZero && !known.some((write) => isAfter(write, zeroing)));
    if (known.length === 0 || possible.some((zeroing) => known.includes(zeroing))) return false;
    const isFirst = (zeroing: ModelWrite): boolean =>
      possible.every((other) => other === zeroing || isAfter(other, zeroing));
    const first = possible.find(isFirst);
    return first !== undefined && first.isTorn !== true && reach.see(first);
  }

  private isFlushed(write: ModelWrite): boolean {
    return write.isAcknowledged && (write.isDurable || write.endedAt < this.flushedAt);
  }

  private judge(image: Buffer, mustBeThere: (write: ModelWrite) => boolean, isIn = everywhere): Mismatch | null {
    if (image.length !== this.sizeBytes) return { offset: 0, text: `the image has ${image.length} bytes` };
    return this.findWrongCell(image, mustBeThere, 0, isIn);
  }

  /** @param first cell that the bytes begin with */
  private findWrongCell(
    bytes: Buffer,
    mustBeThere: (write: ModelWrite) => boolean,
    first = 0,
    isIn = everywhere,
  ): Mismatch | null {
    for (let cell = first; cell < first + bytes.length / CELL_BYTES; cell++) {
      if (!isIn(cell * CELL_BYTES)) continue;
      const wrong = this.judgeCell(cell, this.numberIn(bytes, cell, first), mustBeThere);
      if (wrong !== null) {
        const offset = cell * CELL_BYTES;
        return { offset, text: `seed ${this.seed}, offset ${offset} (cell ${cell}): ${wrong}` };
      }
    }
    return null;
  }

  /** @param number of the write that the cell holds, 0 for zeros, null for bytes that nobody wrote */
  private judgeCell(cell: number, number: number | null, mustBeThere: (write: ModelWrite) => boolean): string | null {
    if (number === null) return 'holds bytes that no write put there';
    const history = this.cells[cell] ?? [];
    const values = [this.blank, ...history].filter((write) =>
      number === 0 ? write.isZero : write.number === number && !write.isZero,
    );
    if (values.length === 0) return `holds ${number === 0 ? 'zeros' : `write ${number}, which never covered it`}`;
    const later = (value: ModelWrite) => history.find((write) => isAfter(write, value) && mustBeThere(write));
    if (values.some((value) => later(value) === undefined)) return null;
    const value = values.at(-1)!;
    return `holds ${describe(value)}, but ${describe(later(value)!)} came after that`;
  }

  /** 0 for zeros, null for what is neither zeros nor a stamp of this model for this cell. */
  private numberIn(image: Buffer, cell: number, first = 0): number | null {
    const bytes = image.subarray((cell - first) * CELL_BYTES, (cell - first + 1) * CELL_BYTES);
    const number = bytes.readUInt32LE(0);
    if (number === 0) return bytes.equals(zeroCell) ? 0 : null;
    return number < this.writes.length && bytes.equals(this.stamp(number, cell)) ? number : null;
  }

  private stamp(number: number, cell: number): Buffer {
    pattern.writeUInt32LE(number, 0);
    pattern.writeUInt32LE(cell, 4);
    pattern.writeUInt32LE(this.seed >>> 0, 8);
    pattern.writeUInt32LE((number ^ (cell << 7)) >>> 0, 12);
    return stampCell.fill(pattern);
  }
}

const everywhere = (_offset: number): boolean => true;
const zeroCell = Buffer.alloc(CELL_BYTES);
const pattern = Buffer.alloc(16);
const stampCell = Buffer.alloc(CELL_BYTES);

function isAfter(write: ModelWrite, value: ModelWrite): boolean {
  const arePlaced = write.position !== undefined && value.position !== undefined && write.era === value.era;
  return arePlaced ? write.position! > value.position! : value.endedAt < write.startedAt;
}

function describe(write: ModelWrite): string {
  const end = write.isAcknowledged ? 'acknowledged' : write.endedAt === Infinity ? 'in flight' : 'failed';
  if (write.number === 0) return 'the blank volume';
  const at = write.position === undefined ? '' : `, position ${write.position}`;
  return `${write.isZero ? 'zeroing' : 'write'} ${write.number} (${end}, ${write.offset}+${write.length}${at})`;
}
