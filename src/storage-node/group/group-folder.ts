/**
 * The files of one group at one member: its record, its log, for each volume an activity log, and for each stream and volume a change
 * map, all in `srl/<group>/`, `activity/<group>/` and `dcm/<group>/<node at the other end>/` of the data directory.
 */
import path from 'node:path';
import { isRefusal, Refusal } from '../../errors/refusal.js';
import type { GroupUid, NodeUid } from '../../model/ids.js';
import { isUid } from '../../model/ids.js';
import type { SessionSpec } from '../../node-api/contract.js';
import type { Clock } from '../config/clock.js';
import type { Disk } from '../device/disk.js';
import type { DamagedLog } from '../srl/damaged-log.js';
import { lookAtDamage, removeLog, type SrlOptions } from '../srl/open-log.js';
import { Srl } from '../srl/srl.js';
import type { TailPool } from '../srl/tail.js';
import { Group } from './group.js';
import { readGroupMembers, writeGroupMembers, type GroupMembers } from './group-members.js';
import { GroupRecordFile, sessionsOf, type GroupRecord, type MemberRecord, type StreamRecord } from './group-record.js';
import { GroupStream, StreamMap } from './group-stream.js';
import type { HostedVolume } from './hosted-volume.js';
import { createMap, createTracker, openTracker, type MemberPlace } from './member-files.js';
import type { Member } from './member.js';
import { forgetUnsaid } from './membership.js';
import type { Tracker } from './tracker.js';

/** A group's files as they are found: with its record, or without and why. */
export type FoundGroup =
  | { readonly file: GroupRecordFile; readonly members: GroupMembers }
  | { readonly file: null; readonly damage: Refusal; readonly members: GroupMembers };

export class GroupFolder {
  constructor(
    private readonly disk: Disk,
    private readonly dataDirectory: string,
    private readonly clock: Clock,
    /** Tells of damage that was mended. */
    private readonly note: (fields: object, message: string) => void,
    private readonly tails?: TailPool,
  ) {}

  /** Groups that have files here. */
  async list(): Promise<GroupUid[]> {
    const folder = path.join(this.dataDirectory, 'srl');
    await this.disk.makeFolder(folder);
    // A process that was killed may have left a removal to the page cache, of which others were told since.
    await this.disk.syncFolder(folder);
    return (await this.disk.list(folder)).filter(isUid) as GroupUid[];
  }

  /**
   * Makes the files of a new group. The record comes last: without it a folder is the rest of a creation that was cut off.
   * @throws Refusal SRL_TOO_SMALL, DEVICE_FULL, DEVICE_FAILED
   */
  async create(record: GroupRecord, volumes: ReadonlyMap<number, HostedVolume>): Promise<Group> {
    await this.remove(record.groupUid);
    for (const kind of ['dcm', 'activity'] as const) await this.disk.makeFolder(this.of(kind, record.groupUid));
    const log = await this.createLog(record);
    const members = new Map<number, Member>();
    for (const [slot, volume] of volumes) {
      const place = this.placeOf(record.groupUid, slot, volume);
      members.set(slot, makeMember(memberRecord(record, slot), volume, await createTracker(place), place));
    }
    const streams: GroupStream[] = [];
    for (const each of record.streams) {
      const stream = await this.createMaps(record, each, members);
      attach(stream, members);
      streams.push(stream);
    }
    for (const kind of ['srl', 'dcm', 'activity'] as const)
      await this.disk.syncFolder(path.join(this.dataDirectory, kind));
    // The first group brought these folders.
    await this.disk.syncFolder(this.dataDirectory);
    await this.writeMembers(record);
    const file = new GroupRecordFile(this.disk, this.recordPath(record.groupUid), record);
    await file.save();
    return this.assemble(log, file, members, streams);
  }

  /** One that is not to be used has no files. */
  private async createLog(record: GroupRecord): Promise<Srl> {
    const options = this.logOptions(record, false);
    if (record.lostLog === null) return Srl.open(options);
    await this.disk.makeFolder(options.folder);
    return Srl.givenUp(options, record.lostLog);
  }

  /** Makes the change maps of one stream. */
  private async createMaps(
    { groupUid, role }: GroupRecord,
    record: StreamRecord,
    members: ReadonlyMap<number, Member>,
  ): Promise<GroupStream> {
    const stream = new GroupStream(record, otherNodeOf(record, role));
    await this.disk.makeFolder(this.mapFolder(groupUid, stream.otherNode));
    try {
      for (const [slot, { place }] of members) {
        stream.maps.set(slot, new StreamMap(await createMap(place, this.mapPath(groupUid, stream.otherNode, slot))));
      }
      await this.disk.syncFolder(this.of('dcm', groupUid));
      return stream;
    } catch (error) {
      for (const { map } of stream.maps.values()) map.close();
      throw error;
    }
  }

