import { fdatasync, writevSync } from 'node:fs';
import { WRITEV_BUFFERS_MAX } from '../config/limits.js';

/** The two system calls whose failure a log must survive; tests put failing ones in their place. */
export interface LogIo {
  /** Writes some of the buffers, at least one byte, and says how many bytes. */
  writevNow(fd: number, buffers: readonly Uint8Array[], position: number): number;
  /** On the thread pool: a sync must never hold the event loop. */
  datasync(fd: number): Promise<void>;
}

export const systemIo: LogIo = {
  writevNow: (fd, buffers, position) => writevSync(fd, buffers, position),
  datasync: (fd) =>
    new Promise((resolve, reject) => {
      fdatasync(fd, (error) => (error === null ? resolve() : reject(error)));
    }),
};

/** Writes buffers end to end, all bytes, in as few calls as the system allows. */
export function writeAllNow(io: LogIo, fd: number, buffers: readonly Uint8Array[], position: number): void {
  for (let first = 0; first < buffers.length; first += WRITEV_BUFFERS_MAX) {
    const isAll = buffers.length <= WRITEV_BUFFERS_MAX;
    position += writeGroup(io, fd, isAll ? buffers : buffers.slice(first, first + WRITEV_BUFFERS_MAX), position);
  }
}

function writeGroup(io: LogIo, fd: number, buffers: readonly Uint8Array[], position: number): number {
  let bytes = 0;
  for (let i = 0; i < buffers.length; i++) bytes += buffers[i]!.length;
  let written = 0;
  let rest = buffers;
  while (written < bytes) {
    const count = io.writevNow(fd, rest, position + written);
    written += count;
    if (written < bytes) rest = withoutFirst(rest, count);
  }
  return bytes;
}

function withoutFirst(buffers: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let index = 0;
  while (bytes >= buffers[index]!.length) bytes -= buffers[index++]!.length;
  return [buffers[index]!.subarray(bytes), ...buffers.slice(index + 1)];
}
