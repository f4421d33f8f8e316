import { Refusal } from '../../errors/refusal.js';
import type { ErrorName } from '../../errors/registry.js';
import type { LogEntry } from '../../format/srl/log-entry.js';
import { RecordType, recordBytes } from '../../format/srl/record.js';
import { MIRROR_REGION_SYNC_BYTES, MIRROR_REGION_SYNC_MS } from '../config/limits.js';
import type { Change, ChangeObserver } from '../volume/volume.js';
import type { Group } from './group.js';
import { isJoining, type Member } from './member.js';
import { isTold, noteMembership } from './membership.js';
import { PacedSync } from './paced-sync.js';

export interface UnloggedObserver {
  /** What was copied is durable up to a later position. */
  progressed(): void;
  failed(error: ErrorName): void;
}

/**
 * What reaches a destination's volumes otherwise than by its log: regions; and during a resync records too, which then have a position
 * and no place in the log. It counts once the volumes are synced.
 */
export class UnloggedChanges implements ChangeObserver<Member> {
  /** Of records, during a resync. */
  receivedLsn = 0;
  durableLsn = 0;
  /** Regions up to this sequence number of the connection are durable. */
  syncedRegionSequence = 0;
  private regionSequence = 0;
  /** Slots whose volumes left since the connection began: regions of them may still come. */
  private readonly departed = new Set<number>();
  /** What was logged before the first region that came beside the log is in the volumes, and is replayed no more. */
  private isFloorRaised = false;
  private readonly volumeSync: PacedSync;
  private syncing: Promise<void> | null = null;

  constructor(
    private readonly group: Group,
    /** All that comes goes past the log. */
    public isResync: boolean,
    private readonly on: UnloggedObserver,
  ) {
    this.volumeSync = new PacedSync(group.clock, MIRROR_REGION_SYNC_BYTES, MIRROR_REGION_SYNC_MS, () =>
      this.startVolumeSync(),
    );
  }

  /** Regions are numbered from 1 again. What the last connection brought is durable when it resolves. */
  async beginConnection(): Promise<void> {
    if (this.isResync || this.regionSequence > 0) await this.sync();
    this.departed.clear();
    this.isFloorRaised = false;
    this.regionSequence = 0;
    this.syncedRegionSequence = 0;
  }

  beginResync(fromLsn: number): void {
    this.isResync = true;
    this.receivedLsn = fromLsn;
    this.durableLsn = fromLsn;
  }

  /** The log begins again; what regions come from now on are of volumes that join. */
  endResync(): void {
    this.isResync = false;
    this.isFloorRaised = false;
  }

  apply(entries: readonly LogEntry[]): void {
    this.group.adoptEpochs(entries);
    for (const entry of entries) {
      const member = this.group.members.get(entry.slot);
      if (entry.type === RecordType.Membership) noteMembership(this.group, entry);
      else if (entry.type <= RecordType.Trim && member !== undefined && isTold(member, entry.lsn)) {
        this.change(member, entry);
      }
    }
    this.receivedLsn = entries.at(-1)!.lsn;
    this.volumeSync.note(bytesOf(entries));
  }

  /**
   * The floor rule, for regions that come beside the log: a record from before the source's reign would undo, were it replayed on top of
   * one, what the source's log has lost. Undefined when there is nothing to wait for.
   */
  prepareForRegion(): Promise<void> | undefined {
    if (this.isResync || this.isFloorRaised) return undefined;
    return this.group.raiseFloor().then(() => {
      this.isFloorRaised = true;
    });
  }

  /**
   * The present content of a part of a volume, in a resync or while that volume joins. One that came before is passed over, and so is
   * one of a volume that has left.
   * @throws Refusal FORMAT_CORRUPT when one is missing: the maps of the source still name it, and a new connection begins there
   */
  copyRegion(sequence: number, slot: number, change: Change): void {
    if (sequence <= this.regionSequence) return;
    if (sequence !== this.regionSequence + 1) throw new Refusal('FORMAT_CORRUPT', `region ${sequence - 1} is missing`);
    const member = this.group.members.get(slot);
    if (!this.departed.has(slot)) this.copy(member, slot, change);
    this.regionSequence = sequence;
    this.volumeSync.note(change.payload.reduce((sum, buffer) => sum + buffer.length, 0));
  }

  private copy(member: Member | undefined, slot: number, change: Change): void {
    if (member === undefined) throw misfit(slot, change);
    checkFit(member, change);
    if (!this.isResync && !isJoining(member)) throw new Refusal('FORMAT_CORRUPT', 'a region outside of a copy');
    this.change(member, change);
  }

  /** The volume in this slot leaves, or another one has taken the slot. */
  noteDeparted(slot: number, hasDeparted: boolean): void {
    if (hasDeparted) this.departed.add(slot);
    else this.departed.delete(slot);
  }

  private change(member: Member, change: Change): void {
    member.volume.noteUnlogged();
    try {
      member.volume.apply(change, this, member);
    } catch (error) {
      this.changed(member, error instanceof Refusal ? error.code : 'DEVICE_FAILED');
    }
  }

  changed(_member: Member, error: ErrorName | null): void {
    if (error !== null) this.on.failed(error);
  }

  syncNow(): void {
    this.volumeSync.now();
  }

  private startVolumeSync(): void {
    if (this.syncing !== null) return;
    this.sync().catch(() => this.on.failed('DEVICE_FAILED'));
  }

  /** Those that change otherwise than by the log. */
  private get copied(): Member[] {
    return [...this.group.members.values()].filter((member) => this.isResync || isJoining(member));
  }

  /** Makes durable what regions brought so far, and in a resync what came along. */
  async sync(): Promise<void> {
    while (this.syncing !== null) await this.syncing;
    const [sequence, receivedLsn] = [this.regionSequence, this.receivedLsn];
    this.syncing = (async () => {
      for (const member of this.copied) await member.volume.sync();
    })();
    try {
      await this.syncing;
    } finally {
      this.syncing = null;
    }
    this.syncedRegionSequence = sequence;
    this.durableLsn = Math.max(this.durableLsn, receivedLsn);
    this.on.progressed();
    if (this.regionSequence > sequence || this.receivedLsn > receivedLsn) this.volumeSync.note(0);
  }

  /** Of what was copied, the next connection brings again all that was not acknowledged as durable. */
  async forgetUnsynced(): Promise<void> {
    await this.syncing?.catch(() => undefined);
    for (const { volume } of this.copied) {
      await volume.drain();
      volume.forgetSyncFailure();
    }
    if (this.isResync) this.receivedLsn = this.durableLsn = this.group.record.mirror.resyncFromLsn;
  }

  stop(): void {
    this.volumeSync.stop();
  }
}

/** @throws Refusal FORMAT_CORRUPT */
export function checkFit({ slot, volume }: Member, change: Change): void {
  if (change.offset + change.length > volume.sizeBytes) throw misfit(slot, change);
}

function misfit(slot: number, { offset }: Change): Refusal {
  return new Refusal('FORMAT_CORRUPT', `a change of slot ${slot} at ${offset} does not fit the group`);
}

export function bytesOf(entries: readonly LogEntry[]): number {
  let bytes = 0;
  for (const entry of entries) bytes += recordBytes(entry);
  return bytes;
}
