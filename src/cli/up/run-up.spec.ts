import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { ERRORS } from '../../errors/registry.js';
import { runUp } from './run-up.js';

it.each(['abc', '-1', '70000', '1.5'])('does not start with the port %s', async (port) => {
  const home = mkdtempSync(path.join(tmpdir(), 'run-up-'));
  const lines: string[] = [];
  try {
    const code = await runUp({ EVENKEEL_HOME: home, EVENKEEL_PORT: port }, (line) => lines.push(line));
    expect(code).toBe(ERRORS.SETTINGS_INVALID.exitCode);
    expect(lines.join('\n')).toContain('EVENKEEL_PORT');
  } finally {
    rmSync(home, { recursive: true });
  }
});