  /**
   * Adds a stream to a group of a source, with nothing marked; durable when it resolves.
   * @throws Refusal DEVICE_FULL, DEVICE_FAILED: the group is as before
   */
  async addStream(group: Group, record: StreamRecord): Promise<GroupStream> {
    const otherNode = otherNodeOf(record, group.record.role);
    await this.disk.remove(this.mapFolder(group.uid, otherNode));
    const stream = await this.createMaps(group.record, record, group.members);
    attach(stream, group.members);
    group.streams.push(stream);
    group.record.streams.push(record);
    try {
      await this.writeMembers(group.record);
      await group.file.save();
    } catch (error) {
      await this.takeBackStream(group, stream);
      throw error;
    }
    return stream;
  }

  /**
   * Takes a stream that did not come about out of its group again, at once. A record that cannot be saved is saved later; if the node ends
   * before that, the control plane finds the stream at the next start, and has it ended.
   */
  async takeBackStream(group: Group, stream: GroupStream): Promise<void> {
    group.record.streams = group.record.streams.filter((each) => each !== stream.record);
    detach(group, stream);
    await group.file.save().catch(() => undefined);
  }

  /**
   * Takes a stream out of its group, of which it is not the last; its maps go once that is durable.
   * @throws Refusal DEVICE_FULL, DEVICE_FAILED: the group is as before
   */
  async removeStream(group: Group, stream: GroupStream): Promise<void> {
    const { record } = group;
    const before = record.streams;
    record.streams = before.filter((each) => each !== stream.record);
    try {
      await group.file.save();
    } catch (error) {
      record.streams = before;
      throw error;
    }
    detach(group, stream);
    // What is left of its files does no harm: they are removed before they are made anew.
    await this.disk.remove(this.mapFolder(group.uid, stream.otherNode)).catch(() => undefined);
    await this.writeMembers(record).catch(() => undefined);
    group.freeLog();
  }

  /**
   * Makes the files of volumes that join a group, and puts them into it: durably with the next save of its record.
   * @param sessions of which each names one of the volumes
   * @throws Refusal DEVICE_FULL, DEVICE_FAILED: the group is as before
   */
  async addMembers(
    group: Group,
    sessions: readonly SessionSpec[],
    volumes: ReadonlyMap<number, HostedVolume>,
  ): Promise<void> {
    try {
      for (const [slot, volume] of volumes) await this.addMember(group, slot, volume);
      for (const kind of ['dcm', 'activity'] as const) await this.disk.syncFolder(this.of(kind, group.uid));
      await this.writeMembers(group.record, sessions);
    } catch (error) {
      await this.takeBackMembers(group, [...volumes.keys()]);
      throw error;
    }
  }

  /** Undoes `addMembers`. Should the record have been saved meanwhile, and not be now: no session names them, so that they leave. */
  async takeBackMembers(group: Group, slots: readonly number[]): Promise<void> {
    const { record } = group;
    record.members = record.members.filter(({ slot }) => !slots.includes(slot));
    await group.file.save().catch(() => undefined);
    await this.forgetMembers(group, slots);
  }

  private async addMember(group: Group, slot: number, volume: HostedVolume): Promise<void> {
    const place = this.placeOf(group.uid, slot, volume);
    // A removal that was cut off may have left it.
    await this.removeMemberFiles(group, slot);
    const tracker = await createTracker(place);
    const record = { slot, volumeUid: volume.uid, addedLsn: null, joinedLsn: null };
    const member = makeMember(record, volume, tracker, place);
    try {
      for (const stream of group.streams) {
        const map = new StreamMap(await createMap(place, this.mapPath(group.uid, stream.otherNode, slot)));
        stream.add(slot, map);
        tracker.maps.push(map);
      }
    } catch (error) {
      for (const { maps } of group.streams) maps.delete(slot);
      await tracker.close();
      await this.removeMemberFiles(group, slot);
      throw error;
    }
    checkpointWhenNeeded(group, member);
    group.members.set(slot, member);
    group.record.members.push(record);
  }

