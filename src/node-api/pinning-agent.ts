import { Agent, type AgentOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { Refusal } from '../errors/refusal.js';
import { fingerprintOf, type KeyAndCertificate } from './certificate.js';

/**
 * Keeps connections to one node, whose certificate must have the pinned fingerprint. A connection is handed to HTTP only once that
 * is known, so that no byte of a request reaches anybody else.
 */
export class PinningAgent extends Agent {
  constructor(
    private readonly fingerprint: string,
    private readonly credentials: KeyAndCertificate,
    private readonly connectTimeoutMs: number,
    options: AgentOptions,
  ) {
    super(options);
  }

  override createConnection(
    options: { host?: string; port?: number },
    done: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    const socket = connect({
      host: options.host,
      port: options.port,
      key: this.credentials.keyPem,
      cert: this.credentials.certificatePem,
      minVersion: 'TLSv1.3',
      // Nobody signed it but the node itself; the fingerprint is what counts.
      rejectUnauthorized: false,
    });
    const timer = setTimeout(() => {
      socket.destroy(Object.assign(new Error('connect timed out'), { code: 'ETIMEDOUT' }));
    }, this.connectTimeoutMs);
    const fail = (error: Error) => {
      clearTimeout(timer);
      done(error, socket);
    };
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      const shown = socket.getPeerX509Certificate();
      if (!shown || fingerprintOf(shown.raw) !== this.fingerprint) {
        socket.destroy(new Refusal('NODE_IDENTITY_CHANGED', `${options.host}:${options.port}`));
        return;
      }
      clearTimeout(timer);
      socket.off('error', fail);
      done(null, socket);
    });
  }
}
