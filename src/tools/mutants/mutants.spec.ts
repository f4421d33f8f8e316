import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { applyTo } from './mutant.js';
import { MUTANTS } from './mutants.js';

describe('the mutants', () => {
  it('have names of their own', () => {
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  });

  it.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
    '%s: applies once, and its test exists',
    (_, mutant) => {
      const source = readFileSync(mutant.file, 'utf8');
      expect(applyTo(source, mutant)).not.toBe(source);
      expect(readFileSync(mutant.spec, 'utf8')).toContain(mutant.test);
    },
  );

  it('do not apply when their place is not found, or is not the only one', () => {
    const mutant = { ...MUTANTS[0]!, find: 'sync()' };
    expect(() => applyTo('append();', mutant)).toThrow('found 0 times');
    expect(() => applyTo('sync(); append(); sync();', mutant)).toThrow('found 2 times');
  });
});
