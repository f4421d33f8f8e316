/**
 * How far one destination is. Positions only rise on a connection; a new connection starts them anew from what the destination says
 * of itself.
 */
export class Progress {
  /** Last record handed to the connection. */
  sentLsn = 0;
  /** Network ack: in the destination's log file. */
  receivedLsn = 0;
  /** Data ack: durable at the destination. Kept over connections. */
  durableLsn = 0;
  /** Running byte count of the log at `durableLsn`, as far as known: where the stream's share of the log begins. */
  durableRunningBytes = 0;
  /** Bytes of records and regions sent on this connection, and how many of them the destination has consumed. */
  sentBytes = 0;
  consumedBytes = 0;
  windowBytes = 0;
  /** Rises whenever the destination durably has more than ever before. */
  steps = 0;
  /** Number of the last region sent on this connection: a further pass counts on, or its regions would pass for ones that came. */
  regionSequence = 0;

  /** Highest record that was ever sent. */
  private highestSentLsn = 0;

  /** Records from `first` to `last` were sent: answers how many of them not for the first time. */
  countAgain(first: number, last: number): number {
    const again = Math.max(0, Math.min(last, this.highestSentLsn) - first + 1);
    this.highestSentLsn = Math.max(last, this.highestSentLsn);
    return again;
  }

  get roomBytes(): number {
    return this.windowBytes - (this.sentBytes - this.consumedBytes);
  }

  beginConnection(windowBytes: number): void {
    this.sentBytes = 0;
    this.consumedBytes = 0;
    this.windowBytes = windowBytes;
    this.regionSequence = 0;
  }

  /** Records after `lsn` are sent next. */
  restartFrom(lsn: number): void {
    this.sentLsn = lsn;
    this.receivedLsn = lsn;
  }
}
