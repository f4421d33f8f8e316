import type { Socket } from 'node:net';
import { ConnectionLost } from './errors.js';

/** Takes bytes off a socket in exact lengths; one read at a time. Every read after the socket's end fails with ConnectionLost. */
export class ByteReader {
  private chunks: Buffer[] = [];
  private bufferedBytes = 0;
  private waiting: { lengthBytes: number; resolve: (bytes: Buffer) => void; reject: (error: Error) => void } | null =
    null;
  private lost: ConnectionLost | null = null;

  constructor(socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.chunks.push(chunk);
      this.bufferedBytes += chunk.length;
      this.serve();
    });
    socket.on('error', (error) => this.lose(error.message));
    socket.on('close', () => this.lose('closed'));
  }

  read(lengthBytes: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (this.waiting !== null) throw new Error('two reads at once');
      this.waiting = { lengthBytes, resolve, reject };
      this.serve();
    });
  }

  private serve(): void {
    const waiting = this.waiting;
    if (waiting === null) return;
    if (this.bufferedBytes >= waiting.lengthBytes) {
      this.waiting = null;
      waiting.resolve(this.take(waiting.lengthBytes));
    } else if (this.lost !== null) {
      this.waiting = null;
      waiting.reject(this.lost);
    }
  }

  private take(lengthBytes: number): Buffer {
    const first = this.chunks[0];
    this.bufferedBytes -= lengthBytes;
    if (first !== undefined && first.length > lengthBytes) {
      this.chunks[0] = first.subarray(lengthBytes);
      return first.subarray(0, lengthBytes);
    }
    const parts: Buffer[] = [];
    let missing = lengthBytes;
    while (missing > 0) {
      const chunk = this.chunks[0]!;
      if (chunk.length <= missing) this.chunks.shift();
      else this.chunks[0] = chunk.subarray(missing);
      parts.push(chunk.subarray(0, missing));
      missing -= Math.min(missing, chunk.length);
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts, lengthBytes);
  }

  private lose(why: string): void {
    this.lost ??= new ConnectionLost(why);
    this.serve();
  }
}
