/** Events as they become known, over Server-Sent Events. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createApi } from '../../src/control-plane/api.js';
import { makeDataSource } from '../../src/control-plane/database/data-source.js';
import { DATABASE_PARTS } from '../../src/control-plane/entities.js';
import { EventStreams } from '../../src/control-plane/event/event-streams.js';
import { recordEvent } from '../../src/control-plane/event/record-events.js';
import { Logins } from '../../src/control-plane/session/logins.js';
import type { EventType } from '../../src/model/event.js';
import { ADMIN_PASSWORD, testApi, type TestApi } from '../support/api.js';
import { EventClient } from '../support/event-client.js';
import { announceSeed, SeededRandom } from '../support/seeded-random.js';

const NODE = '/api/v1/node/1';
const HURRIED = { pollMs: 10, heartbeatMs: 20, askMs: 20 };

let api: TestApi;
/** A second process of the API, over the same database. */
let other: NestExpressApplication;
let token: string;
const opened: EventClient[] = [];

beforeAll(async () => {
  api = await testApi();
  const dataSource = makeDataSource(api.database.url, DATABASE_PARTS);
  await dataSource.initialize();
  other = await createApi(dataSource, { tls: null, logLevel: 'error', requestsPerMinute: 1_000_000 });
  await other.listen(0, '127.0.0.1');
  for (const app of [api.app, other]) Object.assign(app.get(EventStreams), HURRIED);
  ({ token } = await api.app.get(Logins).open('admin', ADMIN_PASSWORD, false, ''));
});
afterEach(async () => {
  for (const client of opened.splice(0)) client.close();
  for (const app of [api.app, other]) while (app.get(EventStreams).count > 0) await pause();
});
afterAll(async () => {
  await other.close();
  await api.close();
});

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

async function open(query = '', headers: Record<string, string> = {}, app = api.app): Promise<EventClient> {
  const url = await app.getUrl();
  const client = await EventClient.open(url, token, query, headers);
  opened.push(client);
  return client;
}

async function tell(message: string, type: EventType = 'Node_Offline', resource = NODE): Promise<number> {
  return api.database.dataSource.transaction(async (manager) => {
    await recordEvent(manager, type, [resource], message);
    const [row]: [{ id: number }] = await manager.query('SELECT max(id) AS id FROM event');
    return row.id;
  });
}

function messages(client: EventClient): string[] {
  return client.events.map(({ message }) => message);
}

