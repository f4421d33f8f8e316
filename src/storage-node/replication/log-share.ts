import { MIB } from '../../model/sizes.js';
import type { SessionSpec } from '../../node-api/contract.js';
import { LOG_BEYOND_SHARES_BYTES } from '../config/limits.js';

/**
 * Most bytes of its group's log that may wait for one destination. Streams do not add up, since all of them lie in the same records; but
 * beside the largest share the log needs room for what hosts write between two checkpoints, and while a stream falls to its maps.
 */
export function shareBytesOf({ settings, srlSizeBytes }: Pick<SessionSpec, 'settings' | 'srlSizeBytes'>): number {
  const most = Math.max(srlSizeBytes / 2, srlSizeBytes - LOG_BEYOND_SHARES_BYTES);
  return Math.min(settings.srlShareMb * MIB, most);
}
