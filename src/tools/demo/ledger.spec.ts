import { beforeEach, describe, expect, it } from '@jest/globals';
import { judgeLedger, LOG_PAGES, makePage, pageOffset, pagesBytes, TABLE_PAGES, type PageKind } from './ledger.js';

let volumes: Record<PageKind, Buffer>;

beforeEach(() => {
  volumes = { log: Buffer.alloc(pagesBytes('log')), table: Buffer.alloc(pagesBytes('table')) };
});

function write(kind: PageKind, ...transactions: number[]): void {
  for (const each of transactions) makePage(kind, each).copy(volumes[kind], pageOffset(kind, each));
}

function run(count: number): void {
  for (let each = 1; each <= count; each++) {
    write('log', each);
    write('table', each);
  }
}

const judge = () => judgeLedger(volumes.log, volumes.table);

describe('the judgement over an image of the database', () => {
  it('takes the state after any transaction, also when pages were written over', () => {
    expect(judge()).toEqual({ logged: 0, complete: 0, faults: [] });
    run(TABLE_PAGES + 5);
    expect(judge()).toEqual({ logged: TABLE_PAGES + 5, complete: TABLE_PAGES + 5, faults: [] });
    for (let each = TABLE_PAGES + 6; each <= LOG_PAGES + 3; each++) {
      write('log', each);
      write('table', each);
    }
    expect(judge()).toEqual({ logged: LOG_PAGES + 3, complete: LOG_PAGES + 3, faults: [] });
  });

  it('takes the moment between the two pages of a transaction', () => {
    run(10);
    write('log', 11);
    expect(judge()).toEqual({ logged: 11, complete: 10, faults: [] });
  });

  it('finds a page of the table without its page of the log', () => {
    run(10);
    write('table', 11);
    expect(judge().faults).toEqual(['the table has transaction 11, the log ends at 10']);
  });

  it('finds a transaction that is missing before a later one, in either volume', () => {
    run(10);
    write('log', 12);
    write('table', 12);
    expect(judge().faults).toEqual([
      'page 11 of the log is of transaction 0, not 11',
      `page ${pageOffset('table', 11) / 16_384} of the table is of transaction 0, not 11`,
    ]);
  });

  it('finds a volume that is behind the other', () => {
    run(10);
    write('log', 11, 12);
    expect(judge().faults).toEqual(['the log has transaction 12, the table ends at 10']);
  });

  it('finds a torn page', () => {
    run(10);
    volumes.table.fill(7, pageOffset('table', 4) + 4096, pageOffset('table', 4) + 8192);
    expect(judge().faults).toEqual([`page ${pageOffset('table', 4) / 16_384} of the table is damaged`]);
  });
});
