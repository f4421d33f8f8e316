import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { describeApi } from '../../src/control-plane/api.js';
import { ERRORS, type ErrorName } from '../../src/errors/registry.js';
import { bodyOf, callsOf, resolve, validatorOf, type Call, type Schema } from '../support/document.js';

/** Integers that count, name or order something; every other number has a unit. */
const WITHOUT_UNIT =
  /[._](id|number|code|count|epoch|records|high_mark|low_mark|copy_concurrency)$|s(_sent|_received)?$|ratio$/;
const UNIT = /\b(seconds|milliseconds|bytes|MiB|percent|bits)\b/i;
const UNIT_SUFFIX = /_(bytes|seconds|ms|mb|mbps)$/;

describe('openapi/openapi.json', () => {
  let document: OpenAPIObject;
  let calls: Call[];
  beforeAll(async () => {
    document = JSON.parse(JSON.stringify(await describeApi())) as OpenAPIObject;
    calls = callsOf(document);
  });

  it('is what npm run write-openapi makes of the controllers today', () => {
    expect(JSON.parse(readFileSync('openapi/openapi.json', 'utf8'))).toEqual(document);
  });

  it('says what it is, under which license, and where it is served', () => {
    expect(document.info).toEqual({
      title: 'Evenkeel',
      version: '1',
      description: expect.stringContaining('Changes are jobs'),
      license: { name: 'Apache-2.0', url: expect.any(String) },
    });
    expect(document.servers).toEqual([{ url: '/', description: expect.any(String) }]);
    expect(document.security).toEqual([{ bearer: [] }]);
    expect(document.components?.securitySchemes).toEqual({
      bearer: expect.objectContaining({ type: 'http', scheme: 'bearer', description: expect.any(String) }),
    });
  });

  it('describes every tag, and tags every call with one', () => {
    const described = (document.tags ?? []).filter((tag) => tag.description).map(({ name }) => name);
    const offenders = calls.filter(
      ({ operation: { tags = [] } }) => tags.length !== 1 || !described.includes(tags[0]!),
    );
    expect(offenders.map(({ name }) => name)).toEqual([]);
  });

  it('gives every call an operationId of its own that reads as verb and noun, a summary, and where it changes something a description', () => {
    const ids = calls.map(({ operation }) => operation.operationId ?? '');
    expect(new Set(ids).size).toBe(calls.length);
    expect(ids.filter((id) => !/^[a-z]+([A-Z][a-z]+)+$/.test(id))).toEqual([]);
    const unexplained = calls.filter(({ method, operation: { summary = '', description = '' } }) => {
      return summary === '' || summary.endsWith('.') || (method !== 'get' && description === '');
    });
    expect(unexplained.map(({ name }) => name)).toEqual([]);
  });

  it('lists for every call each error by number and name, in words, for programs, and as the type of the answer', () => {
    for (const { name, operation } of calls) {
      const refusals = Object.entries(operation.responses).filter(([status]) => Number(status) >= 400);
      expect([name, refusals.map(([status]) => status)]).toEqual([name, expect.arrayContaining(['400', '429', '503'])]);
      for (const [status, response] of refusals) {
        const codes = Object.entries(response['x-error-codes'] as Record<ErrorName, number>) as [ErrorName, number][];
        const narrowed = response.content!['application/json']!.schema.allOf![1]!;
        expect(narrowed.properties!['internal_code']!.enum).toEqual(codes.map(([internalCode]) => internalCode));
        for (const [internalCode, code] of codes) {
          expect([code, Number(status)]).toEqual([ERRORS[internalCode].code, ERRORS[internalCode].status]);
          expect(response.description).toContain(`${code} ${internalCode}`);
        }
      }
    }
  });

  it('describes every parameter', () => {
    const offenders = calls.flatMap(({ name, operation: { parameters = [] } }) =>
      parameters.filter((each) => !each.description || !each.schema).map((each) => `${name} ${each.name}`),
    );
    expect(offenders).toEqual([]);
  });

  it('describes every field, and gives an example that fits it', () => {
    const { isValid } = validatorOf(document);
    const offenders = fieldsOf(document).flatMap(([name, schema]) => {
      if (!schema.description) return [`${name}: no description`];
      if (!hasExample(document, schema)) return [`${name}: no example`];
      return schema.example === undefined || isValid(schema, schema.example)
        ? []
        : [`${name}: its example does not fit`];
    });
    expect(offenders).toEqual([]);
  });

  it('gives every number its unit, in its name or its description', () => {
    const offenders = fieldsOf(document).filter(([name, { type, description = '' }]) => {
      const isNumber = type === 'integer' || type === 'number';
      return isNumber && !WITHOUT_UNIT.test(name) && !UNIT_SUFFIX.test(name) && !UNIT.test(description);
    });
    expect(offenders.map(([name]) => name)).toEqual([]);
  });

  it('offers for every body an example that may be sent', () => {
    const { isValid } = validatorOf(document);
    const bodies = calls.flatMap((call) => bodyOf(call) ?? []);
    expect(bodies.length).toBeGreaterThan(10);
    const offenders = bodies.filter((schema) => !isValid(schema, resolve(document, schema).example));
    expect(offenders).toEqual([]);
  });
});

/** Every field of every schema, `VolumeView.capacity`, also of schemas that stand inside answers. */
function fieldsOf(document: OpenAPIObject): [name: string, schema: Schema][] {
  const found: [string, Schema][] = [];
  const visit = (node: unknown, name: string): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, inner] of Object.entries(node)) {
      if (key === 'properties') {
        const fields = Object.entries(inner as Record<string, Schema>).filter(([field]) => field !== 'internal_code');
        for (const [field, schema] of fields) found.push([`${name}.${field}`, schema]);
      }
      if (key !== 'example') visit(inner, key === 'properties' ? name : key);
    }
  };
  visit(document, '');
  return found;
}

/** Choices, yes and no, and other schemas are their own examples. */
function hasExample(document: OpenAPIObject, schema: Schema): boolean {
  const { example, default: otherwise, enum: choices, type, items } = schema;
  if (example !== undefined || otherwise !== undefined || choices !== undefined || type === 'boolean') return true;
  if (items?.enum !== undefined || items?.$ref !== undefined) return true;
  return resolve(document, schema) !== schema;
}
