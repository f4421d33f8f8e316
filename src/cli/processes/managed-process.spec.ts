import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ManagedProcess, stopLeftover } from './managed-process.js';
import { livePid } from './pid-file.js';
import { NotReady, waitReady } from './readiness.js';

const untilReady = (one: ManagedProcess) => waitReady(one, () => (one.output().includes('ready') ? true : null));

describe('a managed process', () => {
  let folder: string;
  let pidFile: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-process-'));
    pidFile = path.join(folder, 'it.pid');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function run(program: string): ManagedProcess {
    const one = new ManagedProcess({
      name: 'it',
      args: ['-e', program],
      env: process.env,
      logFile: path.join(folder, 'it.log'),
      pidFile,
    });
    one.start();
    return one;
  }

  it('keeps a log and a pid file, and takes the pid file away when it is stopped', async () => {
    const one = run('console.log("ready"); process.on("SIGTERM", () => process.exit(7)); setInterval(() => {}, 1000)');
    await untilReady(one);
    expect(livePid(pidFile)).toBe(one.pid);
    await one.stop();
    expect(await one.ended).toEqual({ code: 7, signal: null });
    expect([one.pid, livePid(pidFile)]).toEqual([null, null]);
  });

  it('shows only what its present run wrote', async () => {
    const first = run('console.log("of the first run")');
    await first.ended;
    const second = run('console.log("one"); console.log("two"); console.log("three")');
    await second.ended;
    expect(second.output()).toBe('one\ntwo\nthree\n');
    expect(second.lastLines(2)).toBe('two\nthree');
  });

  it('shows no passwords of URLs that it printed', async () => {
    const one = run('console.log("ready at postgres://evenkeel:s3cret@127.0.0.1:5432/db")');
    await untilReady(one);
    expect(one.lastLines(1)).toBe('ready at postgres://evenkeel:***@127.0.0.1:5432/db');
  });

  it('tells how it ended when that was before it was ready', async () => {
    const one = run('process.exit(3)');
    const refusal = await untilReady(one).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(NotReady);
    expect((refusal as NotReady).end).toEqual({ code: 3, signal: null });
    expect((refusal as NotReady).message).toBe('it ended with exit code 3');
  });

  it('that an earlier start left behind is found by its pid file and stopped', async () => {
    const one = run('console.log("ready"); setInterval(() => {}, 1000)');
    await untilReady(one);
    expect(await stopLeftover(pidFile)).toBe(true);
    expect(await one.ended).toEqual({ code: null, signal: 'SIGTERM' });
    expect(await stopLeftover(pidFile)).toBe(false);
  });
});
