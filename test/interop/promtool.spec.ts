/** Prometheus' own tool reads the alert rules, and finds that they tell of what they are to tell of. */
import { describe, expect } from '@jest/globals';
import { itWithTools, runTool } from '../support/tools.js';

describe('docs/alerts/evenkeel.rules.yml', () => {
  itWithTools(['promtool'], 'is what Prometheus takes for rules', async () => {
    const { exitCode, stdout, stderr } = await runTool('promtool', [
      'check',
      'rules',
      'docs/alerts/evenkeel.rules.yml',
    ]);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/SUCCESS: \d+ rules found/);
  });

  itWithTools(['promtool'], 'tells of what happens, after its time, and of nothing else', async () => {
    const { exitCode, stdout, stderr } = await runTool('promtool', ['test', 'rules', 'test/interop/alert-rules.yml']);
    expect([exitCode, stderr, stdout]).toEqual([0, '', expect.stringContaining('SUCCESS')]);
  });
});
