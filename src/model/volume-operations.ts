/**
 * What may be done with a volume that is in use: the one table that the service and the tests read (promise C51). A cell is `yes`, or the registry
 * name of the refusal. A volume may be in several uses; the first that forbids says why.
 */

/** From what forbids most to what forbids least. */
export const VOLUME_USES = ['In_Session', 'In_Group', 'Attached', 'Free'] as const;
export type VolumeUse = (typeof VOLUME_USES)[number];

export const VOLUME_OPERATIONS = ['rename', 'grow', 'settings', 'delete', 'delete-force'] as const;
export type VolumeOperation = (typeof VOLUME_OPERATIONS)[number];

export type VolumeVerdict = 'yes' | 'VOLUME_IN_SESSION' | 'VOLUME_IN_GROUP' | 'VOLUME_CONNECTED';

const yes = 'yes';
const inSession = 'VOLUME_IN_SESSION';
const inGroup = 'VOLUME_IN_GROUP';
const connected = 'VOLUME_CONNECTED';

// prettier-ignore
export const VOLUME_TABLE: Record<VolumeUse, Record<VolumeOperation, VolumeVerdict>> = {
  In_Session: { rename: yes,       grow: inSession, settings: yes, delete: inSession, 'delete-force': inSession },
  In_Group:   { rename: yes,       grow: yes,       settings: yes, delete: inGroup,   'delete-force': inGroup },
  // Hosts find their volume by its name.
  Attached:   { rename: connected, grow: yes,       settings: yes, delete: connected, 'delete-force': yes },
  Free:       { rename: yes,       grow: yes,       settings: yes, delete: yes,       'delete-force': yes },
};

export function judgeVolume(operation: VolumeOperation, uses: ReadonlySet<VolumeUse>): VolumeVerdict {
  const verdicts = VOLUME_USES.filter((use) => uses.has(use)).map((use) => VOLUME_TABLE[use][operation]);
  return verdicts.find((verdict) => verdict !== 'yes') ?? 'yes';
}
