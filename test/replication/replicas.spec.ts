import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { newUid, type GroupUid, type SessionUid } from '../../src/model/ids.js';
import { DEFAULT_SESSION_SETTINGS } from '../../src/model/session.js';
import { MIB } from '../../src/model/sizes.js';
import type { SessionSpec, SessionState } from '../../src/node-api/contract.js';
import { ReplicaNode } from '../support/replica-node.js';

const SIZE = 8 * MIB;

describe('replication of one volume between two nodes', () => {
  let folder: string;
  let a: ReplicaNode;
  let b: ReplicaNode;
  let spec: SessionSpec;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-replicas-'));
    for (const name of ['a', 'b']) mkdirSync(path.join(folder, name));
    a = new ReplicaNode(path.join(folder, 'a'), 'a', SIZE);
    b = new ReplicaNode(path.join(folder, 'b'), 'b', SIZE);
    await a.start();
    await b.start();
    spec = {
      uid: newUid<SessionUid>(),
      label: 1,
      generation: 1,
      groupUid: newUid<GroupUid>(),
      slot: 0,
      source: a.end,
      destination: b.end,
      settings: { ...DEFAULT_SESSION_SETTINGS, heartbeatTimeoutSeconds: 1, startupWaitSeconds: 2 },
      srlSizeBytes: 128 * MIB,
      run: 'Active',
      resumedGeneration: 1,
      isForced: false,
      isAlone: false,
    };
  });

  afterEach(async () => {
    await a.stop();
    await b.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function change(fields: Partial<SessionSpec>): SessionSpec {
    spec = { ...spec, generation: spec.generation + 1, ...fields };
    return spec;
  }

  async function create(): Promise<void> {
    await b.replicas.put(spec);
    await a.replicas.put(spec);
  }

  async function until(node: ReplicaNode, what: (state: SessionState) => boolean): Promise<SessionState> {
    const deadline = Date.now() + 15_000;
    for (;;) {
      const [state] = node.replicas.states();
      if (state !== undefined && what(state)) return state;
      if (Date.now() > deadline) {
        throw new Error(`${JSON.stringify(state, null, 1)}\n${[...a.log, ...b.log].slice(-30).join('\n')}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  const isEquivalent = (state: SessionState): boolean => state.status === 'Active' && state.phase === 'Equivalent';

  async function expectEqual(): Promise<void> {
    await a.flush();
    const deadline = Date.now() + 5_000;
    while (!(await a.image()).equals(await b.image())) {
      if (Date.now() > deadline) throw new Error('the volumes differ');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  it('copies what is there and then every write', async () => {
    await a.write(100_000, randomBytes(300_000));
    await create();
    await a.write(5 * MIB, randomBytes(64 * 1024));
    await until(a, isEquivalent);
    await a.write(6 * MIB + 5, randomBytes(4097));
    await a.trim(100_000, 70_000);
    await expectEqual();
    expect((await until(b, (state) => state.dataState === 'Up_To_Date')).dataState).toBe('Up_To_Date');
  });

  it('refuses hosts of the destination until it is suspended, and copies the differences of both sides on resume', async () => {
    await create();
    await until(a, isEquivalent);
    expect(await b.write(0, randomBytes(512))).toBe('ACCESS_DESTINATION');
    await a.replicas.suspend([change({ run: 'Suspend' })]);
    await until(b, (state) => state.appliedGeneration === spec.generation);
    expect(await b.write(64 * 1024, randomBytes(512))).toBeNull();
    expect(await a.write(256 * 1024, randomBytes(512))).toBeNull();
    const before = (await until(a, (state) => state.status === 'Suspend')).resyncBytes;
    const resumed = spec.generation + 1;
    await b.replicas.put(change({ run: 'Active', resumedGeneration: resumed }));
    await a.replicas.put(spec);
    const state = await until(a, isEquivalent);
    expect(state.resyncBytes - before).toBeLessThanOrEqual(2 * 64 * 1024);
    await expectEqual();
  });

  it('goes on alone when the destination is lost, and catches up by the log', async () => {
    await create();
    await until(a, isEquivalent);
    await a.write(0, randomBytes(4096));
    await b.stop();
    expect(await a.write(4096, randomBytes(4096))).toBeNull();
    await until(a, (state) => state.status === 'Halt');
    const before = a.replicas.states()[0]!.resyncBytes;
    await a.write(2 * MIB, randomBytes(4096));
    await b.start();
    const state = await until(a, isEquivalent);
    expect(state.resyncBytes).toBe(before);
    await expectEqual();
  });

  it('opens the destination alone, fences the old source, and restores it in reverse', async () => {
    await create();
    await until(a, isEquivalent);
    await a.write(0, randomBytes(4096));
    await a.stop();
    await b.replicas.put(change({ run: 'Suspend', isForced: true, isAlone: true }));
    expect(await b.write(3 * MIB, randomBytes(4096))).toBeNull();
    await a.start();
    await until(a, (state) => state.appliedGeneration === spec.generation);
    expect(await a.write(0, randomBytes(512))).toBe('ACCESS_FENCED');
    change({ source: b.end, destination: a.end, isAlone: false, isForced: false });
    await a.replicas.put(spec);
    await b.replicas.put(spec);
    await b.write(4 * MIB, randomBytes(512));
    change({ run: 'Active', resumedGeneration: spec.generation + 1 });
    await a.replicas.put(spec);
    await b.replicas.put(spec);
    const state = await until(b, isEquivalent);
    expect(state.resyncBytes).toBeLessThanOrEqual(3 * 64 * 1024);
    expect(await a.write(0, randomBytes(512))).toBe('ACCESS_DESTINATION');
    await b.write(1 * MIB, randomBytes(100_000));
    await expectEqual();
  });
});
