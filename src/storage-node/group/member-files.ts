/**
 * The change map and the activity log of one volume in a group: opened as they were left, or made anew where they are damaged. What a
 * damaged one said is then taken to be everything: regions too many only cost a copy.
 */
import { dirname } from 'node:path';
import { isRefusal, Refusal } from '../../errors/refusal.js';
import type { Owner } from '../../format/metadata/owner.js';
import { REGION_BYTES } from '../../model/sizes.js';
import { ActivityLog } from '../activity/activity-log.js';
import { ChangeMap } from '../dcm/change-map.js';
import type { Disk } from '../device/disk.js';
import type { Volume } from '../volume/volume.js';
import { Tracker } from './tracker.js';

export interface MemberPlace {
  readonly disk: Disk;
  readonly owner: Owner;
  readonly mapPath: string;
  readonly activityPath: string;
  readonly volume: Volume;
  /** Tells of damage that was mended. */
  note(fields: object, message: string): void;
}

export interface MemberCondition {
  /** Somebody relies on what the map says; else a damaged one said nothing. */
  readonly isMapOfUse: boolean;
  /** The machine went down while the volume may have been written. */
  readonly wasPowerLost: boolean;
}

/** @throws Refusal DEVICE_FULL, DEVICE_FAILED */
export async function createTracker({ disk, owner, mapPath, activityPath, volume }: MemberPlace): Promise<Tracker> {
  const map = await ChangeMap.create(disk, mapPath, { owner, sizeBytes: volume.sizeBytes, regionBytes: REGION_BYTES });
  try {
    return new Tracker(await ActivityLog.create(disk, activityPath, owner), map);
  } catch (error) {
    map.close();
    throw error;
  }
}

/**
 * After a power loss the extents that were being written are marked: they may differ from what the other member holds.
 * @throws Refusal FORMAT_UNSUPPORTED: a later version's files are left alone; DEVICE_FULL, DEVICE_FAILED
 */
export async function openTracker(place: MemberPlace, condition: MemberCondition): Promise<Tracker> {
  const map = await openMap(place, condition.isMapOfUse);
  try {
    return new Tracker(await openActivity(place, map, condition.wasPowerLost), map);
  } catch (error) {
    map.close();
    throw error;
  }
}

async function openMap(place: MemberPlace, isOfUse: boolean): Promise<ChangeMap> {
  const { disk, owner, mapPath, volume } = place;
  try {
    const map = await ChangeMap.open(disk, mapPath, owner);
    if (map.sizeBytes === volume.sizeBytes) return map;
    map.close();
    throw new Refusal('FORMAT_CORRUPT', `${mapPath}: of a volume of ${map.sizeBytes} bytes`);
  } catch (error) {
    if (!isRefusal(error, 'FORMAT_CORRUPT')) throw error;
    place.note({ error: error.message, isAllMarked: isOfUse }, 'a change map is damaged, and made anew');
    await remakeMap(place, isOfUse);
    return ChangeMap.open(disk, mapPath, owner);
  }
}

/** Takes the place of the damaged one whole: a crash in between must not leave one that has no marks. */
async function remakeMap({ disk, owner, mapPath, volume }: MemberPlace, isAllMarked: boolean): Promise<void> {
  const aside = `${mapPath}.new`;
  await disk.remove(aside);
  const map = await ChangeMap.create(disk, aside, { owner, sizeBytes: volume.sizeBytes, regionBytes: REGION_BYTES });
  try {
    if (isAllMarked) map.markAll();
    await map.sync();
  } finally {
    map.close();
  }
  await disk.rename(aside, mapPath);
  await disk.syncFolder(dirname(mapPath));
}

async function openActivity(place: MemberPlace, map: ChangeMap, wasPowerLost: boolean): Promise<ActivityLog> {
  const { disk, owner, activityPath, volume } = place;
  try {
    const activity = await ActivityLog.open(disk, activityPath, owner);
    if (wasPowerLost) markExtents(activity, map);
    return activity;
  } catch (error) {
    if (!isRefusal(error, 'FORMAT_CORRUPT')) throw error;
    place.note({ error: error.message, isAllMarked: wasPowerLost }, 'an activity log is damaged, and made anew');
    if (wasPowerLost) map.markAll();
    // The new one lists nothing: what the damaged one may have listed must be safe from the next loss of power.
    await map.sync();
    await volume.sync();
    await disk.remove(activityPath);
    return ActivityLog.create(disk, activityPath, owner);
  }
}

function markExtents(activity: ActivityLog, map: ChangeMap): void {
  for (const extent of activity.previousExtents) {
    const offset = extent * activity.extentBytes;
    map.mark(offset, Math.min(activity.extentBytes, map.sizeBytes - offset));
  }
}
