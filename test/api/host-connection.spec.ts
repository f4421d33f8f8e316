/** Who is attached to a volume, and how they are let go: with fake nodes, and with a real node and real hosts. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { VolumeUid } from '../../src/model/ids.js';
import type { ConnectionState } from '../../src/node-api/contract.js';
import { NbdClient } from '../../src/tools/nbd-client/client.js';
import { eventually } from '../../src/tools/node-process/eventually.js';
import { NodeProcess } from '../../src/tools/node-process/node-process.js';
import { API, fakeInstallation, idIn, type FakeInstallation } from '../support/fake-installation.js';
import { TlsAuthority } from '../support/tls-authority.js';
import { itWithTools } from '../support/tools.js';

interface Connection {
  readonly connection_id: number;
  readonly client: string;
  readonly since: string;
  readonly tls: boolean;
  readonly requests: number;
  readonly bytes: number;
}

let all: FakeInstallation;
beforeAll(async () => {
  all = await fakeInstallation();
});
afterAll(() => all.close());

async function list(volumeId: number, query = ''): Promise<Connection[]> {
  const { body } = await all.admin.get(`${API}/volume/${volumeId}/connection${query}`).expect(200);
  return body.connection_list;
}

async function refusal(method: 'get' | 'delete', url: string): Promise<unknown> {
  const { body } = await all.admin[method](`${API}${url}`);
  return body.internal_code;
}

describe('connections of hosts', () => {
  const since = '2026-11-20T10:00:00.000Z';
  const connection = (id: number): ConnectionState => {
    return { id, client: `10.0.0.7:${id % 1000}`, since, isTls: true, requests: 3, bytes: 4096 };
  };
  let id: number;
  let uid: VolumeUid;
  beforeAll(async () => {
    id = await all.volume(all.a, 'shared');
    uid = (await all.get(`/volume/${id}`))['uid']! as VolumeUid;
    all.a.hosts.set(uid, [connection(7_000_000_012), connection(7_000_000_013), connection(8_000_000_001)]);
  });

  it('C56: are listed with every documented field, by pages, as the node has them now', async () => {
    const { body } = await all.admin.get(`${API}/volume/${id}/connection?max_records=2`).expect(200);
    expect(body).toEqual({
      total_count: 3,
      list_count: 2,
      connection_list: [
        { connection_id: 7_000_000_012, client: '10.0.0.7:12', since, tls: true, requests: 3, bytes: 4096 },
        expect.objectContaining({ connection_id: 7_000_000_013 }),
      ],
      next_href: expect.stringContaining('last_get_id=7000000013'),
    });
    const next = await all.admin.get(body.next_href as string).expect(200);
    expect(next.body.connection_list).toMatchObject([{ connection_id: 8_000_000_001 }]);
    expect(next.body).not.toHaveProperty('next_href');
    const [first] = await list(id, '?fields=client');
    expect(first).toEqual({ connection_id: 7_000_000_012, client: '10.0.0.7:12' });
    expect(await refusal('get', `/volume/${id}/connection?fields=colour`)).toBe('PARAMETER_INVALID');
    expect(await refusal('get', `/volume/${id}/connection?client=10.0.0.7`)).toBe('PARAMETER_UNKNOWN');
    const other = await all.volume(all.a, 'lonely');
    expect(await list(other)).toEqual([]);
  });

  it('are let go one by one, in a job that has ended', async () => {
    const job = await all.job('delete', `/volume/${id}/connection/7000000013`);
    expect(job).toMatchObject({ status: 'Success', resource_href_list: [`${API}/volume/${id}`] });
    expect((await list(id)).map(({ connection_id }) => connection_id)).toEqual([7_000_000_012, 8_000_000_001]);
    expect(await refusal('delete', `/volume/${id}/connection/7000000013`)).toBe('CONNECTION_NOT_FOUND');
  });

  it('are not found by ids of other volumes, or by none', async () => {
    const other = await all.volume(all.a, 'other');
    expect(await refusal('delete', `/volume/${other}/connection/7000000012`)).toBe('CONNECTION_NOT_FOUND');
    expect(await refusal('delete', `/volume/${id}/connection/9007199254740993`)).toBe('CONNECTION_NOT_FOUND');
    expect(await refusal('delete', `/volume/${id}/connection/one`)).toBe('PARAMETER_INVALID');
    expect(await refusal('get', '/volume/999999/connection')).toBe('VOLUME_NOT_FOUND');
    expect(await list(id)).toHaveLength(2);
  });

  it('C52: are never said to be none because the node does not answer', async () => {
    const away = await all.volume(all.b, 'away');
    const lost = await all.volume(all.b, 'lost');
    all.b.volumes.delete((await all.get(`/volume/${lost}`))['uid']! as VolumeUid);
    expect(await refusal('get', `/volume/${lost}/connection`)).toBe('VOLUME_LOST');
    const standsIn = await all.b.standIn((_request, response) => {
      response
        .writeHead(401)
        .end(JSON.stringify({ error: { code: 'NOT_AUTHENTICATED', message: 'who?', details: [] } }));
    });
    expect(await refusal('get', `/volume/${away}/connection`)).toBe('NODE_UNREACHABLE');
    await standsIn();
    await all.b.goDown();
    for (const method of ['get', 'delete'] as const) {
      const one = method === 'get' ? '' : '/7000000012';
      expect(await refusal(method, `/volume/${away}/connection${one}`)).toBe('NODE_UNREACHABLE');
    }
    await all.b.goUp();
    expect(await list(away)).toEqual([]);
  });
});

describe('hosts of a real node', () => {
  let authority: TlsAuthority;
  let folder: string;
  let node: NodeProcess;
  let nodeId: number;
  const hosts: NbdClient[] = [];

  beforeAll(async () => {
    authority = await TlsAuthority.make();
    folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-hosts-'));
    const { certificate, key } = await authority.issue('node', 'server');
    const dataDirectory = path.join(folder, 'data');
    const tls = ['--nbd-tls-cert', authority.file('cert', certificate), '--nbd-tls-key', authority.file('key', key)];
    node = await NodeProcess.start({ name: 'real', dataDirectory, flags: tls });
    const job = await all.job('post', '/node', {
      name: 'real',
      address: `127.0.0.1:${node.adminPort}`,
      enrolment_token: readFileSync(path.join(dataDirectory, 'enrolment-token'), 'utf8'),
    });
    expect(job).toMatchObject({ status: 'Success' });
    nodeId = idIn(job.resource_href_list[0]!);
  });

  afterAll(async () => {
    for (const host of hosts) host.destroy();
    await node.dispose();
    rmSync(folder, { recursive: true });
    authority.remove();
  });

  async function volume(name: string): Promise<number> {
    const job = await all.job('post', '/volume', { name, node_id: nodeId, capacity: 4 });
    expect(job).toMatchObject({ status: 'Success' });
    return idIn(job.resource_href_list[0]!);
  }

  async function attach(name: string): Promise<NbdClient> {
    const host = await node.attach(name, { tls: { ca: authority.certificate } });
    hosts.push(host);
    return host;
  }

  it('are shown with what they did, and one is let go while the other stays', async () => {
    const id = await volume('two hosts');
    expect(await all.get(`/volume/${id}`)).toMatchObject({
      nbd_uri: expect.stringMatching(/^nbds:\/\/.*two%20hosts$/),
    });
    const [one, other] = [await attach('two hosts'), await attach('two hosts')];
    await one.write(0, Buffer.alloc(4096, 1));
    await one.read(0, 1024);
    const [first, second] = await list(id);
    expect(first).toMatchObject({
      client: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      tls: true,
      requests: 2,
      bytes: 5120,
    });
    expect(second).toMatchObject({ requests: 0, bytes: 0 });
    expect(first!.since).toMatch(/^20\d\d-\d\d-\d\dT.*Z$/);
    await all.job('delete', `/volume/${id}/connection/${first!.connection_id}`);
    await one.closed;
    expect(await list(id)).toMatchObject([{ connection_id: second!.connection_id }]);
    expect((await other.read(0, 1)).equals(Buffer.of(1))).toBe(true);
  });

  it('never get the number of a host of an earlier run', async () => {
    const id = await volume('restarted');
    await attach('restarted');
    const [before] = await list(id);
    await node.kill('SIGTERM');
    await node.restart();
    await attach('restarted');
    const [after] = await list(id);
    expect(after!.connection_id - before!.connection_id).toBeGreaterThan(900_000_000);
    expect(await refusal('delete', `/volume/${id}/connection/${before!.connection_id}`)).toBe('CONNECTION_NOT_FOUND');
  });

  it('keep their volume from being renamed and deleted, until they are dropped by force', async () => {
    const id = await volume('in use');
    const host = await attach('in use');
    await host.write(0, Buffer.alloc(512, 7));
    const renamed = await all.admin.patch(`${API}/volume/${id}?wait=40`).send({ name: 'renamed' });
    // Whoever sees it first: the request by what was seen last, or the node.
    expect(renamed.body.internal_code ?? renamed.body.error.internal_code).toBe('VOLUME_CONNECTED');
    const deleted = await all.admin.delete(`${API}/volume/${id}?wait=40`);
    expect(deleted.body.internal_code ?? deleted.body.error.internal_code).toBe('VOLUME_CONNECTED');
    expect((await host.read(0, 1)).equals(Buffer.of(7))).toBe(true);
    expect(await all.job('delete', `/volume/${id}?force=true`)).toMatchObject({ status: 'Success' });
    await host.closed;
    await expect(attach('in use')).rejects.toThrow();
  });

  it('and sessions are not dropped together: force never takes a session', async () => {
    const id = await volume('in a session');
    const host = await attach('in a session');
    const peer = await NodeProcess.start({ name: 'peer', dataDirectory: path.join(folder, 'peer') });
    try {
      const { body } = await all.admin.post(`${API}/node?wait=40`).send({
        name: 'peer',
        address: `127.0.0.1:${peer.adminPort}`,
        enrolment_token: readFileSync(path.join(folder, 'peer', 'enrolment-token'), 'utf8'),
      });
      const peerId = idIn(body.resource_href_list[0]);
      const made = await all.job('post', '/copysession/rec', {
        source_volume_id: id,
        destination: { node_id: peerId },
        transfer_mode: 'Synchronous',
      });
      expect(made).toMatchObject({ status: 'Success' });
      expect(await refusal('delete', `/volume/${id}?force=true`)).toBe('VOLUME_IN_SESSION');
      await host.write(0, Buffer.alloc(512, 9));
      expect(await list(id)).toHaveLength(1);
    } finally {
      await peer.dispose();
    }
  });

  itWithTools(['qemu-io'], 'that are qemu notice it, and can come back while they are allowed to', async () => {
    const id = await volume('qemu');
    const dir = authority.clientFolder('anybody', null);
    const image = `driver=nbd,host=127.0.0.1,port=${node.nbdPort},export=qemu,tls-creds=tls0`;
    const args = ['--object', `tls-creds-x509,id=tls0,endpoint=client,dir=${dir}`, '--image-opts', image];
    const qemu: ChildProcess = spawn('qemu-io', args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [qemu.stdout!, qemu.stderr!])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    try {
      qemu.stdin!.write('write -P 5 0 64k\n');
      await eventually('written', () => output.includes('wrote 65536/65536') || undefined);
      const [attached] = await list(id);
      expect(attached).toMatchObject({ tls: true, bytes: 65_536 });
      await all.job('delete', `/volume/${id}/connection/${attached!.connection_id}`);
      qemu.stdin!.write('read -P 5 0 64k\n');
      await eventually('an error', () => /error/i.test(output) || undefined);
      expect(await list(id)).toEqual([]);
    } finally {
      const ended = new Promise((resolve) => qemu.once('exit', resolve));
      qemu.kill('SIGKILL');
      await ended;
    }
  });
});
