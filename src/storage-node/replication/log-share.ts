import type { SrlProtection } from '../../model/session.js';
import { MIB } from '../../model/sizes.js';
import type { SessionSpec } from '../../node-api/contract.js';
import { LOG_BEYOND_SHARES_BYTES, SHARE_FREE_BYTES, SHARE_FREE_PART } from '../config/limits.js';

/**
 * Most bytes of its group's log that may wait for one destination. Streams do not add up, since all of them lie in the same records; but
 * beside the largest share the log needs room for what hosts write between two checkpoints, and while a stream falls to its maps.
 */
export function shareBytesOf({ settings, srlSizeBytes }: Pick<SessionSpec, 'settings' | 'srlSizeBytes'>): number {
  const most = Math.max(srlSizeBytes / 2, srlSizeBytes - LOG_BEYOND_SHARES_BYTES);
  return Math.min(settings.srlShareMb * MIB, most);
}

/**
 * What becomes of a stream whose share is used up:
 * - `Map`: it falls to its maps, and goes on by regions by itself.
 * - `Overflow`: it falls to its maps, and is left behind until it is resumed.
 * - `Stall`: host writes of the group wait until there is room.
 * - `Refuse`: host writes of the group fail until there is room.
 */
export type AtShare = 'Map' | 'Overflow' | 'Stall' | 'Refuse';

interface ByConnection {
  readonly connected: AtShare;
  /** Also while nothing may move over the connection, the session being in Error or waiting for a resume. */
  readonly disconnected: AtShare;
}

/** Promise C10, as VVR's `srlprot` has it. */
export const AT_SHARE: Readonly<Record<SrlProtection, ByConnection>> = {
  Autodcm: { connected: 'Map', disconnected: 'Map' },
  Dcm: { connected: 'Stall', disconnected: 'Map' },
  Override: { connected: 'Stall', disconnected: 'Overflow' },
  Fail: { connected: 'Stall', disconnected: 'Refuse' },
  Off: { connected: 'Overflow', disconnected: 'Overflow' },
};

/** Whether a share is used up: from the record that goes beyond it, until a good part of it is free again. */
export class LogShare {
  private isUsedUpNow = false;

  get isUsedUp(): boolean {
    return this.isUsedUpNow;
  }

  look(usedBytes: number, shareBytes: number): void {
    if (usedBytes > shareBytes) this.isUsedUpNow = true;
    else if (shareBytes - usedBytes >= Math.min(shareBytes * SHARE_FREE_PART, SHARE_FREE_BYTES))
      this.isUsedUpNow = false;
  }

  /** Nothing of the log is kept for the stream. */
  clear(): void {
    this.isUsedUpNow = false;
  }
}
