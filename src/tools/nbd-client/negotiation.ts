import type { Socket } from 'node:net';
import * as nbd from '../../format/nbd/messages.js';
import type { ByteReader } from './byte-reader.js';
import { NegotiationRefused } from './errors.js';

/** What the server told of the export. */
export interface ExportInfo {
  readonly sizeBytes: number;
  /** NBD_FLAG_… */
  readonly transmissionFlags: number;
  /** As NBD_INFO_BLOCK_SIZE said, or null. */
  readonly blockSize: { readonly min: number; readonly preferred: number; readonly max: number } | null;
  /** Whether `base:allocation` was agreed. */
  readonly hasBaseAllocation: boolean;
}

interface OptionReply {
  readonly type: number;
  readonly data: Buffer;
}

/** The beginning of fixed newstyle negotiation, before any option. */
export async function greet(socket: Socket, reader: ByteReader): Promise<void> {
  const greeting = await reader.read(nbd.GREETING_BYTES);
  if (
    greeting.readUInt32BE(0) !== nbd.NBD_INIT_MAGIC_HIGH ||
    greeting.readUInt32BE(8) !== nbd.NBD_OPTS_MAGIC_HIGH ||
    (greeting.readUInt16BE(16) & nbd.NBD_FLAG_FIXED_NEWSTYLE) === 0
  ) {
    throw new NegotiationRefused('NOT_NEWSTYLE', 'the server does not speak fixed newstyle NBD');
  }
  const clientFlags = Buffer.alloc(nbd.CLIENT_FLAGS_BYTES);
  clientFlags.writeUInt32BE(nbd.NBD_FLAG_C_FIXED_NEWSTYLE | nbd.NBD_FLAG_C_NO_ZEROES);
  socket.write(clientFlags);
}

/** Once this has come back, both ends speak TLS. */
export async function askForTls(socket: Socket, reader: ByteReader): Promise<void> {
  await ask(socket, reader, nbd.NBD_OPT_STARTTLS, Buffer.alloc(0));
}

/** The rest of it, up to a successful OPT_GO. */
export async function negotiate(
  socket: Socket,
  reader: ByteReader,
  exportName: string,
  isStructured: boolean,
): Promise<ExportInfo> {
  const name = Buffer.from(exportName);
  let hasBaseAllocation = false;
  if (isStructured) {
    await ask(socket, reader, nbd.NBD_OPT_STRUCTURED_REPLY, Buffer.alloc(0));
    const contexts = await ask(socket, reader, nbd.NBD_OPT_SET_META_CONTEXT, metaContextQuery(name));
    hasBaseAllocation = contexts.length > 0;
  }
  // Export name, then one information request: the block sizes.
  const go = Buffer.concat([withLength(name), Buffer.from([0, 1, 0, nbd.NBD_INFO_BLOCK_SIZE])]);
  return { ...readInfo(await ask(socket, reader, nbd.NBD_OPT_GO, go)), hasBaseAllocation };
}

function metaContextQuery(name: Buffer): Buffer {
  return Buffer.concat([withLength(name), Buffer.from([0, 0, 0, 1]), withLength(Buffer.from(nbd.BASE_ALLOCATION))]);
}

function withLength(text: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text]);
}

/** Sends one option; returns the replies before its ACK, or throws the server's refusal. */
async function ask(socket: Socket, reader: ByteReader, option: number, data: Buffer): Promise<OptionReply[]> {
  const head = Buffer.alloc(nbd.OPTION_HEADER_BYTES);
  head.writeUInt32BE(nbd.NBD_OPTS_MAGIC_HIGH, 0);
  head.writeUInt32BE(nbd.NBD_OPTS_MAGIC_LOW, 4);
  head.writeUInt32BE(option, 8);
  head.writeUInt32BE(data.length, 12);
  socket.write(Buffer.concat([head, data]));
  const replies: OptionReply[] = [];
  for (;;) {
    const reply = await readOptionReply(reader);
    if (reply.type === nbd.NBD_REP_ACK) return replies;
    if (reply.type >= nbd.NBD_REP_FLAG_ERROR)
      throw new NegotiationRefused(nameReply(reply.type), reply.data.toString());
    replies.push(reply);
  }
}

async function readOptionReply(reader: ByteReader): Promise<OptionReply> {
  const head = await reader.read(nbd.OPTION_REPLY_HEADER_BYTES);
  const length = head.readUInt32BE(16);
  if (head.readUInt32BE(0) !== nbd.NBD_REP_MAGIC_HIGH || length > 2 * nbd.NBD_MAX_STRING_BYTES) {
    throw new NegotiationRefused('BAD_REPLY', 'the option reply is not valid');
  }
  return { type: head.readUInt32BE(12), data: length > 0 ? await reader.read(length) : Buffer.alloc(0) };
}

function readInfo(replies: readonly OptionReply[]): Omit<ExportInfo, 'hasBaseAllocation'> {
  let size: { sizeBytes: number; transmissionFlags: number } | null = null;
  let blockSize: ExportInfo['blockSize'] = null;
  for (const { data } of replies) {
    const kind = data.readUInt16BE(0);
    if (kind === nbd.NBD_INFO_EXPORT) {
      size = { sizeBytes: Number(data.readBigUInt64BE(2)), transmissionFlags: data.readUInt16BE(10) };
    } else if (kind === nbd.NBD_INFO_BLOCK_SIZE) {
      blockSize = { min: data.readUInt32BE(2), preferred: data.readUInt32BE(6), max: data.readUInt32BE(10) };
    }
  }
  if (size === null) throw new NegotiationRefused('NO_EXPORT_INFO', 'the server told no size');
  return { ...size, blockSize };
}

const replyNames = new Map<number, string>([
  [nbd.NBD_REP_ERR_UNSUP, 'ERR_UNSUP'],
  [nbd.NBD_REP_ERR_POLICY, 'ERR_POLICY'],
  [nbd.NBD_REP_ERR_INVALID, 'ERR_INVALID'],
  [nbd.NBD_REP_ERR_PLATFORM, 'ERR_PLATFORM'],
  [nbd.NBD_REP_ERR_TLS_REQD, 'ERR_TLS_REQD'],
  [nbd.NBD_REP_ERR_UNKNOWN, 'ERR_UNKNOWN'],
  [nbd.NBD_REP_ERR_SHUTDOWN, 'ERR_SHUTDOWN'],
  [nbd.NBD_REP_ERR_BLOCK_SIZE_REQD, 'ERR_BLOCK_SIZE_REQD'],
  [nbd.NBD_REP_ERR_TOO_BIG, 'ERR_TOO_BIG'],
]);

function nameReply(type: number): string {
  return replyNames.get(type) ?? `ERR_${(type - nbd.NBD_REP_FLAG_ERROR).toString()}`;
}
