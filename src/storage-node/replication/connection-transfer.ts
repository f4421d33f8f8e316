import type { Ack, MapBits, PeerMessage, Welcome } from '../../format/peer/messages.js';
import { PeerMessageType as Type } from '../../format/peer/messages.js';
import { lsn } from '../../model/position.js';
import type { Group } from '../group/group.js';
import type { GroupStream } from '../group/group-stream.js';
import type { CopySlot, CopySlots } from './copy-slots.js';
import type { PeerConnection } from './peer-connection.js';
import type { Progress } from './progress.js';

export interface ConnectionOwner {
  /** What copies of this node share. */
  readonly slots: CopySlots;
  /** A volume of the source cannot be read. */
  unreadable(): void;
  /** A step failed; the connection is to end. */
  failed(connection: PeerConnection, error: unknown): void;
  /** Whether what was sent can be acknowledged, or the stream be told something, may have changed. */
  moved(): void;
}

/**
 * What every way of moving data over one connection has: messages find their step, a step that fails ends the connection, and first the
 * destination is asked for its own changes, if need be. A stopped transfer does nothing more, whatever it still waited for.
 */
export abstract class ConnectionTransfer {
  protected isStopped = false;
  private slot: CopySlot | null = null;
  protected syncedRegionSequence = 0;
  /** When the destination last acknowledged anything new, monotonic milliseconds. */
  protected progressedAtMs: number;

  protected constructor(
    protected readonly group: Group,
    protected readonly stream: GroupStream,
    protected readonly connection: PeerConnection,
    protected readonly progress: Progress,
    private readonly connectionOwner: ConnectionOwner,
  ) {
    this.progressedAtMs = group.clock.monotonicMs();
  }

  /** Whether the destination's own changes are being fetched. */
  protected abstract get isAsking(): boolean;
  protected abstract acknowledged(ack: Ack): void;
  protected abstract resend(fromLsn: number): void;
  /** The destination's log stands where it was told to begin. */
  protected abstract logStarted(): Promise<void>;
  abstract begin(there: Pick<Welcome, 'dataState' | 'isBlank'>): Promise<void>;

  handle(message: PeerMessage): void {
    switch (message.type) {
      case Type.Ack:
        return this.acknowledged(message);
      case Type.Resend:
        return this.resend(message.fromLsn);
      case Type.MapBits:
        return this.guard(this.mergeChanges(message));
      case Type.MapEnd:
        return this.guard(this.changesMerged());
      case Type.LogStarted:
        return this.guard(this.logStarted());
      default:
    }
  }

  /** Trouble in a background step ends the connection; the next one begins anew from what is durable. */
  protected guard(step: Promise<void>): void {
    step.catch((error: unknown) => {
      if (!this.isStopped) this.connectionOwner.failed(this.connection, error);
    });
  }

  protected noteProgress(): void {
    this.progressedAtMs = this.group.clock.monotonicMs();
  }

  get isReserved(): boolean {
    return this.slot !== null && !this.slot.isHeld;
  }

  /** Whether there is more to copy than what hosts wrote since an initial copy was skipped. */
  protected get isCopyDue(): boolean {
    return this.stream.hasMarks && this.stream.record.isCopySkipped !== true;
  }

  /** Resolves when the volumes of the stream may be copied, or it is stopped. Whoever waits already comes before one that held a slot. */
  protected async takeSlot(): Promise<void> {
    this.giveSlot();
    this.slot = this.connectionOwner.slots.take(this.stream.maps.size);
    await this.slot.settled;
  }

  protected giveSlot(): void {
    this.slot?.release();
    this.slot = null;
  }

  /** Asks for what the destination changed by itself; the copy follows. */
  ask(aboveLsn: number): void {
    this.connection.send({ type: Type.MapRequest, aboveLsn: lsn(aboveLsn) });
  }

  private async mergeChanges({ slot, firstRegion, bits }: MapBits): Promise<void> {
    if (this.isAsking) this.stream.maps.get(slot)?.map.merge(firstRegion, bits);
  }

  private async changesMerged(): Promise<void> {
    if (!this.isAsking) return;
    await this.stream.syncMaps();
    await this.begin({ dataState: 'Inconsistent', isBlank: false });
  }
}
