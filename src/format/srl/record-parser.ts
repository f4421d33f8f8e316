/**
 * Takes records out of a stream of bytes that is cut anywhere: reads of a log's file, bodies of Records messages. Payloads are slices
 * of the chunks; nothing is copied but a header that two chunks share.
 */
import { Refusal } from '../../errors/refusal.js';
import type { LogEntry } from './log-entry.js';
import {
  RECORD_HEADER_BYTES,
  decodeRecordHeader,
  findHeaderFault,
  headerRefusal,
  isPayloadIntact,
  payloadBytesOf,
} from './record.js';

export class RecordParser {
  /** A header whose payload is still coming, or null while a header is read. */
  private header: Buffer | null = null;
  private headerAt = 0;
  /** Start of a header that the last chunk cut. */
  private partial = Buffer.alloc(0);
  private payload: Buffer[] = [];
  private missingBytes = 0;

  /** @param where what refusals name, for example the file or the peer */
  constructor(private readonly where: string) {}

  /** Whether the bytes so far end with a whole record. */
  get isBetweenRecords(): boolean {
    return this.header === null && this.partial.length === 0;
  }

  /**
   * Adds the records that `chunk` completes to `entries`, and returns that.
   * @throws Refusal FORMAT_CORRUPT at the first record that is damaged, FORMAT_UNSUPPORTED at one of another version; the records
   *   before it were added, and the parser is of no more use
   */
  push(chunk: Buffer, entries: LogEntry[] = []): LogEntry[] {
    let at = 0;
    while (at < chunk.length) {
      at = this.header === null ? this.takeHeader(chunk, at) : this.takePayload(chunk, at);
      if (this.header !== null && this.missingBytes === 0) entries.push(this.finish(this.header));
    }
    return entries;
  }

  private takeHeader(chunk: Buffer, at: number): number {
    const wanted = RECORD_HEADER_BYTES - this.partial.length;
    if (chunk.length - at < wanted) {
      this.partial = Buffer.concat([this.partial, chunk.subarray(at)]);
      return chunk.length;
    }
    if (this.partial.length === 0) {
      this.header = chunk;
      this.headerAt = at;
    } else {
      this.header = Buffer.concat([this.partial, chunk.subarray(at, at + wanted)]);
      this.headerAt = 0;
      this.partial = Buffer.alloc(0);
    }
    const fault = findHeaderFault(this.header, this.headerAt);
    if (fault !== null) throw headerRefusal(fault, this.where);
    this.missingBytes = payloadBytesOf(this.header, this.headerAt);
    return at + wanted;
  }

  private takePayload(chunk: Buffer, at: number): number {
    const taken = Math.min(this.missingBytes, chunk.length - at);
    this.payload.push(chunk.subarray(at, at + taken));
    this.missingBytes -= taken;
    return at + taken;
  }

  private finish(header: Buffer): LogEntry {
    const entry = decodeRecordHeader(header, this.headerAt, this.payload);
    this.header = null;
    this.payload = [];
    if (!isPayloadIntact(entry)) {
      throw new Refusal('FORMAT_CORRUPT', `${this.where}: payload checksum of LSN ${entry.lsn}`);
    }
    return entry;
  }
}
