import type { NodeUid } from '../../model/ids.js';
import type { PathState } from '../../node-api/contract.js';
import { formatHostPort, type HostPort } from '../config/host-port.js';
import type { PathProbes, PathWatch } from './path-probes.js';
import type { PeerConnection } from './peer-connection.js';

interface KnownPath {
  readonly address: HostPort;
  /** By the last attempt, connection or probe; null before any. */
  isGood: boolean | null;
  /** The same as it is told: found out during the present connection, or the last one. */
  isShownUp: boolean;
}

/**
 * The ways to one peer, as one stream knows them: in which order they are tried, and what is told of them. While one is in use the others
 * are watched, so that there is a good one to go on by when that falls silent.
 */
export class PeerPaths {
  private paths: KnownPath[] = [];
  private inUse: KnownPath | null = null;
  private connection: PeerConnection | null = null;
  /** The path whose connection was lost last. */
  private lost: KnownPath | null = null;
  private watches: PathWatch[] = [];

  constructor(
    private readonly peerUid: NodeUid,
    private readonly probes: PathProbes,
  ) {}

  change(addresses: readonly HostPort[], isPeerPlain: boolean): void {
    this.paths = addresses.map((address) => this.pathAt(address) ?? { address, isGood: null, isShownUp: false });
    if (this.inUse === null) return;
    if (this.paths.includes(this.inUse)) this.watchOthers(this.inUse, isPeerPlain);
    else this.connection?.bye('the address is the peer’s no more');
  }

  /** The good ones first, in the order in which they were given; the one that was just lost last. */
  inOrder(): HostPort[] {
    const rank = (path: KnownPath): number => {
      if (path === this.lost) return 3;
      return path.isGood === null ? 1 : path.isGood ? 0 : 2;
    };
    return [...this.paths].sort((one, other) => rank(one) - rank(other)).map(({ address }) => address);
  }

  /** Whether another path than the lost one is known to be good. */
  get hasOther(): boolean {
    return this.paths.some((path) => path.isGood === true && path !== this.lost);
  }

  failed(address: HostPort): void {
    const path = this.pathAt(address);
    if (path !== undefined) path.isGood = false;
  }

  connected(address: HostPort, connection: PeerConnection, isPeerPlain: boolean): void {
    const path = this.pathAt(address) ?? { address, isGood: true, isShownUp: true };
    path.isGood = path.isShownUp = true;
    this.lost = null;
    this.inUse = path;
    this.connection = connection;
    // Quiet for half of the timeout: soon enough to go on by another path before the destination is given up.
    connection.onQuiet = () => {
      for (const watch of this.watches) watch.look();
    };
    this.watchOthers(path, isPeerPlain);
  }

  /** The connection that was in use has ended, or is looked after no more. */
  disconnected(): void {
    const kind = this.connection?.closeReason?.kind;
    const isOrderly = kind === undefined || kind === 'local' || kind === 'bye' || kind === 'refused';
    if (!isOrderly) this.lost = this.inUse;
    this.inUse = this.connection = null;
    this.endWatches();
  }

  /** None is up while there is no connection: nobody looks at them then. */
  states(): PathState[] {
    const isConnected = this.connection !== null && this.connection.closeReason === null;
    return this.paths.map((path) => {
      const isInUse = isConnected && path === this.inUse;
      return {
        address: formatHostPort(path.address),
        isUp: isConnected && (isInUse || path.isShownUp),
        isInUse,
      };
    });
  }

  private watchOthers(inUse: KnownPath, isPeerPlain: boolean): void {
    this.endWatches();
    this.watches = this.paths
      .filter((path) => path !== inUse)
      .map((path) =>
        this.probes.watch({ peerUid: this.peerUid, address: path.address, isPeerPlain }, (isUp) =>
          this.found(path, isUp),
        ),
      );
  }

  private found(path: KnownPath, isUp: boolean): void {
    path.isGood = path.isShownUp = isUp;
    if (isUp && this.connection?.isQuiet === true) this.connection.giveUp('quiet, while another path answers');
  }

  private endWatches(): void {
    for (const watch of this.watches) watch.end();
    this.watches = [];
  }

  private pathAt({ host, port }: HostPort): KnownPath | undefined {
    return this.paths.find(({ address }) => address.host === host && address.port === port);
  }
}
