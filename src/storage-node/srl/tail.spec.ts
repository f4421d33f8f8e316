import { describe, expect, it } from '@jest/globals';
import { makeLogEntry, type LogEntry } from '../../format/srl/log-entry.js';
import { RecordType } from '../../format/srl/record.js';
import { Tail, TailPool } from './tail.js';

const PAYLOAD_BYTES = 10_000;

function entry(lsn: number): LogEntry {
  const made = makeLogEntry(RecordType.Write, 1, 0, PAYLOAD_BYTES, [], PAYLOAD_BYTES, 0, 1);
  made.lsn = lsn;
  return made;
}

describe('the tails of all logs together', () => {
  it('share their room: the one that holds most gives up its oldest', () => {
    let counted = 0;
    const pool = new TailPool(1_000_000, (bytes) => (counted += bytes));
    const [busy, quiet] = [new Tail(Infinity, pool), new Tail(Infinity, pool)];
    for (let lsn = 1; lsn <= 5; lsn++) quiet.push(entry(lsn));
    for (let lsn = 1; lsn <= 500; lsn++) busy.push(entry(lsn));
    expect(busy.from(500, 1)).toHaveLength(1);
    expect(busy.from(1, 1)).toBeNull();
    expect(quiet.from(1, Infinity)).toHaveLength(5);
    expect(counted).toBe(busy.bytes + quiet.bytes);
    expect(counted).toBeLessThanOrEqual(1_000_000);
  });

  it('give back all when a log is closed', () => {
    let counted = 0;
    const pool = new TailPool(1_000_000, (bytes) => (counted += bytes));
    const tail = new Tail(Infinity, pool);
    tail.push(entry(1));
    tail.close();
    expect(counted).toBe(0);
  });

  it('keep nothing of a record that is larger than all of the room', () => {
    const tail = new Tail(Infinity, new TailPool(100));
    tail.push(entry(1));
    expect(tail.from(1, 1)).toBeNull();
    expect(tail.bytes).toBe(0);
  });
});
