import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { newUid, type VolumeUid } from '../model/ids.js';
import { fingerprintOf, type KeyAndCertificate, makeCertificate } from './certificate.js';
import { NODE_API_VERSION } from './contract.js';
import { NodeClient } from './node-client.js';

/** The far end here is a bare HTTPS server; how the client and the node's own server go together is told by admin-server.spec. */
describe('node client', () => {
  let certificate: KeyAndCertificate;
  let server: Server;
  let client: NodeClient;
  let handle: (request: IncomingMessage, response: ServerResponse) => void;
  let requests: string[];

  beforeAll(async () => {
    certificate = await makeCertificate('both ends');
  });

  beforeEach(async () => {
    requests = [];
    server = createServer({ key: certificate.keyPem, cert: certificate.certificatePem }, (request, response) => {
      requests.push(`${request.method} ${request.url}`);
      handle(request, response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    client = to((server.address() as AddressInfo).port);
  });

  afterEach(() => {
    client.close();
    server.closeAllConnections();
    server.close();
  });

  function to(port: number): NodeClient {
    return new NodeClient({
      address: `127.0.0.1:${port}`,
      fingerprint: fingerprintOf(certificate.certificatePem),
      credentials: certificate,
      callTimeoutMs: 500,
    });
  }

  function answer(status: number, body: unknown): void {
    handle = (_request, response) => {
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
    };
  }

  it('answers nothing for what has no answer', async () => {
    answer(204, '');
    const uid = newUid<VolumeUid>();
    expect(await client.deleteVolume(uid, true)).toBeUndefined();
    expect(requests).toEqual([`DELETE /v1/volumes/${uid}?force=true`]);
  });

  it('refuses a node of another version by name', async () => {
    answer(200, { identity: { apiVersion: NODE_API_VERSION + 1 } });
    await expect(client.state()).rejects.toMatchObject({ code: 'NODE_VERSION_UNSUPPORTED' });
  });

  it('keeps code and text of a refusal that only a newer node knows', async () => {
    answer(418, { error: { code: 'TEAPOT', message: 'Short and stout', details: [] } });
    await expect(client.state()).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'Internal error (TEAPOT: Short and stout)',
    });
  });

  it.each<[string, number, unknown]>([
    ['no JSON', 200, '<html>'],
    ['an error that is no refusal', 500, { error: 'x' }],
    ['null', 404, null],
  ])('calls a node that answers %s unreachable', async (_what, status, body) => {
    answer(status, body);
    await expect(client.state()).rejects.toMatchObject({ name: 'NodeUnreachable', code: 'NODE_UNREACHABLE' });
  });

  it('gives up a node that takes the call and never answers', async () => {
    handle = () => undefined;
    await expect(client.state()).rejects.toMatchObject({ code: 'NODE_UNREACHABLE', reason: 'ETIMEDOUT' });
  });

  it('gives up an answer that never ends', async () => {
    handle = (_request, response) => {
      response.writeHead(200).write('{');
    };
    await expect(client.state()).rejects.toMatchObject({ code: 'NODE_UNREACHABLE', reason: 'ETIMEDOUT' });
  });

  it('says so when nobody listens', async () => {
    const { port } = server.address() as AddressInfo;
    server.close();
    await expect(to(port).state()).rejects.toMatchObject({ code: 'NODE_UNREACHABLE', reason: 'ECONNREFUSED' });
  });

  it('asks again, once, when a kept connection turns out to be gone', async () => {
    const texts = { nodeUid: '', name: '', version: '', fingerprint: '', nbdAddress: '' };
    const identity = { apiVersion: NODE_API_VERSION, ...texts, peerAddresses: [] };
    const numbers = { runCounter: 1, capacityBytes: 0, usedBytes: 0, srlUsedBytes: 0 };
    const body = { identity, ...numbers, runIds: [], volumes: [], sessions: [], events: [] };
    answer(200, body);
    await client.state();
    handle = (request) => {
      answer(200, body);
      request.socket.destroy();
    };
    expect(await client.state()).toEqual(body);
    expect(requests).toHaveLength(3);
  });

  it('uses one connection for calls in a row', async () => {
    const ports = new Set<number | undefined>();
    handle = (request, response) => {
      ports.add(request.socket.remotePort);
      response.writeHead(204).end();
    };
    for (let call = 0; call < 3; call++) await client.deleteVolume(newUid<VolumeUid>(), false);
    expect(ports.size).toBe(1);
  });

  it.each(['', 'host', 'host:', 'host:123456', 'http://host:1', 'a/b:1', 'a@b:1'])(
    'refuses "%s" as an address',
    (address) => {
      const options = { address, fingerprint: '', credentials: certificate };
      expect(() => new NodeClient(options)).toThrow(expect.objectContaining({ code: 'PARAMETER_INVALID' }));
    },
  );
});
