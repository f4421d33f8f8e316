/**
 * The volumes of a group end to end, as one volume of an oracle: so that the order of writes over all of them is judged as that within
 * one. Of each volume only a span is written and known; the others' bytes stay blank.
 */
import type { VolumeModel } from './volume-model.js';

export interface Span {
  /** Where it begins in its volume, bytes. */
  readonly offset: number;
  readonly length: number;
}

/** A range of one volume. */
export interface Place {
  /** Index of the volume. */
  readonly volume: number;
  readonly offset: number;
}

export class GroupSpace {
  readonly sizeBytes: number;
  /** Where each volume's span begins in the space. */
  readonly starts: readonly number[];

  constructor(readonly spans: readonly Span[]) {
    let at = 0;
    this.starts = spans.map(({ length }) => (at += length) - length);
    this.sizeBytes = at;
  }

  /** Where in which volume a position of the space lies. */
  placeOf(at: number): Place {
    const volume = this.starts.findLastIndex((start) => start <= at);
    return { volume, offset: at - this.starts[volume]! + this.spans[volume]!.offset };
  }

  /** Puts an image together. @param read fills the buffer with a volume's bytes from the offset on */
  image(
    read: (volume: number, offset: number, into: Buffer) => void,
    image = Buffer.alloc(this.sizeBytes),
  ): Buffer<ArrayBuffer> {
    this.spans.forEach(({ offset, length }, volume) => {
      const start = this.starts[volume]!;
      read(volume, offset, image.subarray(start, start + length));
    });
    return image;
  }
}

/**
 * How long the prefix at a destination is at least (promise C01), learned from what the source says of its log: everything acknowledged
 * before its head was at a position must be there once it has the data ack of that position.
 */
export class DataAcknowledged {
  /** For `checkPrefix`. */
  atLeast = -1;
  private heads: { readonly moment: number; readonly lsn: number }[] = [];

  constructor(private readonly model: VolumeModel) {}

  /** @param beforeMoment asked of the model before the source was asked */
  heard(headLsn: number, durableLsn: number, beforeMoment = this.model.now()): void {
    if (this.heads.at(-1)?.lsn !== headLsn) this.heads.push({ moment: beforeMoment, lsn: headLsn });
    while (this.heads.length > 0 && this.heads[0]!.lsn <= durableLsn) this.reach(this.heads.shift()!.moment);
  }

  /** The destination was said to be equal. @param moment asked of the model before the source was asked */
  equal(moment = this.model.now()): void {
    this.reach(moment);
  }

  /** Positions that were heard may be given anew. */
  forgetHeads(): void {
    this.heads = [];
  }

  private reach(moment: number): void {
    this.atLeast = Math.max(this.atLeast, moment);
  }
}
