import { encodeMessage } from '../../format/peer/encode.js';
import { PeerMessageType as Type } from '../../format/peer/messages.js';
import type { NodeUid } from '../../model/ids.js';
import type { Clock, Timer } from '../config/clock.js';
import { formatHostPort, type HostPort } from '../config/host-port.js';
import { PATH_PROBE_MS, PATH_PROBE_MS_MIN, PATH_PROBE_TIMEOUT_MS } from '../config/limits.js';
import type { PeerNetwork, PeerSocket } from './network.js';
import { judgeIdentity, type PeerSecurity } from './peer-security.js';

export interface ProbeOptions {
  readonly security: PeerSecurity;
  readonly network: PeerNetwork;
  readonly clock: Clock;
}

/** One way to a peer. */
export interface Path {
  readonly peerUid: NodeUid;
  readonly address: HostPort;
  /** The peer's own setting, as its session end tells. */
  readonly isPeerPlain: boolean;
}

export interface PathWatch {
  /** Finds out soon, not only when it is due. */
  look(): void;
  /** Tells of nothing any more. */
  end(): void;
}

/**
 * Finds out whether peers answer at addresses that no connection uses just now: connects, says Bye, and is answered by the end of the
 * connection. Streams that watch the same path share what is found, so that a thousand of them cost what one does.
 */
export class PathProbes {
  private readonly watched = new Map<string, WatchedPath>();

  constructor(private readonly options: ProbeOptions) {}

  /** @param found called after each probe that ends, in a turn of its own */
  watch(path: Path, found: (isUp: boolean) => void): PathWatch {
    const key = `${path.peerUid} ${path.isPeerPlain ? 'plain' : 'tls'} ${formatHostPort(path.address)}`;
    let watched = this.watched.get(key);
    if (watched === undefined) {
      watched = new WatchedPath(this.options, path);
      this.watched.set(key, watched);
    }
    const own = watched;
    // Each watch is an entry of its own, whatever function it is given.
    const listener = (isUp: boolean): void => found(isUp);
    own.add(listener);
    return {
      look: () => own.look(),
      end: () => {
        if (own.remove(listener) && this.watched.get(key) === own) this.watched.delete(key);
      },
    };
  }
}

/** A path that somebody watches. */
class WatchedPath {
  private readonly listeners = new Set<(isUp: boolean) => void>();
  private beganMs = Number.NEGATIVE_INFINITY;
  private probe: Probe | null = null;
  private timer: Timer | null = null;
  private dueMs = Infinity;

  constructor(
    private readonly options: ProbeOptions,
    private readonly path: Path,
  ) {}

  add(listener: (isUp: boolean) => void): void {
    this.listeners.add(listener);
    this.look();
  }

  /** Whether nobody is left. */
  remove(listener: (isUp: boolean) => void): boolean {
    this.listeners.delete(listener);
    if (this.listeners.size > 0) return false;
    this.timer?.cancel();
    this.probe?.abandon();
    this.timer = this.probe = null;
    return true;
  }

  look(): void {
    // One that is under way may have begun before what made somebody ask.
    this.dueBy(Math.max(this.options.clock.monotonicMs(), this.beganMs + PATH_PROBE_MS_MIN));
  }

  private dueBy(dueMs: number): void {
    if (this.timer !== null && this.dueMs <= dueMs) return;
    this.timer?.cancel();
    this.dueMs = dueMs;
    this.timer = this.options.clock.after(dueMs - this.options.clock.monotonicMs(), () => this.begin());
  }

  private begin(): void {
    this.timer = null;
    // The answer of the one under way is as good as any.
    if (this.probe !== null) return;
    this.beganMs = this.options.clock.monotonicMs();
    this.probe = new Probe(this.options, this.path, (isUp) => {
      this.probe = null;
      this.dueBy(this.beganMs + PATH_PROBE_MS);
      for (const listener of [...this.listeners]) listener(isUp);
    });
  }
}

/** One knock at one address. */
class Probe {
  private readonly socket: PeerSocket;
  private readonly timer: Timer;
  private hasSpoken = false;
  private isOver = false;

  constructor(
    { security, network, clock }: ProbeOptions,
    { peerUid, address, isPeerPlain }: Path,
    private readonly done: (isUp: boolean) => void,
  ) {
    // Where one end speaks TLS and the other does not, nothing is dialled: the stream's own attempts say so.
    const isOneSided = security.isPlain !== isPeerPlain;
    const socket = network.connect(address, security.isPlain ? null : security.identity, () => {
      if (this.isOver) return;
      const certificate = socket.getPeerCertificate?.().raw ?? null;
      if (isOneSided || judgeIdentity(security, peerUid, certificate) !== 'same') return this.end(false);
      this.hasSpoken = true;
      for (const buffer of encodeMessage({ type: Type.Bye, reason: 'is this path up?' })) socket.write(buffer);
    });
    this.socket = socket;
    this.timer = clock.after(PATH_PROBE_TIMEOUT_MS, () => this.end(false));
    socket.on('data', () => {});
    socket.on('error', () => this.end(false));
    socket.on('end', () => this.end(this.hasSpoken));
    socket.on('close', () => this.end(this.hasSpoken));
  }

  abandon(): void {
    this.isOver = true;
    this.timer.cancel();
    this.socket.destroy();
  }

  private end(isUp: boolean): void {
    if (this.isOver) return;
    this.abandon();
    this.done(isUp);
  }
}
