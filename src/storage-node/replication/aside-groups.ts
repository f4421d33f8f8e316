import type { Refusal } from '../../errors/refusal.js';
import type { GroupUid, NodeUid, SessionUid, VolumeUid } from '../../model/ids.js';
import type { SessionSpec, SessionState } from '../../node-api/contract.js';
import type { Group } from '../group/group.js';
import type { GroupFolder } from '../group/group-folder.js';
import type { GroupMembers } from '../group/group-members.js';
import type { GroupRecord, GroupRecordFile } from '../group/group-record.js';
import { closedPath } from '../group/host-path.js';
import type { HostedVolume } from '../group/hosted-volume.js';
import { newRecord } from '../group/new-record.js';
import { Turns } from '../volume/turns.js';
import { isReasonToSetAside, recordMadeAnew, SetAside } from './set-aside.js';
import { SourceMending, type MendingSurroundings } from './source-mending.js';

export interface AsideSurroundings {
  readonly nodeUid: NodeUid;
  readonly folder: GroupFolder;
  now(): Date;
  findVolume(uid: VolumeUid): HostedVolume | undefined;
  /** @throws Refusal VOLUME_NOT_FOUND */
  volumesOf(record: GroupRecord): Map<number, HostedVolume>;
  mendingSurroundings(): MendingSurroundings;
  /** Applies what a group's log holds above its floor. */
  replay(group: Group): Promise<void>;
  /** The group is as any other from now on. */
  takeUp(group: Group): Promise<void>;
  log(fields: object, message: string): void;
}

/** The groups of this node that cannot be opened, and what brings them back. */
export class AsideGroups {
  private readonly groups = new Map<GroupUid, SetAside>();
  private readonly turns = new Turns<GroupUid>();
  /** The machine went down before this start, while volumes may have been written. */
  wasPowerLost = false;

  constructor(private readonly around: AsideSurroundings) {}

  /** @param file null when the group's record cannot be read */
  put(members: GroupMembers, file: GroupRecordFile | null, refusal: Refusal): void {
    const aside = new SetAside(this.around.nodeUid, members, file, refusal, this.around.now());
    const { groupUid } = members;
    this.around.log({ group: groupUid, code: refusal.code, error: refusal.message }, 'group set aside');
    this.groups.set(groupUid, aside);
    for (const uid of aside.volumeUids) this.around.findVolume(uid)?.open(closedPath(refusal.code));
  }

  get count(): number {
    return this.groups.size;
  }

  get isEmpty(): boolean {
    return this.groups.size === 0;
  }

  states(): SessionState[] {
    return [...this.groups.values()].flatMap((group) => group.states());
  }

  sessions(): SessionSpec[] {
    return [...this.groups.values()].flatMap(({ streams }) => streams.flat());
  }

  ofVolume(uid: VolumeUid): SetAside | undefined {
    return [...this.groups.values()].find((group) => group.volumeUids.includes(uid));
  }

  ofGroup(uid: GroupUid): SetAside | undefined {
    return this.groups.get(uid);
  }

  ofSession(uid: SessionUid): SetAside | undefined {
    return [...this.groups.values()].find((group) => group.isOf(uid));
  }

