/** docs/monitoring.md says what the code does. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { EVENTS } from '../src/model/event.js';
import { SESSION_STATES, SESSION_TABLE } from '../src/model/session-operations.js';

const text = readFileSync('docs/monitoring.md', 'utf8');
const rows = text
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.slice(2, -2).split(' | '));

describe('docs/monitoring.md', () => {
  it('C54: lists every event with its severity', () => {
    const listed = rows.flatMap(([types, severities = '']) => {
      const names = types!.split(', ');
      return names.map((name, index) => [name, severities.split(', ')[index]] as const);
    });
    const named = Object.fromEntries(listed.filter(([name]) => Object.hasOwn(EVENTS, name)));
    expect(named).toEqual(EVENTS);
  });

  it('C51: says in which states the mode cannot be made Synchronous, and by which code', () => {
    for (const state of SESSION_STATES) {
      const verdict = SESSION_TABLE[state]['make-synchronous'];
      const row = rows.find(([name]) => name === state || name === state.split('/')[0]);
      if (verdict === 'SESSION_NOT_ESTABLISHED' || verdict === 'SESSION_LOST') continue;
      if (verdict === 'yes') expect(row![2]).not.toContain('409');
      else expect(row![2]).toContain(`\`${verdict}\``);
      expect(SESSION_TABLE[state]['make-asynchronous']).toBe('yes');
    }
  });
});
