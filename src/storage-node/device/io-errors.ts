/** What the system refused of this process's files and devices, for whoever watches: plain numbers, raised where calls fail. */
export const ioErrors = new Map<string, number>();

export type IoCall = 'read' | 'write' | 'sync';

/** Those of a disk that is broken, full or gone; all others are one. */
const CODES = new Set(['EIO', 'ENOSPC', 'EDQUOT', 'EROFS']);

/** @returns the error, so that it can be thrown on */
export function noteIoError(call: IoCall, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const key = `${call} ${code !== undefined && CODES.has(code) ? code : 'other'}`;
  ioErrors.set(key, (ioErrors.get(key) ?? 0) + 1);
  return error;
}
