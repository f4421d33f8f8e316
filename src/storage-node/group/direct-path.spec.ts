import { beforeEach, describe, expect, it } from '@jest/globals';
import { GroupOnDisk, WatchedRequest } from '../../../test/support/group-on-disk.js';

const DATA = Buffer.alloc(4096, 7);

describe('a volume that is written without a log', () => {
  let node: GroupOnDisk;

  beforeEach(async () => {
    node = await GroupOnDisk.make('source');
  });

  it('lets no flush succeed after a sync that failed, says so, and goes on reading', async () => {
    const { hosted } = node;
    const submit = <T extends WatchedRequest>(request: T): T => {
      hosted.submit([request.request]);
      return request;
    };
    expect(await submit(WatchedRequest.write(0, DATA)).answered()).toBeNull();
    node.disk.fail({ operation: 'datasync', path: /volume$/, code: 'EIO', times: 1 });
    for (let i = 0; i < 3; i++) expect(await submit(WatchedRequest.flush()).answered()).toBe('DEVICE_FAILED');
    expect(hosted.volume.failedBy?.code).toBe('DEVICE_FAILED');
    expect(await submit(WatchedRequest.write(4096, DATA)).answered()).toBeNull();
    expect(await submit(WatchedRequest.write(0, DATA, { isFua: true })).answered()).toBe('DEVICE_FAILED');
    expect(node.volumeBytes(0, 8192).equals(Buffer.alloc(8192, 7))).toBe(true);
  });
});
