import { decodeFrameHeader } from '../../src/format/peer/frame-header.js';
import { FRAME_HEADER_BYTES, FRAME_MAGIC } from '../../src/format/peer/frame.js';
import type { PeerMessageType } from '../../src/format/peer/messages.js';
import { SeededRandom } from './seeded-random.js';

const MAGIC = Buffer.alloc(4);
MAGIC.writeUInt32BE(FRAME_MAGIC);

/**
 * - `drop`: never arrives. - `duplicate`: arrives twice. - `reorder`: arrives after the next message. - `flip`: arrives with one bit of
 * its last byte flipped. - `cut`: the link is reset in its place.
 */
export type FrameFault = 'drop' | 'duplicate' | 'reorder' | 'flip' | 'cut';

const FAULTS: readonly FrameFault[] = ['drop', 'duplicate', 'reorder', 'flip', 'cut'];

/** What is to happen to one direction of a link, over all its connections. */
export class FaultPlan {
  /** e.g. `drop 4`: the fault and the type of the message. */
  readonly done: string[] = [];

  private readonly flips: { after: number; readonly bit: number }[] = [];
  private readonly waiting: { readonly type: PeerMessageType; readonly fault: FrameFault }[] = [];
  private random: SeededRandom | null = null;
  private every = 0;
  private types: readonly PeerMessageType[] = [];

  flipBit(after: number, bit: number): void {
    this.flips.push({ after, bit });
  }

  breakNext(type: PeerMessageType, fault: FrameFault): void {
    this.waiting.push({ type, fault });
  }

  misbehave(seed: number, every: number, types: readonly PeerMessageType[]): void {
    this.random = every > 0 ? new SeededRandom(seed) : null;
    this.every = every;
    this.types = types;
  }

  mend(): void {
    this.waiting.length = 0;
    this.random = null;
  }

  faultFor(type: PeerMessageType): FrameFault | null {
    const fault = this.takeWaiting(type) ?? this.draw(type);
    if (fault) this.done.push(`${fault} ${type}`);
    return fault;
  }

  flip(chunk: Buffer): void {
    for (const flip of this.flips) {
      if (flip.after >= 0 && flip.after < chunk.length) chunk[flip.after]! ^= 1 << flip.bit;
      flip.after -= chunk.length;
    }
  }

  private takeWaiting(type: PeerMessageType): FrameFault | null {
    const index = this.waiting.findIndex((each) => each.type === type);
    return index < 0 ? null : this.waiting.splice(index, 1)[0]!.fault;
  }

  private draw(type: PeerMessageType): FrameFault | null {
    if (!this.random || !this.types.includes(type) || !this.random.isOneIn(this.every)) return null;
    return FAULTS[this.random.below(FAULTS.length)]!;
  }
}

/** Cuts one connection's bytes of one direction into messages. What is not the peer protocol in plain passes as it comes. */
export class FrameCutter {
  private readonly parts: Buffer[] = [];
  private partsBytes = 0;
  /** Bytes that the next step needs: a header, or a whole message. */
  private neededBytes = FRAME_HEADER_BYTES;
  private heldBack: Buffer | null = null;
  private isFirst = true;
  private isOpaque = false;

  constructor(private readonly plan: FaultPlan) {}

  pass(chunk: Buffer): { readonly bytes: Buffer[]; readonly isCut: boolean } {
    this.plan.flip(chunk);
    if (this.isFirst) {
      this.isFirst = false;
      this.isOpaque = !MAGIC.subarray(0, chunk.length).equals(chunk.subarray(0, MAGIC.length));
    }
    if (this.isOpaque) return { bytes: [chunk], isCut: false };
    this.parts.push(chunk);
    this.partsBytes += chunk.length;
    const bytes: Buffer[] = [];
    if (this.partsBytes < this.neededBytes) return { bytes, isCut: false };
    let rest = Buffer.concat(this.parts.splice(0));
    this.partsBytes = 0;
    while (rest.length >= FRAME_HEADER_BYTES) {
      const header = this.headerOf(rest);
      if (!header) break;
      this.neededBytes = FRAME_HEADER_BYTES + header.bodyBytes;
      if (rest.length < this.neededBytes) break;
      const frame = rest.subarray(0, this.neededBytes);
      rest = rest.subarray(this.neededBytes);
      this.neededBytes = FRAME_HEADER_BYTES;
      if (this.treat(frame, header.type, bytes) === 'cut') return { bytes, isCut: true };
    }
    if (this.isOpaque) bytes.push(rest);
    else if (rest.length > 0) {
      this.parts.push(rest);
      this.partsBytes = rest.length;
    }
    return { bytes, isCut: false };
  }

  private headerOf(bytes: Buffer): { readonly type: PeerMessageType; readonly bodyBytes: number } | null {
    try {
      return decodeFrameHeader(bytes, 0);
    } catch {
      this.isOpaque = true;
      return null;
    }
  }

  private treat(frame: Buffer, type: PeerMessageType, bytes: Buffer[]): FrameFault | null {
    const fault = this.plan.faultFor(type);
    const late = this.heldBack;
    this.heldBack = null;
    if (fault === 'reorder') this.heldBack = frame;
    if (fault === 'duplicate') bytes.push(frame, frame);
    if (fault === 'flip') frame[frame.length - 1]! ^= 1;
    if (fault === 'flip' || fault === null) bytes.push(frame);
    if (late) bytes.push(late);
    return fault;
  }
}
