/** Settings of asynchronous sessions: what may be asked for, what the nodes are told, and what the session shows. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionUid } from '../../src/model/ids.js';
import { DEFAULT_SESSION_SETTINGS } from '../../src/model/session.js';
import type { SessionState } from '../../src/node-api/contract.js';
import { isSampled, recordSamples, SessionSample } from '../../src/control-plane/copysession/session-sample.entity.js';
import { API, fakeInstallation, idIn, idOf, type FakeInstallation } from '../support/fake-installation.js';

let all: FakeInstallation;
let count = 0;
/** Volumes in no session. */
let free: { source_volume_id: number; destination_volume_id: number };

beforeAll(async () => {
  all = await fakeInstallation();
  free = await ends();
});
afterAll(() => all.close());

const CHOSEN = {
  transfer_mode: 'Consistency',
  srl_protection: 'Override',
  srl_share_mb: 700,
  latency_protection: { policy: 'Fail', high_mark: 400, low_mark: 300 },
  bandwidth_limit_mbps: 25,
  compression: 'Zstd',
  rpo_seconds: 60,
};

async function ends(): Promise<{ source_volume_id: number; destination_volume_id: number }> {
  return {
    source_volume_id: await all.volume(all.a, `s${++count}`),
    destination_volume_id: await all.volume(all.b, `d${count}`),
  };
}

async function newSession(settings: object): Promise<{ id: number; uid: SessionUid }> {
  const known = new Set(all.a.sessions.keys());
  const job = await all.job('post', '/copysession/rec', { ...(await ends()), ...settings });
  expect(job).toMatchObject({ status: 'Success', error: null });
  const uid = [...all.a.sessions.keys()].find((key) => !known.has(key))!;
  return { id: idIn(job.resource_href_list[0]!), uid };
}

async function refusedFields(method: 'post' | 'patch', path: string, body: object): Promise<string[]> {
  const answer = await all.admin[method](`${API}${path}`).send(body).expect(400);
  expect(answer.body.internal_code).toMatch(/^PARAMETER_(INVALID|UNKNOWN)$/);
  return answer.body.details.map(({ parameter }: { parameter: string }) => parameter).toSorted();
}

