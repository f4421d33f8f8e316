import {
  NBD_CMD_BLOCK_STATUS,
  NBD_CMD_FLAG_DF,
  NBD_CMD_FLAG_FAST_ZERO,
  NBD_CMD_FLAG_FUA,
  NBD_CMD_FLAG_NO_HOLE,
  NBD_CMD_FLUSH,
  NBD_CMD_READ,
  NBD_CMD_TRIM,
  NBD_CMD_WRITE,
  NBD_CMD_WRITE_ZEROES,
} from '../../format/nbd/messages.js';
import type { RequestParser } from '../../format/nbd/request-parser.js';
import { NBD_BLOCK_STATUS_BYTES, NBD_REQUEST_BYTES } from '../config/limits.js';
import { HostOperation, HostRequest, type ReplySink } from '../volume/host-request.js';

const OPERATIONS: Readonly<Record<number, HostOperation>> = {
  [NBD_CMD_READ]: HostOperation.Read,
  [NBD_CMD_WRITE]: HostOperation.Write,
  [NBD_CMD_FLUSH]: HostOperation.Flush,
  [NBD_CMD_TRIM]: HostOperation.Trim,
  [NBD_CMD_WRITE_ZEROES]: HostOperation.WriteZeroes,
};

/** Bytes that a request brings or asks for. */
export function payloadBytesOf(request: HostRequest): number {
  const isCarrying = request.operation === HostOperation.Read || request.operation === HostOperation.Write;
  return isCarrying ? request.length : 0;
}

/** What the request that the parser holds takes of the memory for writes, or, if it asks for data, of that for replies. */
export function costOf(parser: RequestParser): number {
  if (parser.command === NBD_CMD_BLOCK_STATUS) return NBD_BLOCK_STATUS_BYTES;
  const isCarrying = parser.command === NBD_CMD_READ || parser.command === NBD_CMD_WRITE;
  return NBD_REQUEST_BYTES + (isCarrying ? parser.length : 0);
}

export function asksForData(command: number): boolean {
  return command === NBD_CMD_READ || command === NBD_CMD_BLOCK_STATUS;
}

/** The request that the parser holds, which is valid and neither DISC nor BLOCK_STATUS. */
export function makeRequest(parser: RequestParser, sink: ReplySink, nowUs: number): HostRequest {
  const { flags } = parser;
  const request = new HostRequest(
    sink,
    parser.cookieHigh,
    parser.cookieLow,
    OPERATIONS[parser.command]!,
    parser.offset,
    parser.length,
    parser.payload,
    (flags & NBD_CMD_FLAG_FUA) !== 0,
    (flags & NBD_CMD_FLAG_NO_HOLE) !== 0,
    (flags & NBD_CMD_FLAG_FAST_ZERO) !== 0,
    (flags & NBD_CMD_FLAG_DF) !== 0,
  );
  request.startedAtUs = nowUs;
  return request;
}