describe('C54, C56: GET /event/stream', () => {
  it('sends what happens from now on, as the list shows it, and comments while nothing happens', async () => {
    await tell('before');
    const client = await open();
    expect(client.response).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' },
    });
    await client.until(() => client.heartbeats > 1);
    const id = await tell('now');
    await client.until(() => client.events.length > 0);
    const { body } = await (await api.as('monitor')).get(`/api/v1/event?after=${id - 1}`);
    expect(client.events).toEqual(body.event_list);
    expect(messages(client)).toEqual(['now']);
  });

  it('goes on after the id of the query, or that of Last-Event-ID above it, at any process', async () => {
    const ids = [await tell('one'), await tell('two'), await tell('three')];
    const byQuery = await open(`?after=${ids[0]}`);
    const byHeader = await open('?after=0', { 'last-event-id': String(ids[1]) }, other);
    const fromBeyond = await open('', { 'last-event-id': '2147483647' });
    await tell('four');
    for (const client of [byQuery, byHeader, fromBeyond]) await client.until(() => messages(client).includes('four'));
    expect(messages(byQuery)).toEqual(['two', 'three', 'four']);
    expect(messages(byHeader)).toEqual(['three', 'four']);
    expect(messages(fromBeyond)).toEqual(['four']);
  });

  it('sends what the filters of the list let through', async () => {
    const byType = await open('?type=Node_Online&type=Rpo_Met');
    const bySeverity = await open('?severity=Warning');
    const byResource = await open('?resource=/api/v1/volume/7');
    await tell('a', 'Node_Offline');
    await tell('b', 'Node_Online');
    await tell('c', 'Rpo_Met', '/api/v1/volume/7');
    await tell('d', 'Rpo_Breached', '/api/v1/volume/7');
    await byType.until(() => messages(byType).includes('c'));
    await bySeverity.until(() => messages(bySeverity).includes('d'));
    await byResource.until(() => messages(byResource).includes('d'));
    expect([byType, bySeverity, byResource].map(messages)).toEqual([
      ['b', 'c'],
      ['a', 'd'],
      ['c', 'd'],
    ]);
  });

  it('C54: passes over no event and sends none twice, however transactions that write some end, whoever reconnects', async () => {
    const random = new SeededRandom(announceSeed('event-stream'));
    const first = await tell('first');
    let isWritten = false;
    const steady = await open(`?after=${first}`);
    let moving = await open(`?after=${first}`);
    const seen: number[] = [];
    /** Cuts the connection, and goes on at the other process after the last event that came. */
    const reconnect = async (round: number): Promise<void> => {
      seen.push(...moving.ids);
      moving.close();
      moving = await open('', { 'last-event-id': String(seen.at(-1) ?? first) }, round % 2 === 0 ? other : api.app);
    };
    const writers = Array.from({ length: 6 }, async (_none, writer) => {
      for (let turn = 0; turn < 20; turn++) {
        const [isUndone, rest] = [random.below(4) === 0, random.below(3)];
        await api.database.dataSource
          .transaction(async (manager) => {
            await recordEvent(manager, 'Node_Online', [NODE], `${writer}.${turn}`);
            for (let i = 0; i < rest; i++) await pause();
            if (isUndone) throw new Error('undone');
          })
          .catch((error: Error) => expect(error.message).toBe('undone'));
      }
    });
    const reconnects = (async () => {
      for (let round = 0; round < 8; round++) {
        const count = steady.events.length;
        await steady.until(() => steady.events.length > count || isWritten);
        await reconnect(round);
      }
    })();
    await Promise.all(writers).finally(() => (isWritten = true));
    await reconnects;
    const last = await tell('last');
    for (const client of [steady, moving]) await client.until(() => client.ids.includes(last));
    const rows: { id: number }[] = await api.database.dataSource.query(
      'SELECT id FROM event WHERE id > $1 ORDER BY id',
      [first],
    );
    const wanted = rows.map(({ id }) => id);
    expect(wanted.length).toBeGreaterThan(50);
    expect(steady.ids).toEqual(wanted);
    expect([...seen, ...moving.ids]).toEqual(wanted);
  });

  it('sends thousands of events to one who comes late and reads slowly', async () => {
    const after = await tell('start');
    await api.database.dataSource.query(
      `INSERT INTO event (time, severity, type, resource_hrefs, message)
       SELECT now(), 'Warning', 'Node_Offline', ARRAY['${NODE}'], repeat('x', 4000) FROM generate_series(1, 3000)`,
    );
    const late = await open(`?after=${after}`);
    await late.until(() => late.events.length > 0);
    late.response.pause();
    for (let i = 0; i < 20; i++) await pause();
    late.response.resume();
    await late.until(() => late.events.length === 3000);
    expect(new Set(late.ids).size).toBe(3000);
  });

  it('cuts off who reads nothing for too long', async () => {
    const { stuckMs } = api.app.get(EventStreams);
    api.app.get(EventStreams).stuckMs = 50;
    try {
      const idle = await open('?after=0');
      idle.response.pause();
      while (api.app.get(EventStreams).count > 0) await pause();
    } finally {
      api.app.get(EventStreams).stuckMs = stuckMs;
    }
  });

  it('refuses who may not, what makes no sense, and one client too many', async () => {
    await api.anyone.get('/api/v1/event/stream').expect(401);
    const monitor = await api.as('monitor');
    for (const query of ['after=-1', 'after=x', 'type=Nonsense', 'severity=7', 'colour=red', 'max_records=5']) {
      const { body } = await monitor.get(`/api/v1/event/stream?${query}`).expect(400);
      expect(body.details[0].parameter).toBe(query.split('=')[0]);
    }
    await monitor.get('/api/v1/event/stream').set('Last-Event-ID', 'x').expect(400);
    const streams = api.app.get(EventStreams);
    const { clientsMax } = streams;
    streams.clientsMax = 3;
    for (let count = 0; count < 3; count++) await open();
    const { body, headers } = await monitor.get('/api/v1/event/stream').expect(503);
    expect(body.internal_code).toBe('EVENT_STREAM_LIMIT_REACHED');
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    opened.pop()!.close();
    while (streams.count === 3) await pause();
    expect((await open()).response.statusCode).toBe(200);
    streams.clientsMax = clientsMax;
  });

  it('ends with the token that it was opened by', async () => {
    const kept = token;
    ({ token } = await api.app.get(Logins).open('admin', ADMIN_PASSWORD, false, ''));
    const client = await open();
    await client.until(() => client.heartbeats > 0);
    await api.anyone.delete('/api/v1/session').set('Authorization', `Bearer ${token}`).expect(204);
    token = kept;
    await client.until(() => client.isEnded);
  });

  it('ends when the process stops, which waits for no client', async () => {
    const dataSource = makeDataSource(api.database.url, DATABASE_PARTS);
    await dataSource.initialize();
    const third = await createApi(dataSource, { tls: null, logLevel: 'error', requestsPerMinute: 1_000_000 });
    await third.listen(0, '127.0.0.1');
    const client = await open('', {}, third);
    await third.close();
    await client.until(() => client.isEnded);
  });
});
