import { Handshake, type ExportDirectory } from './handshake.js';
import type { HostSocket } from './host-socket.js';
import type { HostTls } from './host-tls.js';

const NOTHING = Buffer.alloc(0);

export interface NegotiationOwner {
  /** The handshake has a target, and the first requests. */
  attach(handshake: Handshake): void;
  /** The host has taken what it was told: to be handed on to `drained` while it is still negotiating. */
  drained(): void;
  /** The host is done, or was refused. */
  finish(): void;
  /** What the host said is no NBD. */
  failProtocol(error: unknown): void;
}

/** The time before a host has chosen an export: options, TLS in between, and answers at the pace at which the host takes them. */
export class Negotiation {
  readonly handshake: Handshake;
  /** STARTTLS was acknowledged, and TLS does not stand yet. */
  private isSecuring = false;

  constructor(
    private readonly socket: HostSocket,
    exports: ExportDirectory,
    private readonly tls: HostTls | null,
    private readonly owner: NegotiationOwner,
  ) {
    const mode = tls === null ? 'none' : 'required';
    this.handshake = new Handshake(exports, socket.address, (bytes) => socket.write([bytes]), mode);
  }

  received(chunk: Buffer): void {
    let outcome: ReturnType<Handshake['push']>;
    try {
      outcome = this.handshake.push(chunk);
    } catch (error) {
      this.owner.failProtocol(error);
      return;
    }
    if (outcome === 'ended') {
      this.owner.finish();
    } else if (outcome === 'attached') {
      this.owner.attach(this.handshake);
    } else if (outcome === 'securing') {
      this.isSecuring = true;
      this.socket.pause();
      // The acknowledgement leaves before the first byte of TLS.
      if (this.socket.unsentBytes === 0) this.drained();
    } else if (outcome === 'busy' || this.socket.unsentBytes > 0) {
      // More is answered when the client has taken what it has been told.
      this.socket.pause();
      if (this.socket.unsentBytes === 0) setImmediate(() => this.owner.drained());
    } else {
      this.socket.resume();
    }
  }

  drained(): void {
    if (this.isSecuring) this.socket.startTls(this.tls!);
    else this.received(NOTHING);
  }

  secured(): void {
    this.isSecuring = false;
    this.handshake.secured();
  }
}
