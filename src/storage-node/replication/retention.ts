import type { MemberPosition } from '../../format/peer/messages.js';
import type { Srl } from '../srl/srl.js';

/**
 * What a destination keeps of its log for others: for its source, which may come back without what it had not synced, all that it has
 * not called durable; for the source's other destinations, which may have to be fed from here after a takeover, what they lack, as long
 * as that leaves room for what comes.
 */
export class Retention {
  private sourceLsn = 0;
  private members: readonly MemberPosition[] = [];

  constructor(
    private readonly log: Pick<Srl, 'roomBytes'>,
    private readonly logSizeBytes: number,
  ) {}

  /** What the source last said. */
  heard(sourceLsn: number, members: readonly MemberPosition[]): void {
    this.sourceLsn = sourceLsn;
    this.members = members;
  }

  /** The log is kept after this. */
  get keepAfterLsn(): number {
    // A member that needs more than fits is left to a copy of regions: what comes from the source goes before.
    if (this.log.roomBytes < this.logSizeBytes / 4) return this.sourceLsn;
    let from = this.sourceLsn;
    for (const { durableLsn } of this.members) from = Math.min(from, durableLsn);
    return from;
  }
}