  /** Sources look for their destinations. */
  async begin(): Promise<void> {
    for (const aside of this.groups.values()) await this.mendSource(aside);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.groups.values()].map((group) => group.endMending()));
    await this.turns.ended();
  }

  /** Ends the session of a group; without maps, nothing is known of how far the two ends are equal. */
  giveUp(aside: SetAside): Promise<void> {
    const { groupUid } = aside.members;
    return this.turns.take(groupUid, async () => {
      if (!this.groups.has(groupUid)) return;
      await aside.endMending();
      await this.around.folder.remove(groupUid);
      this.groups.delete(groupUid);
      for (const volume of aside.volumeUids) this.around.findVolume(volume)?.openDirect();
    });
  }

  /**
   * The source of a destination that was set aside is there, and with it the data: what is damaged is made anew.
   * @param meet refuses a source that is not in its right run
   * @throws Refusal that it was set aside for, when it cannot be
   */
  greet(groupUid: GroupUid, source: NodeUid, theirs: readonly SessionSpec[], meet: () => Promise<void>): Promise<void> {
    return this.turns.take(groupUid, async () => {
      const aside = this.groups.get(groupUid);
      if (aside === undefined) return;
      const sessions = aside.sessionsFor(theirs);
      const spec = sessions[0]!;
      const isSource = spec.source.nodeUid === source && aside.isOf(theirs[0]!.uid);
      const isKnown = aside.role !== null && (aside.record?.rejection ?? null) === null;
      if (!isKnown || !isSource || aside.roleIn(spec) !== 'destination') throw aside.refusal;
      await meet();
      await aside.endMending();
      await this.makeAnew(aside, sessions);
    });
  }

  private async makeAnew(aside: SetAside, sessions: readonly SessionSpec[]): Promise<void> {
    const { code, message } = aside.refusal;
    try {
      if (!aside.isDamaged) return await this.openAgain(aside);
      const record = recordMadeAnew(newRecord(sessions, 'destination'), aside.record);
      await this.putBack(await this.around.folder.makeAnew(record, this.around.volumesOf(record), this.wasPowerLost));
    } catch (error) {
      if (isReasonToSetAside(error)) aside.refusal = error;
      throw error;
    }
    this.around.log(
      { group: aside.members.groupUid, code, error: message },
      'a destination was made anew, to be copied',
    );
  }

  /** A volume that could not be opened is there again, and with it perhaps its group. Until then it is closed, in this very turn. */
  returned(uid: VolumeUid): Promise<void> {
    const aside = this.ofVolume(uid);
    if (aside === undefined) return Promise.resolve();
    const { groupUid } = aside.members;
    this.around.findVolume(uid)?.open(closedPath(aside.refusal.code));
    return this.turns.take(groupUid, async () => {
      try {
        if (this.groups.has(groupUid) && aside.mending === null) await this.openAgain(aside);
      } catch (error) {
        if (!isReasonToSetAside(error)) throw error;
        aside.refusal = error;
        await this.mendSource(aside);
      }
    });
  }

  /** What it was set aside for may be over. @throws Refusal when it is not */
  private async openAgain(aside: SetAside): Promise<void> {
    const found = await this.around.folder.read(aside.members.groupUid);
    if (found === null || found.file === null) throw aside.refusal;
    const { file } = found;
    const group = await this.around.folder.open(file, this.around.volumesOf(file.record), this.wasPowerLost);
    await this.around.replay(group);
    await this.putBack(group);
  }

  /** Lets a source whose log is damaged ask its destination for what is missing. */
  private async mendSource(aside: SetAside): Promise<void> {
    if (!aside.isMendableSource) return;
    const file = aside.file!;
    const { folder, volumesOf } = this.around;
    try {
      const opened = await folder.openDamaged(file, volumesOf(file.record), this.wasPowerLost);
      if (opened === null) return;
      const { group, damaged } = opened;
      if (damaged.isNothingMissing) {
        await group.loseLog(damaged.knownLsn);
        return await this.putBack(group);
      }
      const mended = (): void => this.mended(aside, group);
      aside.mending = new SourceMending(group, damaged, this.around.mendingSurroundings(), mended);
      aside.mending.start();
    } catch (error) {
      if (!isReasonToSetAside(error)) throw error;
      aside.refusal = error;
    }
  }

  private mended(aside: SetAside, group: Group): void {
    const putBack = this.turns.take(group.uid, async () => {
      // Deleted or stopped meanwhile.
      if (aside.mending === null) return;
      const { mending } = aside;
      aside.mending = null;
      await mending.stop();
      await this.putBack(group);
    });
    putBack.catch((error: unknown) => this.around.log({ group: group.uid, error: String(error) }, 'a step failed'));
  }

  private async putBack(group: Group): Promise<void> {
    await this.around.takeUp(group);
    this.groups.delete(group.uid);
    this.around.log({ group: group.uid }, 'group taken back');
  }
}
