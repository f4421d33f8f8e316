/** Sends generated requests and compares every answer with what the document promises of it. */
import { expect } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import fc from 'fast-check';
import { buildDocument } from '../../src/control-plane/openapi.js';
import { DatabaseSnapshot } from './database-snapshot.js';
import { bodyOf, callsOf, validatorOf, withFields, type Call } from './document.js';
import { requestsOf, type GeneratedRequest } from './generated-requests.js';
import { populatedApi, type Answer, type PopulatedApi } from './populated-api.js';

const RANKS: Record<string, number> = { nobody: 0, monitor: 1, operator: 2, admin: 3 };

export class RequestCheck {
  readonly calls: readonly Call[];
  /** How often each status was answered. */
  readonly statuses: Record<number, number> = {};
  private readonly validator;

  private constructor(
    private readonly api: PopulatedApi,
    private readonly document: OpenAPIObject,
    private readonly snapshot: DatabaseSnapshot,
    private digest: string,
  ) {
    this.calls = callsOf(document);
    this.validator = validatorOf(document);
  }

  static async start(): Promise<RequestCheck> {
    const api = await populatedApi();
    const { app, database } = api.system.api;
    const snapshot = await DatabaseSnapshot.take(database.dataSource);
    const document = JSON.parse(JSON.stringify(buildDocument(app))) as OpenAPIObject;
    return new RequestCheck(api, document, snapshot, await snapshot.digest());
  }

  requests(call: Call): fc.Arbitrary<GeneratedRequest> {
    return requestsOf(this.document, call, this.api.pools);
  }

  async try(call: Call, request: GeneratedRequest): Promise<void> {
    const answer = await this.api.send(call.method, request);
    this.statuses[answer.status] = (this.statuses[answer.status] ?? 0) + 1;
    const problems = [...this.ofAnswer(call, request, answer), ...this.ofRefusal(call, request, answer)];
    const digest = await this.snapshot.digest();
    if (digest !== this.digest) {
      if (answer.status >= 400 || call.method === 'get') problems.push(`changed: ${difference(this.digest, digest)}`);
      await this.snapshot.restore();
      this.digest = await this.snapshot.digest();
    }
    if (problems.length > 0) {
      const shown = { status: answer.status, body: answer.body, sent: request };
      throw new Error(`${call.name}: ${problems.join('; ')}\n${JSON.stringify(shown, null, 1).slice(0, 3000)}`);
    }
  }

  close(): Promise<void> {
    return this.api.close();
  }

  private ofAnswer({ operation }: Call, { query }: GeneratedRequest, { status, headers, body }: Answer): string[] {
    const problems: string[] = [];
    if (status >= 500 && status !== 503) problems.push('our fault');
    if ((status === 503 || status === 429) && headers.get('Retry-After') === null) problems.push('no Retry-After');
    const documented = operation.responses[String(status)];
    if (documented === undefined) return [...problems, `status ${status} is not documented`];
    const schema = documented.content?.['application/json']?.schema;
    if (schema === undefined) return body === null ? problems : [...problems, 'a body that is not documented'];
    const hasFields = status === 200 && query.some(([name]) => name === 'fields');
    const wrong = this.validator.problems(hasFields ? withFields(this.document, schema) : schema, body);
    if (wrong !== '') problems.push(wrong);
    const { request_id: requestId } = (body ?? {}) as { request_id?: string };
    if (status >= 400 && requestId !== headers.get('X-Request-Id')) problems.push('another request_id than its header');
    return problems;
  }

  /** What cannot be right must be refused: the caller, an id, a body. */
  private ofRefusal(call: Call, request: GeneratedRequest, { status }: Answer): string[] {
    if (status >= 400) return [];
    const problems: string[] = [];
    const role = String((call.operation as unknown as Record<string, unknown>)['x-role']);
    if (role !== 'open' && RANKS[request.caller]! < RANKS[role]!) problems.push('the role is too low');
    const schema = bodyOf(call);
    if (schema !== null && !this.validator.isValid(schema, JSON.parse(request.body || '{}'))) {
      problems.push('the body is not as documented');
    }
    return problems;
  }
}

/** Every call of the document with so many requests. A failure names seed and path, and the smallest request that shows it. */
export async function checkRequests(check: RequestCheck, seed: number, runsPerCall: number): Promise<void> {
  const failures: string[] = [];
  for (const call of check.calls) {
    const property = fc.asyncProperty(check.requests(call), (request) => check.try(call, request));
    const outcome = await fc.check(property, { seed, numRuns: runsPerCall });
    if (outcome.failed) {
      const { counterexamplePath: path, errorInstance: error } = outcome;
      failures.push(`seed ${seed}, path ${path}: ${(error as Error).message}`);
    }
  }
  expect(failures.join('\n\n')).toBe('');
}

function difference(before: string, after: string): string {
  const was = new Set(before.split('\n'));
  return after
    .split('\n')
    .filter((line) => !was.has(line))
    .map((line) => line.split(' ')[0])
    .join(', ');
}
