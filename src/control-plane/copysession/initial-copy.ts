import type { RefusalDetail } from '../../errors/refusal.js';
import type { InitialCopy } from '../../model/session.js';
import { invalid } from '../http/validation.js';

/** What an operator must know before choosing `initial_copy` Skip; part of the documented API. */
export const INITIAL_COPY_WARNING =
  'Full sends everything. Skip sends nothing, and the session is Equivalent at once, on your word that the destination holds what the ' +
  'source holds, byte for byte. Nobody checks that: where they differ they stay different, unnoticed, until the block is written, and a ' +
  'takeover or a reversed session then serves the wrong data. No host may write to either volume from before the copy that made them ' +
  'equal until the job has ended. Volumes that join the group later are always copied.';

/** A volume that is about to be made holds nothing yet. */
export function skipProblems(initialCopy: InitialCopy | undefined, isDestinationMade: boolean): RefusalDetail[] {
  if (initialCopy !== 'Skip' || !isDestinationMade) return [];
  return [invalid('initial_copy', 'Skip is of destination volumes that exist, and hold the copy')];
}
