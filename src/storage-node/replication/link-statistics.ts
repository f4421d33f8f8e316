import type { SessionStatistics } from '../../node-api/contract.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Counts of a stream over all its connections since the node started (C53). */
export class LinkStatistics implements Writable<SessionStatistics> {
  messagesSent = 0;
  messagesReceived = 0;
  /** Of the last heartbeat; 0 before the first answer. */
  roundTripMs = 0;
  /** Connections ended for silence. */
  timeouts = 0;
  gaps = 0;
  /** Damaged frames, and damaged records in sound frames, which the stream counts. */
  checksumErrors = 0;
  /** Connections after the first. */
  reconnects = 0;
  /** Times that a copy got nowhere for a while though connected. */
  stalls = 0;
  bytesSent = 0;
  bytesReceived = 0;
  blocksSent = 0;
  retries = 0;
  payloadBytes = 0;
  wireBytes = 0;
  overflows = 0;
  throttles = 0;
  throttledMs = 0;

  /** Takes over what `other` counted, e.g. before the stream of a connection was known. */
  add(other: LinkStatistics): void {
    this.messagesSent += other.messagesSent;
    this.messagesReceived += other.messagesReceived;
    this.timeouts += other.timeouts;
    this.gaps += other.gaps;
    this.checksumErrors += other.checksumErrors;
    this.reconnects += other.reconnects;
    this.stalls += other.stalls;
    this.bytesSent += other.bytesSent;
    this.bytesReceived += other.bytesReceived;
    this.blocksSent += other.blocksSent;
    this.retries += other.retries;
    this.payloadBytes += other.payloadBytes;
    this.wireBytes += other.wireBytes;
    this.overflows += other.overflows;
    this.throttles += other.throttles;
    this.throttledMs += other.throttledMs;
    if (other.roundTripMs > 0) this.roundTripMs = other.roundTripMs;
  }
}
