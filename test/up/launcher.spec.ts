import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../../src/cli/processes/pid-file.js';

describe('the evenkeel program', () => {
  it('takes the process that it runs with it when it is killed', async () => {
    const data = mkdtempSync(path.join(tmpdir(), 'evenkeel-launcher-'));
    const anyPort = ['--nbd', '127.0.0.1:0', '--peer', '127.0.0.1:0', '--admin', '127.0.0.1:0'];
    const args = [path.resolve('dist/src/cli/main.js'), 'node', '--data', data, '--name', 'alone', ...anyPort];
    const launcher = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    launcher.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    while (!output.includes('\nready')) await sleep(20);
    const node = Number(readFileSync(path.join(data, 'lock'), 'utf8'));
    expect([node === launcher.pid, isAlive(node)]).toEqual([false, true]);
    launcher.kill('SIGKILL');
    while (isAlive(node)) await sleep(20);
    rmSync(data, { recursive: true });
  });
});
