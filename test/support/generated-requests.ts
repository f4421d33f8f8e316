/** Requests made from the OpenAPI document: some right, some wrong in one way, some wrong through and through. */
import type { OpenAPIObject } from '@nestjs/swagger';
import fc from 'fast-check';
import { bodyOf, resolve, type Call, type Parameter, type Schema } from './document.js';
import { nasty, nastyId } from './nasty-values.js';

export const CALLERS = ['admin', 'operator', 'monitor', 'nobody'] as const;

export interface GeneratedRequest {
  readonly caller: (typeof CALLERS)[number];
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: Readonly<Record<string, string>>;
  /** As it is sent. */
  readonly body: string | null;
}

/** What fields of these names may hold so that it means something: ids of what is there, for instance. */
export type Pools = Readonly<Record<string, readonly unknown[]>>;

const OPTIONAL_MAX = 3;

export function requestsOf(document: OpenAPIObject, call: Call, pools: Pools): fc.Arbitrary<GeneratedRequest> {
  const parameters = call.operation.parameters ?? [];
  const body = bodyOf(call);
  const values = new Values(document, pools);
  return fc.record({
    caller: fc.oneof({ weight: 8, arbitrary: fc.constant('admin' as const) }, fc.constantFrom(...CALLERS)),
    path: pathOf(call.path, values),
    query: queryOf(
      parameters.filter((each) => each.in === 'query'),
      values,
    ),
    headers: headersOf(
      parameters.filter((each) => each.in === 'header'),
      body !== null,
    ),
    body: body === null ? fc.constant(null) : values.bodyText(body),
  });
}

function pathOf(path: string, values: Values): fc.Arbitrary<string> {
  const parts = path.split('/').map((part) => {
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    if (name === undefined) return fc.constant(part);
    const known = values.of(name, { type: 'integer' }).map(String);
    const id = fc.oneof({ weight: 4, arbitrary: known }, nastyId);
    return id.map((text) => encodeURIComponent(text.toWellFormed()));
  });
  return fc.tuple(...parts).map((filled) => filled.join('/'));
}

function queryOf(parameters: readonly Parameter[], values: Values): fc.Arbitrary<[string, string][]> {
  if (parameters.length === 0) return rarely(fc.tuple(fc.constant('verbose'), nasty.map(asText)));
  const one = fc.constantFrom(...parameters).chain(({ name, schema }) => {
    const right = values.of(name, schema.items ?? schema);
    const value = fc.oneof({ weight: 4, arbitrary: right }, nasty).map(asText);
    // The test would only sit and wait.
    return fc.tuple(fc.constant(name), name === 'wait' ? value.map((text) => text.replace(/^\d+$/, '0')) : value);
  });
  const unknown = fc.tuple(
    fc.string({ unit: 'binary', maxLength: 10 }).map((text) => text.toWellFormed()),
    nasty.map(asText),
  );
  return fc.array(fc.oneof({ weight: 9, arbitrary: one }, unknown), { maxLength: 3 });
}

function rarely<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant<T[]>([]) },
    arbitrary.map((value) => [value]),
  );
}

function headersOf(parameters: readonly Parameter[], hasBody: boolean): fc.Arbitrary<Record<string, string>> {
  const value = fc.oneof(fc.constantFrom('1', 'key', 'x'.repeat(129), '-1', '2147483648'), fc.string({ minLength: 1 }));
  const own = rarely(
    parameters.length === 0
      ? fc.constant<[string, string]>(['X-Request-Id', 'a b'])
      : fc.tuple(
          fc.constantFrom(...parameters.map(({ name }) => name)),
          value.map((text) => text.trim()),
        ),
  );
  const type = fc.oneof(
    { weight: 12, arbitrary: fc.constant({ 'Content-Type': 'application/json' }) },
    fc.constantFrom<Record<string, string>>(
      { 'Content-Type': 'text/plain' },
      { 'Content-Type': 'application/json; charset=klingon' },
      { 'Content-Type': 'application/x-www-form-urlencoded' },
      { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
      { 'Content-Type': 'application/json', 'Content-Encoding': 'wat' },
    ),
  );
  const none: fc.Arbitrary<Record<string, string>> = fc.constant({});
  return fc.tuple(own, hasBody ? type : none).map(([given, all]) => ({ ...Object.fromEntries(given), ...all }));
}

class Values {
  constructor(
    private readonly document: OpenAPIObject,
    private readonly pools: Pools,
  ) {}

  bodyText(schema: Schema): fc.Arbitrary<string> {
    const right = this.of('', schema) as fc.Arbitrary<Record<string, unknown>>;
    const names = Object.keys(resolve(this.document, schema).properties ?? {});
    const wrong = right.chain((body) => this.changed(body, names));
    const huge = fc.constantFrom('name', 'x').map((name) => JSON.stringify({ [name]: 'x'.repeat(300_000) }));
    const junk = fc.oneof(
      nasty.map((value) => JSON.stringify(value) ?? ''),
      fc.string({ unit: 'binary' }),
      huge,
    );
    return fc.oneof(
      { weight: 6, arbitrary: right.map((body) => JSON.stringify(body)) },
      { weight: 6, arbitrary: wrong.map((body) => JSON.stringify(body)) },
      { weight: 1, arbitrary: junk },
    );
  }

  /** A value that the schema allows and, where the name says what it is about, one that means something. */
  of(name: string, given: Schema): fc.Arbitrary<unknown> {
    const schema = resolve(this.document, given);
    const pool = this.pools[name];
    if (pool !== undefined) return fc.constantFrom(...pool);
    if (schema.enum) return fc.constantFrom(...schema.enum);
    if (schema.properties) return this.object(schema);
    const { minimum = 0, maximum = 2 ** 31 - 1, items = {}, example, default: otherwise } = schema;
    switch (schema.type) {
      case 'array':
        return fc.array(this.of(name.replace(/_list$/, ''), items), { minLength: 1, maxLength: 3 });
      case 'boolean':
        return fc.boolean();
      case 'integer':
      case 'number':
        return fc.oneof(
          fc.constantFrom(minimum, maximum, example ?? otherwise ?? minimum),
          fc.integer({ min: minimum, max: Math.min(maximum, 2 ** 31 - 1) }),
        );
      default:
        return fc.constant(example ?? otherwise ?? 'a');
    }
  }

  private object({ properties = {}, required = [] }: Schema): fc.Arbitrary<object> {
    const optional = Object.keys(properties).filter((name) => !required.includes(name));
    return fc.subarray(optional, { maxLength: Math.min(OPTIONAL_MAX, optional.length) }).chain((chosen) => {
      const names = [...required, ...chosen];
      return fc.record(Object.fromEntries(names.map((name) => [name, this.of(name, properties[name]!)])));
    });
  }

  /** One or more fields left out, given wrongly, or unknown. */
  private changed(body: Record<string, unknown>, names: readonly string[]): fc.Arbitrary<object> {
    const field = fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...(names.length > 0 ? names : ['x'])) },
      fc.string({ unit: 'binary' }),
    );
    const change = fc.tuple(field, fc.oneof(nasty, fc.constant(undefined)));
    return fc
      .array(change, { minLength: 1, maxLength: 3 })
      .map((changes) => ({ ...body, ...Object.fromEntries(changes) }));
  }
}

function asText(value: unknown): string {
  return (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed().slice(0, 1000);
}
