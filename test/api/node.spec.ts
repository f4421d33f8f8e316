import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fakeInstallation, idOf, type FakeInstallation } from '../support/fake-installation.js';

let all: FakeInstallation;
beforeAll(async () => {
  all = await fakeInstallation();
});
afterAll(() => all.close());

describe('storage nodes', () => {
  it('C56: shows a registered node with every documented field', async () => {
    const node = await all.get(`/node/${await idOf(all.admin, all.a)}`);
    expect(node).toEqual({
      node_id: expect.any(Number),
      node_href: expect.stringMatching(/^\/api\/v1\/node\/\d+$/),
      name: 'site-a',
      boxid: expect.stringMatching(/^[0-9A-F]{32}#{8}$/),
      status: 'Online',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      address: all.a.address,
      nbd_address: '127.0.0.1:10809',
      peer_address_list: ['127.0.0.1:5701'],
      srl_used: 0,
      srl_used_bytes: 0,
      capacity: 102_400,
      capacity_bytes: 100 * 2 ** 30,
      used_capacity: 0,
      used_capacity_bytes: 0,
      volume_count: 0,
      last_seen_time: expect.any(String),
      is_stale: false,
    });
  });
});
