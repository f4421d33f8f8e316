import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import fc from 'fast-check';
import type { IncomingMessage } from 'node:http';
import type supertest from 'supertest';
import type { Test } from 'supertest';
import type TestAgent from 'supertest/lib/agent.js';
import { buildDocument } from '../../src/control-plane/openapi.js';
import { ERRORS } from '../../src/errors/registry.js';
import { testApi, type TestApi } from '../support/api.js';

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
}

interface Call {
  readonly method: 'get' | 'post' | 'patch' | 'put' | 'delete';
  readonly path: string;
  readonly isOpen: boolean;
  readonly queryNames: readonly string[];
  readonly body: Schema | null;
  /** Answers without an end. */
  readonly isEndless: boolean;
}

/** Each has broken some parser or database before. */
const WORST = ['\0', '\ud800', 'x'.repeat(5000), '', '__proto__', -1, 2 ** 31, 2 ** 64, null, [], [null], {}];

describe('hostile requests', () => {
  let api: TestApi;
  let document: OpenAPIObject;
  let calls: Call[];
  let admin: TestAgent;
  beforeAll(async () => {
    api = await testApi();
    document = buildDocument(api.app);
    calls = readCalls(document);
    admin = await api.as('admin');
  });
  afterAll(() => api.close());

  /** Whatever is sent, the answer is one that the contract knows: no 500, and every error with its code. */
  async function expectSane(request: Test): Promise<void> {
    const { status, body } = await request.ok(() => true);
    const sent = `${request.method} ${request.url} ${JSON.stringify((request as { _data?: unknown })._data)}`.slice(
      0,
      1000,
    );
    if (status < 400) return;
    const { error_code: code, internal_code: name } = body as {
      error_code: number;
      internal_code: keyof typeof ERRORS;
    };
    expect({ sent, code, status }).toEqual({ sent, code: ERRORS[name]?.code, status: ERRORS[name]?.status });
    expect({ sent, isOurFault: status >= 500 && status !== 503 }).toEqual({ sent, isOurFault: false });
  }

  function send(
    agent: TestAgent,
    { method, path, isEndless }: Call,
    ids: unknown[],
    query: object,
    body: unknown,
  ): Test {
    let index = 0;
    const filled = path.replace(/\{[^}]+\}/g, () => encodeURIComponent(asQueryValue(ids[index++ % ids.length])));
    const request = agent[method](filled === '' ? '/' : filled).query(query);
    if (isEndless) request.buffer(true).parse(readHeadAlone);
    return body === undefined ? request : request.set('Content-Type', 'application/json').send(JSON.stringify(body));
  }

  it('C56: no documented query parameter, id or field of a body falls over the worst values', async () => {
    for (const call of calls) {
      const agent = call.path.endsWith('/session') ? api.anyone : admin;
      for (const value of WORST) {
        await expectSane(send(agent, call, [asQueryValue(value)], {}, call.body ? {} : undefined));
        for (const name of call.queryNames) {
          await expectSane(
            send(agent, call, [1], withoutWaiting({ [name]: asQueryValue(value) }), call.body ? {} : undefined),
          );
        }
        for (const name of Object.keys(resolve(document, call.body ?? {}).properties ?? {})) {
          const body = { ...(plausible(document, call.body!) as object), [name]: value };
          await expectSane(send(agent, call, [1], {}, body));
        }
      }
    }
  }, 300_000);

  it('C56: every documented call is refused without a token, and an unknown field is refused by every call with a body', async () => {
    for (const call of calls.filter(({ isOpen }) => !isOpen)) {
      const { status } = await send(api.anyone, call, [1], {}, call.body ? {} : undefined);
      expect([call.path, status]).toEqual([call.path, 401]);
    }
    for (const call of calls.filter(({ body }) => body !== null)) {
      const { status, body } = await send(admin, call, [1], {}, { no_such_field: 1 });
      const named = (body.details ?? []).map((detail: { parameter: string }) => detail.parameter);
      expect([call.path, status, named.includes('no_such_field')]).toEqual([call.path, 400, true]);
    }
  });

  it('C56: every documented call refuses a query that it does not have', async () => {
    for (const call of calls.filter(({ path }) => !path.endsWith('/session'))) {
      const { body, status } = await send(admin, call, [1], { no_such_parameter: 1 }, undefined);
      expect([call.method, call.path, status]).toEqual([call.method, call.path, 400]);
      expect(JSON.stringify(body)).toContain('no_such_parameter');
    }
  });

  it('C56: no path that is not documented falls over', async () => {
    const segment = fc.oneof(
      fc.constantFrom('api', 'v1', 'job', 'volume', 'session', '..', '%00', '%zz', '%c0%af', 'docs'),
      fc.webSegment(),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(segment, { maxLength: 5 }),
        fc.constantFrom('get', 'post', 'delete'),
        async (parts, method) => {
          await expectSane(
            (admin as unknown as Record<string, (path: string) => Test>)[method]!(`/${parts.join('/')}`),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  function readCalls({ paths }: OpenAPIObject): Call[] {
    return Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods as Record<string, Record<string, never>>).map(([method, operation]) => ({
        method: method as Call['method'],
        path,
        isOpen: Array.isArray(operation['security']) && (operation['security'] as unknown[]).length === 0,
        queryNames: ((operation['parameters'] ?? []) as { in: string; name: string }[])
          .filter((parameter) => parameter.in === 'query')
          .map(({ name }) => name),
        body:
          (operation['requestBody'] as { content?: Record<string, { schema: Schema }> } | undefined)?.content?.[
            'application/json'
          ]?.schema ?? null,
        isEndless:
          'text/event-stream' in
          ((operation['responses'] as unknown as Record<string, { content?: object }>)['200']?.content ?? {}),
      })),
    );
  }
});

/** Of an answer that has no end; refusals are read whole. */
function readHeadAlone(response: supertest.Response, done: (error: Error | null, body: unknown) => void): void {
  const stream = response as unknown as IncomingMessage;
  if (stream.statusCode === 200) {
    stream.destroy();
    return done(null, {});
  }
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  stream.on('end', () => done(null, JSON.parse(text)));
}

/** A body with the required fields, so that a bad one among them is looked at by more than the first check. */
function plausible(document: OpenAPIObject, given: Schema): unknown {
  const schema = resolve(document, given);
  if (schema.example !== undefined) return schema.example;
  if (schema.enum) return schema.enum[0];
  if (schema.properties) {
    const required = (schema.required ?? []).map((name) => [name, plausible(document, schema.properties![name]!)]);
    return Object.fromEntries(required);
  }
  return { array: [1], boolean: true, integer: 1, number: 1 }[schema.type ?? ''] ?? 'plausible';
}

function resolve(document: OpenAPIObject, schema: Schema): Schema {
  const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
  if (reference === undefined) return schema;
  return (document.components?.schemas?.[reference.split('/').at(-1)!] ?? {}) as Schema;
}

function asQueryValue(value: unknown): string {
  return wellFormed(typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, 1000);
}

/** encodeURIComponent throws on half a surrogate pair. */
function wellFormed(text: string): string {
  return text.toWellFormed();
}

/** The test would only sleep. */
function withoutWaiting(query: Record<string, string>): Record<string, string> {
  return /^\d+$/.test(query['wait'] ?? '') ? { ...query, wait: '0' } : query;
}
