import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { newUid, type GroupUid, type SessionUid } from '../../src/model/ids.js';
import { MIB } from '../../src/model/sizes.js';
import type { NodeRun } from '../../src/model/run.js';
import type { ReplicaNode } from '../support/replica-node.js';
import { ReplicaPair } from '../support/replica-pair.js';

describe('C76: a data directory that went back in time, or is in use twice', () => {
  let pair: ReplicaPair;

  beforeEach(async () => {
    pair = await ReplicaPair.start({ sizeBytes: 4 * MIB, settings: { startupWaitSeconds: 1 } });
    await pair.create();
    await pair.untilEquivalent();
  });

  afterEach(() => pair.stop());

  const write = (node: ReplicaNode) => node.write(0, randomBytes(4096));
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  async function restart(node: ReplicaNode): Promise<void> {
    await node.stop();
    await node.start();
  }

  async function until(isSo: () => boolean): Promise<void> {
    for (let waited = 0; !isSo(); waited += 10) {
      if (waited > 20_000) throw new Error(`not so after ${waited} ms: ${isSo.toString()}`);
      await pause(10);
    }
  }

  /** What brings the node back to how it is now, when it is down. */
  async function snapshot(node: ReplicaNode): Promise<() => Promise<void>> {
    await node.stop();
    const goBack = take(node, node.run);
    await node.start();
    return goBack;
  }

  function take(node: ReplicaNode, run: NodeRun): () => Promise<void> {
    const saved = node.copyDisk();
    return async () => {
      await node.stop();
      node.replaceDisk(saved);
      node.run = run;
      await node.start();
    };
  }

  /** The other end knows its present run: a source opens, a destination is told Up_To_Date, only after that. */
  const met = (node: ReplicaNode) =>
    pair.until(
      'met',
      ({ isLinkUp, dataState }) =>
        isLinkUp && (node === pair.a ? node.hosted.accessRefusal === null : dataState === 'Up_To_Date'),
      node,
    );

  async function expectRejected(node: ReplicaNode, code: string): Promise<void> {
    await pair.until(code, ({ status, error }) => status === 'Error' && error?.code === code, node);
    expect(await write(node)).toBe(code);
    expect(await node.read(0, 512)).toBe(code);
  }

  it('a source of a lower run serves no host, neither after the startup wait nor after further starts', async () => {
    const { a, b } = pair;
    const goBack = await snapshot(a);
    await met(a);
    await restart(a);
    await met(a);
    expect(await write(a)).toBeNull();
    await goBack();
    await expectRejected(a, 'NODE_ROLLED_BACK');
    await pair.until('Error', ({ error }) => error?.code === 'NODE_ROLLED_BACK', b);
    expect([...a.log, ...b.log].filter((line) => line.includes('NODE_ROLLED_BACK')).length).toBeGreaterThanOrEqual(2);

    // By then it has counted past the run that was met, and nobody can be asked.
    await b.stop();
    for (let i = 0; i < 3; i++) await restart(a);
    await pause(1500);
    await expectRejected(a, 'NODE_ROLLED_BACK');
    await b.start();
  });

  it('a copy of a source, which has the number of a run that was met and another id, serves no host', async () => {
    const { a } = pair;
    const goBack = await snapshot(a);
    await met(a);
    await goBack();
    await expectRejected(a, 'NODE_CLONED');
    await pause(1500);
    await expectRejected(a, 'NODE_CLONED');
  });

  it('a destination of a lower run is let go: its source goes on, and nothing moves there', async () => {
    const { a, b } = pair;
    const goBack = await snapshot(b);
    await met(b);
    await restart(b);
    await met(b);
    await goBack();
    await pair.until('Error', ({ error }) => error?.code === 'NODE_ROLLED_BACK', a);
    await expectRejected(b, 'NODE_ROLLED_BACK');
    expect(await write(a)).toBeNull();
    // It does not open what it holds as if that were the last state.
    await expect(pair.suspendAlone()).rejects.toMatchObject({ code: 'SESSION_IN_ERROR' });
  });

  it('a source that lost what it had called durable is refused although its run is the one that was met', async () => {
    const { a, b } = pair;
    // As a snapshot of a running machine would have it.
    const goBack = take(a, a.run);
    for (let i = 0; i < 80; i++) expect(await a.write(0, randomBytes(MIB))).toBeNull();
    expect(await a.flush()).toBeNull();
    await until(() => b.replicas.logUsedBytes < 40 * MIB);
    await goBack();
    await expectRejected(a, 'NODE_ROLLED_BACK');
  });

  it('is used again once its sessions were deleted at both ends', async () => {
    const { a, b } = pair;
    const goBack = await snapshot(a);
    await met(a);
    await goBack();
    await expectRejected(a, 'NODE_CLONED');
    for (const node of [a, b]) await node.replicas.delete(pair.spec.uid);
    expect(await write(a)).toBeNull();
    pair.spec = { ...pair.spec, uid: newUid<SessionUid>(), groupUid: newUid<GroupUid>() };
    await pair.create();
    await pair.untilEquivalent();
    await pair.expectEqual();
  });
});
