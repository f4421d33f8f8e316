import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { describeApi } from '../../src/control-plane/api.js';

describe('openapi/openapi.json', () => {
  it('is what npm run write-openapi makes of the controllers today', async () => {
    const document: unknown = JSON.parse(JSON.stringify(await describeApi()));
    expect(JSON.parse(readFileSync('openapi/openapi.json', 'utf8'))).toEqual(document);
  });

  it('gives every call an operationId of its own, a summary, and the errors that any call can end in', async () => {
    const { paths } = await describeApi();
    const calls = Object.values(paths).flatMap((path) => Object.values(path));
    expect(new Set(calls.map((call) => call.operationId)).size).toBe(calls.length);
    expect(calls.filter((call) => !call.summary)).toEqual([]);
    expect(calls.filter((call) => !call.responses['400'] || !call.responses['503'])).toEqual([]);
  });
});
