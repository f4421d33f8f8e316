import { beforeEach, describe, expect, it } from '@jest/globals';
import { GroupOnDisk, settle, WatchedRequest } from '../../../test/support/group-on-disk.js';
import { PeerMessageType as Type, type PeerMessage } from '../../format/peer/messages.js';
import { lsn } from '../../model/position.js';
import { MIB, REGION_BYTES } from '../../model/sizes.js';
import { Budget } from '../config/budget.js';
import { HostWriter } from '../group/host-writer.js';
import { CopySlots } from './copy-slots.js';
import { Lag } from './lag.js';
import { LinkStatistics } from './link-statistics.js';
import { MapLag } from './map-lag.js';
import type { PeerConnection } from './peer-connection.js';
import { Progress } from './progress.js';
import { StackTransfer } from './stack-transfer.js';

const DATA = Buffer.alloc(4096, 3);

describe('the passes of a Stack stream', () => {
  let node: GroupOnDisk;
  let writer: HostWriter;
  let transfer: StackTransfer;
  /** Names of the messages since the last look. */
  let sent: string[];
  let regions: number;

  beforeEach(async () => {
    node = await GroupOnDisk.make('source');
    writer = new HostWriter(node.group, {
      ceilingLsn: Infinity,
      receivedLsn: Infinity,
      durableLsn: Infinity,
      reliesFromLsn: Infinity,
      writeRefusal: null,
      admits: () => true,
      offer: () => undefined,
      wantDurable: () => undefined,
    });
    Object.assign(node.stream.record, { mapsFromLsn: 0, reliesFromLsn: null });
    node.stream.setMarking(true);
    sent = [];
    regions = 0;
    transfer = makeTransfer();
  });

  function makeTransfer(): StackTransfer {
    const connection = {
      mayBeginData: () => true,
      frameBytesMax: MIB,
      statistics: new LinkStatistics(),
      unsentBytes: 0,
      send: ({ type }: PeerMessage) => sent.push(Type[type]),
      sendRegion: () => sent.push(`Region ${++regions}`),
    };
    const progress = new Progress();
    progress.beginConnection(32 * MIB);
    const owner = {
      slots: new CopySlots(1),
      unreadable: () => sent.push('unreadable'),
      failed: (_: unknown, error: unknown) => sent.push(String(error)),
      moved: () => undefined,
    };
    const peer = connection as unknown as PeerConnection;
    const { group, stream } = node;
    return new StackTransfer(
      group,
      stream,
      peer,
      progress,
      new Lag(0, 0),
      new MapLag(stream, 0),
      owner,
      Budget.default(),
    );
  }

  const write = async (region: number): Promise<void> => {
    const request = WatchedRequest.write(region * REGION_BYTES, DATA);
    writer.pathOf(node.member).submit([request.request]);
    expect(await request.answered()).toBeNull();
  };
  const begin = async (dataState: 'Consistent' | 'Inconsistent' = 'Consistent'): Promise<void> => {
    await transfer.begin({ dataState, isBlank: false });
    await settle();
  };
  const acknowledge = (): void =>
    transfer.handle({
      type: Type.Ack,
      receivedLsn: lsn(0),
      durableLsn: lsn(0),
      appliedLsn: lsn(0),
      syncedRegionSequence: regions,
      consumedBytes: 0,
    });
  const take = (): string[] => sent.splice(0);
  const markedLater = (): void => node.map.mark(3 * REGION_BYTES, 1);

  it('C14: tell the destination that it is no point in time, once that is durable here, before any region', async () => {
    await write(0);
    await begin();
    expect(take()).toEqual(['StartResync', 'Region 1']);
    expect(node.stream.record).toMatchObject({ dataState: 'Inconsistent', phase: 'Copying' });
  });

  it('C74: tell it that it is equal in the very turn in which one ends and nothing is marked', async () => {
    await write(0);
    await node.group.syncLog();
    await begin();
    take();
    acknowledge();
    expect(take()).toEqual(['StartLog']);
    expect(transfer.isInTouch).toBe(false);
    transfer.handle({ type: Type.LogStarted });
    await settle();
    expect([transfer.isInTouch, transfer.isBehind]).toEqual([true, false]);
    expect(node.stream.record).toMatchObject({
      dataState: 'Consistent',
      phase: 'Equivalent',
      mapsFromLsn: node.group.log.headLsn,
    });
  });

  it('C74: never tell it so when something was marked meanwhile', async () => {
    await write(0);
    await node.group.syncLog();
    await begin();
    markedLater();
    take();
    acknowledge();
    await settle();
    expect(take()).toEqual([]);
    expect(transfer.isBehind).toBe(true);
  });

  it('C60: tell it so only when the log here is durable, and only if nothing was marked until then', async () => {
    await write(0);
    await begin();
    take();
    node.hold();
    acknowledge();
    await settle();
    expect(take()).toEqual([]);
    markedLater();
    node.letGo();
    await settle();
    expect(take()).toEqual([]);
  });

  it('C74: follow each other no faster than their pace, however often it is looked', async () => {
    await write(0);
    await node.group.syncLog();
    await begin();
    acknowledge();
    transfer.handle({ type: Type.LogStarted });
    await settle();
    take();
    await write(1);
    // No time passes in this world.
    for (let i = 0; i < 20; i++) transfer.tick();
    await settle();
    expect(take()).toEqual([]);
    expect([transfer.isInTouch, transfer.isBehind, transfer.stopHere()]).toEqual([true, true, null]);
  });

  it('C55: copy nothing to a destination that lacks nothing, and do not leave it without a point in time', async () => {
    await begin('Consistent');
    expect(take()).toEqual(['StartLog']);
    transfer = makeTransfer();
    await begin('Inconsistent');
    expect(take()).toEqual(['StartResync', 'StartLog']);
  });

  it('C36: stop where the destination is the source as of this turn', async () => {
    await begin('Consistent');
    transfer.handle({ type: Type.LogStarted });
    await settle();
    expect(transfer.stopHere()).toBe(node.group.log.headLsn);
    take();
    markedLater();
    transfer.tick();
    await settle();
    expect(take()).toEqual([]);
  });
});
