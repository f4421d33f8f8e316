/**
 * How nodes reach each other, as an argument: the system's sockets in a node, a network in memory in a simulation. Whoever connects or
 * accepts gets sockets whose other end has proved its certificate; whether it is the right one is judged by `judgeIdentity`.
 */
import type { KeyAndCertificate } from '../../node-api/certificate.js';
import { formatHostPort, type HostPort, plainAddress } from '../config/host-port.js';

/** What a connection needs of a stream of bytes. Sockets of node:net and node:tls are such. */
export interface PeerSocket {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  /** So much was written that the writer should wait for 'drain'. */
  readonly writableNeedDrain: boolean;
  /** Bytes written that the system did not take yet. */
  readonly writableLength: number;
  /** With TLS only: `raw` is the DER by which the other end proved itself. */
  getPeerCertificate?(): { readonly raw?: Buffer };
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
  /** 'end': the other end sends no more. 'close': it is over, once, after any 'error'. */
  on(event: 'drain' | 'end' | 'close', listener: () => void): unknown;
  /** No 'data' until `resume`. */
  pause(): unknown;
  resume(): unknown;
  /** What is written while corked leaves together. */
  cork(): void;
  uncork(): void;
  write(bytes: Buffer): unknown;
  /** Sends no more than what was written. */
  end(): unknown;
  /** Ends at once; what did not leave is dropped. */
  destroy(): unknown;
}

/** Takes part in one incoming connection from the first sign of it. */
export interface Guest {
  /** The other end can be spoken with by this socket; with TLS it is not the one that was accepted. */
  ready(socket: PeerSocket): void;
  /** It could not agree with the other end on TLS. */
  failed(text: string): void;
}

export interface PeerServer {
  readonly address: HostPort;
  /** Accepts no more; resolves when every accepted connection has ended. */
  close(): Promise<void>;
}

export interface PeerNetwork {
  /**
   * Begins to connect. Trouble, also before that, comes as 'error' and 'close' of the socket.
   * @param identity for TLS, or null for a plain connection
   * @param ready called once, in a later turn, when the other end can be spoken with
   */
  connect(address: HostPort, identity: KeyAndCertificate | null, ready: () => void): PeerSocket;
  /**
   * @param accept answers who takes the connection; with null it is left alone, and whoever answers so has destroyed it
   * @throws Refusal PORT_IN_USE, SETTINGS_INVALID
   */
  listen(
    at: HostPort,
    identity: KeyAndCertificate | null,
    accept: (socket: PeerSocket) => Guest | null,
  ): Promise<PeerServer>;
}

/** host:port of the other end, for people and as a key. */
export function remoteOf(socket: PeerSocket): string {
  return formatHostPort({ host: plainAddress(socket.remoteAddress ?? ''), port: socket.remotePort ?? 0 });
}