describe('settings of a copy session', () => {
  it('are those asked for, at both nodes and in the answer; the rest are the defaults', async () => {
    const { id, uid } = await newSession(CHOSEN);
    expect(await all.get(`/copysession/${id}`)).toMatchObject({ ...CHOSEN, split_mode: 'Automatic' });
    for (const node of [all.a, all.b]) {
      expect(node.sessions.get(uid)!.spec.settings).toEqual({
        ...DEFAULT_SESSION_SETTINGS,
        transferMode: 'Consistency',
        srlProtection: 'Override',
        srlShareMb: 700,
        latencyProtection: { policy: 'Fail', highMark: 400, lowMark: 300 },
        bandwidthLimitMbps: 25,
        compression: 'Zstd',
        rpoSeconds: 60,
      });
    }
    const plain = await newSession({ transfer_mode: 'Stack' });
    expect(await all.get(`/copysession/${plain.id}`)).toMatchObject({
      transfer_mode: 'Stack',
      srl_protection: 'Autodcm',
      srl_share_mb: 512,
      latency_protection: { policy: 'Off', high_mark: 10_000, low_mark: 9_950 },
      bandwidth_limit_mbps: 0,
      compression: 'None',
      rpo_seconds: 0,
    });
  });

  it('change one by one, and those left out stay', async () => {
    const { id, uid } = await newSession(CHOSEN);
    const changes = {
      latency_protection: { low_mark: 7 },
      bandwidth_limit_mbps: 1,
      compression: 'Lz4',
      rpo_seconds: 0,
    };
    expect(await all.job('patch', `/copysession/${id}`, changes)).toMatchObject({ status: 'Success' });
    expect(await all.get(`/copysession/${id}`)).toMatchObject({
      ...CHOSEN,
      ...changes,
      latency_protection: { policy: 'Fail', high_mark: 400, low_mark: 7 },
    });
    const { latencyProtection } = all.b.sessions.get(uid)!.spec.settings;
    expect(latencyProtection).toEqual({ policy: 'Fail', highMark: 400, lowMark: 7 });
  });

  it('C65: keep the split mode through asynchronous modes, where it cannot be set', async () => {
    const { id, uid } = await newSession({ transfer_mode: 'Synchronous', split_mode: 'Manual' });
    const change = (body: object) => all.job('patch', `/copysession/${id}`, body);
    for (const transfer_mode of ['Consistency', 'Stack', 'Consistency', 'Synchronous', 'Stack', 'Synchronous']) {
      expect(await change({ transfer_mode })).toMatchObject({ status: 'Success' });
      expect(await all.get(`/copysession/${id}`)).toMatchObject({ transfer_mode, split_mode: 'Manual' });
      expect(all.a.sessions.get(uid)!.spec.settings).toMatchObject({
        transferMode: transfer_mode,
        splitMode: 'Manual',
      });
      if (transfer_mode === 'Synchronous') continue;
      expect(await refusedFields('patch', `/copysession/${id}`, { split_mode: 'Manual' })).toEqual(['split_mode']);
    }
    const both = { transfer_mode: 'Stack', split_mode: 'Automatic' };
    expect(await refusedFields('patch', `/copysession/${id}`, both)).toEqual(['split_mode']);
    expect(await refusedFields('post', '/copysession/rec', { ...(await ends()), ...both })).toEqual(['split_mode']);
    await change({ transfer_mode: 'Consistency' });
    await change({ transfer_mode: 'Synchronous', split_mode: 'Automatic' });
    expect(await all.get(`/copysession/${id}`)).toMatchObject({ split_mode: 'Automatic' });
  });

  const WRONG: [string, object, string[]][] = [
    ['a share larger than the log', { srl_share_mb: 600, srl_size_mb: 512 }, ['srl_share_mb']],
    ['a share that is no share', { srl_share_mb: 15 }, ['srl_share_mb']],
    ['equal marks', { latency_protection: { high_mark: 5, low_mark: 5 } }, ['latency_protection.low_mark']],
    ['a high mark below the low one', { latency_protection: { high_mark: 9 } }, ['latency_protection.low_mark']],
    ['marks out of range', { latency_protection: { high_mark: 1, low_mark: 1 } }, ['latency_protection.high_mark']],
    ['an unknown policy', { latency_protection: { policy: 'On' } }, ['latency_protection.policy']],
    ['an unknown mark', { latency_protection: { mark: 3 } }, ['latency_protection.mark']],
    ['a mark as text', { latency_protection: { low_mark: '3' } }, ['latency_protection.low_mark']],
    ['no latency protection at all', { latency_protection: null }, ['latency_protection']],
    ['a list as latency protection', { latency_protection: [1] }, ['latency_protection']],
    ['limits out of range', { bandwidth_limit_mbps: -1, rpo_seconds: -1 }, ['bandwidth_limit_mbps', 'rpo_seconds']],
    [
      'limits beyond all reason',
      { bandwidth_limit_mbps: 1e9, rpo_seconds: 1e9 },
      ['bandwidth_limit_mbps', 'rpo_seconds'],
    ],
    ['half a second', { rpo_seconds: 0.5 }, ['rpo_seconds']],
    ['an unknown compression', { compression: 'Gzip' }, ['compression']],
    ['an unknown protection', { srl_protection: 'dcm' }, ['srl_protection']],
    ['a mode that is not there yet', { transfer_mode: 'Periodic' }, ['transfer_mode']],
  ];
  for (const [what, body, fields] of WRONG) {
    it(`C56: refuses ${what} by its name`, async () => {
      const wanted = { ...free, transfer_mode: 'Consistency', ...body };
      expect(await refusedFields('post', '/copysession/rec', wanted)).toEqual(fields);
    });
  }

  it('C56: judges a change by what it would make of the session', async () => {
    const { id } = await newSession({ ...CHOSEN, srl_size_mb: 1024 });
    const refused = (body: object) => refusedFields('patch', `/copysession/${id}`, body);
    expect(await refused({ srl_share_mb: 1025 })).toEqual(['srl_share_mb']);
    expect(await refused({ latency_protection: { low_mark: 400 } })).toEqual(['latency_protection.low_mark']);
    expect(await refused({ latency_protection: { high_mark: 300 } })).toEqual(['latency_protection.low_mark']);
    expect(await refused({ compression: 'None', srl_size_mb: 512 })).toEqual(['srl_size_mb']);
    expect(await all.get(`/copysession/${id}`)).toMatchObject(CHOSEN);
  });
});

