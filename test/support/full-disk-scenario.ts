import { expect } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MIB } from '../../src/model/sizes.js';
import type { NodeState } from '../../src/node-api/contract.js';
import { eventually } from '../../src/tools/node-process/eventually.js';
import type { NodePair } from '../../src/tools/node-process/node-pair.js';
import type { NodeProcess } from '../../src/tools/node-process/node-process.js';
import { expectEqualAndRight } from './compare-images.js';
import { HostWorkload } from './host-workload.js';
import { Machine } from './machine.js';
import { withPair } from './node-pair.js';
import { VolumeModel } from './volume-model.js';

export const FULL_DISK_LIMIT_MS = 90_000;

/** Room for the volume, some segments of the log and the metadata; not for the whole log. */
const DISK_BYTES = 192 * MIB;
const SIZE_BYTES = 64 * MIB;

/** A pair of nodes, one of them on a machine whose small disk is filled by somebody else while a host writes. */
export class FullDiskScenario {
  readonly model: VolumeModel;
  readonly workload: HostWorkload;
  private running: Promise<void> = Promise.resolve();

  private constructor(
    readonly pair: NodePair,
    /** The node with the small disk. */
    readonly node: NodeProcess,
    readonly machine: Machine,
    seed: number,
  ) {
    this.model = new VolumeModel(SIZE_BYTES, seed);
    this.workload = new HostWorkload(this.model, { depth: 8, pauseMs: 2 });
  }

  static async run(
    which: 'source' | 'destination',
    seed: number,
    scenario: (full: FullDiskScenario) => Promise<void>,
  ): Promise<void> {
    const folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-full-'));
    const machine = await Machine.make({ folder: path.join(folder, 'machine'), diskBytes: DISK_BYTES });
    try {
      const elsewhere = { dataDirectory: path.join(folder, 'elsewhere') };
      const places = which === 'source' ? ([machine.place, elsewhere] as const) : ([elsewhere, machine.place] as const);
      const run = (pair: NodePair) => scenario(new FullDiskScenario(pair, pair[which], machine, seed));
      await withPair({ sizeBytes: SIZE_BYTES, places }, run, FULL_DISK_LIMIT_MS);
    } finally {
      await machine.dispose();
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** From here on a host writes, whatever it is answered. */
  async startWriting(): Promise<void> {
    const host = await eventually('the host attached', () => this.pair.attach());
    this.running = this.workload.run(host).finally(() => host.destroy());
  }

  async stopWriting(): Promise<void> {
    this.workload.stop();
    await this.running;
  }

  /** Resolves when one of the nodes says of a volume or session that it lacks space. */
  async untilSaid(): Promise<void> {
    await eventually('the full disk told', async () => {
      const states = await Promise.all([this.pair.a.client.state(), this.pair.b.client.state()]);
      return states.some(tellsOfFullDisk) ? true : undefined;
    });
  }

  /** Resolves when the host is answered well again, with the connection it has. */
  async untilWriting(): Promise<void> {
    const { counts } = this.workload;
    const before = counts.acknowledged;
    await eventually('writes acknowledged', () => (counts.acknowledged > before + 50 ? true : undefined));
  }

  /** Kills the node and starts it on the full disk, where it may well refuse to start; then there is space again. */
  async restartThroughFullDisk(): Promise<void> {
    const { node, machine } = this;
    await node.kill();
    await this.running;
    node.launch();
    await Promise.race([
      node.waitUntilHealthy(),
      eventually('an end', () => (node.pid === undefined ? true : undefined)),
    ]);
    machine.freeDisk();
    if (node.pid === undefined) await node.restart();
  }

  /** No call has put anything right, and yet it is. */
  async expectEqualByItself(): Promise<void> {
    await this.pair.waitForEquivalent();
    await this.stopWriting();
    await expectEqualAndRight(this.pair, this.model);
    const states = await Promise.all([this.pair.a.client.state(), this.pair.b.client.state()]);
    expect(states.some(tellsOfFullDisk)).toBe(false);
  }
}

function tellsOfFullDisk({ volumes, sessions }: NodeState): boolean {
  return volumes.some(({ status }) => status !== 'Normal') || sessions.some(({ error }) => error !== null);
}
