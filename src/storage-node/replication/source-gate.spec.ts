import { beforeEach, describe, expect, it } from '@jest/globals';
import { GroupOnDisk, settle } from '../../../test/support/group-on-disk.js';
import type { HostWriter } from '../group/host-writer.js';
import { Progress } from './progress.js';
import { SourceGate } from './source-gate.js';

describe('letting a destination go', () => {
  let node: GroupOnDisk;
  let gate: SourceGate;
  const said: string[] = [];

  beforeEach(async () => {
    said.length = 0;
    node = await GroupOnDisk.make('source');
    node.group.streams[0]!.record.dataState = 'Up_To_Date';
    await node.group.file.save();
    const writer = { release: () => said.push('release'), failWaiting: (error: string) => said.push(error) };
    gate = new SourceGate(node.group, node.group.streams[0]!, new Progress(), () => writer as unknown as HostWriter);
    gate.begin(0);
  });

  it('C07: is durable before the first write is acknowledged without it', async () => {
    node.hold();
    gate.letGo();
    await settle();
    expect([gate.isWaiting, ...said]).toEqual([true]);
    node.letGo();
    await gate.settled();
    expect([gate.isWaiting, ...said]).toEqual([false, 'release']);
    await node.restart('power lost');
    expect(node.group.streams[0]!.record).toMatchObject({ isHalted: true, dataState: 'Consistent' });
  });

  it('goes on waiting when it cannot be made durable, and is tried again', async () => {
    node.disk.fail({ operation: 'datasync', path: /group\.json/, code: 'EIO', times: 1 });
    gate.letGo();
    await expect(gate.settled()).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
    expect(gate.isWaiting).toBe(true);
    gate.retryEnd();
    await gate.settled();
    expect(gate.isWaiting).toBe(false);
  });
});
