import { close, closeSync, fdatasync, fstatSync, read, write, writeSync, writev, writevSync } from 'node:fs';
import { KIB } from '../../model/sizes.js';
import type { RandomAccess } from './disk.js';
import { type IoCall, noteIoError } from './io-errors.js';
import { readCachedNow } from './libc.js';

const PAGE_BYTES = 4096;
/**
 * Most bytes of one write call. The kernel makes the page cache of a file in pieces as large as the calls that first wrote it, and
 * a later small write walks all blocks of its piece: on ext4 4 KiB cost 9 µs in pieces of 1 MiB, 2.5 µs in these (Linux 6.18).
 */
const CALL_BYTES_MAX = 128 * KIB;
/** Buffers that Linux takes in one writev (IOV_MAX). */
const CALL_BUFFERS_MAX = 1024;
const ZERO_BUFFER = Buffer.alloc(1 << 20);

/** A file descriptor of the system. */
export class Descriptor implements RandomAccess {
  private readonly probe = Buffer.alloc(1);

  constructor(
    readonly path: string,
    readonly fd: number,
  ) {}

  writeNow(buffers: readonly Uint8Array[], lengthBytes: number, position: number): void {
    try {
      this.writeAllNow(buffers, lengthBytes, position);
    } catch (error) {
      throw noteIoError('write', error);
    }
  }

  private writeAllNow(buffers: readonly Uint8Array[], lengthBytes: number, position: number): void {
    let done = 0;
    if (lengthBytes <= CALL_BYTES_MAX && buffers.length <= CALL_BUFFERS_MAX) {
      done =
        buffers.length === 1
          ? writeSync(this.fd, buffers[0]!, 0, lengthBytes, position)
          : writevSync(this.fd, buffers as Uint8Array[], position);
      if (done === lengthBytes) return;
    }
    // Short writes come with nearly full disks and signals; the next call tells which.
    const pieces = new Pieces(buffers);
    while (done < lengthBytes) done += someWritten(writevSync(this.fd, pieces.from(done), position + done));
  }

  async write(buffers: readonly Uint8Array[], lengthBytes: number, position: number): Promise<void> {
    const pieces = new Pieces(buffers);
    for (let done = 0; done < lengthBytes;) {
      const piece = pieces.from(done);
      const written = await call<number>((callback) => {
        if (piece.length === 1) write(this.fd, piece[0]!, 0, piece[0]!.length, position + done, callback);
        else writev(this.fd, piece, position + done, callback);
      }, 'write');
      done += someWritten(written);
    }
  }

  isWarm(position: number, lengthBytes: number): boolean {
    const end = position + lengthBytes;
    return (
      (position % PAGE_BYTES === 0 || readCachedNow(this.fd, this.probe, 1, position) === 1) &&
      (end % PAGE_BYTES === 0 || readCachedNow(this.fd, this.probe, 1, end - 1) === 1)
    );
  }

  readNow(target: Uint8Array, position: number): boolean {
    return target.length === 0 || readCachedNow(this.fd, target, target.length, position) === target.length;
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    let done = 0;
    while (done < target.length) {
      const count = await call<number>(
        (callback) => read(this.fd, target, done, target.length - done, position + done, callback),
        'read',
      );
      if (count === 0) break;
      done += count;
    }
    return done;
  }

  usedBytesNow(): number {
    return fstatSync(this.fd).blocks * 512;
  }

  datasync(): Promise<void> {
    return call<void>((callback) => fdatasync(this.fd, callback), 'sync');
  }

  close(): Promise<void> {
    return call<void>((callback) => close(this.fd, callback));
  }

  closeNow(): void {
    closeSync(this.fd);
  }

  /** Zeros as bytes, where the system has nothing better. */
  async writeZeros(position: number, lengthBytes: number): Promise<void> {
    for (let done = 0; done < lengthBytes; done += ZERO_BUFFER.length) {
      const length = Math.min(ZERO_BUFFER.length, lengthBytes - done);
      await this.write([ZERO_BUFFER.subarray(0, length)], length, position + done);
    }
  }
}

/** A call of node:fs on the thread pool. @param counted as what its failure is counted */
export function call<T>(
  start: (callback: (error: Error | null, result?: T) => void) => void,
  counted?: IoCall,
): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, result) => {
      if (error === null) resolve(result as T);
      else reject(counted === undefined ? error : noteIoError(counted, error));
    });
  });
}

function someWritten(bytes: number): number {
  if (bytes === 0) throw Object.assign(new Error('ENOSPC: the file takes no more bytes'), { code: 'ENOSPC' });
  return bytes;
}

/** Buffers cut into what one call takes each. */
class Pieces {
  private index = 0;
  /** Bytes before the buffer at `index`. */
  private bytesBefore = 0;

  constructor(private readonly buffers: readonly Uint8Array[]) {}

  /** The bytes from `start` on, as many as one call takes. `start` never goes back. */
  from(start: number): Uint8Array[] {
    while (start >= this.bytesBefore + this.buffers[this.index]!.length) {
      this.bytesBefore += this.buffers[this.index++]!.length;
    }
    const piece: Uint8Array[] = [];
    let skip = start - this.bytesBefore;
    let room = CALL_BYTES_MAX;
    for (let i = this.index; i < this.buffers.length && room > 0 && piece.length < CALL_BUFFERS_MAX; i++) {
      const part = this.buffers[i]!.subarray(skip, skip + room);
      if (part.length > 0) piece.push(part);
      room -= part.length;
      skip = 0;
    }
    return piece;
  }
}
