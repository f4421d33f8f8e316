import { Budget } from '../config/budget.js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from 'node:tls';
import { pino } from 'pino';
import { Refusal } from '../../errors/refusal.js';
import { newUid, type GroupUid, type NodeUid, type SessionUid, type VolumeUid } from '../../model/ids.js';
import { DEFAULT_SESSION_SETTINGS } from '../../model/session.js';
import { fingerprintOf, type KeyAndCertificate, makeCertificate } from '../../node-api/certificate.js';
import { REQUEST_HEADER } from '../../node-api/request-mark.js';
import { REVISION_HEADER, type RevisionMark } from '../../node-api/revision-mark.js';
import {
  NODE_API_VERSION,
  type ConnectionState,
  type NodeSpec,
  type NodeState,
  type SessionSpec,
  type SessionState,
  type VolumeSpec,
  type VolumeState,
} from '../../node-api/contract.js';
import { NodeClient } from '../../node-api/node-client.js';
import { NodeHome } from '../identity/node-home.js';
import { HostCounters } from '../metrics/host-counters.js';
import { type AdminParts, AdminServer } from './admin-server.js';
import { NodeMetrics } from './metrics.js';
import type { HealthReport } from './node-health.js';
import type { NodeOperations } from './node-operations.js';
import { systemDisk } from '../device/system-disk.js';

/** What reached the node's operations, and what they answer: the server under test stands before them. */
class RecordingOperations implements NodeOperations {
  readonly calls: unknown[][] = [];
  failure: Error | null = null;

  constructor(private readonly home: NodeHome) {}

  state(): NodeState {
    this.note('state');
    return {
      identity: identityOf(this.home),
      runCounter: this.home.run.counter,
      runIds: this.home.run.ids,
      capacityBytes: 1000,
      usedBytes: 10,
      srlUsedBytes: 0,
      volumes: [],
      sessions: [],
      events: [],
    };
  }
  async putNode(spec: NodeSpec) {
    this.note('putNode', spec);
    return identityOf(this.home);
  }
  async putVolume(spec: VolumeSpec): Promise<VolumeState> {
    this.note('putVolume', spec);
    return {
      spec,
      status: 'Normal',
      detail: '',
      usedBytes: 0,
      access: 'Read_Write',
      accessReason: null,
      connectionCount: 0,
    };
  }
  async releaseVolume(uid: VolumeUid): Promise<VolumeState> {
    this.note('releaseVolume', uid);
    return { access: 'Read_Write' } as VolumeState;
  }
  async deleteVolume(uid: VolumeUid, isForced: boolean) {
    this.note('deleteVolume', uid, isForced);
  }
  connections(uid: VolumeUid): ConnectionState[] {
    this.note('connections', uid);
    const since = '2026-11-20T10:00:00.000Z';
    return [{ id: 7_000_000_012, client: '[::1]:5', since, isTls: true, requests: 3, bytes: 4096 }];
  }
  dropConnection(uid: VolumeUid, id: number): void {
    this.note('dropConnection', uid, id);
  }
  async putSessions(specs: readonly SessionSpec[]): Promise<SessionState[]> {
    this.note('putSessions', specs);
    return specs.map((spec) => ({ spec }) as SessionState);
  }
  async suspendSessions(given: { sessions: readonly SessionSpec[] }): Promise<SessionState[]> {
    this.note('suspendSessions', given);
    return [];
  }
  async deleteSession(uid: SessionUid, isForced: boolean) {
    this.note('deleteSession', uid, isForced);
  }
  private note(...call: unknown[]) {
    this.calls.push(call);
    if (this.failure) throw this.failure;
  }
}

function identityOf(home: NodeHome) {
  const addresses = { nbdAddress: '127.0.0.1:1', isNbdTls: false, peerAddresses: ['127.0.0.1:2'], isPeerPlain: false };
  return home.identity(addresses);
}

function volumeSpec(): VolumeSpec {
  return {
    uid: newUid<VolumeUid>(),
    name: 'data',
    label: 7,
    sizeBytes: 1 << 20,
    writeCache: 'Writeback',
    backing: { type: 'File' },
    isOverwrite: false,
    allowedClients: ['127.0.0.0/8', '::1'],
    isCopyProtected: false,
    createdTime: '2026-11-20T10:00:00.000Z',
  };
}

