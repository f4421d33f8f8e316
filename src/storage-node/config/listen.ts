import type { Server } from 'node:net';
import { Refusal } from '../../errors/refusal.js';
import { formatHostPort, type HostPort } from './host-port.js';

/** @throws Refusal PORT_IN_USE when another process listens there, SETTINGS_INVALID when this machine has no such address */
export function listenOn(server: Server, at: HostPort): Promise<HostPort> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      const where = `${formatHostPort(at)}: ${error.code}`;
      reject(new Refusal(error.code === 'EADDRINUSE' ? 'PORT_IN_USE' : 'SETTINGS_INVALID', where));
    };
    server.once('error', fail);
    server.listen({ host: at.host, port: at.port }, () => {
      server.off('error', fail);
      const address = server.address();
      resolve({ host: at.host, port: typeof address === 'object' && address ? address.port : at.port });
    });
  });
}
