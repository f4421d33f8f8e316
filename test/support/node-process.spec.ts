import { describe, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { NodeProcess } from '../../src/tools/node-process/node-process.js';

describe('a storage node as a child process', () => {
  it('keeps identity, ports and enrolment through a kill and through an orderly stop', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-node-'));
    const node = await NodeProcess.start({ name: 'alone', dataDirectory: path.join(folder, 'data') });
    try {
      const first = await node.client.state();
      expect(first.identity).toMatchObject({ name: 'alone', nbdAddress: `127.0.0.1:${node.nbdPort}` });
      for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
        await node.kill(signal);
        expect(node.pid).toBeUndefined();
        await expect(node.client.state()).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' });
        await node.restart();
      }
      const last = await node.client.state();
      expect(last.identity).toEqual(first.identity);
      expect(last.runCounter).toBe(first.runCounter + 2);
    } finally {
      await node.dispose();
      rmSync(folder, { recursive: true });
    }
    expect(existsSync(folder)).toBe(false);
  });
});
