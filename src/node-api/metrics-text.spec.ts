import { describe, expect, it } from '@jest/globals';
import { Gauge, Registry } from 'prom-client';
import { metricsText } from './metrics-text.js';

const rows = [
  { name: 'plain', value: 1.5 },
  { name: 'with "quotes", \\backslash\\ and\na line', value: 0 },
  { name: 'unknown', value: null },
  { name: 'none', value: NaN },
];
const family = { name: 'evenkeel_things', help: 'Things', type: 'gauge' as const };

describe('Prometheus text', () => {
  it('is what prom-client makes of the same', async () => {
    const registry = new Registry();
    const gauge = new Gauge({ ...family, labelNames: ['name', 'role'], registers: [registry] });
    for (const { name, value } of rows) if (value !== null && !isNaN(value)) gauge.set({ name, role: 'x' }, value);
    const text = metricsText([{ ...family, read: ({ value }) => value }], rows, ({ name }) => ({ name, role: 'x' }));
    expect(text.trim()).toBe((await registry.metrics()).trim());
  });
});
