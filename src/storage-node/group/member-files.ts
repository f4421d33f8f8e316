/**
 * The change maps and the activity log of one volume in a group: opened as they were left, or made anew where they are damaged. What a
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
import { StreamMap } from './group-stream.js';
import { Tracker } from './tracker.js';

export interface MemberPlace {
  readonly disk: Disk;
  readonly owner: Owner;
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
export async function createTracker({ disk, owner, activityPath }: MemberPlace): Promise<Tracker> {
  return new Tracker(await ActivityLog.create(disk, activityPath, owner));
}

/** The map of one stream. @throws Refusal DEVICE_FULL, DEVICE_FAILED */
export function createMap({ disk, owner, volume }: MemberPlace, mapPath: string): Promise<ChangeMap> {
  return ChangeMap.create(disk, mapPath, { owner, sizeBytes: volume.sizeBytes, regionBytes: REGION_BYTES });
}

/**
 * After a power loss the extents that were being written are marked: they may differ from what other members hold.
 * @throws Refusal FORMAT_UNSUPPORTED: a later version's files are left alone; DEVICE_FULL, DEVICE_FAILED
 */
export async function openTracker(
  place: MemberPlace,
  mapPaths: readonly string[],
  condition: MemberCondition,
): Promise<Tracker> {
  const maps: ChangeMap[] = [];
  try {
    for (const mapPath of mapPaths) maps.push(await openMap(place, mapPath, condition.isMapOfUse));
    const tracker = new Tracker(await openActivity(place, maps, condition.wasPowerLost));
    tracker.maps.push(...maps.map((map) => new StreamMap(map)));
    return tracker;
  } catch (error) {
    for (const map of maps) map.close();
    throw error;
  }
}

async function openMap(place: MemberPlace, mapPath: string, isOfUse: boolean): Promise<ChangeMap> {
  const { disk, owner, volume } = place;
  try {
    const map = await ChangeMap.open(disk, mapPath, owner);
    if (map.sizeBytes === volume.sizeBytes) return map;
    map.close();
    throw new Refusal('FORMAT_CORRUPT', `${mapPath}: of a volume of ${map.sizeBytes} bytes`);
  } catch (error) {
    if (!isRefusal(error, 'FORMAT_CORRUPT')) throw error;
    place.note({ error: error.message, isAllMarked: isOfUse }, 'a change map is damaged, and made anew');
    await remakeMap(place, mapPath, isOfUse);
    return ChangeMap.open(disk, mapPath, owner);
  }
}

/** Takes the place of the damaged one whole: a crash in between must not leave one that has no marks. */
async function remakeMap({ disk, owner, volume }: MemberPlace, mapPath: string, isAllMarked: boolean): Promise<void> {
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

async function openActivity(
  place: MemberPlace,
  maps: readonly ChangeMap[],
  wasPowerLost: boolean,
): Promise<ActivityLog> {
  const { disk, owner, activityPath, volume } = place;
  try {
    const activity = await ActivityLog.open(disk, activityPath, owner);
    if (wasPowerLost) for (const map of maps) markExtents(activity, map);
    return activity;
  } catch (error) {
    if (!isRefusal(error, 'FORMAT_CORRUPT')) throw error;
    place.note({ error: error.message, isAllMarked: wasPowerLost }, 'an activity log is damaged, and made anew');
    // The new one lists nothing: what the damaged one may have listed must be safe from the next loss of power.
    for (const map of maps) {
      if (wasPowerLost) map.markAll();
      await map.sync();
    }
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
