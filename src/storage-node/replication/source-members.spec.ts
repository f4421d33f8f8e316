import { beforeEach, describe, expect, it } from '@jest/globals';
import { GroupOnDisk, settle } from '../../../test/support/group-on-disk.js';
import type { LogEntry } from '../../format/srl/log-entry.js';
import { decodeMembership } from '../../format/srl/membership.js';
import { SourceMembers } from './source-members.js';

describe('volumes that join at a source', () => {
  let node: GroupOnDisk;
  let members: SourceMembers;
  let offered: LogEntry[];
  let opened: string[];
  let areHostsOpen: boolean;

  /** The only volume is about to join; its stream goes by the log. */
  beforeEach(async () => {
    node = await GroupOnDisk.make('source');
    Object.assign(node.member.record, { addedLsn: null, joinedLsn: null });
    node.stream.record.reliesFromLsn = 0;
    offered = [];
    opened = [];
    areHostsOpen = true;
    members = new SourceMembers(node.group, {
      areHostsOpen: () => areHostsOpen,
      openByLog: ({ uid }) => opened.push(uid),
      offer: (entries) => offered.push(...entries),
      log: () => undefined,
    });
  });

  const told = (): string[] => offered.map((entry) => decodeMembership(entry).change);

  async function tick(): Promise<void> {
    members.tick();
    await settle();
  }

  it('C47: are marked whole, durably, before the log tells of them', async () => {
    node.hold();
    members.tick();
    await settle();
    expect(told()).toEqual([]);
    node.letGo();
    await settle();
    expect(told()).toEqual(['Joining']);
    expect(opened).toEqual([node.member.uid]);
    await node.restart('power lost');
    expect(node.map.activeCount).toBe(node.map.regionCount);
  });

  it('C01: have joined once no stream that goes by the log lacks anything of them', async () => {
    await tick();
    await tick();
    expect(told()).toEqual(['Joining']);
    node.map.clearAll();
    await tick();
    expect(told()).toEqual(['Joining', 'Joined']);
    await tick();
    expect(told()).toHaveLength(2);
  });

  it('do not wait for a stream that goes by its maps', async () => {
    node.stream.record.reliesFromLsn = null;
    await tick();
    await tick();
    expect(told()).toEqual(['Joining', 'Joined']);
  });

  it('wait for the reign of the source, and for every stream to name them', async () => {
    areHostsOpen = false;
    await tick();
    areHostsOpen = true;
    const { record } = node.stream;
    const { sessions } = record;
    record.sessions = [];
    await tick();
    expect(told()).toEqual([]);
    record.sessions = sessions;
    await tick();
    expect(told()).toEqual(['Joining']);
  });
});
