/** Nodes of another version, with another clock or key, and whatever else may answer at a node's address: named, bounded, and nobody else's trouble. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { makeCertificate } from '../../src/node-api/certificate.js';
import { API, fakeInstallation, idOf, type FakeInstallation } from '../support/fake-installation.js';

const DAY_MS = 24 * 3_600_000;

let all: FakeInstallation;
let nodeId: number;
let volumeId: number;
let count = 0;
let goBack: (() => Promise<void>) | null = null;

beforeAll(async () => {
  all = await fakeInstallation();
  nodeId = await idOf(all.admin, all.b);
  volumeId = await all.volume(all.b, 'there');
});
afterAll(() => all.close());
afterEach(async () => {
  all.limit({});
  await goBack?.();
  goBack = null;
  await all.until(`/node/${nodeId}`, { status: 'Online' });
});

/** Something that answers so to whatever is asked, in place of the node; the calls that it heard. */
async function answering(
  answer: (response: ServerResponse) => void,
  credentials?: Parameters<typeof all.b.standIn>[1],
) {
  const heard: string[] = [];
  goBack = await all.b.standIn((request, response) => {
    heard.push(`${request.method} ${request.url?.split('?')[0]}`);
    answer(response);
  }, credentials);
  return heard;
}

/** Its jobs fail with the reason, it is shown with it, and the other node does not notice. */
async function expectSetAside(code: string): Promise<void> {
  await all.until(`/node/${nodeId}`, { status_reason: code });
  all.limit({ unreachableMs: 200 });
  const job = await all.job('patch', `/volume/${volumeId}`, { name: `other ${++count}` });
  expect(job).toMatchObject({ status: 'Error', error: { internal_code: code } });
  await all.volume(all.a, `beside ${count}`);
  expect(await all.get(`/volume/${volumeId}`)).toMatchObject({ name: 'there', is_stale: true, status: 'Normal' });
}

const state = () => all.b.state();

describe('nodes that are not what they should be', () => {
  const text = (body: string) => (response: ServerResponse) => void response.writeHead(200).end(body);
  const json = (body: unknown) => text(JSON.stringify(body));

  it('one of another version is named, and commanded nothing', async () => {
    const heard = await answering(json({ identity: { apiVersion: 99, novel: true }, machines: [] }));
    await expectSetAside('NODE_VERSION_UNSUPPORTED');
    expect(new Set(heard)).toEqual(new Set(['GET /v1/state']));
  });

  it('one with another key is named, and hears nothing', async () => {
    const heard = await answering(json(state()), await makeCertificate('another node'));
    await expectSetAside('NODE_IDENTITY_CHANGED');
    expect(heard).toEqual([]);
  });

  const nonsense: ((response: ServerResponse) => void)[] = [
    text('Welcome to nginx!'),
    text(''),
    text('null'),
    json([]),
    json({}),
    (response) => text(JSON.stringify(state()).slice(0, -20))(response),
    (response) => json({ identity: all.b.identity() })(response),
    (response) => json({ ...state(), volumes: [null] })(response),
    (response) => json({ ...state(), volumes: [{ ...state().volumes[0], spec: { uid: 'x' } }] })(response),
    (response) => json({ ...state(), sessions: [{ spec: { uid: 'x', generation: 'many' } }] })(response),
    (response) => json({ ...state(), sessions: {} })(response),
    ...[500, 503, 404, 301].map((status) => (response: ServerResponse) => {
      response.writeHead(status, { location: '/' }).end('{"message":"no"}');
    }),
    (response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('{"identity":');
      setTimeout(() => response.destroy(), 20);
    },
  ];

  it('one that answers without sense is as good as none', async () => {
    let n = 0;
    await answering((response) => nonsense[n++ % nonsense.length]!(response));
    await expectSetAside('NODE_UNREACHABLE');
    while (n < nonsense.length) {
      expect(await all.get(`/node/${nodeId}`)).toMatchObject({ status: 'Offline', status_reason: 'NODE_UNREACHABLE' });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect([...all.b.volumes.values()]).toHaveLength(1);
  });

  it('one that never stops answering is cut off', async () => {
    const chunk = Buffer.alloc(1 << 20, 0x20);
    let bytes = 0;
    let isFirst = true;
    await answering((response) => {
      if (!isFirst) return void response.writeHead(500).end();
      isFirst = false;
      response.writeHead(200);
      const more = (): void => {
        do bytes += chunk.length;
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more);
      more();
    });
    await expectSetAside('NODE_UNREACHABLE');
    expect(bytes).toBeLessThan(100 << 20);
  });

  it('one that takes its time keeps nobody waiting but its own jobs', async () => {
    const waiting: ServerResponse[] = [];
    await answering((response) => void waiting.push(response));
    while (waiting.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const { body } = await all.admin.patch(`${API}/volume/${volumeId}`).send({ name: 'there' }).expect(202);
    for (let n = 0; n < 3; n++) await all.volume(all.a, `meanwhile ${n}`);
    expect(waiting).toHaveLength(1);
    await goBack!();
    goBack = null;
    await all.until(`/job/${body.job_id}`, { status: 'Success' });
  });

  it.each([-DAY_MS, DAY_MS])('C52: one whose clock is off by %d ms is not called stale for that', async (offMs) => {
    const state = all.b.state.bind(all.b);
    all.b.state = () => {
      const shown = state();
      const time = (text: string) => new Date(Date.parse(text) + offMs).toISOString();
      const volumes = shown.volumes.map((volume) => ({
        ...volume,
        spec: { ...volume.spec, createdTime: time(volume.spec.createdTime) },
      }));
      return { ...shown, volumes };
    };
    await all.job('patch', `/volume/${volumeId}`, { allowed_client_list: ['10.0.0.0/8'] });
    const node = await all.get(`/node/${nodeId}`);
    expect(node).toMatchObject({ status: 'Online', is_stale: false });
    expect(Math.abs(Date.parse(node['last_seen_time']!) - Date.now())).toBeLessThan(DAY_MS / 2);
    await all.job('patch', `/volume/${volumeId}`, { allowed_client_list: ['127.0.0.0/8'] });
    all.b.state = state;
  });

  it('C73: jobs and looks go on when the clock of the control plane is set back or forth by a day', async () => {
    const now = Date.now;
    try {
      for (const offMs of [-DAY_MS, 2 * DAY_MS]) {
        Date.now = () => now() + offMs;
        all.limit({ unreachableMs: 60_000, operationMs: 60_000 });
        await all.volume(all.b, `clock ${++count}`);
        await all.b.goDown();
        await all.until(`/node/${nodeId}`, { status: 'Offline' });
        const { body } = await all.admin.patch(`${API}/volume/${volumeId}`).send({ name: 'there' }).expect(202);
        await all.b.goUp();
        await all.until(`/job/${body.job_id}`, { status: 'Success' });
      }
    } finally {
      Date.now = now;
    }
  });
});