  /**
   * Takes volumes out of their group, and removes what was kept of them. What the log holds for them is in them, and no host writes them.
   * @throws Refusal DEVICE_FULL, DEVICE_FAILED: they may be in it still
   */
  async dropMembers(group: Group, slots: readonly number[]): Promise<void> {
    const { record } = group;
    const before = record.members;
    record.members = before.filter(({ slot }) => !slots.includes(slot));
    try {
      await group.file.save();
    } catch (error) {
      record.members = before;
      throw error;
    }
    await this.forgetMembers(group, slots);
  }

  private async forgetMembers(group: Group, slots: readonly number[]): Promise<void> {
    const { members, record, streams } = group;
    const dropped = slots.flatMap((slot) => members.get(slot) ?? []);
    for (const { slot } of dropped) {
      members.delete(slot);
      for (const { maps } of streams) maps.delete(slot);
    }
    // None under way may still use their files.
    await group.checkpointer.run().catch(() => undefined);
    try {
      for (const { slot, tracker } of dropped) {
        await tracker.syncMaps().catch(() => undefined);
        await tracker.close();
        await this.removeMemberFiles(group, slot);
      }
      await this.writeMembers(record);
    } catch (error) {
      // They do no harm, and are removed at the next start.
      this.note({ group: group.uid, error: String(error) }, 'files of a volume that is not in its group are left');
    }
  }

  private async removeMemberFiles({ uid, streams }: Group, slot: number): Promise<void> {
    await this.disk.remove(this.activityPath(uid, slot));
    for (const { otherNode } of streams) await this.disk.remove(this.mapPath(uid, otherNode, slot));
  }

  /** What is left of volumes that are not in the group: they did not come to join, or have left. */
  private async removeStrangers({ groupUid, members }: GroupRecord, streams: readonly GroupStream[]): Promise<void> {
    const slots = new Set(members.map(({ slot }) => slot));
    const folders = streams.map(({ otherNode }) => this.mapFolder(groupUid, otherNode));
    for (const folder of [this.of('activity', groupUid), ...folders]) {
      const names = await this.disk.list(folder);
      const strange = names.filter((name) => /^\d+\./.test(name) && !slots.has(Number.parseInt(name)));
      for (const name of strange) await this.disk.remove(path.join(folder, name));
    }
  }

  private writeMembers(record: GroupRecord, joining: readonly SessionSpec[] = []): Promise<void> {
    const { groupUid } = record;
    const sessions = [...sessionsOf(record), ...joining];
    return writeGroupMembers(this.disk, this.membersPath(groupUid), { groupUid, sessions });
  }

  private assemble(log: Srl, file: GroupRecordFile, members: Map<number, Member>, streams: GroupStream[]): Group {
    const group = new Group(log, file, members, streams, this.clock);
    for (const member of members.values()) checkpointWhenNeeded(group, member);
    return group;
  }

  /**
   * What a group's folder says of it, or null when its creation was cut off; its files are then removed.
   * @throws Refusal FORMAT_CORRUPT when not even its volumes can be told; FORMAT_UNSUPPORTED, DEVICE_FAILED
   */
  async read(groupUid: GroupUid): Promise<FoundGroup | null> {
    let file: GroupRecordFile | null;
    try {
      file = await GroupRecordFile.read(this.disk, this.recordPath(groupUid));
      if (file !== null && file.record.groupUid !== groupUid) {
        throw new Refusal('FORMAT_CORRUPT', `${this.recordPath(groupUid)}: is of group ${file.record.groupUid}`);
      }
    } catch (error) {
      if (!isRefusal(error, 'FORMAT_CORRUPT')) throw error;
      return { file: null, damage: error, members: await this.readMembers(groupUid) };
    }
    if (file !== null) return { file, members: await this.keepMembers(file.record) };
    await this.remove(groupUid);
    return null;
  }

  private readMembers(groupUid: GroupUid): Promise<GroupMembers> {
    return readGroupMembers(this.disk, this.membersPath(groupUid), groupUid);
  }

  /** The group's record says the same and more: from it the file is written again when it is damaged. */
  private async keepMembers(record: GroupRecord): Promise<GroupMembers> {
    const { groupUid } = record;
    try {
      return await this.readMembers(groupUid);
    } catch (error) {
      if (!isRefusal(error, 'FORMAT_CORRUPT')) throw error;
      this.note({ group: groupUid, error: error.message }, 'what tells the members of a group is written again');
      await this.writeMembers(record);
      return { groupUid, sessions: sessionsOf(record) };
    }
  }

