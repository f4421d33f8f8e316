import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { livePid, removePidFile, writePidFile } from './pid-file.js';

describe('a pid file', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-pid-'));
    file = path.join(folder, 'run', 'it.pid');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('names a living process', () => {
    writePidFile(file, process.pid);
    expect(livePid(file)).toBe(process.pid);
    removePidFile(file);
    expect(existsSync(file)).toBe(false);
    expect(livePid(file)).toBeNull();
  });

  it('is stale when its process has ended', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    writePidFile(file, child.pid!);
    expect(livePid(file)).toBe(child.pid);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(livePid(file)).toBeNull();
  });

  it('is stale when the number belongs to a process that began after it was written', () => {
    writePidFile(file, process.pid);
    utimesSync(file, 1_000_000, 1_000_000);
    expect(livePid(file)).toBeNull();
  });
});
