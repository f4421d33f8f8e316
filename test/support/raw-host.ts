/** A host's socket without a client behind it, for tests that misuse it. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { encodeRequest } from '../../src/format/nbd/encode.js';
import {
  EXPORT_NAME_REPLY_BYTES,
  GREETING_BYTES,
  NBD_FLAG_C_FIXED_NEWSTYLE,
  NBD_FLAG_C_NO_ZEROES,
  NBD_OPTS_MAGIC_HIGH,
  NBD_OPTS_MAGIC_LOW,
  NBD_OPT_EXPORT_NAME,
} from '../../src/format/nbd/messages.js';

/** What a client says to attach at once. */
export function attachBytes(exportName: string): Buffer {
  return Buffer.concat([clientFlags(), optionBytes(NBD_OPT_EXPORT_NAME, Buffer.from(exportName))]);
}

export function clientFlags(): Buffer {
  const flags = Buffer.alloc(4);
  flags.writeUInt32BE(NBD_FLAG_C_FIXED_NEWSTYLE | NBD_FLAG_C_NO_ZEROES);
  return flags;
}

export function optionBytes(option: number, data: Buffer, toldBytes = data.length): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32BE(NBD_OPTS_MAGIC_HIGH, 0);
  header.writeUInt32BE(NBD_OPTS_MAGIC_LOW, 4);
  header.writeUInt32BE(option, 8);
  header.writeUInt32BE(toldBytes, 12);
  return Buffer.concat([header, data]);
}

/** A socket that never fails a test by itself: what happens to it is looked at, or is of no interest. */
export async function rawSocket(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true }).on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Attaches to an export; the socket is paused afterwards, so that nothing is read until the test does. */
export async function attachRaw(port: number, exportName: string): Promise<Socket> {
  const socket = await rawSocket(port);
  socket.write(attachBytes(exportName));
  let missing = GREETING_BYTES + EXPORT_NAME_REPLY_BYTES;
  await new Promise<void>((resolve, reject) => {
    socket.on('data', (chunk: Buffer) => {
      missing -= chunk.length;
      if (missing <= 0) resolve();
    });
    socket.once('close', () => reject(new Error('closed before it was attached')));
  });
  socket.removeAllListeners('data').removeAllListeners('close').pause();
  return socket;
}

/** The same request again and again. */
export function requests(count: number, command: number, offset: number, length: number): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, n) => encodeRequest(0, command, BigInt(n), offset, length)));
}
