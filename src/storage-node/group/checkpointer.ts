import { CHECKPOINT_BYTES, CHECKPOINT_MS, DIRECT_CHECKPOINT_MS } from '../config/limits.js';
import { Refusal } from '../../errors/refusal.js';
import type { Timer } from '../config/clock.js';
import type { Group } from './group.js';

/**
 * Syncs the volumes of a group and raises its replay floor, so that the log can be freed: after so many bytes or seconds of
 * writes, whichever comes first.
 */
export class Checkpointer {
  private bytes = 0;
  private timer: Timer | null = null;
  private running: Promise<void> | null = null;
  private next: Promise<void> | null = null;
  private isStopped = false;
  private readonly listeners: (() => void)[] = [];

  constructor(private readonly group: Group) {}

  /** Called after each checkpoint that succeeded. */
  onCheckpoint(listener: () => void): void {
    this.listeners.push(listener);
  }

  noteWritten(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes >= CHECKPOINT_BYTES) {
      if (this.running === null) this.start();
    } else if (this.timer === null && !this.isStopped) {
      this.timer = this.group.clock.after(CHECKPOINT_MS, () => this.start());
    }
  }

  /** Volumes of a group without a log were written. */
  noteUnlogged(): void {
    if (this.timer !== null || this.isStopped) return;
    this.timer = this.group.clock.after(DIRECT_CHECKPOINT_MS, () => this.start());
  }

  private start(): void {
    if (this.isStopped) return;
    // A failure shows in the group's state and is tried again with the next writes.
    this.run().catch(() => {});
  }

  /** Makes a checkpoint at the present position. All who ask while one runs share the next. */
  run(): Promise<void> {
    if (this.running === null) return this.begin();
    this.next ??= this.running
      .catch(() => {})
      .then(() => {
        this.next = null;
        return this.begin();
      });
    return this.next;
  }

  private begin(): Promise<void> {
    const running = this.checkpoint();
    this.running = running;
    const done = (): void => {
      if (this.running === running) this.running = null;
    };
    running.then(done, done);
    return running;
  }

  private async checkpoint(): Promise<void> {
    this.bytes = 0;
    this.timer?.cancel();
    this.timer = null;
    const { group } = this;
    const members = [...group.members.values()];
    if (!group.isWhole) throw new Refusal(group.failure ?? 'DEVICE_FAILED');
    const before = group.disturbances;
    const through = group.appliedLsn;
    const generations = members.map((member) => member.tracker.activity.nextGeneration());
    await group.syncVolumes();
    if (group.record.lostLog === null) await group.syncLog();
    // A volume that failed or was healed meanwhile may lack records, or have them unsynced: the floor stays below them.
    if (group.disturbances !== before) throw new Refusal(group.failure ?? 'DEVICE_FAILED');
    if (through > group.record.floorLsn) await group.saveFloor(through);
    members.forEach((member, index) => member.tracker.activity.checkpointed(generations[index]!));
    group.freeLog();
    for (const listener of this.listeners) listener();
  }

  stop(): void {
    this.isStopped = true;
    this.timer?.cancel();
    this.timer = null;
  }
}
