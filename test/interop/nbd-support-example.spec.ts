import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { MIB } from '../../src/model/sizes.js';
import { ByteReader } from '../../src/tools/nbd-client/byte-reader.js';
import { ServedDisk } from '../support/nbd-server.js';

/** Lines of the document's example: who speaks, and the bytes. */
function readExample(): { who: string; bytes: Buffer }[] {
  const text = readFileSync('docs/formats/nbd-support.md', 'utf8');
  const block = /```hex\n([^`]*)```/.exec(text)![1]!;
  return block
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, who, hex] = /^([CS]) ((?:[0-9a-f]+ ?)+)/.exec(line)!;
      return { who: who!, bytes: Buffer.from(hex!.replaceAll(' ', ''), 'hex') };
    });
}

describe('docs/formats/nbd-support.md', () => {
  it('shows in its example the bytes that a server takes and gives', async () => {
    const disk = await ServedDisk.start(64 * MIB);
    const socket = connect(disk.port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const reader = new ByteReader(socket);
    const lines = readExample();
    expect(lines.length).toBeGreaterThan(20);
    for (const { who, bytes } of lines) {
      if (who === 'C') socket.write(bytes);
      else expect((await reader.read(bytes.length)).toString('hex')).toBe(bytes.toString('hex'));
    }
    socket.end();
    await closed;
    await disk.stop();
  });
});
