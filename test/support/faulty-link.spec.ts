import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { encodeMessage } from '../../src/format/peer/encode.js';
import { FrameParser } from '../../src/format/peer/frame-parser.js';
import { PeerMessageType as Type } from '../../src/format/peer/messages.js';
import { ProtocolError } from '../../src/format/peer/protocol-error.js';
import { FaultyLink } from './faulty-link.js';
import type { FrameFault } from './frame-faults.js';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** An end of a connection that keeps all it receives. */
class End {
  received = Buffer.alloc(0);
  isClosed = false;
  private wake: () => void = () => {};

  constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
      this.wake();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isClosed = true;
      this.wake();
    });
    cleanups.push(() => socket.destroy());
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => (this.wake = resolve));
  }

  async bytes(count: number): Promise<string> {
    await this.until(() => this.received.length >= count);
    return this.received.toString('latin1');
  }
}

async function setUp() {
  const accepted: End[] = [];
  let wake = () => {};
  const server = createServer((socket) => {
    accepted.push(new End(socket));
    wake();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  const link = await FaultyLink.open({ host: '127.0.0.1', port: (server.address() as { port: number }).port });
  cleanups.push(() => link.close());
  const dial = () => new End(connect(link.address));
  const accept = async (index: number) => {
    while (accepted.length <= index) await new Promise<void>((resolve) => (wake = resolve));
    return accepted[index]!;
  };
  return { link, dial, accept, accepted };
}

/** Long enough for anything that would come over loopback to have come. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 50));

describe('faulty link', () => {
  it('carries bytes both ways, and the end of each side', async () => {
    const { link, dial, accept } = await setUp();
    const near = dial();
    const far = await accept(0);
    near.socket.write('hello');
    far.socket.end('answer');
    expect(await far.bytes(5)).toBe('hello');
    expect(await near.bytes(6)).toBe('answer');
    await near.until(() => near.isClosed);
    await far.until(() => far.isClosed);
    expect(link.bytes).toEqual({ up: 5, down: 6 });
  });

  it('carries much, to an end that reads late', async () => {
    const { dial, accept } = await setUp();
    const near = dial();
    const far = await accept(0);
    far.socket.pause();
    near.socket.write(Buffer.alloc(100_000_000, 5));
    await settle();
    let bytes = 0;
    far.socket.removeAllListeners('data');
    const all = new Promise<void>((resolve) => {
      far.socket.on('data', (chunk: Buffer) => {
        if ((bytes += chunk.length) === 100_000_000) resolve();
      });
    });
    far.socket.resume();
    await all;
  });

  it('pauses in silence, and delivers what was held back on resume', async () => {
    const { link, dial, accept, accepted } = await setUp();
    const near = dial();
    const far = await accept(0);
    link.pause();
    near.socket.write('one');
    far.socket.write('two');
    const late = dial();
    late.socket.write('three');
    await settle();
    expect([near.received.length, far.received.length, near.isClosed, far.isClosed, accepted.length]).toEqual([
      0,
      0,
      false,
      false,
      1,
    ]);
    link.resume();
    expect(await far.bytes(3)).toBe('one');
    expect(await near.bytes(3)).toBe('two');
    expect(await (await accept(1)).bytes(5)).toBe('three');
  });

  it('keeps the end of one side from the other while paused', async () => {
    const { link, dial, accept } = await setUp();
    const near = dial();
    const far = await accept(0);
    near.socket.write('x');
    await far.bytes(1);
    link.pause();
    near.socket.resetAndDestroy();
    await settle();
    expect(far.isClosed).toBe(false);
    link.resume();
    await far.until(() => far.isClosed);
  });

  it('cuts all connections, and takes new ones', async () => {
    const { link, dial, accept } = await setUp();
    const near = dial();
    const far = await accept(0);
    link.cut();
    await near.until(() => near.isClosed);
    await far.until(() => far.isClosed);
    const again = dial();
    again.socket.write('again');
    expect(await (await accept(1)).bytes(5)).toBe('again');
  });

  it('refuses new connections until told otherwise, and leaves the others', async () => {
    const { link, dial, accept } = await setUp();
    const near = dial();
    const far = await accept(0);
    link.refuse();
    const refused = dial();
    await refused.until(() => refused.isClosed);
    near.socket.write('still');
    expect(await far.bytes(5)).toBe('still');
    link.accept();
    dial().socket.write('new');
    expect(await (await accept(1)).bytes(3)).toBe('new');
  });

  it('delays bytes and keeps their order', async () => {
    const { link, dial, accept } = await setUp();
    const near = dial();
    const far = await accept(0);
    link.delay(100);
    const startedMs = performance.now();
    near.socket.write('1');
    near.socket.write('2');
    await settle();
    near.socket.write('3');
    link.delay(0);
    near.socket.write('4');
    expect(await far.bytes(4)).toBe('1234');
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(99);
  });

  it('flips one bit at a byte to come', async () => {
    const { link, dial, accept } = await setUp();
    const near = dial();
    const far = await accept(0);
    near.socket.write('aaaa');
    await far.bytes(4);
    link.flipBit('up', 2, 1);
    near.socket.write('aaaa');
    expect(await far.bytes(8)).toBe('aaaaaaca');
  });
});

describe('faulty link, messages of the peer protocol', () => {
  const records = (n: number) =>
    Buffer.concat(encodeMessage({ type: Type.Records, body: Buffer.from(`records ${n}`) }));
  const other = Buffer.concat(encodeMessage({ type: Type.MapEnd }));

  function bodies(end: End): string[] {
    const parser = new FrameParser();
    parser.push(Buffer.from(end.received));
    const found: string[] = [];
    for (let message = parser.next(); message; message = parser.next()) {
      found.push(message.type === Type.Records ? message.body.toString() : 'other');
    }
    return found;
  }

  it.each<[FrameFault, string[]]>([
    ['drop', ['other', 'records 2']],
    ['duplicate', ['records 1', 'records 1', 'other', 'records 2']],
    ['reorder', ['other', 'records 1', 'records 2']],
    ['flip', ['records 0', 'other', 'records 2']],
  ])('can %s the next message of a type, however the bytes come', async (fault, expected) => {
    for (const size of [1000, 7, 30]) {
      const { link, dial, accept } = await setUp();
      const near = dial();
      const far = await accept(0);
      link.breakNext('up', Type.Records, fault);
      const all = Buffer.concat([records(1), other, records(2)]);
      for (let at = 0; at < all.length; at += size) near.socket.write(all.subarray(at, at + size));
      await far.until(() => {
        const found = bodies(far);
        return found.length >= expected.length;
      });
      expect(bodies(far)).toEqual(expected);
      expect(link.faults).toEqual([`up ${fault} ${Type.Records}`]);
    }
  });

  it('cuts the link in place of a message', async () => {
    const { link, dial, accept } = await setUp();
    const near = dial();
    const far = await accept(0);
    link.breakNext('up', Type.Records, 'cut');
    near.socket.write(records(1));
    await far.until(() => far.isClosed);
    await near.until(() => near.isClosed);
    expect(far.received.length).toBe(0);
  });

  it('damages a message so that its parser notices', async () => {
    const { link, dial, accept } = await setUp();
    const near = dial();
    const far = await accept(0);
    link.breakNext('up', Type.MapEnd, 'flip');
    near.socket.write(other);
    await far.bytes(other.length);
    expect(() => bodies(far)).toThrow(ProtocolError);
  });

  it('misbehaves the same for the same seed, and differently for another', async () => {
    const run = async (seed: number) => {
      const { link, dial, accept } = await setUp();
      link.misbehave(seed, 4, [Type.Records]);
      for (let connection = 0; link.faults.length < 12; connection++) {
        const near = dial();
        const far = await accept(connection);
        near.socket.write(Buffer.concat(Array.from({ length: 10 }, (_, n) => records(n))));
        near.socket.end();
        await far.until(() => far.isClosed);
      }
      return link.faults.slice(0, 12);
    };
    const first = await run(7);
    expect(await run(7)).toEqual(first);
    expect(await run(8)).not.toEqual(first);
  });
});
