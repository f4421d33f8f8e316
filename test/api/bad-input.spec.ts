import { Agent, request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type TestAgent from 'supertest/lib/agent.js';
import { ERRORS, type ErrorName } from '../../src/errors/registry.js';
import { testApi, type TestApi } from '../support/api.js';

describe('bad input', () => {
  let api: TestApi;
  let admin: TestAgent;
  beforeAll(async () => {
    api = await testApi();
    admin = await api.as('admin');
  });
  afterAll(() => api.close());

  const refusal = (name: ErrorName): object =>
    expect.objectContaining({ error_code: ERRORS[name].code, internal_code: name, request_id: expect.any(String) });

  it('C56: names every wrong, missing and unknown field of a body in one answer', async () => {
    const { body } = await api.anyone
      .post('/api/v1/session')
      .send({ username: 7, refresh: 'yes', extra: 1 })
      .expect(400);
    expect(body).toEqual(refusal('PARAMETER_INVALID'));
    expect(body.details).toEqual(
      expect.arrayContaining([
        { parameter: 'username', internal_code: 'PARAMETER_INVALID', message: expect.any(String) },
        { parameter: 'password', internal_code: 'PARAMETER_INVALID', message: 'password is missing' },
        { parameter: 'refresh', internal_code: 'PARAMETER_INVALID', message: expect.any(String) },
        { parameter: 'extra', internal_code: 'PARAMETER_UNKNOWN', message: 'extra is not known' },
      ]),
    );
  });

  it('C56: calls a body whose only fault is an unknown field by that name', async () => {
    const { body } = await api.anyone
      .post('/api/v1/session')
      .send({ username: 'a', password: 'b', user: 'c' })
      .expect(400);
    expect(body).toEqual(refusal('PARAMETER_UNKNOWN'));
    expect(body.message).toBe('Parameter is not known (user)');
  });

  const bodies: [what: string, type: string, body: string, name: ErrorName][] = [
    ['a body that is not JSON', 'application/json', '{"username":', 'BODY_MALFORMED'],
    ['a body that is a list', 'application/json', '[]', 'BODY_MALFORMED'],
    ['a body that is a number', 'application/json', '7', 'BODY_MALFORMED'],
    ['a body that is null', 'application/json', 'null', 'BODY_MALFORMED'],
    ['an empty JSON body', 'application/json', '', 'PARAMETER_INVALID'],
    ['a body of another type', 'text/plain', '{}', 'MEDIA_TYPE_UNSUPPORTED'],
    ['a form', 'application/x-www-form-urlencoded', 'username=admin', 'MEDIA_TYPE_UNSUPPORTED'],
    ['a body in a charset that is none', 'application/json; charset=klingon', '{}', 'MEDIA_TYPE_UNSUPPORTED'],
    ['a body above 256 KiB', 'application/json', JSON.stringify({ username: 'x'.repeat(300_000) }), 'BODY_TOO_LARGE'],
    ['a body of very many values', 'application/json', `{"a":[${'1,'.repeat(60_000)}1]}`, 'BODY_TOO_LARGE'],
    [
      'a body nested without end',
      'application/json',
      `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      'PARAMETER_INVALID',
    ],
    ['half of a surrogate pair', 'application/json', '{"username":"a\\ud800","password":"b"}', 'PARAMETER_INVALID'],
    ['half of a surrogate pair in a name', 'application/json', '{"a\\udc00b":1}', 'PARAMETER_UNKNOWN'],
    ['a NUL character', 'application/json', '{"username":"a\\u0000","password":"b"}', 'PARAMETER_INVALID'],
    ['a NUL character in a name', 'application/json', '{"a\\u0000b":1}', 'PARAMETER_UNKNOWN'],
    [
      '__proto__ as a field',
      'application/json',
      '{"username":"a","password":"b","__proto__":{"x":1}}',
      'PARAMETER_UNKNOWN',
    ],
    ['constructor as a field', 'application/json', '{"constructor":{"prototype":{"x":1}}}', 'PARAMETER_UNKNOWN'],
    ['a number beyond all bounds', 'application/json', '{"username":1e400,"password":"b"}', 'PARAMETER_INVALID'],
    ['a very long name of a field', 'application/json', `{"${'n'.repeat(100_000)}":1}`, 'PARAMETER_INVALID'],
  ];
  for (const [what, type, sent, name] of bodies) {
    it(`C56: refuses ${what}`, async () => {
      const { body } = await api.anyone
        .post('/api/v1/session')
        .set('Content-Type', type)
        .send(sent)
        .expect(ERRORS[name].status);
      expect(body).toEqual(refusal(name));
      expect(JSON.stringify(body).length).toBeLessThan(5000);
    });
  }

  it('C56: takes null for no value: what may be absent must be right when it is given', async () => {
    const ends = { source_volume_id: 1, transfer_mode: 'Synchronous' };
    const volume = { name: 'v', node_id: 1, capacity: 1 };
    for (const [path, sent, parameter] of [
      ['/copysession/rec', { ...ends, destination: null }, 'destination'],
      ['/copysession/rec', { ...ends, destination_volume_id: 2, split_mode: null }, 'split_mode'],
      ['/volume', { ...volume, count: null }, 'count'],
      ['/volume', { ...volume, backing: null }, 'backing'],
      ['/node', { name: null, address: 'a:1', enrolment_token: 'x' }, 'name'],
    ] as const) {
      const { body } = await admin.post(`/api/v1${path}`).send(sent).expect(400);
      expect(body.details).toEqual([expect.objectContaining({ parameter, internal_code: 'PARAMETER_INVALID' })]);
    }
  });

  it('C56: names what is wrong between fields beside the fields that are wrong by themselves', async () => {
    const named = async (path: string, sent: object): Promise<string[]> => {
      const { body } = await admin.post(`/api/v1${path}`).send(sent).expect(400);
      return body.details.map(({ parameter }: { parameter: string }) => parameter).sort();
    };
    expect(await named('/volume', { name: '', node_id: 1, extra: 1 })).toEqual(['capacity', 'extra', 'name']);
    const many = { name: 'v', node_id: 'x', count: 1e15, capacity: 1, capacity_bytes: 512, backing: { type: 'Block' } };
    expect(await named('/volume', many)).toEqual(['backing.path', 'capacity_bytes', 'count', 'node_id']);
    const session = { source_volume_id: 1, srl_size_mb: 64, heartbeat_timeout_seconds: 5, max_write_delay_ms: 5000 };
    expect(await named('/copysession/rec', session)).toEqual([
      'destination_volume_id',
      'max_write_delay_ms',
      'srl_size_mb',
      'transfer_mode',
    ]);
  });

  it('C56: refuses a compressed body that unpacks beyond the limit, and one whose encoding is none', async () => {
    const { gzipSync } = await import('node:zlib');
    const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
    const post = (encoding: string, data: Buffer): Promise<{ body: object }> =>
      new Promise((resolve, reject) => {
        const request = api.anyone.post('/api/v1/session');
        request.set('Content-Type', 'application/json').set('Content-Encoding', encoding);
        request.write(data.toString('latin1'), 'latin1');
        request.end((error: unknown, response: { body: object }) => (response ? resolve(response) : reject(error)));
      });
    expect((await post('gzip', bomb)).body).toEqual(refusal('BODY_TOO_LARGE'));
    expect((await post('gzip', Buffer.from('no gzip'))).body).toEqual(refusal('BODY_MALFORMED'));
    expect((await post('wat', Buffer.from('{}'))).body).toEqual(refusal('MEDIA_TYPE_UNSUPPORTED'));
  });

  const paths: [what: string, method: 'get' | 'post' | 'delete' | 'patch' | 'put', path: string, name: ErrorName][] = [
    ['a path that is none', 'get', '/api/v1/nothing', 'RESOURCE_NOT_FOUND'],
    ['a path outside the base', 'get', '/nothing', 'RESOURCE_NOT_FOUND'],
    ['a method that a path does not have', 'put', '/api/v1/job/1', 'RESOURCE_NOT_FOUND'],
    ['an id of a job that is none', 'get', '/api/v1/job/1', 'JOB_NOT_FOUND'],
    ['an id beyond an integer', 'get', '/api/v1/job/99999999999', 'JOB_NOT_FOUND'],
    ['an id beyond 2^53', 'get', '/api/v1/user/9007199254740993', 'USER_NOT_FOUND'],
    ['a last_get_id beyond 2^53', 'get', '/api/v1/job?last_get_id=9007199254740993', 'PARAMETER_INVALID'],
    ['an id of zero', 'delete', '/api/v1/job/0', 'JOB_NOT_FOUND'],
    ['an id that is no number', 'get', '/api/v1/job/seven', 'PARAMETER_INVALID'],
    ['a negative id', 'get', '/api/v1/job/-1', 'PARAMETER_INVALID'],
    ['an id with a fraction', 'get', '/api/v1/job/1.5', 'PARAMETER_INVALID'],
    ['an id with SQL', 'get', '/api/v1/job/1;drop table job', 'PARAMETER_INVALID'],
    ['an id with NUL', 'get', '/api/v1/job/%00', 'PARAMETER_INVALID'],
    ['a path that does not decode', 'get', '/api/v1/job/%E0%A4%A', 'PARAMETER_INVALID'],
    ['a query that the call does not have', 'get', '/api/v1/job/1?verbose=1', 'PARAMETER_UNKNOWN'],
    ['max_records of 0', 'get', '/api/v1/job?max_records=0', 'PARAMETER_INVALID'],
    ['max_records above 1000', 'get', '/api/v1/job?max_records=1001', 'PARAMETER_INVALID'],
    ['max_records twice', 'get', '/api/v1/job?max_records=1&max_records=2', 'PARAMETER_INVALID'],
    ['a last_get_id that is no number', 'get', '/api/v1/job?last_get_id=x', 'PARAMETER_INVALID'],
    ['a field that is none', 'get', '/api/v1/job?fields=job_id,nonsense', 'PARAMETER_INVALID'],
    ['no field at all', 'get', '/api/v1/job?fields=', 'PARAMETER_INVALID'],
    ['a filter that is none', 'get', '/api/v1/job?colour=red', 'PARAMETER_UNKNOWN'],
    ['a filter named like an object part', 'get', '/api/v1/job?toString=1', 'PARAMETER_UNKNOWN'],
    ['__proto__ as a filter', 'get', '/api/v1/job?__proto__=1', 'PARAMETER_UNKNOWN'],
    ['a filter value that is none', 'get', '/api/v1/job?status=Bored', 'PARAMETER_INVALID'],
    ['a NUL in a filter', 'get', '/api/v1/job?requestor=a%00b', 'PARAMETER_INVALID'],
  ];
  for (const [what, method, path, name] of paths) {
    it(`C56: refuses ${what}`, async () => {
      const { body } = await admin[method](path).expect(ERRORS[name].status);
      expect(body).toEqual(refusal(name));
    });
  }

  it('C56: names every wrong part of a query in one answer', async () => {
    const { body } = await admin.get('/api/v1/job?max_records=0&status=x&colour=red&fields=y').expect(400);
    const named = body.details.map((detail: { parameter: string }) => detail.parameter);
    expect(named.sort()).toEqual(['colour', 'fields', 'max_records', 'status']);
  });

  it('C56: refuses ids beyond 2^53 in bodies, where they are no longer what was sent', async () => {
    for (const [path, body, parameter] of [
      ['/volume', '{"name":"v","capacity":1,"node_id":9007199254740993}', 'node_id'],
      ['/consistencygroup', '{"name":"g","node_id":1,"volume_id_list":[9007199254740992]}', 'volume_id_list'],
      ['/copysession/suspend', '{"copysession_id_list":[18446744073709551616]}', 'copysession_id_list'],
    ] as const) {
      const post = admin.post(`/api/v1${path}`).set('Content-Type', 'application/json');
      expect((await post.send(body).expect(400)).body.details).toEqual([expect.objectContaining({ parameter })]);
    }
  });

  describe('on one connection', () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    afterAll(() => agent.destroy());

    /** @param chunks of the body, sent without a Content-Length when there are several */
    const ask = (
      method: string,
      path: string,
      chunks: readonly Buffer[] = [],
      headers: OutgoingHttpHeaders = {},
    ): Promise<Answer> =>
      new Promise((resolve, reject) => {
        const { port } = api.app.getHttpServer().address() as AddressInfo;
        const length = chunks.length === 1 ? { 'Content-Length': chunks[0]!.length } : {};
        const request = httpRequest({ agent, port, method, path, headers: { ...length, ...headers } }, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => (text += part));
          response.on('end', () => {
            const { statusCode: status, headers: answered } = response;
            resolve({ status, headers: answered, body: JSON.parse(text), socket: request.socket });
          });
        });
        request.on('error', reject);
        for (const chunk of chunks) request.write(chunk);
        request.end();
      });

    it('C56: refuses a body of 10 MB, in one piece or in many, and serves the next request', async () => {
      const json = { 'Content-Type': 'application/json' };
      const megabyte = Buffer.alloc(1_000_000, ' ');
      const whole = await ask('POST', '/api/v1/session', [Buffer.alloc(10_000_000, ' ')], json);
      expect([whole.status, whole.body]).toEqual([413, refusal('BODY_TOO_LARGE')]);
      const parts = await ask('POST', '/api/v1/session', Array<Buffer>(10).fill(megabyte), json);
      expect([parts.status, parts.body]).toEqual([413, refusal('BODY_TOO_LARGE')]);
      const next = await ask('GET', '/health/live');
      expect([next.status, next.body]).toEqual([200, { status: 'ok' }]);
      expect(next.socket).toBe(parts.socket);
    });

    it('C56: refuses headers that are too large, and what is no HTTP, in the shape of all errors', async () => {
      const large = await ask('GET', '/api/v1/job', [], { 'X-Large': 'x'.repeat(20_000) });
      expect([large.status, large.body]).toEqual([400, refusal('PARAMETER_INVALID')]);
      const { port } = api.app.getHttpServer().address() as AddressInfo;
      const answer = await new Promise<string>((resolve, reject) => {
        let text = '';
        const socket = connect(port, '127.0.0.1', () => socket.write('HELO evenkeel\r\n\r\n'));
        socket.setEncoding('utf8').on('data', (part: string) => (text += part));
        socket.on('end', () => resolve(text)).on('error', reject);
      });
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toEqual(refusal('PARAMETER_INVALID'));
    });
  });

  it('C56: lets nothing keep its answers, which hold tokens', async () => {
    const { headers } = await admin.post('/api/v1/token').send({ name: 't', role: 'monitor' }).expect(201);
    expect(headers['cache-control']).toBe('no-store');
    expect((await api.anyone.get('/api/v1/job').expect(401)).headers['cache-control']).toBe('no-store');
  });
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: object;
  readonly socket: Socket | null;
}
