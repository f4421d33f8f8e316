import { PeerMessageType as Type } from '../../format/peer/messages.js';
import { lsn } from '../../model/position.js';
import type { GroupStream } from '../group/group-stream.js';
import type { PeerConnection } from './peer-connection.js';
import type { Progress } from './progress.js';

/** What carries the order to the destination. */
export interface SuspendingLink {
  connection(): PeerConnection | null;
  /** Sends what can be sent now. */
  pump(): void;
}

/** Has the destination stop at a position, and tells it of a suspend. */
export class Suspension {
  private pending: { readonly lsn: number; isSent: boolean; done: () => void } | null = null;

  constructor(
    private readonly stream: GroupStream,
    private readonly progress: Progress,
    private readonly link: SuspendingLink,
  ) {}

  get isUnderWay(): boolean {
    return this.pending !== null;
  }

  /** The destination has stopped, or can tell no more. */
  done(): void {
    this.pending?.done();
  }

  /** Whether the destination confirmed that it holds everything up to `lastLsn` and stopped there. */
  async confirm(lastLsn: number): Promise<boolean> {
    const connection = this.link.connection();
    if (connection === null) return false;
    await new Promise<void>((resolve) => {
      this.pending = { lsn: lastLsn, isSent: false, done: resolve };
      this.link.pump();
    });
    this.pending = null;
    return connection.closeReason === null && this.link.connection() === connection;
  }

  /** The destination learns where to stop once it has all before. */
  send(): void {
    const { pending } = this;
    const connection = this.link.connection();
    if (pending === null || pending.isSent || connection === null) return;
    if (this.progress.receivedLsn < pending.lsn) return;
    pending.isSent = true;
    connection.send({ type: Type.Suspend, atLsn: lsn(pending.lsn), sessions: this.stream.record.sessions });
  }

  /** It is suspended already, wherever the destination stands. */
  tell(connection: PeerConnection): void {
    connection.send({ type: Type.Suspend, atLsn: lsn(this.progress.sentLsn), sessions: this.stream.record.sessions });
  }
}
