/** Data of the client's options. Each answers null when the data does not fit its layout. */
import { NBD_MAX_STRING_BYTES } from './messages.js';

export interface InfoRequest {
  readonly name: string;
  readonly infos: readonly number[];
}

/** Data of OPT_INFO and OPT_GO: length of name (4), name, number of requests (2), {information type (2)}. */
export function decodeInfoRequest(data: Buffer): InfoRequest | null {
  const name = readString(data, 0);
  if (name === null || data.length < name.end + 2) return null;
  const count = data.readUInt16BE(name.end);
  if (data.length !== name.end + 2 + 2 * count) return null;
  const infos = Array.from({ length: count }, (_, index) => data.readUInt16BE(name.end + 2 + 2 * index));
  return { name: name.text, infos };
}

export interface MetaContextRequest {
  readonly name: string;
  readonly queries: readonly string[];
}

/** Data of LIST_META_CONTEXT and SET_META_CONTEXT: length of name (4), name, number of queries (4), {length (4), query}. */
export function decodeMetaContextRequest(data: Buffer): MetaContextRequest | null {
  const name = readString(data, 0);
  if (name === null || data.length < name.end + 4) return null;
  const count = data.readUInt32BE(name.end);
  const queries: string[] = [];
  let at = name.end + 4;
  while (queries.length < count) {
    const query = readString(data, at);
    if (query === null) return null;
    queries.push(query.text);
    at = query.end;
  }
  return at === data.length ? { name: name.text, queries } : null;
}

function readString(data: Buffer, at: number): { text: string; end: number } | null {
  if (data.length < at + 4) return null;
  const length = data.readUInt32BE(at);
  const end = at + 4 + length;
  if (length > NBD_MAX_STRING_BYTES || end > data.length) return null;
  return { text: data.toString('utf8', at + 4, end), end };
}
