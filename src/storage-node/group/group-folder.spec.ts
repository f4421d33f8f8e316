import { beforeEach, describe, expect, it } from '@jest/globals';
import { GroupOnDisk } from '../../../test/support/group-on-disk.js';

const EXTENT_REGIONS = 64;

describe('the files of a group', () => {
  let node: GroupOnDisk;

  beforeEach(async () => {
    node = await GroupOnDisk.make('source');
  });

  it('are there after a power loss right after they were made', async () => {
    await node.restart('power lost');
    expect(node.group.record.role).toBe('source');
    expect(node.member.tracker.map.activeCount).toBe(0);
  });

  it('C60: tell after a power loss, and only then, which extents were being written', async () => {
    await node.member.tracker.admit(0, 1);
    await node.restart('killed');
    expect(node.member.tracker.map.activeCount).toBe(0);
    await node.restart('power lost');
    expect(node.member.tracker.map.activeCount).toBe(EXTENT_REGIONS);
  });
});
