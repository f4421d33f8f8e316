/** Makes calls by their operationId, and remembers which of them, and which of their fields, were served. */
import type { AddressInfo } from 'node:net';
import { expect } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { buildDocument } from '../../src/control-plane/openapi.js';
import type { TestApi } from './api.js';
import { bodyOf, callsOf, resolve, validatorOf, withFields, type Call, type Schema } from './document.js';

export interface Given {
  /** Of the path. */
  readonly ids?: Readonly<Record<string, number>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** In place of that of the coverage. */
  readonly token?: string;
}

const JOB_WAIT_SECONDS = 40;

export class CallCoverage {
  private readonly calls: ReadonlyMap<string, Call>;
  private readonly document: OpenAPIObject;
  private readonly validator;
  private readonly url: string;
  private readonly sent = new Map<string, Set<string>>();

  constructor(
    { app }: TestApi,
    private readonly token: string,
  ) {
    this.document = JSON.parse(JSON.stringify(buildDocument(app))) as OpenAPIObject;
    this.calls = new Map(callsOf(this.document).map((call) => [call.operation.operationId!, call]));
    this.validator = validatorOf(this.document);
    this.url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  }

  /** Makes the call, which must be answered with 2xx as documented and, if it makes a job, end in Success. */
  async make<T = Record<string, never>>(operationId: string, given: Given = {}): Promise<T> {
    const call = this.calls.get(operationId);
    if (!call) throw new Error(`the document has no ${operationId}`);
    const isJob = call.operation.parameters?.some(({ name }) => name === 'wait') ?? false;
    const query = { ...given.query, ...(isJob && { wait: JOB_WAIT_SECONDS }) };
    const answer = await this.send(call, { ...given, query });
    const isStream = answer.headers.get('Content-Type')?.startsWith('text/event-stream') ?? false;
    const text = isStream ? await answer.body?.cancel() : await answer.text();
    const body: unknown = text ? JSON.parse(text) : null;
    expect({ operationId, isServed: answer.ok, body }).toEqual({ operationId, isServed: true, body });
    this.compare(call, answer.status, body, 'fields' in query);
    if (isJob) expect([operationId, body]).toEqual([operationId, expect.objectContaining({ status: 'Success' })]);
    const headers = Object.keys(given.headers ?? {});
    const fields = [...Object.keys(query), ...headers, ...flatten(given.body ?? {})];
    this.sent.set(operationId, new Set([...(this.sent.get(operationId) ?? []), ...fields]));
    return body as T;
  }

  /** `createVolume`, or `createVolume overwrite`, that was never served. */
  missing(): string[] {
    return [...this.calls].flatMap(([operationId, call]) => {
      const served = this.sent.get(operationId);
      if (served === undefined) return [operationId];
      return this.fieldsOf(call).flatMap((field) => (served.has(field) ? [] : `${operationId} ${field}`));
    });
  }

  private fieldsOf(call: Call): string[] {
    const parameters = (call.operation.parameters ?? []).filter((each) => each.in !== 'path').map(({ name }) => name);
    const body = bodyOf(call);
    return body === null ? parameters : [...parameters, ...this.documented(body)];
  }

  private documented(schema: Schema): string[] {
    const { properties = {} } = resolve(this.document, schema);
    return Object.entries(properties).flatMap(([name, inner]) => [
      name,
      ...this.documented(inner.items ?? inner).map((field) => `${name}.${field}`),
    ]);
  }

  private compare({ name, operation }: Call, status: number, body: unknown, hasFields: boolean): void {
    const answer = operation.responses[String(status)];
    const schema = answer?.content?.['application/json']?.schema;
    expect([name, status, answer === undefined]).toEqual([name, status, false]);
    if (!schema) return;
    const expected = hasFields ? withFields(this.document, schema) : schema;
    expect([name, this.validator.problems(expected, body)]).toEqual([name, '']);
  }

  private send({ method, path }: Call, { ids = {}, query = {}, headers, body, token }: Given): Promise<Response> {
    const filled = path.replaceAll(/\{([^}]+)\}/g, (_all, name: string) => String(ids[name]));
    const search = new URLSearchParams();
    for (const [name, values] of Object.entries(query)) {
      for (const value of [values].flat()) search.append(name, String(value));
    }
    return fetch(`${this.url}${filled}?${search}`, {
      method: method.toUpperCase(),
      headers: {
        ...headers,
        ...(body && { 'Content-Type': 'application/json' }),
        Authorization: `Bearer ${token ?? this.token}`,
      },
      body: body ? JSON.stringify(body) : null,
    });
  }
}

/** Names of all fields of a body, `backing` and `backing.path`. */
function flatten(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(flatten);
  return Object.entries(value).flatMap(([name, inner]) => [name, ...flatten(inner).map((field) => `${name}.${field}`)]);
}
