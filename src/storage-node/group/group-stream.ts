import type { SessionSpec } from '../../node-api/contract.js';
import type { NodeUid } from '../../model/ids.js';
import { REGION_BYTES } from '../../model/sizes.js';
import type { ChangeMap } from '../dcm/change-map.js';
import type { StreamRecord } from './group-record.js';

/** The change map of one stream and volume. */
export class StreamMap {
  /** Whether changes are marked, because the log is not (or no longer) kept for the other end. */
  isMarking = false;

  constructor(readonly map: ChangeMap) {}

  get hasMarks(): boolean {
    return this.map.activeCount > 0 || this.map.replayCount > 0;
  }

  /** Bytes of the regions that it names. */
  get markedBytes(): number {
    return Math.min(this.map.sizeBytes, (this.map.activeCount + this.map.replayCount) * REGION_BYTES);
  }
}

/**
 * What a member keeps of one stream of its group: what is durably known of the other end, and for each volume the map of the regions
 * that the other end lacks (at a source), or that hosts here changed by themselves (at a destination).
 */
export class GroupStream {
  /** By slot. */
  readonly maps = new Map<number, StreamMap>();
  private isMarking = false;

  constructor(
    readonly record: StreamRecord,
    readonly otherNode: NodeUid,
  ) {}

  /** Any of its sessions: they differ in who they are and in their volumes alone. */
  get spec(): SessionSpec {
    return this.record.sessions[0]!;
  }

  /** The map of a volume that joins; it is marked as the others' are. */
  add(slot: number, map: StreamMap): void {
    map.isMarking = this.isMarking;
    this.maps.set(slot, map);
  }

  /** Whether one of its sessions is of this volume. */
  names(slot: number): boolean {
    return this.record.sessions.some((spec) => spec.slot === slot);
  }

  mapOf(slot: number): ChangeMap {
    return this.maps.get(slot)!.map;
  }

  /** From this turn on changes are marked, or no longer are. */
  setMarking(isMarking: boolean): void {
    this.isMarking = isMarking;
    for (const each of this.maps.values()) each.isMarking = isMarking;
  }

  markAll(): void {
    for (const { map } of this.maps.values()) map.markAll();
  }

  clearAll(): void {
    for (const { map } of this.maps.values()) map.clearAll();
  }

  async syncMaps(): Promise<void> {
    for (const { map } of this.maps.values()) await map.sync();
  }

  /** Times that something was marked since its maps were opened. */
  get markCount(): number {
    let count = 0;
    for (const { map } of this.maps.values()) count += map.markCount;
    return count;
  }

  get hasMarks(): boolean {
    for (const map of this.maps.values()) if (map.hasMarks) return true;
    return false;
  }

  get markedRegions(): number {
    let count = 0;
    for (const { map } of this.maps.values()) count += map.activeCount + map.replayCount;
    return count;
  }

  get markedBytes(): number {
    let bytes = 0;
    for (const map of this.maps.values()) bytes += map.markedBytes;
    return bytes;
  }
}
