/**
 * What may be lost by what happened, and nothing else:
 * - after the kill of processes: nothing;
 * - after power loss of the source: writes that no flush covered, and only when an operator released the volume that is held for it;
 * - after the source is gone: nothing that was acknowledged while the destination was waited for, flushed or not; only what was not
 *   flushed when the destination lost power besides. Of a destination that was not waited for, whatever makes it a prefix.
 *
 * A destination that is not Inconsistent holds a prefix of the source's writes at any time. What is found after a loss is the truth from
 * then on.
 */
import type { SessionState } from '../../src/node-api/contract.js';
import type { VolumeModel } from '../support/volume-model.js';
import { expectNever } from './failure.js';

/** A loss whose outcome was not seen yet: hosts do not write before that. */
interface Loss {
  /** The volume that is seen next is that of the destination, which took over. */
  isTakeover: boolean;
  hasLostPower: boolean;
  /** An operator opened the volume as it was. */
  wasReleased: boolean;
  /** Whether the destination has, and can give, everything that was acknowledged. */
  isCovered: boolean;
}

export class Oracle {
  private loss: Loss | null = null;
  /** The destination may lack, by power loss, what it had acknowledged; until it has everything up to this position durable. */
  private gapLsn: number | null = null;

  constructor(readonly model: VolumeModel) {}

  get mustLook(): boolean {
    return this.loss !== null;
  }

  /** @param last what the source said of the session just before */
  sourceLost(kind: 'kill' | 'power', last: SessionState | undefined): void {
    this.loss ??= {
      isTakeover: false,
      hasLostPower: false,
      wasReleased: false,
      isCovered: this.covers(last),
    };
    if (kind === 'power') this.loss.hasLostPower = true;
  }

  /** @param source what the source says, if it is up */
  destinationLostPower(source: SessionState | undefined): void {
    this.gapLsn = source === undefined ? Infinity : Number(source.headLsn);
    if (this.loss !== null) this.loss.isCovered = false;
  }

  released(): void {
    if (this.loss !== null) this.loss.wasReleased = true;
  }

  /** The source was heard: is the destination whole again? */
  sourceSays(source: SessionState, isDestinationUp: boolean): void {
    if (this.gapLsn === Infinity) this.gapLsn = Number(source.headLsn);
    if (this.gapLsn !== null && isDestinationUp && source.isLinkUp && Number(source.durableLsn) >= this.gapLsn) {
      this.gapLsn = null;
    }
  }

  /** The destination is about to be the only one that counts. @param source what the source last said */
  takenOver(source: SessionState | undefined): void {
    const wasWaitedFor = this.loss?.isCovered ?? (source !== undefined && isWaitedFor(source));
    this.loss = {
      isTakeover: true,
      hasLostPower: this.gapLsn !== null,
      wasReleased: false,
      isCovered: wasWaitedFor,
    };
    this.gapLsn = null;
  }

  /** What a host reads before it writes again. */
  found(image: Buffer): void {
    const { model, loss } = this;
    if (loss === null) return;
    const { isTakeover, hasLostPower, wasReleased, isCovered } = loss;
    if (isTakeover) {
      expectNever(model.checkPrefix(image), 'the volume that took over holds no prefix');
      if (isCovered) expectNever(hasLostPower ? model.checkFlushed(image) : model.check(image), 'lost by the takeover');
    } else if (hasLostPower && wasReleased) expectNever(model.checkFlushed(image), 'flushed writes are lost');
    else expectNever(model.check(image), 'acknowledged writes are lost');
    model.adopt(image);
    this.loss = null;
  }

  private covers(source: SessionState | undefined): boolean {
    return source !== undefined && isWaitedFor(source) && this.gapLsn === null;
  }
}

/** Whether acknowledgements wait for the destination. */
export function isWaitedFor({ role, effectiveMode, dataState }: SessionState): boolean {
  return role === 'source' && effectiveMode === 'Synchronous' && dataState === 'Up_To_Date';
}
