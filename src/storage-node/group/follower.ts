import type { ErrorName } from '../../errors/registry.js';
import type { LogEntry } from '../../format/srl/log-entry.js';

/**
 * What a stream is to its group: it takes what was logged and says how far it is acknowledged. The group knows nothing else of
 * the network.
 */
export interface Follower {
  /** Entries that are now in the log and the volumes, in order, in the same turn. */
  offer(entries: readonly LogEntry[]): void;
  /** Writes up to this may be acknowledged; Infinity while the destination is not waited for. */
  readonly receivedLsn: number;
  /** The same for writes that must be durable. */
  readonly durableLsn: number;
  /** The log must be kept after this; Infinity when it need not be kept. */
  readonly reliesFromLsn: number;
  /** Host writes may be logged up to this without asking; Infinity while no destination limits them. */
  readonly ceilingLsn: number;
  /**
   * Whether a write beyond that may be logged all the same; if not, it waits until the ceiling rises or writes are refused.
   * @param lastLsn position of its last record
   */
  admits(lastLsn: number, recordCount: number): boolean;
  /** Why host writes are refused because of the destination, or null. */
  readonly writeRefusal: ErrorName | null;
  /** A request waits for durability beyond `durableLsn`: the destination is to sync soon. */
  wantDurable(): void;
}
