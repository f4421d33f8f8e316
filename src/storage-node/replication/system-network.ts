/** Links between nodes over TCP: with mutual TLS 1.3, or plain where the settings say so. */
import { connect as connectPlain, createServer as createPlainServer, type Server, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import type { KeyAndCertificate } from '../../node-api/certificate.js';
import { PEER_WRITE_BUFFER_BYTES } from '../config/limits.js';
import { listenOn } from '../config/listen.js';
import { type Guest, type PeerNetwork, type PeerSocket, remoteOf } from './network.js';
import { tlsOptions } from './peer-security.js';

export const systemNetwork: PeerNetwork = {
  // Only who connects sends much. What is accepted has the system's mark, so that a socket that rests reads little ahead.
  connect({ host, port }, identity, ready) {
    const target = { host, port, noDelay: true, highWaterMark: PEER_WRITE_BUFFER_BYTES };
    const socket =
      identity === null ? connectPlain(target) : connectTls({ ...target, ...tlsOptions(identity), servername: '' });
    socket.once(identity === null ? 'connect' : 'secureConnect', ready);
    return socket;
  },

  async listen(at, identity, accept) {
    const server = identity === null ? plainServer(accept) : tlsServer(identity, accept);
    const address = await listenOn(server, at);
    // A connection that the system could not hand over, for want of descriptors say, is no reason to end.
    server.on('error', () => {});
    return { address, close: () => new Promise((resolve) => server.close(() => resolve())) };
  },
};

function plainServer(accept: (socket: PeerSocket) => Guest | null): Server {
  return createPlainServer({ noDelay: true }, (socket) => accept(socket)?.ready(socket));
}

function tlsServer(identity: KeyAndCertificate, accept: (socket: PeerSocket) => Guest | null): Server {
  /** By remote address and port: the socket that is accepted is not the one that speaks. */
  const guests = new Map<string, Guest>();
  const server = createTlsServer({ ...tlsOptions(identity), noDelay: true });
  server.on('connection', (socket: Socket) => {
    const guest = accept(socket);
    if (guest === null) return;
    const key = remoteOf(socket);
    guests.set(key, guest);
    socket.once('close', () => {
      if (guests.get(key) === guest) guests.delete(key);
    });
  });
  server.on('secureConnection', (socket) => guests.get(remoteOf(socket))?.ready(socket));
  server.on('tlsClientError', (error, socket) => {
    guests.get(remoteOf(socket))?.failed(`TLS: ${error.message}`);
    socket.destroy();
  });
  return server;
}
