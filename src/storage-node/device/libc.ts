/**
 * The libc calls that node:fs lacks, through koffi. The synchronous ones never wait for a disk: preadv2 with RWF_NOWAIT gives up
 * instead, lseek only looks at the file's extents.
 */
import koffi, { type KoffiFunc } from 'koffi';

// koffi's types declare its functions as taking anything; these say what each call takes and gives.
type Preadv2 = (fd: number, iovec: BigUint64Array, count: number, offset: number, flags: number) => number;
type Lseek = (fd: number, offset: number, whence: number) => number;
type Fallocate = (fd: number, mode: number, offset: number, lengthBytes: number) => number;

const libc = koffi.load('libc.so.6');
// ssize_t has no name in koffi.
const preadv2 = libc.func('preadv2', 'intptr_t', ['int', 'void *', 'int', 'int64_t', 'int']) as unknown as Preadv2;
const lseek = libc.func('lseek', 'int64_t', ['int', 'int64_t', 'int']) as unknown as Lseek;
const fallocate = libc.func('fallocate', 'int', [
  'int',
  'int',
  'int64_t',
  'int64_t',
]) as unknown as KoffiFunc<Fallocate>;

type MallocTrim = (padBytes: number) => number;
const mallocTrim = libc.func('malloc_trim', 'int', ['size_t']) as unknown as KoffiFunc<MallocTrim>;

const RWF_NOWAIT = 0x8;
const SEEK_END = 2;
const SEEK_DATA = 3;
const SEEK_HOLE = 4;
const FALLOC_FL_KEEP_SIZE = 0x1;
const FALLOC_FL_PUNCH_HOLE = 0x2;
const FALLOC_FL_ZERO_RANGE = 0x10;

const { ENXIO } = koffi.os.errno;

/** One struct iovec: address and length. The calls that use it are synchronous, so one serves all. */
const iovec = new BigUint64Array(2);

/** @returns bytes read from the page cache, or -1 where nothing could be had at once or at all */
export function readCachedNow(fd: number, target: Uint8Array, lengthBytes: number, offset: number): number {
  iovec[0] = koffi.address(target) as bigint;
  iovec[1] = BigInt(lengthBytes);
  return preadv2(fd, iovec, 1, offset, RWF_NOWAIT);
}

/** Where the next data at or after `offset` begins; Infinity when only a hole follows, -1 when the system cannot tell. */
export function seekDataNow(fd: number, offset: number): number {
  const found = lseek(fd, offset, SEEK_DATA);
  return found === -1 && koffi.errno() === ENXIO ? Infinity : found;
}

/** Where the next hole at or after `offset` begins (the end of the file counts as one); -1 when the system cannot tell. */
export function seekHoleNow(fd: number, offset: number): number {
  return lseek(fd, offset, SEEK_HOLE);
}

/** Size of a block device, for which fstat says 0. */
export function endOffsetNow(fd: number): number {
  return lseek(fd, 0, SEEK_END);
}

/**
 * Makes a range read as zeros on the thread pool: `punch` gives its space back, `zero` keeps it.
 * @returns null, or the system's code ('EOPNOTSUPP' where the file system cannot do it)
 */
export function zeroRange(
  fd: number,
  how: 'punch' | 'zero',
  offset: number,
  lengthBytes: number,
): Promise<string | null> {
  const mode = FALLOC_FL_KEEP_SIZE | (how === 'punch' ? FALLOC_FL_PUNCH_HOLE : FALLOC_FL_ZERO_RANGE);
  return new Promise((resolve, reject) => {
    fallocate.async(fd, mode, offset, lengthBytes, (error: Error | null, result: number) => {
      if (error !== null) reject(error);
      else resolve(result === 0 ? null : errnoName(koffi.errno()));
    });
  });
}

/** Gives memory that was freed, and that the C library keeps for later, back to the system; on the thread pool. */
export function giveBackFreeMemory(): Promise<void> {
  return new Promise((resolve, reject) => {
    mallocTrim.async(0, (error: Error | null) => (error === null ? resolve() : reject(error)));
  });
}

function errnoName(value: number): string {
  return Object.entries(koffi.os.errno).find(([, number]) => number === value)?.[0] ?? `errno ${value}`;
}
