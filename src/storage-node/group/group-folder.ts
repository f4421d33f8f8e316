/**
 * The files of one group at one member: its record, its log, and for each volume a change map and an activity log, all in
 * `srl/<group>/`, `dcm/<group>/` and `activity/<group>/` of the data directory.
 */
import path from 'node:path';
import type { GroupUid } from '../../model/ids.js';
import { isUid } from '../../model/ids.js';
import { REGION_BYTES } from '../../model/sizes.js';
import { ActivityLog } from '../activity/activity-log.js';
import type { Clock } from '../config/clock.js';
import { ChangeMap } from '../dcm/change-map.js';
import type { Disk } from '../device/disk.js';
import { Srl } from '../srl/srl.js';
import type { TailPool } from '../srl/tail.js';
import { Group } from './group.js';
import { GroupRecordFile, type GroupRecord } from './group-record.js';
import type { HostedVolume } from './hosted-volume.js';
import type { Member } from './member.js';
import { Tracker } from './tracker.js';

export class GroupFolder {
  constructor(
    private readonly disk: Disk,
    private readonly dataDirectory: string,
    private readonly clock: Clock,
    private readonly tails?: TailPool,
  ) {}

  /** Groups that have files here. */
  async list(): Promise<GroupUid[]> {
    const folder = path.join(this.dataDirectory, 'srl');
    await this.disk.makeFolder(folder);
    return (await this.disk.list(folder)).filter(isUid) as GroupUid[];
  }

  /**
   * Makes the files of a new group. The record comes last: without it a folder is the rest of a creation that was cut off.
   * @throws Refusal SRL_TOO_SMALL, DEVICE_FULL, DEVICE_FAILED
   */
  async create(record: GroupRecord, volumes: ReadonlyMap<number, HostedVolume>): Promise<Group> {
    await this.remove(record.groupUid);
    const log = await this.openLog(record);
    const members = new Map<number, Member>();
    for (const [slot, volume] of volumes) {
      await this.disk.makeFolder(this.of('dcm', record.groupUid));
      await this.disk.makeFolder(this.of('activity', record.groupUid));
      const map = await ChangeMap.create(this.disk, this.mapPath(record.groupUid, slot), {
        sizeBytes: volume.sizeBytes,
        regionBytes: REGION_BYTES,
      });
      const activity = await ActivityLog.open(this.disk, this.activityPath(record.groupUid, slot));
      members.set(slot, makeMember(slot, volume, new Tracker(activity, map)));
    }
    for (const kind of ['srl', 'dcm', 'activity'] as const)
      await this.disk.syncFolder(path.join(this.dataDirectory, kind));
    const file = new GroupRecordFile(this.disk, this.recordPath(record.groupUid), record);
    await file.save();
    return this.assemble(log, file, members);
  }

  private assemble(log: Srl, file: GroupRecordFile, members: Map<number, Member>): Group {
    const group = new Group(log, file, members, this.clock);
    for (const { tracker } of members.values()) {
      tracker.activity.whenCheckpointNeeded(() => void group.checkpointer.run().catch(() => {}));
    }
    return group;
  }

  /** The record of a group, or null when its creation was cut off; its files are then removed. */
  async readRecord(groupUid: GroupUid): Promise<GroupRecordFile | null> {
    const file = await GroupRecordFile.read(this.disk, this.recordPath(groupUid));
    if (file === null) await this.remove(groupUid);
    return file;
  }

  /**
   * Opens a group as it was left. After a power loss the extents that were being written are marked.
   * @throws Refusal SRL_CORRUPT, FORMAT_UNSUPPORTED, FORMAT_CORRUPT, DEVICE_FAILED
   */
  async open(file: GroupRecordFile, volumes: ReadonlyMap<number, HostedVolume>, wasPowerLost: boolean): Promise<Group> {
    const { record } = file;
    const log = await this.openLog(record);
    const members = new Map<number, Member>();
    for (const [slot, volume] of volumes) {
      const map = await ChangeMap.open(this.disk, this.mapPath(record.groupUid, slot));
      const activity = await ActivityLog.open(this.disk, this.activityPath(record.groupUid, slot));
      if (wasPowerLost) markExtents(activity, map);
      members.set(slot, makeMember(slot, volume, new Tracker(activity, map)));
    }
    return this.assemble(log, file, members);
  }

  /** Removes every file of a group, the record first. */
  async remove(groupUid: GroupUid): Promise<void> {
    await this.disk.remove(this.recordPath(groupUid));
    for (const kind of ['srl', 'dcm', 'activity'] as const) {
      const parent = path.join(this.dataDirectory, kind);
      await this.disk.makeFolder(parent);
      await this.disk.remove(path.join(parent, groupUid));
      await this.disk.syncFolder(parent);
    }
  }

  private openLog(record: GroupRecord): Promise<Srl> {
    // During a resync the log says nothing of the volumes, and may be about to be emptied.
    const isVoid = record.mirror.isLogVoid;
    return Srl.open({
      disk: this.disk,
      folder: this.of('srl', record.groupUid),
      groupUid: record.groupUid,
      sizeBytes: record.sessions[0]!.srlSizeBytes,
      knownDurableLsn: isVoid ? 0 : record.durableLsn,
      floorLsn: isVoid ? null : record.floorLsn,
      ...(this.tails && { tails: this.tails }),
    });
  }

  private of(kind: 'srl' | 'dcm' | 'activity', groupUid: GroupUid): string {
    return path.join(this.dataDirectory, kind, groupUid);
  }

  private recordPath(groupUid: GroupUid): string {
    return path.join(this.of('srl', groupUid), 'group.json');
  }

  private mapPath(groupUid: GroupUid, slot: number): string {
    return path.join(this.of('dcm', groupUid), `${slot}.map`);
  }

  private activityPath(groupUid: GroupUid, slot: number): string {
    return path.join(this.of('activity', groupUid), `${slot}.activity`);
  }
}

/** After a power loss the extents that were being written may differ from what the other member holds. */
function markExtents(activity: ActivityLog, map: ChangeMap): void {
  for (const extent of activity.previousExtents) {
    const offset = extent * activity.extentBytes;
    map.mark(offset, Math.min(activity.extentBytes, map.sizeBytes - offset));
  }
}

function makeMember(slot: number, hosted: HostedVolume, tracker: Tracker): Member {
  return {
    slot,
    uid: hosted.uid,
    volume: hosted.volume,
    tracker,
    isWritethrough: () => hosted.isWritethrough(),
    open: (path) => hosted.open(path),
    pause: () => hosted.pause(),
    left: () => hosted.left(),
    failure: null,
  };
}
