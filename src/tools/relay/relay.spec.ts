import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Relay } from './relay.js';

/** Echoes what it gets, through a relay. */
let server: Server;
let relay: Relay;
let host: Socket;
let received: Buffer;

beforeEach(async () => {
  server = createServer((socket) => socket.on('error', () => {}).pipe(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  relay = await Relay.open(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  received = Buffer.alloc(0);
  host = connect(Number(relay.address.split(':')[1]), '127.0.0.1');
  host.on('data', (chunk: Buffer) => (received = Buffer.concat([received, chunk])));
  host.on('error', () => {});
});

afterEach(() => {
  host.destroy();
  relay.close();
  server.close();
});

async function arrival(bytes: number): Promise<number> {
  const startedAt = performance.now();
  while (received.length < bytes) await new Promise((resolve) => setTimeout(resolve, 1));
  return performance.now() - startedAt;
}

const numbered = (bytes: number) => Buffer.from(Array.from({ length: bytes }, (_, index) => index % 251));

describe('a relay', () => {
  it('carries bytes both ways, whole and in order', async () => {
    const sent = numbered(300_000);
    host.write(sent);
    await arrival(sent.length);
    expect(received.equals(sent)).toBe(true);
  });

  it('takes the delay each way', async () => {
    relay.become({ delayMs: 40 });
    host.write('x');
    expect(await arrival(1)).toBeGreaterThanOrEqual(78);
  });

  it('carries no more than its rate, and all of it in order', async () => {
    relay.become({ bytesPerSecond: 200_000 });
    const sent = numbered(60_000);
    host.write(sent);
    // Both ways at once: the first piece and what one late timer allows come without waiting.
    expect(await arrival(sent.length)).toBeGreaterThan(200);
    expect(received.equals(sent)).toBe(true);
  });

  it('keeps what comes while it is held until it is released', async () => {
    relay.become({ isHeld: true });
    host.write('held');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(received).toHaveLength(0);
    relay.become({});
    await arrival(4);
    expect(received.toString()).toBe('held');
  });

  it('passes on the end of a connection', async () => {
    const closed = new Promise((resolve) => host.once('end', resolve));
    host.end('last');
    await closed;
    expect(received.toString()).toBe('last');
  });
});