describe('state of an asynchronous session', () => {
  it('C32: shows the lag, whether it is a breach, why hosts wait, and on which paths', async () => {
    const { id, uid } = await newSession(CHOSEN);
    all.a.set(uid, {
      effectiveMode: 'Through',
      loggingTo: 'Dcm',
      dataState: 'Consistent',
      lag: { writes: 12, bytes: 49_152, seconds: 61.5 },
      isRpoBreached: true,
      throttle: 'Latency',
      isJoining: true,
      paths: [
        { address: '10.0.0.2:5701', isUp: true, isInUse: true },
        { address: '[fd00::2]:5701', isUp: false, isInUse: false },
      ],
    });
    const seen = await all.until(`/copysession/${id}`, { is_rpo_breached: true });
    expect(seen).toMatchObject({
      effective_mode: 'Through',
      logging_to: 'Dcm',
      lag: { writes: 12, bytes: 49_152, seconds: 61.5, is_stale: false },
      rpo_seconds: 60,
      throttle: 'Latency',
      is_joining: true,
      path_list: [
        { address: '10.0.0.2:5701', is_up: true, is_in_use: true },
        { address: '[fd00::2]:5701', is_up: false, is_in_use: false },
      ],
    });
  });

  it('C32, C52: marks the lag stale when the destination, or the node itself, was not heard', async () => {
    const { id, uid } = await newSession(CHOSEN);
    const lag = { writes: 3, bytes: 3072, seconds: 1.25 };
    all.a.set(uid, { lag, status: 'Halt', isLinkUp: false });
    expect(await all.until(`/copysession/${id}`, { status: 'Halt' })).toMatchObject({
      lag: { ...lag, is_stale: true },
    });
    all.a.set(uid, { lag, status: 'Active', isLinkUp: true });
    expect(await all.until(`/copysession/${id}`, { status: 'Active' })).toMatchObject({
      lag: { ...lag, is_stale: false },
    });
    await all.a.goDown();
    await all.b.goDown();
    const last = await all.until(`/copysession/${id}`, { is_stale: true });
    expect(last).toMatchObject({ lag: { is_stale: true }, last_seen_time: expect.any(String) });
    await all.a.goUp();
    await all.b.goUp();
    await all.until(`/copysession/${id}`, { is_stale: false });
  });
});

