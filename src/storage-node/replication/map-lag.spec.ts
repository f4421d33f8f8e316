import { beforeEach, describe, expect, it } from '@jest/globals';
import { GroupOnDisk } from '../../../test/support/group-on-disk.js';
import { REGION_BYTES } from '../../model/sizes.js';
import { MapLag } from './map-lag.js';

describe('the age of what a map names', () => {
  let node: GroupOnDisk;
  let lag: MapLag;

  beforeEach(async () => {
    node = await GroupOnDisk.make('source');
    lag = new MapLag(node.stream, 0);
  });

  const mark = (region: number): void => node.map.mark(region * REGION_BYTES, 1);

  it('C32: is that of the oldest mark, at most as much too great as two looks lie apart', () => {
    lag.look(1000);
    mark(0);
    lag.look(1100);
    mark(1);
    lag.look(1200);
    expect(lag.seconds(5000)).toBe(4);
  });

  it('C32: is none as soon as nothing is marked', async () => {
    mark(0);
    lag.look(1000);
    await node.map.beginPass();
    node.map.clear(0);
    expect(lag.seconds(5000)).toBe(0);
  });

  it('C32: is that of what is sent until the pass has ended, then that of what was marked since it began', async () => {
    mark(0);
    lag.look(1000);
    lag.passBegins(2000);
    await node.map.beginPass();
    mark(1);
    lag.look(3000);
    expect(lag.seconds(4000)).toBe(4);
    node.map.clear(0);
    lag.look(4000);
    expect(lag.seconds(4000)).toBe(2);
  });

  it('C32: goes on over a restart, and is told to be saved once', () => {
    mark(0);
    lag.look(1000);
    expect(lag.isNews).toBe(true);
    lag.isNews = false;
    lag.look(2000);
    expect(lag.isNews).toBe(false);
    expect(new MapLag(node.stream, 9000).seconds(10_000)).toBe(10);
  });

  it('C32: takes over that of what the log held', () => {
    lag.look(7000);
    mark(0);
    lag.tookOver(3000);
    lag.look(8000);
    expect(lag.seconds(8000)).toBe(5);
  });
});
