import { close, fdatasync, fstatSync, read, write, writeSync, writev, writevSync } from 'node:fs';
import { Refusal } from '../../errors/refusal.js';
import { KIB } from '../../model/sizes.js';
import type { Device, DeviceExtent } from './device.js';
import { readCachedNow } from './libc.js';
import { systemRefusal } from './system-refusal.js';

const PAGE_BYTES = 4096;
/**
 * Most bytes of one write call. The kernel makes the page cache of a file in pieces as large as the calls that first wrote it, and
 * a later small write walks all blocks of its piece: on ext4 4 KiB cost 9 µs in pieces of 1 MiB, 2.5 µs in these (Linux 6.18).
 */
const CALL_BYTES_MAX = 128 * KIB;
const ZERO_BUFFER = Buffer.alloc(1 << 20);

/** What sparse files and block devices have in common: positioned reads and writes of one file descriptor. */
export abstract class DescriptorDevice implements Device {
  abstract readonly isThin: boolean;
  private readonly probe = Buffer.alloc(1);

  constructor(
    readonly path: string,
    protected readonly fd: number,
    public sizeBytes: number,
  ) {}

  abstract zero(offset: number, lengthBytes: number, mayPunch: boolean): Promise<void>;
  abstract extentsNow(offset: number, lengthBytes: number): DeviceExtent[];
  abstract grow(sizeBytes: number): Promise<void>;

  writeNow(buffers: readonly Uint8Array[], lengthBytes: number, offset: number): void {
    try {
      let done = 0;
      if (lengthBytes <= CALL_BYTES_MAX) {
        done =
          buffers.length === 1
            ? writeSync(this.fd, buffers[0]!, 0, lengthBytes, offset)
            : writevSync(this.fd, buffers as Uint8Array[], offset);
      }
      // Short writes come with nearly full disks and signals; the next call tells which.
      while (done < lengthBytes) {
        done += this.someWritten(writevSync(this.fd, pieceOf(buffers, done), offset + done));
      }
    } catch (error) {
      throw systemRefusal(error, this.path);
    }
  }

  async write(buffers: readonly Uint8Array[], lengthBytes: number, offset: number): Promise<void> {
    let done = 0;
    while (done < lengthBytes) {
      const piece = pieceOf(buffers, done);
      const written = await this.call<number>((callback) => {
        if (piece.length === 1) write(this.fd, piece[0]!, 0, piece[0]!.length, offset + done, callback);
        else writev(this.fd, piece, offset + done, callback);
      });
      done += this.someWritten(written);
    }
  }

  private someWritten(bytes: number): number {
    if (bytes === 0) throw new Refusal('DEVICE_FULL', `${this.path} takes no more bytes`);
    return bytes;
  }

  readNow(target: Uint8Array, offset: number): boolean {
    return target.length === 0 || readCachedNow(this.fd, target, target.length, offset) === target.length;
  }

  async read(target: Uint8Array, offset: number): Promise<void> {
    let done = 0;
    while (done < target.length) {
      const count = await this.call<number>((callback) =>
        read(this.fd, target, done, target.length - done, offset + done, callback),
      );
      if (count === 0) throw new Refusal('DEVICE_FAILED', `${this.path} ends at ${offset + done}`);
      done += count;
    }
  }

  isWarm(offset: number, lengthBytes: number): boolean {
    const end = offset + lengthBytes;
    return (
      (offset % PAGE_BYTES === 0 || readCachedNow(this.fd, this.probe, 1, offset) === 1) &&
      (end % PAGE_BYTES === 0 || readCachedNow(this.fd, this.probe, 1, end - 1) === 1)
    );
  }

  usedBytesNow(): number {
    return fstatSync(this.fd).blocks * 512;
  }

  sync(): Promise<void> {
    return this.call<void>((callback) => fdatasync(this.fd, callback));
  }

  close(): Promise<void> {
    return this.call<void>((callback) => close(this.fd, callback));
  }

  /** Zeros as bytes, where the system has nothing better. */
  protected async writeZeros(offset: number, lengthBytes: number): Promise<void> {
    for (let done = 0; done < lengthBytes; done += ZERO_BUFFER.length) {
      const length = Math.min(ZERO_BUFFER.length, lengthBytes - done);
      await this.write([ZERO_BUFFER.subarray(0, length)], length, offset + done);
    }
  }

  protected call<T>(start: (callback: (error: Error | null, result?: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      start((error, result) => (error === null ? resolve(result as T) : reject(systemRefusal(error, this.path))));
    });
  }
}

/** The bytes from `from` on, as many as one call takes. */
function pieceOf(buffers: readonly Uint8Array[], from: number): Uint8Array[] {
  const piece: Uint8Array[] = [];
  let start = from;
  let room = CALL_BYTES_MAX;
  for (const buffer of buffers) {
    if (start < buffer.length && room > 0) {
      const part = buffer.subarray(start, start + room);
      piece.push(part);
      room -= part.length;
    }
    start = Math.max(0, start - buffer.length);
  }
  return piece;
}
