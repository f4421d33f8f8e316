/**
 * What may be lost by what happened, and nothing else:
 * - after the kill of processes: nothing;
 * - after power loss of the source: writes that no flush covered, and only when an operator released the volumes that are held for it;
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
  /** The volumes that are seen next are those of the destination, which took over. */
  isTakeover: boolean;
  hasLostPower: boolean;
  /** An operator opened the volumes as they were. */
  wasReleased: boolean;
  /** Whether the destination has, and can give, everything that was acknowledged. */
  isCovered: boolean;
}

export class Oracle {
  private loss: Loss | null = null;

  constructor(readonly model: VolumeModel) {}

  get mustLook(): boolean {
    return this.loss !== null;
  }

  sourceLost(kind: 'kill' | 'power', isCovered: boolean): void {
    this.loss ??= { isTakeover: false, hasLostPower: false, wasReleased: false, isCovered };
    if (kind === 'power') this.loss.hasLostPower = true;
  }

  destinationLostPower(): void {
    if (this.loss !== null) this.loss.isCovered = false;
  }

  released(): void {
    if (this.loss !== null) this.loss.wasReleased = true;
  }

  /** The destination is about to be the only one that counts. */
  takenOver(isCovered: boolean, hasLostPower: boolean): void {
    this.loss = {
      isTakeover: true,
      hasLostPower,
      wasReleased: false,
      isCovered: this.loss?.isCovered ?? isCovered,
    };
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
}

/** What a destination may lack, by power loss, of what it had acknowledged. */
export class Gap {
  /** Until it has everything up to this position durable. */
  private lsn: number | null = null;

  get isOpen(): boolean {
    return this.lsn !== null;
  }

  /** @param source what the source says, if it is up */
  open(source: SessionState | undefined): void {
    this.lsn = source === undefined ? Infinity : Number(source.headLsn);
  }

  /** The source was heard: is the destination whole again? */
  heard(source: SessionState, isDestinationUp: boolean): void {
    if (this.lsn === Infinity) this.lsn = Number(source.headLsn);
    if (this.lsn !== null && isDestinationUp && source.isLinkUp && Number(source.durableLsn) >= this.lsn) this.close();
  }

  close(): void {
    this.lsn = null;
  }
}

/** Whether acknowledgements wait for the destination. */
export function isWaitedFor({ role, effectiveMode, dataState }: SessionState): boolean {
  return role === 'source' && effectiveMode === 'Synchronous' && dataState === 'Up_To_Date';
}
