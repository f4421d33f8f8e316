/** Puts together what holds volumes and serves hosts and peers. */
import { createServer } from 'node:net';
import { Refusal } from '../errors/refusal.js';
import type { HostPort } from './config/host-port.js';
import { listenOn } from './config/listen.js';
import type { DataPath, NodeContext } from './node.js';
import type { StartStep } from './start-order.js';

/** A node that holds its addresses and no volumes. */
export function makeDataPath({ settings, home, identity }: NodeContext): DataPath {
  const addresses: { nbd: HostPort | null; peer: HostPort | null } = { nbd: null, peer: null };
  const listening = (which: 'nbd' | 'peer'): StartStep => {
    const server = createServer((socket) => socket.destroy());
    return {
      start: async () => {
        addresses[which] = await listenOn(server, settings[which]);
      },
      stop: () => {
        server.close();
      },
    };
  };
  const refuse = () => Promise.reject(new Refusal('NOT_SUPPORTED', 'this node holds no volumes'));
  return {
    steps: { peers: listening('peer'), exports: listening('nbd') },
    nbdAddress: () => addresses.nbd,
    peerAddress: () => addresses.peer,
    operations: {
      state: () => ({
        identity: identity(),
        runCounter: home.runCounter,
        capacityBytes: 0,
        usedBytes: 0,
        srlUsedBytes: 0,
        volumes: [],
        sessions: [],
      }),
      putNode: async (spec) => {
        await home.rename(spec);
        return identity();
      },
      putVolume: refuse,
      deleteVolume: () => Promise.resolve(),
      putSession: refuse,
      suspendSessions: refuse,
      deleteSession: () => Promise.resolve(),
    },
  };
}