function sessionSpec(): SessionSpec {
  const end = () => ({
    nodeUid: newUid<NodeUid>(),
    volumeUid: newUid<VolumeUid>(),
    peerAddresses: ['[::1]:5667'],
    fingerprint: 'ab'.repeat(32),
    isPeerPlain: false,
  });
  return {
    uid: newUid<SessionUid>(),
    label: 1,
    generation: 1,
    groupUid: newUid<GroupUid>(),
    slot: 0,
    source: end(),
    destination: end(),
    settings: DEFAULT_SESSION_SETTINGS,
    srlSizeBytes: 2 ** 30,
    run: 'Active',
    resumedGeneration: 1,
    isForced: false,
    isAlone: false,
  };
}

describe('admin server', () => {
  let folder: string;
  let home: NodeHome;
  let server: AdminServer;
  let operations: RecordingOperations;
  let credentials: KeyAndCertificate;
  let port: number;
  let logLines: string[];
  let parts: AdminParts;
  let report: HealthReport;
  const host = new HostCounters();
  const clients: NodeClient[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'evenkeel-admin-'));
    home = await NodeHome.open(systemDisk, path.join(folder, 'data'), 'site-a');
    operations = new RecordingOperations(home);
    credentials = await makeCertificate('controller');
    logLines = [];
    const budget = Budget.default();
    const metrics = new NodeMetrics({ state: () => operations.state(), host, budget });
    report = { status: 'ok', checks: [] };
    parts = {
      home,
      logger: pino({}, { write: (line: string) => logLines.push(line) }),
      budget,
      identity: () => identityOf(home),
      metrics: () => metrics.render(),
      health: () => report,
    };
    server = new AdminServer(parts);
    ({ port } = await server.listen({ host: '127.0.0.1', port: 0 }));
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await server.stop();
    await home.close(true);
    await rm(folder, { recursive: true });
  });

  function enrol(as = credentials, token = home.enrolmentToken) {
    return NodeClient.enrol({ address: `127.0.0.1:${port}`, token, credentials: as, controllerName: 'test' });
  }

  function client(as = credentials, fingerprint = home.fingerprint): NodeClient {
    const made = new NodeClient({ address: `127.0.0.1:${port}`, fingerprint, credentials: as });
    clients.push(made);
    return made;
  }

  async function started(): Promise<NodeClient> {
    server.serve(operations);
    await enrol();
    return client();
  }

  interface Raw {
    method?: string;
    target: string;
    body?: string | Buffer;
    type?: string;
    as?: KeyAndCertificate | null;
    revision?: string;
    mark?: string;
    authorization?: string;
  }

  /** A request as any program could send it. */
  function raw({
    method = 'GET',
    target,
    body = '',
    type = 'application/json',
    as = credentials,
    revision,
    mark,
    authorization,
  }: Raw) {
    return new Promise<{ status: number; text: string }>((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port,
          method,
          path: target,
          agent: false,
          rejectUnauthorized: false,
          ...(as ? { key: as.keyPem, cert: as.certificatePem } : {}),
          headers: {
            ...(body.length > 0 && { 'content-type': type, 'content-length': Buffer.byteLength(body) }),
            ...(revision !== undefined && { [REVISION_HEADER]: revision }),
            ...(mark !== undefined && { [REQUEST_HEADER]: mark }),
            ...(authorization !== undefined && { authorization }),
          },
        },
        (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString()));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  async function refusalOf(given: Raw): Promise<[number, string, string[]]> {
    const { status, text } = await raw(given);
    const { error } = JSON.parse(text) as { error: { code: string; details: { parameter: string }[] } };
    return [status, error.code, error.details.map((detail) => detail.parameter).sort()];
  }

  describe('enrolment', () => {
    it('pins the control plane, and answers with the identity that the token promised', async () => {
      const identity = await enrol();
      expect(identity).toMatchObject({ nodeUid: home.uid, name: 'site-a', fingerprint: home.fingerprint });
      server.serve(operations);
      expect((await client().state()).identity).toEqual(identity);
    });

    it('takes a token once, and leaves the next one in the file', async () => {
      const token = home.enrolmentToken;
      await enrol();
      await expect(enrol(await makeCertificate('other'), token)).rejects.toMatchObject({ code: 'NODE_TOKEN_REFUSED' });
      const next = await readFile(home.tokenFile, 'utf8');
      expect(next.trim()).not.toBe(token);
      await enrol(await makeCertificate('other'), next);
    });

    it('lets a control plane repeat an enrolment whose answer was lost', async () => {
      const token = home.enrolmentToken;
      const first = await enrol();
      expect(await enrol(credentials, token)).toEqual(first);
    });

    it('keeps earlier control planes pinned', async () => {
      const first = await started();
      const other = await makeCertificate('new database');
      await enrol(other);
      await Promise.all([first.state(), client(other).state()]);
    });

    it.each(['', 'rubbish', Buffer.from('{"nodeUid":1}').toString('base64url')])(
      'refuses "%s" as a token',
      async (token) => {
        await expect(enrol(credentials, token)).rejects.toMatchObject({ code: 'NODE_TOKEN_REFUSED' });
      },
    );

    it('sends the secret to nobody but the node that printed the token', async () => {
      const impostor = await NodeHome.open(systemDisk, path.join(folder, 'impostor'), 'site-b');
      const { rejects } = expect(enrol(credentials, impostor.enrolmentToken));
      await rejects.toMatchObject({ code: 'NODE_IDENTITY_CHANGED' });
      await impostor.close(true);
      expect(operations.calls).toEqual([]);
    });

    it('refuses a control plane of another version by name, and one without a certificate', async () => {
      const body = JSON.stringify({ apiVersion: NODE_API_VERSION + 1, secret: 'x', controllerName: 'c' });
      expect(await refusalOf({ method: 'POST', target: '/v1/enrol', body })).toEqual([
        409,
        'NODE_VERSION_UNSUPPORTED',
        [],
      ]);
      const { status } = await raw({ method: 'POST', target: '/v1/enrol', body, as: null });
      expect(status).toBe(401);
    });
  });

  describe('the revision that a control plane speaks for', () => {
    const mark = (number: number) => ({ number, id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}` });
    let shown: RevisionMark | null;
    let node: NodeClient;

    function speaking(as = credentials): NodeClient {
      const { fingerprint } = home;
      const options = { address: `127.0.0.1:${port}`, fingerprint, credentials: as, revision: () => shown };
      clients.push(new NodeClient(options));
      return clients.at(-1)!;
    }

    beforeEach(async () => {
      await started();
      shown = null;
      node = speaking();
    });

    it('is kept when it is the highest, and shown with every answer', async () => {
      await node.state();
      expect(node.knownRevision).toBeNull();
      for (const number of [5, 7]) {
        shown = mark(number);
        await node.state();
        expect(node.knownRevision).toEqual(mark(number));
      }
      shown = null;
      await node.state();
      expect(node.knownRevision).toEqual(mark(7));
    });

    it('C73: below the highest it may look, and changes nothing; another one by the same number neither', async () => {
      shown = mark(7);
      await node.putNode({ name: 'b', isInMaintenance: false, copyConcurrency: 20 });
      operations.calls.length = 0;
      for (const outdated of [mark(6), { ...mark(7), id: mark(8).id }]) {
        shown = outdated;
        await node.state();
        expect(node.knownRevision).toEqual(mark(7));
        await expect(node.deleteVolume(newUid<VolumeUid>(), true)).rejects.toMatchObject({
          code: 'CONTROLLER_OUTDATED',
        });
      }
      expect(operations.calls).toEqual([['state'], ['state']]);
      shown = mark(7);
      await node.deleteVolume(newUid<VolumeUid>(), true);
    });

    it('is each control plane its own, outlives an enrolment anew and a restart', async () => {
      shown = mark(7);
      await node.state();
      const other = await makeCertificate('other');
      await enrol(other);
      shown = mark(1);
      await speaking(other).putNode({ name: 'b', isInMaintenance: false, copyConcurrency: 20 });
      await enrol();
      await home.close(true);
      home = await NodeHome.open(systemDisk, path.join(folder, 'data'), 'site-a');
      expect(home.revisionOf(fingerprintOf(credentials.certificatePem))).toEqual(mark(7));
    });

    it('is refused when it is none', async () => {
      const answer = await raw({ target: '/v1/state', revision: 'seven' });
      expect(answer.status).toBe(400);
    });
  });

  it('lets nobody but pinned control planes at the node', async () => {
    server.serve(operations);
    await enrol();
    const stranger = await makeCertificate('stranger');
    await expect(client(stranger).state()).rejects.toMatchObject({ code: 'NOT_AUTHENTICATED' });
    expect((await raw({ target: '/v1/state', as: null })).status).toBe(401);
    expect(operations.calls).toEqual([]);
  });

  it('refuses to talk to another node at the same address', async () => {
    await started();
    await expect(client(credentials, '00'.repeat(32)).state()).rejects.toMatchObject({ code: 'NODE_IDENTITY_CHANGED' });
  });

  it('hands every call of the contract to the node, with its arguments', async () => {
    const node = await started();
    const [volume, session] = [volumeSpec(), sessionSpec()];
    expect((await node.state()).capacityBytes).toBe(1000);
    await node.putNode({ name: 'b', isInMaintenance: true, copyConcurrency: 3 });
    expect((await node.putVolume(volume)).spec).toEqual(volume);
    expect(await node.releaseVolume(volume.uid)).toEqual({ access: 'Read_Write' });
    expect(await node.connections(volume.uid)).toMatchObject([{ id: 7_000_000_012, isTls: true, bytes: 4096 }]);
    await node.dropConnection(volume.uid, 7_000_000_012);
    await node.deleteVolume(volume.uid, false);
    expect((await node.putSessions([session]))[0]!.spec).toEqual(session);
    await node.suspendSessions({ sessions: [session] });
    await node.deleteSession(session.uid, true);
    expect(operations.calls).toEqual([
      ['state'],
      ['putNode', { name: 'b', isInMaintenance: true, copyConcurrency: 3 }],
      ['putVolume', volume],
      ['releaseVolume', volume.uid],
      ['connections', volume.uid],
      ['dropConnection', volume.uid, 7_000_000_012],
      ['deleteVolume', volume.uid, false],
      ['putSessions', [session]],
      ['suspendSessions', { sessions: [session] }],
      ['deleteSession', session.uid, true],
    ]);
  });

  it('answers a refusal with its code, text and details, and an accident as INTERNAL without them', async () => {
    const node = await started();
    const details = [{ parameter: 'name', code: 'VOLUME_NAME_IN_USE' as const, message: 'is taken' }];
    operations.failure = new Refusal('VOLUME_NAME_IN_USE', 'data', details);
    await expect(node.putVolume(volumeSpec())).rejects.toMatchObject({
      code: 'VOLUME_NAME_IN_USE',
      message: 'Volume name is in use on this node (data)',
      details,
    });
    operations.failure = new Error('secret accident');
    await expect(node.putVolume(volumeSpec())).rejects.toMatchObject({ code: 'INTERNAL', message: 'Internal error' });
    expect(logLines.join('')).toContain('secret accident');
  });

  it('says whether it is starting, serving or stopping', async () => {
    await enrol();
    expect(await raw({ target: '/healthz', as: null })).toEqual({
      status: 503,
      text: '{"status":"starting","checks":[]}',
    });
    await expect(client().state()).rejects.toMatchObject({ code: 'NODE_STARTING' });
    server.serve(operations);
    expect(await raw({ target: '/healthz', as: null })).toEqual({ status: 200, text: '{"status":"ok","checks":[]}' });
    server.drain();
    const answer = await raw({ target: '/healthz', as: null });
    expect(answer).toEqual({ status: 503, text: '{"status":"stopping","checks":[]}' });
  });

  it.each([
    ['degraded', 200],
    ['failed', 503],
  ] as const)('says what is %s, and why, by %i', async (status, httpStatus) => {
    report = { status, checks: [{ name: 'logs', status, reason: 'Of words.' }] };
    server.serve(operations);
    const text = `{"status":"${status}","checks":[{"name":"logs","status":"${status}","reason":"Of words."}]}`;
    expect(await raw({ target: '/healthz', as: null })).toEqual({ status: httpStatus, text });
  });

  it('shows metrics to whoever has the token, when there is one, and to the control plane', async () => {
    await server.stop();
    server = new AdminServer({ ...parts, metricsToken: 'a-token-for-Prometheus' });
    ({ port } = await server.listen({ host: '127.0.0.1', port: 0 }));
    await started();
    const asks = (authorization: string | undefined, as: KeyAndCertificate | null) =>
      refusalOf({ target: '/metrics', as, ...(authorization !== undefined && { authorization }) }).catch(() => 'shown');
    const refused = [401, 'NOT_AUTHENTICATED', []];
    expect(await asks(undefined, null)).toEqual(refused);
    expect(await asks('Bearer another-token-altogether', null)).toEqual(refused);
    expect(await asks('Bearer a-token-for-Prometheus', null)).toBe('shown');
    expect(await asks(undefined, credentials)).toBe('shown');
  });

  it('logs each command with the job and the request that it is made for, and no forged one', async () => {
    await started();
    const marked = (mark: string) => raw({ method: 'DELETE', target: `/v1/volumes/${uid}?force=true`, mark });
    const uid = newUid<VolumeUid>();
    const lines = () =>
      logLines
        .map((line) => JSON.parse(line))
        .filter(({ msg }: { msg: string }) => /^call (answered|refused)$/.test(msg));
    await marked('12 order-4711');
    expect(lines().at(-1)).toMatchObject({
      method: 'DELETE',
      path: `/v1/volumes/${uid}`,
      job_id: 12,
      request_id: 'order-4711',
      msg: 'call answered',
      ms: expect.any(Number),
    });
    operations.failure = new Refusal('VOLUME_IN_SESSION', 'data');
    await marked('13 order-4712');
    expect(lines().at(-1)).toMatchObject({ job_id: 13, code: 'VOLUME_IN_SESSION', msg: 'call refused' });
    await marked(`13 ${'x'.repeat(65)}`);
    expect(lines().at(-1)).not.toHaveProperty('request_id');
    const before = lines().length;
    await raw({ method: 'DELETE', target: `/v1/volumes/${uid}`, as: null, mark: '14 stranger' });
    expect(lines()).toHaveLength(before);
  });

  it('shows metrics to anybody on this machine', async () => {
    host.finished(1, 4096, 100, false);
    const { status, text } = await raw({ target: '/metrics', as: null });
    expect(status).toBe(200);
    expect(text).toContain('evenkeel_host_operations_total{operation="write"} 1');
    expect(text).toContain('evenkeel_host_bytes_total{operation="write"} 4096');
    expect(text).toContain('evenkeel_host_latency_seconds_bucket{operation="write",le="0.000064"} 0');
    expect(text).toContain('evenkeel_host_latency_seconds_bucket{operation="write",le="0.000128"} 1');
    expect(text).toContain('evenkeel_host_latency_seconds_bucket{operation="write",le="+Inf"} 1');
    expect(text).toContain('evenkeel_host_latency_seconds_count{operation="write"} 1');
    expect(text).toContain('evenkeel_node_capacity_bytes 1000');
  });

  describe('C56: bad input', () => {
    beforeEach(started);

    it('names every wrong field of a volume at once', async () => {
      const { uid, ...rest } = volumeSpec();
      const body = JSON.stringify({
        ...rest,
        uid,
        isOverwrite: undefined,
        name: 'a,b',
        sizeBytes: 1000,
        writeCache: 'Maybe',
        backing: { type: 'Block', speed: 1 },
        allowedClients: ['10.0.0.0/33', '1::/64', 7],
        colour: 'red',
      });
      expect(await refusalOf({ method: 'PUT', target: `/v1/volumes/${uid}`, body })).toEqual([
        400,
        'PARAMETER_INVALID',
        [
          'allowedClients[0]',
          'allowedClients[2]',
          'backing.speed',
          'colour',
          'isOverwrite',
          'name',
          'sizeBytes',
          'writeCache',
        ],
      ]);
      expect(operations.calls).toEqual([]);
    });

    it('names every wrong field of a session at once', async () => {
      const spec = sessionSpec();
      const wrong = {
        ...spec,
        generation: 0,
        slot: 1.5,
        source: { ...spec.source, fingerprint: 'AB', peerAddresses: [] },
        destination: null,
        settings: { ...spec.settings, heartbeatTimeoutSeconds: 61, transferMode: 'Periodic' },
      };
      const body = JSON.stringify([wrong]);
      expect(await refusalOf({ method: 'PUT', target: '/v1/sessions', body })).toEqual([
        400,
        'PARAMETER_INVALID',
        [
          '[0].destination',
          '[0].generation',
          '[0].settings.heartbeatTimeoutSeconds',
          '[0].settings.transferMode',
          '[0].slot',
          '[0].source.fingerprint',
          '[0].source.peerAddresses',
        ],
      ]);
    });

    it('refuses what contradicts itself', async () => {
      const spec = sessionSpec();
      const contradictions: [Partial<SessionSpec>, string][] = [
        [{ destination: spec.source }, '[0].destination.nodeUid,[0].destination.volumeUid'],
        [{ settings: { ...spec.settings, maxWriteDelayMs: 10_000 } }, '[0].settings.maxWriteDelayMs'],
        [{ isAlone: true }, '[0].isAlone'],
        [{ resumedGeneration: 2 }, '[0].resumedGeneration'],
      ];
      for (const [change, parameters] of contradictions) {
        const body = JSON.stringify([{ ...spec, ...change }]);
        const [status, , details] = await refusalOf({ method: 'PUT', target: '/v1/sessions', body });
        expect([status, details.join()]).toEqual([400, parameters]);
      }
    });

    it.each<[string, Partial<Raw>, number, string]>([
      ['no JSON', { body: '{"name":' }, 400, 'BODY_MALFORMED'],
      ['no UTF-8', { body: Buffer.from([0x22, 0xff, 0x22]) }, 400, 'BODY_MALFORMED'],
      ['no body', {}, 415, 'MEDIA_TYPE_UNSUPPORTED'],
      [
        'another media type',
        { body: 'name=a', type: 'application/x-www-form-urlencoded' },
        415,
        'MEDIA_TYPE_UNSUPPORTED',
      ],
      ['a list', { body: '[]' }, 400, 'PARAMETER_INVALID'],
      ['null', { body: 'null' }, 400, 'PARAMETER_INVALID'],
      [
        'a prototype',
        { body: '{"__proto__":{"name":"a"},"name":"a","isInMaintenance":false}' },
        400,
        'PARAMETER_INVALID',
      ],
      ['an unknown path', { target: '/v1/nothing', body: '{}' }, 404, 'RESOURCE_NOT_FOUND'],
      ['an unknown version', { target: '/v2/node', body: '{}' }, 404, 'RESOURCE_NOT_FOUND'],
      ['an unknown method', { method: 'PATCH', body: '{}' }, 404, 'RESOURCE_NOT_FOUND'],
      ['a uid that is none', { target: '/v1/volumes/1', body: '{}' }, 400, 'PARAMETER_INVALID'],
      [
        'a uid of another body',
        { target: `/v1/volumes/${newUid()}`, body: JSON.stringify(volumeSpec()) },
        400,
        'PARAMETER_INVALID',
      ],
      ['an unknown query', { method: 'DELETE', target: `/v1/volumes/${newUid()}?hard=1` }, 400, 'PARAMETER_UNKNOWN'],
      ['an unclear force', { method: 'DELETE', target: `/v1/volumes/${newUid()}?force=1` }, 400, 'PARAMETER_INVALID'],
      ['another host', { target: '//elsewhere/v1/node', body: '{}' }, 404, 'RESOURCE_NOT_FOUND'],
    ])('refuses %s', async (_what, given, status, code) => {
      const answer = await refusalOf({ method: 'PUT', target: '/v1/node', ...given });
      expect(answer.slice(0, 2)).toEqual([status, code]);
      expect(operations.calls).toEqual([]);
    });

    it('C71: takes no more of a body than it may, and less from a stranger', async () => {
      const large = JSON.stringify({ padding: 'x'.repeat(9 << 20) });
      const stranger = await makeCertificate('stranger');
      const header = (await raw({ method: 'PUT', target: '/v1/node', body: large }).catch(() => null))?.status;
      // The refusal may be cut off by the bytes that are still on their way.
      expect([413, undefined]).toContain(header);
      const body = JSON.stringify({ padding: 'x'.repeat(17 << 10) });
      const answer = await refusalOf({ method: 'POST', target: '/v1/enrol', body, as: stranger });
      expect(answer).toEqual([413, 'BODY_TOO_LARGE', []]);
      expect(operations.calls).toEqual([]);
    });

    it('C71: closes connections that speak something else, and serves the others', async () => {
      const node = client();
      await node.state();
      for (const rubbish of ['GET / HTTP/1.1\nrubbish \0\r\n\r\n', 'X'.repeat(100_000)]) {
        await new Promise<void>((resolve) => {
          const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => socket.write(rubbish));
          socket.on('error', () => undefined);
          socket.on('data', () => undefined);
          socket.on('close', () => resolve());
        });
      }
      expect(logLines.filter((line) => line.includes('malformed')).length).toBeGreaterThan(0);
      await node.state();
    });
  });

  it('stops in order: calls in progress end, later ones are refused', async () => {
    const node = await started();
    await node.state();
    await server.stop();
    await expect(node.state()).rejects.toMatchObject({ code: 'NODE_UNREACHABLE', reason: 'ECONNREFUSED' });
  });

  it('refuses a port that another process holds', async () => {
    const second = new AdminServer({
      home,
      logger: pino({ level: 'silent' }),
      budget: Budget.default(),
      identity: () => identityOf(home),
      metrics: () => Promise.reject(new Error('not asked')),
      health: () => ({ status: 'ok', checks: [] }),
    });
    await expect(second.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  });
});
