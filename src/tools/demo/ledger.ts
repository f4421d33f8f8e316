/**
 * What the database of the story writes: for each transaction, one after the other, a page of its log on one volume, then a page of its
 * table on another. Every page carries the number of its transaction and its own checksum, so that an image of both volumes can be
 * judged by itself.
 */
import { crc32 } from 'node:zlib';

export const LOG_PAGE_BYTES = 4096;
export const TABLE_PAGE_BYTES = 16_384;
/** Pages of the log, which is written round and round, and of the table. */
export const LOG_PAGES = 4096;
export const TABLE_PAGES = 2048;
/** Steps through all pages of the table, a power of two, before it meets one again. */
const TABLE_STRIDE = 797;

const MAGIC = 0x6c656467;
const HEADER_BYTES = 16;
const NO_PAGE = Buffer.alloc(TABLE_PAGE_BYTES);

export type PageKind = 'log' | 'table';

/** magic, checksum of what follows, transaction, kind; then text. */
export function makePage(kind: PageKind, transaction: number): Buffer {
  const page = Buffer.alloc(pageBytes(kind), `${kind} of transaction ${transaction}, `);
  page.writeUInt32BE(MAGIC, 0);
  page.writeUInt32BE(transaction, 8);
  page.write(kind.padEnd(HEADER_BYTES - 12).slice(0, HEADER_BYTES - 12), 12, 'latin1');
  page.writeUInt32BE(crc32(page.subarray(8)), 4);
  return page;
}

/** Where a transaction's page lies on its volume. */
export function pageOffset(kind: PageKind, transaction: number): number {
  return pageIndex(kind, transaction) * pageBytes(kind);
}

/** Part of the volume that holds pages. */
export function pagesBytes(kind: PageKind): number {
  return pageCount(kind) * pageBytes(kind);
}

function pageBytes(kind: PageKind): number {
  return kind === 'log' ? LOG_PAGE_BYTES : TABLE_PAGE_BYTES;
}

function pageCount(kind: PageKind): number {
  return kind === 'log' ? LOG_PAGES : TABLE_PAGES;
}

function pageIndex(kind: PageKind, transaction: number): number {
  return kind === 'log' ? transaction % LOG_PAGES : (transaction * TABLE_STRIDE) % TABLE_PAGES;
}

export interface LedgerVerdict {
  /** Transactions whose log pages are there: all up to this one. */
  readonly logged: number;
  /** Those whose pages of the table are there too. */
  readonly complete: number;
  /** What makes the image anything but a state that the source was in. */
  readonly faults: readonly string[];
}

/** Judges an image: whether it is that of both volumes at one moment. */
export function judgeLedger(log: Buffer, table: Buffer): LedgerVerdict {
  const faults: string[] = [];
  const logged = judgePages('log', log, faults);
  const complete = judgePages('table', table, faults);
  if (complete > logged) faults.push(`the table has transaction ${complete}, the log ends at ${logged}`);
  // One transaction after the other: the next one's log page follows the page of the table.
  if (complete < logged - 1) faults.push(`the log has transaction ${logged}, the table ends at ${complete}`);
  return { logged, complete, faults };
}

/** @returns the last transaction of all; whatever its predecessors should have left and is not there is a fault */
function judgePages(kind: PageKind, volume: Buffer, faults: string[]): number {
  const found = Array.from({ length: pageCount(kind) }, (_, index) => {
    const page = volume.subarray(index * pageBytes(kind), (index + 1) * pageBytes(kind));
    const transaction = readPage(page);
    if (Number.isNaN(transaction)) faults.push(`page ${index} of the ${kind} is damaged`);
    return transaction;
  });
  const last = found.reduce((most, each) => Math.max(most, each || 0), 0);
  const expected = new Array<number>(pageCount(kind)).fill(0);
  for (let each = Math.max(1, last - pageCount(kind) + 1); each <= last; each++) expected[pageIndex(kind, each)] = each;
  found.forEach((each, index) => {
    if (Number.isNaN(each) || each === expected[index]) return;
    faults.push(`page ${index} of the ${kind} is of transaction ${each}, not ${expected[index]}`);
  });
  return last;
}

/** Number of the page's transaction; 0 where none was written, NaN for a page that is not whole. */
function readPage(page: Buffer): number {
  if (page.readUInt32BE(0) !== MAGIC) return page.equals(NO_PAGE.subarray(0, page.length)) ? 0 : NaN;
  return page.readUInt32BE(4) === crc32(page.subarray(8)) ? page.readUInt32BE(8) : NaN;
}
