import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { formatHostPort, plainAddress } from '../config/host-port.js';
import type { HostTls } from './host-tls.js';
import { TlsWriter } from './tls-writer.js';

/** What is told of a host's socket. */
export interface HostSocketOwner {
  received(chunk: Buffer): void;
  /** The system has taken all that was written. */
  drained(): void;
  /** The host speaks TLS from here on. */
  secured(): void;
  /** The host will send no more. */
  ended(): void;
  failed(reason: string): void;
  closed(): void;
}

/** A host's socket: plain at first, and from STARTTLS on with TLS between it and the connection. */
export class HostSocket {
  /** Without its port. */
  readonly address: string;
  readonly client: string;
  private stream: Socket;
  private writer: TlsWriter | null = null;
  private isHandshaking = false;
  private isEnding = false;
  private isClosed = false;

  constructor(
    private readonly raw: Socket,
    private readonly owner: HostSocketOwner,
  ) {
    this.address = plainAddress(raw.remoteAddress ?? '');
    this.client = formatHostPort({ host: this.address, port: raw.remotePort ?? 0 });
    this.stream = raw;
    raw.on('error', this.failed);
    // However a TLS stream ends, its socket does; why, is told a little later.
    raw.on('close', () => {
      this.isClosed = true;
      if (!this.isHandshaking) owner.closed();
    });
    raw.on('drain', this.drained);
    this.listen(raw);
  }

  get isSecure(): boolean {
    return this.writer !== null;
  }

  get isPaused(): boolean {
    return this.stream.isPaused();
  }

  /** On the wire. */
  get receivedBytes(): number {
    return this.raw.bytesRead;
  }

  /** Written, and not taken by the system yet. */
  get unsentBytes(): number {
    return this.writer === null ? this.raw.writableLength : this.writer.unsentBytes;
  }

  /** In one go. While bytes are unsent, and with TLS, what is in `parts` must not change afterwards. */
  write(parts: readonly Buffer[]): void {
    const { raw, writer } = this;
    if (writer !== null) {
      writer.write(parts);
    } else if (parts.length === 1) {
      raw.write(parts[0]!);
    } else {
      raw.cork();
      for (const part of parts) raw.write(part);
      raw.uncork();
    }
  }

  /** All that was written must have been taken. Ends in `secured`, `failed` or `closed`. */
  startTls(tls: HostTls): void {
    const { raw } = this;
    raw.off('data', this.received).off('end', this.ended).off('drain', this.drained);
    this.isHandshaking = true;
    // A host that half-closes here is gone; afterwards it may do so behind its last request.
    raw.allowHalfOpen = false;
    tls.secure(raw, { secured: (stream) => this.goOn(stream), failed: (reason) => this.giveUp(reason) });
  }

  pause(): void {
    this.stream.pause();
  }

  resume(): void {
    this.stream.resume();
  }

  /** Closes when all that was written has been taken; at once in the middle of a TLS handshake. */
  end(): void {
    if (this.isHandshaking) this.raw.destroy();
    else if (this.writer === null || this.writer.unsentBytes === 0) this.stream.destroySoon();
    else this.isEnding = true;
  }

  destroy(): void {
    this.stream.destroy();
  }

  private giveUp(reason: string): void {
    this.isHandshaking = false;
    this.owner.failed(reason);
    if (this.isClosed) this.owner.closed();
  }

  private goOn(stream: TLSSocket): void {
    this.isHandshaking = false;
    this.stream = stream;
    stream.allowHalfOpen = true;
    this.writer = new TlsWriter(stream, this.drained);
    stream.on('error', this.failed);
    this.listen(stream);
    this.owner.secured();
  }

  private listen(stream: Socket): void {
    stream.on('data', this.received).on('end', this.ended);
  }

  private readonly received = (chunk: Buffer): void => this.owner.received(chunk);
  private readonly ended = (): void => this.owner.ended();
  private readonly failed = (error: Error): void => {
    if (!this.isHandshaking) this.owner.failed(error.message);
  };

  private readonly drained = (): void => {
    if (this.isEnding) this.stream.destroySoon();
    else this.owner.drained();
  };
}
