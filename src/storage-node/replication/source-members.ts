import type { LogEntry } from '../../format/srl/log-entry.js';
import { Refusal } from '../../errors/refusal.js';
import type { Group } from '../group/group.js';
import { isNamed } from '../group/group-record.js';
import { isJoining, type Member } from '../group/member.js';
import { logMembership } from '../group/membership.js';

/** What joining and leaving need of the group's source. */
export interface SourceOfMembers {
  /** Whether hosts are served just now. */
  areHostsOpen(): boolean;
  /** Hosts of this volume are served by the log from now on. */
  openByLog(member: Member): void;
  offer(entries: readonly LogEntry[]): void;
  log(fields: object, message: string): void;
}

/**
 * Volumes that join a live group at its source, and leave it.
 *
 * One that is to join is written directly until every stream names it. Then, in one turn, the log says that it is joining, all of it is
 * marked for every stream, and its writes go to the log; each stream copies what is marked. Once no stream that goes by the log lacks
 * anything, the log says that it has joined. A stream that goes by its maps learns all that from its next pass.
 */
export class SourceMembers {
  private joining: Promise<void> | null = null;

  constructor(
    private readonly group: Group,
    private readonly source: SourceOfMembers,
  ) {}

  /** To be called every 100 ms or so. */
  tick(): void {
    const { group } = this;
    // Before its reign has begun, and once it is over, the log is not the source's to write.
    if (!this.source.areHostsOpen() || (group.log.failedBy !== null && group.record.lostLog === null)) return;
    for (const member of group.members.values()) {
      if (!isJoining(member) || !isNamed(group.record, member.slot)) continue;
      if (member.record.addedLsn === null) this.beginSoon(member);
      else if (this.isWhole(member)) this.complete(member);
    }
  }

  /** Resolves when no volume is about to join. */
  async settled(): Promise<void> {
    await this.joining;
  }

  private beginSoon(member: Member): void {
    const isWanted = this.group.streams.every((stream) => stream.names(member.slot));
    if (this.joining !== null || !isWanted) return;
    this.joining = this.begin(member)
      .catch((error: unknown) => this.source.log({ volume: member.uid, error: String(error) }, 'joining: trying again'))
      .finally(() => (this.joining = null));
  }

  private async begin(member: Member): Promise<void> {
    const { group, source } = this;
    const { slot } = member;
    member.pause();
    try {
      await member.left();
      // What the log does not tell must be safe before it tells of later changes.
      await member.volume.sync();
      for (const { maps } of group.streams) maps.get(slot)!.map.markAll();
      await member.tracker.syncMaps();
      if (!source.areHostsOpen()) throw new Refusal('ACCESS_WAITING');
      const sessions = group.streams.flatMap(({ record }) => record.sessions.filter((spec) => spec.slot === slot));
      const entry = logMembership(group, member, { change: 'Joining', sessions: sessions.map(({ uid }) => uid) });
      if (entry !== null) source.offer([entry]);
    } catch (error) {
      member.openDirect();
      throw error;
    }
    source.openByLog(member);
    source.log({ volume: member.uid }, 'a volume joins the group');
    await this.save();
  }

  /** Whether no destination lacks anything that the log does not tell it. */
  private isWhole({ slot }: Member): boolean {
    return this.group.streams.every((stream) => {
      const isByLog = stream.record.reliesFromLsn !== null && stream.names(slot);
      return !isByLog || !stream.maps.get(slot)!.hasMarks;
    });
  }

  private complete(member: Member): void {
    try {
      const entry = logMembership(this.group, member, { change: 'Joined', since: member.record.addedLsn! });
      if (entry !== null) this.source.offer([entry]);
    } catch (error) {
      return this.source.log({ volume: member.uid, error: String(error) }, 'joining: trying again');
    }
    this.source.log({ volume: member.uid }, 'a volume has joined the group');
    this.save().catch(() => {});
  }

  /** What the log said first: a record that tells of more than the log holds would be believed. */
  private async save(): Promise<void> {
    if (this.group.record.lostLog === null) await this.group.syncLog();
    await this.group.file.save();
  }

  /** Volumes that no session names any more. */
  get departing(): Member[] {
    return [...this.group.members.values()].filter(({ slot }) => !isNamed(this.group.record, slot));
  }

  /** A sync failed of what no log has: nobody can write it again. It leaves as it is, and its hosts' flushes go on failing. */
  private isBeyondHelp({ volume }: Member): boolean {
    return this.group.isLogUnused && volume.failedBy !== null && volume.hasUnlogged;
  }

  /**
   * Hosts of the volume wait, and it holds what they wrote, durably; the log says that it leaves.
   * @param isReplaced by another member in its slot, which the destinations know: before the reign of this source has begun, the log need
   *   not tell them
   * @throws Refusal of the volume or the log: it is tried again
   */
  async part(member: Member, isReplaced: boolean): Promise<void> {
    const { group } = this;
    const { addedLsn } = member.record;
    await this.settled();
    member.pause();
    await member.left();
    if (!this.isBeyondHelp(member)) {
      if (member.failure !== null) throw new Refusal(member.failure);
      await member.volume.sync();
    }
    if (addedLsn === null || member.hasLeft || group.record.isFenced) return;
    if (!this.source.areHostsOpen() && isReplaced) return;
    if (!this.source.areHostsOpen()) throw new Refusal('ACCESS_WAITING');
    if (group.isWithoutLog && group.record.lostLog === null) throw new Refusal('LOG_FAILED');
    const entry = logMembership(group, member, { change: 'Left', since: addedLsn });
    if (entry !== null) this.source.offer([entry]);
    this.source.log({ volume: member.uid }, 'a volume leaves the group');
  }
}
