import { describe, expect } from '@jest/globals';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { itWithPair } from '../support/node-pair.js';
import { eventually } from '../../src/tools/node-process/eventually.js';
import { isEquivalent, PAIR_EXPORT } from '../../src/tools/node-process/node-pair.js';
import { NodeProcess, type NodeProcessOptions } from '../../src/tools/node-process/node-process.js';

/** One more node beside a pair. */
async function withNode(
  options: Omit<NodeProcessOptions, 'dataDirectory'> & { copyOf?: string },
  run: (node: NodeProcess) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-third-'));
  const dataDirectory = path.join(folder, 'data');
  try {
    if (options.copyOf !== undefined) cpSync(options.copyOf, dataDirectory, { recursive: true });
    const node = await NodeProcess.start({ ...options, dataDirectory });
    await run(node).finally(() => node.dispose());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('a destination whose address answers with another node’s key', () => {
  itWithPair('is named by the session, and nothing moves until the address is right', { isPeerTls: true }, (pair) =>
    withNode({ name: 'site-c', isPeerTls: true }, async (stranger) => {
      const right = pair.spec;
      pair.spec = { ...right, destination: { ...right.destination, peerAddresses: stranger.identity.peerAddresses } };
      const volume = { ...pair.volumeB, uid: right.destination.volumeUid };
      await stranger.client.putVolume(volume);
      await pair.createSession();
      const host = await pair.attach();
      await host.write(0, Buffer.alloc(4096, 7));
      const named = await pair.waitForSession(
        'naming the stranger',
        ({ error }) => error?.code === 'NODE_IDENTITY_CHANGED',
      );
      expect(named).toMatchObject({ isLinkUp: false, transferredBytes: 0 });
      expect(named.error!.message).toContain(stranger.identity.peerAddresses[0]!);
      for (const node of [stranger, pair.b]) {
        const { volumes, sessions } = await node.client.state();
        expect(volumes[0]).toMatchObject({ usedBytes: 0 });
        expect(sessions.filter(({ isLinkUp }) => isLinkUp)).toEqual([]);
      }

      pair.spec = { ...right, generation: right.generation + 1 };
      await pair.createSession();
      expect(await pair.waitForEquivalent()).toMatchObject({ error: null });
      await host.disconnect();
    }),
  );
});

/** On one machine the directory is locked: see node-process.spec.ts. */
describe('C76: the same data directory on two machines', () => {
  itWithPair('the copy is refused by the destination, and serves no host; the original goes on', {}, async (pair) => {
    await pair.createSession();
    await pair.waitForEquivalent();
    const host = await pair.attach();
    await host.write(0, Buffer.alloc(4096, 1));
    await host.disconnect();
    await pair.a.kill('SIGTERM');
    const { dataDirectory } = pair.a.options;
    const folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-copy-'));
    const copy = path.join(folder, 'data');
    cpSync(dataDirectory, copy, { recursive: true });
    await pair.a.restart();
    await pair.waitForSession('met again', (state) => isEquivalent(state) && state.isLinkUp);
    const original = await eventually('the host attached', () => pair.attach());
    await withNode({ name: 'site-a', copyOf: copy }, async (clone) => {
      const cloned = () => clone.client.state();
      const state = await eventually('the copy refused', async () => {
        const now = await cloned();
        return now.sessions[0]!.error?.code === 'NODE_CLONED' ? now : undefined;
      });
      expect(state.sessions[0]).toMatchObject({ status: 'Error' });
      expect(state.volumes[0]).toMatchObject({ access: 'None', accessReason: 'NODE_CLONED' });
      await expect(clone.attach(PAIR_EXPORT)).rejects.toThrow();
      // However often it starts.
      for (let n = 0; n < 2; n++) {
        await clone.kill('SIGTERM');
        await clone.restart();
        expect((await cloned()).volumes[0]).toMatchObject({ accessReason: 'NODE_CLONED' });
      }
      await original.write(4096, Buffer.alloc(4096, 2));
      expect(await pair.state()).toMatchObject({ status: 'Active', phase: 'Equivalent', error: null });
      expect(await pair.state(pair.b)).toMatchObject({ status: 'Active', error: null });
      expect(pair.b.log).toContain('NODE_CLONED');
      expect(clone.log).toContain('NODE_CLONED');
    }).finally(() => rmSync(folder, { recursive: true, force: true }));
    await original.disconnect();
  });
});
