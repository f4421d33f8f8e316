import { constants, X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { createServer, type SecureContextOptions, type Server, type TLSSocket } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import { isRefusal } from '../../errors/refusal.js';
import type { HostTlsFiles } from '../config/settings.js';
import type { HostCounters } from '../metrics/host-counters.js';
import { readHostTls, type HostTlsCredentials, type KeyCredentials } from './tls-credentials.js';

/** What becomes of a handshake: exactly one of these, also when the socket is destroyed meanwhile. */
export interface TlsHandshakeOwner {
  secured(stream: TLSSocket): void;
  failed(reason: string): void;
}

export interface HostTlsLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/**
 * With a key of both ends AES-128-GCM, the only one of TLS 1.3 that OpenSSL serves by callback; with TLS 1.2 those with forward secrecy
 * and authenticated encryption.
 */
const KEY_CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-PSK-CHACHA20-POLY1305',
  'DHE-PSK-AES256-GCM-SHA384',
  'DHE-PSK-AES128-GCM-SHA256',
].join(':');
/** 1.2 is the least, whatever flags or environment variables of Node.js say. A connection keeps the keys that it began with. */
const RULES = {
  minVersion: 'TLSv1.2',
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_NO_TICKET,
} as const satisfies SecureContextOptions;

/**
 * The TLS of hosts: takes over sockets whose host sent STARTTLS. Node's TLS server does the handshakes, since it alone judges the
 * certificates of clients; it never listens, and is handed each socket.
 */
export class HostTls {
  private readonly server: Server;
  private readonly handshakes = new Map<string, { readonly socket: Socket; readonly owner: TlsHandshakeOwner }>();
  private credentials: HostTlsCredentials;
  private complaint = '';

  /** @throws Refusal SETTINGS_INVALID */
  constructor(
    private readonly files: HostTlsFiles,
    private readonly counters: HostCounters,
    private readonly log: HostTlsLog,
  ) {
    this.credentials = readHostTls(files);
    this.server = createServer({
      ...contextOf(this.credentials),
      requestCert: needsCertificate(this.credentials),
      rejectUnauthorized: needsCertificate(this.credentials),
      ...(files.kind === 'psk' && { pskCallback: (_socket: TLSSocket, user: string) => this.keyOf(user) }),
    });
    this.server.on('secureConnection', (stream) => {
      const owner = this.take(endsOf(stream));
      if (owner === undefined) stream.destroy();
      else owner.secured(stream);
    });
    this.server.on('tlsClientError', (error, stream) => {
      this.take(endsOf(stream) ?? this.anyDestroyed())?.failed(reasonOf(error, stream));
    });
    this.tell('hosts are served over TLS');
  }

  /** Nothing may be unsent on the socket; what it brings from here on is TLS. */
  secure(socket: Socket, owner: TlsHandshakeOwner): void {
    this.handshakes.set(endsOf(socket)!, { socket, owner });
    this.server.emit('connection', socket);
  }

  /**
   * Takes files that were renewed; connections that stand keep what they have. Several files are rarely replaced in one instant:
   * while they cannot be used, hosts are served by what was read before.
   */
  look(): void {
    try {
      const found = readHostTls(this.files);
      this.complaint = '';
      if (isDeepStrictEqual(found, this.credentials)) return;
      this.credentials = found;
      this.server.setSecureContext(contextOf(found));
      this.tell('hosts are served by renewed credentials');
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // Once, not at every look.
      if (error.message !== this.complaint)
        this.log.warn({}, `credentials for hosts are not renewed: ${error.message}`);
      this.complaint = error.message;
    }
  }

  private keyOf(user: string): Buffer | null {
    return (this.credentials as KeyCredentials).keys.get(user) ?? null;
  }

  private take(ends: string | undefined): TlsHandshakeOwner | undefined {
    if (ends === undefined) return undefined;
    const owner = this.handshakes.get(ends)?.owner;
    this.handshakes.delete(ends);
    return owner;
  }

  /** A stream that is closed does not say any more whose it was. Of several that end at once one may be told the other's reason. */
  private anyDestroyed(): string | undefined {
    for (const [ends, { socket }] of this.handshakes) if (socket.destroyed) return ends;
    return undefined;
  }

  private tell(message: string): void {
    const { credentials, counters } = this;
    if (credentials.kind === 'psk') return this.log.info({ users: credentials.keys.size }, message);
    const { validTo, validToDate } = new X509Certificate(credentials.certificate);
    counters.certificateExpiryMs = validToDate.getTime();
    const fields = { validTo, needsClientCertificate: needsCertificate(credentials) };
    if (counters.certificateExpiryMs < Date.now()) this.log.warn(fields, `${message}, but the certificate has expired`);
    else this.log.info(fields, message);
  }
}

function needsCertificate(credentials: HostTlsCredentials): boolean {
  return credentials.kind === 'x509' && credentials.clientCa !== null;
}

function contextOf(credentials: HostTlsCredentials): SecureContextOptions {
  if (credentials.kind === 'psk') return { ...RULES, ciphers: KEY_CIPHERS, dhparam: 'auto' };
  const { certificate, key, clientCa } = credentials;
  return { ...RULES, cert: certificate, key, ...(clientCa !== null && { ca: clientCa }) };
}

/** Two connections never have the same: that is how TCP tells them apart. */
function endsOf({ remoteAddress, remotePort, localAddress }: Socket): string | undefined {
  return remotePort === undefined ? undefined : `${remoteAddress} ${remotePort} ${localAddress}`;
}

function reasonOf(error: Error & { reason?: string; code?: string }, stream: TLSSocket): string {
  const { authorizationError } = stream as { authorizationError?: unknown };
  if (authorizationError) return `TLS: certificate of the host is refused (${String(authorizationError)})`;
  if (error.code === 'ECONNRESET') return 'TLS: the host broke the handshake off';
  return `TLS: ${error.reason ?? error.code ?? error.message}`;
}
