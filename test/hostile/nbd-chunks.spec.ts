import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { encodeRequest } from '../../src/format/nbd/encode.js';
import { NBD_CMD_READ, NBD_CMD_WRITE } from '../../src/format/nbd/messages.js';
import { MIB } from '../../src/model/sizes.js';
import { HostOperation, type HostRequest } from '../../src/storage-node/volume/host-request.js';
import { ServedDisk } from '../support/nbd-server.js';
import { attachRaw, requests } from '../support/raw-host.js';

const DATA = Buffer.alloc(512, 7);
const WRITE = Buffer.concat([encodeRequest(0, NBD_CMD_WRITE, 1n, 0, DATA.length), DATA]);

describe('C71: what a write keeps in memory', () => {
  let disk: ServedDisk;
  let writes: HostRequest[];

  beforeEach(async () => {
    disk = await ServedDisk.start(MIB);
    writes = [];
    // A log's tail keeps payloads long after their requests are answered.
    disk.target.submit = (batch) => {
      for (const request of batch) {
        if (request.operation === HostOperation.Write) writes.push(request);
        request.sink.complete(request, null);
      }
    };
  });

  afterEach(() => disk.stop());

  async function sendInOneChunk(bytes: Buffer): Promise<void> {
    const socket = await attachRaw(disk.port, 'disk');
    socket.resume().end(bytes);
    await new Promise((resolve) => socket.once('close', resolve));
  }

  function keptBytes(): number {
    const kept = new Set(writes.flatMap(({ payload }) => payload.map((piece) => piece.buffer)));
    return [...kept].reduce((sum, buffer) => sum + buffer.byteLength, 0);
  }

  it('is not the whole chunk when the rest of it was many small requests', async () => {
    await sendInOneChunk(Buffer.concat([WRITE, requests(1000, NBD_CMD_READ, 0, 0)]));
    expect(writes.length).toBe(1);
    expect(Buffer.concat(writes[0]!.payload).equals(DATA)).toBe(true);
    expect(keptBytes()).toBeLessThanOrEqual(2 * DATA.length);
  });

  it('is the chunk, uncopied, when that was mostly payload', async () => {
    await sendInOneChunk(Buffer.concat(Array<Buffer>(50).fill(WRITE)));
    expect(writes.length).toBe(50);
    expect(keptBytes()).toBeLessThanOrEqual(2 * 50 * WRITE.length);
  });
});
