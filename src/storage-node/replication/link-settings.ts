import type { Compression } from '../../model/session.js';
import type { SessionSpec } from '../../node-api/contract.js';
import { type HostPort, parseHostPort } from '../config/host-port.js';

/** What of a stream's settings its link obeys; may change while it is connected. */
export interface LinkSettings {
  /** Of the peer. The first one that answers is taken, and any other when that is lost. */
  readonly addresses: readonly HostPort[];
  /** The peer's own setting, as its session end tells. */
  readonly isPeerPlain: boolean;
  readonly heartbeatTimeoutMs: number;
  /** Used where the peer can read it. */
  readonly compression: Compression;
  /** Of records and regions as they go over the link, megabits (10^6) a second; 0 is unlimited. */
  readonly bandwidthLimitMbps: number;
}

export function linkSettingsOf({ destination, settings }: SessionSpec): LinkSettings {
  return {
    addresses: destination.peerAddresses.map((address) => parseHostPort(address)!),
    isPeerPlain: destination.isPeerPlain,
    heartbeatTimeoutMs: settings.heartbeatTimeoutSeconds * 1000,
    compression: settings.compression,
    bandwidthLimitMbps: settings.bandwidthLimitMbps,
  };
}
