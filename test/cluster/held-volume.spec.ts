import { describe, expect } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { newUid, type VolumeUid } from '../../src/model/ids.js';
import { MIB } from '../../src/model/sizes.js';
import type { VolumeSpec } from '../../src/node-api/contract.js';
import { NodeProcess } from '../../src/tools/node-process/node-process.js';
import { itWithMachines, Machine } from '../support/machine.js';

function volumeSpec(name: string, writeCache: VolumeSpec['writeCache']): VolumeSpec {
  return {
    uid: newUid<VolumeUid>(),
    name,
    label: 1,
    sizeBytes: 4 * MIB,
    writeCache,
    backing: { type: 'File' },
    isOverwrite: false,
    allowedClients: ['0.0.0.0/0'],
    isCopyProtected: false,
    createdTime: new Date(0).toISOString(),
  };
}

describe('a machine that loses power while a host writes', () => {
  async function withNode(run: (node: NodeProcess, machine: Machine) => Promise<void>): Promise<void> {
    const folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-held-'));
    const machine = await Machine.make({ folder: path.join(folder, 'machine'), diskBytes: 128 * MIB });
    try {
      const node = await NodeProcess.start({ name: 'site-a', ...machine.place });
      await run(node, machine).finally(() => node.dispose());
    } finally {
      await machine.dispose();
      rmSync(folder, { recursive: true, force: true });
    }
  }

  itWithMachines(
    'C54, C75: its Writeback volume is held through every start until it is released, its Writethrough volume never',
    () =>
      withNode(async (node, machine) => {
        const [back, through, idle] = [
          volumeSpec('back', 'Writeback'),
          volumeSpec('through', 'Writethrough'),
          volumeSpec('idle', 'Writeback'),
        ];
        for (const spec of [back, through, idle]) await node.client.putVolume(spec);
        const access = async ({ uid }: VolumeSpec) => {
          const { volumes } = await node.client.state();
          const found = volumes.find(({ spec }) => spec.uid === uid)!;
          return [found.access, found.accessReason];
        };
        const open = ['Read_Write', null];
        const held = ['Held', 'ACCESS_HELD'];
        for (const { name } of [back, through]) {
          const host = await node.attach(name);
          await host.write(0, Buffer.alloc(4096, 7));
          host.destroy();
        }

        await node.kill();
        await node.restart();
        expect([await access(back), await access(through)]).toEqual([open, open]);
        await node.kill();
        await machine.losePower();
        await machine.switchOn();
        for (const end of ['SIGKILL', 'SIGTERM'] as const) {
          await node.restart();
          expect([await access(back), await access(through), await access(idle)]).toEqual([held, open, open]);
          await expect(node.attach('back')).rejects.toThrow();
          await node.kill(end);
        }
        await machine.losePower();
        await machine.switchOn();
        await node.restart();
        expect(await access(back)).toEqual(held);
        const { volumes } = await node.client.state();
        expect(volumes.map(({ status }) => status).sort()).toEqual(['Normal', 'Normal', 'Warning']);
        const host = await node.attach('through');
        expect(await host.read(0, 4096)).toEqual(Buffer.alloc(4096, 7));
        host.destroy();

        for (let n = 0; n < 2; n++) {
          expect(await node.client.releaseVolume(back.uid)).toMatchObject({ access: 'Read_Write', accessReason: null });
        }
        const { events } = await node.client.state();
        const toldOf = events.map(({ type, volumeUid }) => [type, volumeUid]);
        expect(toldOf).toEqual([
          ['Volume_Held', back.uid],
          ['Volume_Released', back.uid],
        ]);
        const again = await node.attach('back');
        await again.write(0, Buffer.alloc(4096, 9));
        again.destroy();
        // An orderly stop of the node owes nothing to a loss of power after it.
        await node.kill('SIGTERM');
        await machine.losePower();
        await machine.switchOn();
        await node.restart();
        expect(await access(back)).toEqual(open);
      }),
    90_000,
  );
});
