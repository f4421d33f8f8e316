import { Refusal } from '../../errors/refusal.js';

/** A failed file system call as the refusal it means: DEVICE_FULL for want of space or quota, DEVICE_FAILED for all else. */
export function systemRefusal(error: unknown, path: string): Refusal {
  if (error instanceof Refusal) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return new Refusal(isFull ? 'DEVICE_FULL' : 'DEVICE_FAILED', `${path}: ${code ?? message}`);
}

/** A file that must be there, and is not, is damage like any other; null for every other failure. */
export function missingFile(error: unknown, path: string): Refusal | null {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
    ? new Refusal('FORMAT_CORRUPT', `${path}: is missing`)
    : null;
}