describe('statistics', () => {
  const COUNTED = {
    messagesSent: 100,
    messagesReceived: 90,
    roundTripMs: 12.5,
    timeouts: 1,
    gaps: 2,
    checksumErrors: 3,
    reconnects: 4,
    stalls: 5,
    blocksSent: 60,
    retries: 7,
    payloadBytes: 8000,
    wireBytes: 4000,
    overflows: 8,
    throttles: 9,
    throttledMs: 1500,
  };
  const SHOWN = {
    end: 'source',
    messages_sent: 100,
    messages_received: 90,
    round_trip_ms: 12.5,
    timeouts: 1,
    gaps: 2,
    checksum_errors: 3,
    reconnects: 4,
    stalls: 5,
    blocks_sent: 60,
    retries: 7,
    payload_bytes: 8000,
    wire_bytes: 4000,
    compression_ratio: 2,
    overflows: 8,
    throttles: 9,
    throttled_ms: 1500,
  };
  const set = (uid: SessionUid, statistics: SessionState['statistics'], transferredBytes: number) =>
    all.a.set(uid, { statistics, transferredBytes, resyncBytes: 0, uncopiedBytes: transferredBytes });

  it('C53: shows everything that the source counted', async () => {
    const { id, uid } = await newSession(CHOSEN);
    set(uid, COUNTED, 10_000);
    await all.until(`/copysession/${id}`, { transferred_bytes: 10_000 });
    expect(await all.get(`/copysession/${id}/statistics`)).toMatchObject({ ...SHOWN, transferred_bytes: 10_000 });
  });

  it('C53: shows gaps and damage that the destination met beside what the source counted', async () => {
    const { id, uid } = await newSession(CHOSEN);
    set(uid, COUNTED, 10_000);
    all.b.set(uid, { statistics: { ...COUNTED, gaps: 40, checksumErrors: 50, messagesSent: 60 } });
    const path = `/copysession/${id}/statistics`;
    await all.until(`/copysession/${id}`, { transferred_bytes: 10_000 });
    await all.until(path, { gaps: 42 });
    expect(await all.get(path)).toMatchObject({ ...SHOWN, gaps: 42, checksum_errors: 53 });
    const { manager } = all.api.database.dataSource;
    const nodeId = await idOf(all.admin, all.b);
    await recordSamples(manager, nodeId, [...all.b.sessions.values()].filter(isSampled));
    expect(await manager.findBy(SessionSample, { nodeId })).toMatchObject([
      { sessionId: id, counts: { gaps: 40, checksumErrors: 50 } },
    ]);
  });

  it('C53: shows what was counted over an interval, also when the node was restarted meanwhile', async () => {
    const { id } = await newSession(CHOSEN);
    // From now on the samples are those of the test.
    await all.kill(all.b);
    await all.kill(all.a);
    const path = `/copysession/${id}/statistics?interval=`;
    const samples = all.api.database.dataSource.getRepository(SessionSample);
    const nodeId = (await all.get(`/copysession/${id}`))['source_node_id'] as unknown as number;
    await samples.delete({ sessionId: id });
    expect(await all.get(`${path}60`)).toMatchObject({ messages_sent: 0, interval_seconds: null });
    const now = Date.now();
    const sample = (secondsAgo: number, counts: Partial<typeof COUNTED>, transferredBytes: number) =>
      samples.insert({
        sessionId: id,
        nodeId,
        time: new Date(now - secondsAgo * 1000),
        counts: { ...COUNTED, ...counts, transferredBytes, resyncBytes: 0 },
      });
    await sample(100, { messagesSent: 10, payloadBytes: 1000, wireBytes: 1000 }, 500);
    await sample(50, { messagesSent: 70, payloadBytes: 2000, wireBytes: 2000, timeouts: 9 }, 700);
    await sample(0, {}, 10_000);
    // Of the destination there are samples with its damage alone, from the first that it met.
    await samples.insert({
      sessionId: id,
      nodeId: (await all.get(`/copysession/${id}`))['destination_node_id'] as unknown as number,
      time: new Date(now - 3_000),
      counts: { gaps: 20, checksumErrors: 30 },
    });
    const differences = await all.get(`${path}40`);
    expect(differences).toMatchObject({
      interval_seconds: 50,
      messages_sent: 30,
      messages_received: 0,
      round_trip_ms: 12.5,
      compression_ratio: 3,
      transferred_bytes: 9300,
      timeouts: 1,
      gaps: 20,
      checksum_errors: 30,
    });
    expect(await all.get(`${path}3600`)).toMatchObject({ interval_seconds: 100, messages_sent: 90 });
    await samples.delete({ sessionId: id });
    await all.a.goUp();
    await all.b.goUp();
  });

  it('C53: keeps samples by itself', async () => {
    const samples = all.api.database.dataSource.getRepository(SessionSample);
    for (let tries = 0; (await samples.count()) === 0 && tries < 300; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await samples.count()).toBeGreaterThan(0);
  });

  it('C56: refuses an interval that is none', async () => {
    for (const interval of ['0', '9', '3601', 'x', '10.5']) {
      const { body } = await all.admin.get(`${API}/copysession/1/statistics?interval=${interval}`).expect(400);
      expect(body.details[0].parameter).toBe('interval');
    }
  });
});
