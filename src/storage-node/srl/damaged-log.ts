import type { Refusal } from '../../errors/refusal.js';
import type { LogEntry } from '../../format/srl/log-entry.js';
import { LogReader } from './log-reader.js';
import type { FoundLog } from './recovery.js';

const READ_BYTES = 1024 * 1024;

/** What is left of a log with damage above its floor. It is only read: its files stay as they are. */
export class DamagedLog {
  constructor(
    private readonly found: FoundLog,
    private readonly floorLsn: number,
  ) {}

  /** Names segment, position and LSN. */
  get damage(): Refusal {
    return this.found.damage!;
  }

  /** Records up to here were in it. */
  get knownLsn(): number {
    return Math.max(this.found.knownLsn, this.floorLsn);
  }

  /** Whether the damage is below the floor: the volumes hold all that was in it. */
  get isNothingMissing(): boolean {
    return this.found.knownLsn <= this.floorLsn;
  }

  /** The last record before the damage; the floor when nothing above it can be read. */
  get intactLsn(): number {
    return Math.max(this.floorLsn, this.found.scan?.end.lsn ?? 0);
  }

  /** The records from the floor up to the damage, in order, a few at a time. @throws Refusal SRL_CORRUPT, DEVICE_FAILED */
  async *intactRecords(): AsyncGenerator<LogEntry[]> {
    const reader = new LogReader(this.found.kept);
    for (let lsn = this.floorLsn + 1; lsn <= this.intactLsn;) {
      const segment = reader.segmentOf(lsn);
      if (segment === undefined) throw this.damage;
      const entries = await reader.read(segment, lsn, READ_BYTES);
      yield entries;
      lsn = entries.at(-1)!.lsn + 1;
    }
  }
}
