import type { ModelWrite } from './volume-model.js';

/** How far a prefix reaches that holds what was seen of it: everything that came before any of that is in it, too. */
export class PrefixReach {
  private readonly seen = new Set<ModelWrite>();
  /** The furthest position seen, by era. */
  private readonly positions: (number | undefined)[] = [];

  /** @param lastStart moment up to which everything that was acknowledged is in it */
  constructor(private lastStart: number) {}

  /** @returns whether more must be there now than before */
  see(write: ModelWrite): boolean {
    if (this.seen.has(write)) return false;
    this.seen.add(write);
    this.lastStart = Math.max(this.lastStart, write.startedAt);
    const { era, position } = write;
    if (position !== undefined) this.positions[era] = Math.max(this.positions[era] ?? 0, position);
    return true;
  }

  /** Whether the prefix has the write for sure. */
  has(write: ModelWrite): boolean {
    if (write.isAcknowledged && write.endedAt < this.lastStart) return true;
    if (write.isTorn === true) return false;
    return this.seen.has(write) || (write.position !== undefined && write.position < (this.positions[write.era] ?? 0));
  }
}
