import type { LogEntry } from '../../format/srl/log-entry.js';
import { recordBytes } from '../../format/srl/record.js';
import { STREAM_STEP_BYTES } from '../config/limits.js';
import type { Srl } from '../srl/srl.js';
import type { PeerConnection } from './peer-connection.js';
import type { Progress } from './progress.js';
import type { SendRoom } from './send-room.js';

/**
 * Sends a log's records to one destination, as far as its window and the socket take them: from memory while the destination is
 * near, from the log's file when it is not.
 */
export class RecordSender {
  /** Records beyond this are not sent; a suspended stream ends here. */
  limitLsn = Infinity;
  /** Records wait while this is set: a region is being read, and what overlaps it must queue behind it. */
  isPaused = false;
  private payloadBytes = 0;
  private isReading = false;
  private isStopped = false;

  constructor(
    private readonly log: Srl,
    private readonly connection: PeerConnection,
    private readonly progress: Progress,
    private readonly room: SendRoom,
    /** The file cannot be read: the stream cannot go on from the log. */
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** Whether everything that may be sent is. */
  get isCaughtUp(): boolean {
    return this.progress.sentLsn >= Math.min(this.log.headLsn, this.limitLsn);
  }

  /**
   * Entries that were just appended: sent as they are when the stream is in touch, else found again in the log later. They ask for no
   * room: their memory is that of the host's requests, which wait for the destination.
   */
  offer(entries: readonly LogEntry[]): void {
    const isNext = entries[0]!.lsn === this.progress.sentLsn + 1;
    const last = entries.at(-1)!.lsn;
    if (isNext && last <= this.limitLsn && this.canSend) this.send(entries, 0);
    if (this.progress.sentLsn < last) this.pump();
  }

  pump(): void {
    while (!this.isCaughtUp && this.canSend && this.room.has(STREAM_STEP_BYTES)) {
      const entries = this.log.tailFrom(this.progress.sentLsn + 1, this.connection.frameBytesMax);
      if (entries === null) {
        this.readFromFile();
        return;
      }
      this.send(entries, 0);
    }
  }

  stop(): void {
    this.isStopped = true;
    // What is being read is there until it has come.
    if (!this.isReading) this.room.leave();
  }

  /** Payload bytes sent since the last call. */
  takePayloadBytes(): number {
    const bytes = this.payloadBytes;
    this.payloadBytes = 0;
    return bytes;
  }

  private get canSend(): boolean {
    return (
      !this.isPaused &&
      !this.isReading &&
      !this.isStopped &&
      this.progress.roomBytes > 0 &&
      this.connection.mayBeginData()
    );
  }

  /** Sends entries from `start` on, in frames, until the window, the socket or the limit says stop. */
  private send(entries: readonly LogEntry[], start: number): void {
    let next = start;
    const { frameBytesMax } = this.connection;
    while (next < entries.length && this.canSend && entries[next]!.lsn <= this.limitLsn) {
      const buffers: Buffer[] = [];
      const first = next;
      let bytes = 0;
      while (next < entries.length && bytes < frameBytesMax && entries[next]!.lsn <= this.limitLsn) {
        const entry = entries[next++]!;
        buffers.push(entry.header);
        for (const buffer of entry.payload) buffers.push(buffer);
        bytes += recordBytes(entry);
        this.payloadBytes += entry.payloadBytes;
      }
      this.connection.sendRecords(buffers, bytes, next - first);
      this.progress.sentBytes += bytes;
      this.progress.sentLsn = entries[next - 1]!.lsn;
      this.connection.statistics.retries += this.progress.countAgain(entries[first]!.lsn, this.progress.sentLsn);
    }
    this.room.refresh();
  }

  private readFromFile(): void {
    this.isReading = true;
    this.room.reading(STREAM_STEP_BYTES);
    this.log.readFrom(this.progress.sentLsn + 1, this.connection.frameBytesMax).then(
      (entries) => {
        this.readEnded();
        if (this.isStopped) return;
        if (entries === null) {
          this.onFailure(new Error(`the log does not reach back to ${this.progress.sentLsn + 1}`));
          return;
        }
        // A Resend may have moved the position meanwhile.
        if (entries[0]?.lsn === this.progress.sentLsn + 1) this.send(entries, 0);
        this.pump();
      },
      (error: unknown) => {
        this.readEnded();
        if (!this.isStopped) this.onFailure(error);
      },
    );
  }

  private readEnded(): void {
    this.isReading = false;
    if (this.isStopped) this.room.leave();
    else this.room.reading(0);
  }
}
