import type { TLSSocket } from 'node:tls';
import { NBD_TLS_WRITE_BYTES } from '../config/limits.js';

/**
 * What goes to a host over TLS, handed over in pieces: all that TLS is given it encrypts at once into memory of its own, which nobody
 * counts, and others wait meanwhile.
 */
export class TlsWriter {
  /** Not taken by the system yet. */
  unsentBytes = 0;
  private readonly queue: Buffer[] = [];
  private isWriting = false;
  /** Handed over, and not taken. */
  private pieceBytes = 0;

  /** @param drained all was taken */
  constructor(
    private readonly stream: TLSSocket,
    private readonly drained: () => void,
  ) {}

  /** What is in `parts` must not change until it is taken. */
  write(parts: readonly Buffer[]): void {
    for (const part of parts) {
      this.queue.push(part);
      this.unsentBytes += part.length;
    }
    if (!this.isWriting && this.queue.length > 0) this.writeNext();
  }

  private writeNext(): void {
    const { stream, queue } = this;
    let pieceBytes = 0;
    let last: Buffer | undefined;
    stream.cork();
    while (queue.length > 0 && pieceBytes < NBD_TLS_WRITE_BYTES) {
      const part = queue[0]!;
      const room = NBD_TLS_WRITE_BYTES - pieceBytes;
      if (last !== undefined) stream.write(last);
      last = part.length <= room ? part : part.subarray(0, room);
      if (part.length <= room) queue.shift();
      else queue[0] = part.subarray(room);
      pieceBytes += last.length;
    }
    this.isWriting = true;
    this.pieceBytes = pieceBytes;
    stream.write(last!, this.written);
    stream.uncork();
  }

  /** Made once: a write costs no closure. */
  private readonly written = (error?: Error | null): void => {
    this.isWriting = false;
    this.unsentBytes -= this.pieceBytes;
    // The stream itself tells why.
    if (error) return;
    if (this.queue.length > 0) this.writeNext();
    else this.drained();
  };
}