  /**
   * Makes a destination's group anew, as this record has it: its log is empty. Change maps and activity logs stay as far as they are
   * whole.
   */
  async makeAnew(
    record: GroupRecord,
    volumes: ReadonlyMap<number, HostedVolume>,
    wasPowerLost: boolean,
  ): Promise<Group> {
    const file = new GroupRecordFile(this.disk, this.recordPath(record.groupUid), record);
    // From here on the log counts for nothing, whatever of its files is still there.
    await file.save();
    await removeLog(this.disk, this.of('srl', record.groupUid));
    return this.open(file, volumes, wasPowerLost);
  }

  /**
   * Opens a group as it was left. Damaged maps and activity logs are made anew; so is a damaged log of which nothing is needed.
   * @throws Refusal SRL_CORRUPT, FORMAT_UNSUPPORTED, DEVICE_FAILED
   */
  async open(file: GroupRecordFile, volumes: ReadonlyMap<number, HostedVolume>, wasPowerLost: boolean): Promise<Group> {
    return this.openWith(await this.openLog(file, wasPowerLost), file, volumes, wasPowerLost);
  }

  /**
   * Opens a group whose log is damaged above its floor, without that log.
   * @throws Refusal FORMAT_UNSUPPORTED, DEVICE_FAILED; SRL_CORRUPT when it cannot even be looked at
   */
  async openDamaged(
    file: GroupRecordFile,
    volumes: ReadonlyMap<number, HostedVolume>,
    wasPowerLost: boolean,
  ): Promise<{ group: Group; damaged: DamagedLog } | null> {
    const options = { ...this.logOptions(file.record, wasPowerLost), floorLsn: file.record.floorLsn };
    const damaged = await lookAtDamage(options);
    if (damaged === null) return null;
    const log = Srl.givenUp(options, { lsn: damaged.intactLsn, crc: 0, runningBytes: 0 });
    return { damaged, group: await this.openWith(log, file, volumes, wasPowerLost) };
  }

  private async openWith(
    log: Srl,
    file: GroupRecordFile,
    volumes: ReadonlyMap<number, HostedVolume>,
    wasPowerLost: boolean,
  ): Promise<Group> {
    const { record } = file;
    const { groupUid, role } = record;
    const members = new Map<number, Member>();
    if (!record.mirror.isLogVoid) forgetUnsaid(record, log.headLsn);
    const streams = record.streams.map((stream) => new GroupStream(stream, otherNodeOf(stream, role)));
    // A destination's map names what its own hosts changed: nothing, unless it was left to them and not yet asked for it.
    const isMapOfUse = role === 'source' || streams[0]!.spec.run === 'Suspend' || record.mirror.leftAtLsn > 0;
    try {
      for (const { otherNode } of streams) await this.disk.makeFolder(this.mapFolder(groupUid, otherNode));
      for (const [slot, volume] of volumes) {
        const place = this.placeOf(groupUid, slot, volume);
        const mapPaths = streams.map(({ otherNode }) => this.mapPath(groupUid, otherNode, slot));
        const tracker = await openTracker(place, mapPaths, { isMapOfUse, wasPowerLost });
        streams.forEach((stream, index) => stream.maps.set(slot, tracker.maps[index]!));
        members.set(slot, makeMember(memberRecord(record, slot), volume, tracker, place));
      }
      await this.removeStrangers(record, streams).catch(() => undefined);
      return this.assemble(log, file, members, streams);
    } catch (error) {
      await log.close();
      for (const { tracker } of members.values()) await tracker.close();
      throw error;
    }
  }

  private placeOf(groupUid: GroupUid, slot: number, hosted: HostedVolume): MemberPlace {
    return {
      disk: this.disk,
      owner: { groupUid, volumeUid: hosted.uid },
      activityPath: this.activityPath(groupUid, slot),
      volume: hosted.volume,
      note: (fields, message) => this.note({ group: groupUid, volume: hosted.uid, ...fields }, message),
    };
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

  private async openLog(file: GroupRecordFile, wasPowerLost: boolean): Promise<Srl> {
    const { record } = file;
    const options = this.logOptions(record, wasPowerLost);
    if (record.lostLog !== null) return Srl.givenUp(options, record.lostLog);
    try {
      return await Srl.open(options);
    } catch (error) {
      // A destination's log is of no use during a resync; and once it was suspended, its volumes are synced past all of it.
      const isLeft = record.role === 'destination' && record.streams[0]!.sessions[0]!.run === 'Suspend';
      if (!isRefusal(error, 'SRL_CORRUPT') || !(isLeft || record.mirror.isLogVoid)) throw error;
      this.note({ group: record.groupUid, error: error.message }, 'a log of which nothing is needed is made anew');
      const base = record.mirror.isLogVoid ? 0 : Math.max(record.floorLsn, record.durableLsn);
      if (!record.mirror.isLogVoid) {
        Object.assign(record, { floorLsn: base, durableLsn: base });
        record.mirror.lostThroughLsn = base;
        await file.save();
      }
      await removeLog(this.disk, options.folder);
      const log = await Srl.open({ ...options, knownDurableLsn: 0, floorLsn: null, isHeadTold: false });
      await log.reset(base, 0, 0);
      return log;
    }
  }

  private logOptions(record: GroupRecord, wasPowerLost: boolean): SrlOptions {
    // During a resync the log says nothing of the volumes, and may be about to be emptied.
    const isVoid = record.mirror.isLogVoid;
    return {
      disk: this.disk,
      folder: this.of('srl', record.groupUid),
      groupUid: record.groupUid,
      sizeBytes: record.streams[0]!.sessions[0]!.srlSizeBytes,
      knownDurableLsn: isVoid ? 0 : record.durableLsn,
      floorLsn: isVoid ? null : record.floorLsn,
      isHeadTold: !wasPowerLost && !isVoid,
      ...(this.tails && { tails: this.tails }),
    };
  }

  private of(kind: 'srl' | 'dcm' | 'activity', groupUid: GroupUid): string {
    return path.join(this.dataDirectory, kind, groupUid);
  }

  private mapFolder(groupUid: GroupUid, otherNode: NodeUid): string {
    return path.join(this.of('dcm', groupUid), otherNode);
  }

  private mapPath(groupUid: GroupUid, otherNode: NodeUid, slot: number): string {
    return path.join(this.mapFolder(groupUid, otherNode), `${slot}.map`);
  }

  private activityPath(groupUid: GroupUid, slot: number): string {
    return path.join(this.of('activity', groupUid), `${slot}.activity`);
  }

  private recordPath(groupUid: GroupUid): string {
    return path.join(this.of('srl', groupUid), 'group.json');
  }

  private membersPath(groupUid: GroupUid): string {
    return path.join(this.of('srl', groupUid), 'members.json');
  }
}

/** From now on nobody marks the stream's maps, and nothing is kept for it. */
function detach({ streams, members }: Group, stream: GroupStream): void {
  streams.splice(streams.indexOf(stream), 1);
  for (const [slot, map] of stream.maps) {
    detachMap(members.get(slot)!, map);
    map.map.close();
  }
}

/** From now on the members' trackers mark the stream's maps, as it says. */
function attach(stream: GroupStream, members: ReadonlyMap<number, Member>): void {
  for (const [slot, map] of stream.maps) members.get(slot)!.tracker.maps.push(map);
}

/** The node at the other end of a stream. */
function otherNodeOf({ sessions }: StreamRecord, role: GroupRecord['role']): NodeUid {
  const { source, destination } = sessions[0]!;
  return role === 'source' ? destination.nodeUid : source.nodeUid;
}

function detachMap({ tracker: { maps } }: Member, map: StreamMap): void {
  maps.splice(maps.indexOf(map), 1);
}

function checkpointWhenNeeded(group: Group, { tracker: { activity } }: Member): void {
  activity.whenCheckpointNeeded(() => {
    group.checkpointer.run().catch((error: unknown) => {
      activity.checkpointFailed(isRefusal(error) ? error : new Refusal('DEVICE_FAILED', String(error)));
    });
  });
}

function memberRecord({ members }: GroupRecord, slot: number): MemberRecord {
  return members.find((member) => member.slot === slot)!;
}

function makeMember(record: MemberRecord, hosted: HostedVolume, tracker: Tracker, place: MemberPlace): Member {
  return {
    slot: record.slot,
    record,
    place,
    uid: hosted.uid,
    volume: hosted.volume,
    tracker,
    isWritethrough: () => hosted.isWritethrough(),
    open: (path) => hosted.open(path),
    openDirect: () => hosted.openDirect(),
    pause: () => hosted.pause(),
    left: () => hosted.left(),
    heldSinceBoot: () => hosted.heldSinceBoot,
    release: () => hosted.release(),
    show: (failure) => (hosted.failure = failure),
    failure: null,
    hasLeft: false,
  };
}
