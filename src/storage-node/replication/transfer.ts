import type { LogEntry } from '../../format/srl/log-entry.js';
import type { PeerMessage, Welcome } from '../../format/peer/messages.js';

/** What moves one stream's data over one connection: by the log, or by changed regions alone. */
export interface Transfer {
  /** Between the pinning of the log and the end of marking: the stream must not fall to its maps now. */
  readonly isPinning: boolean;
  /** Whether the destination is Equivalent, and nothing is on its way. */
  readonly isDone: boolean;
  /** Whether the destination holds a point in time and is kept at it, or led on from it by the log. */
  readonly isInTouch: boolean;
  /** The copy waits for others of this node: nothing moves yet. */
  readonly isReserved: boolean;
  /** The same of the volumes that join. */
  readonly isJoiningReserved: boolean;
  /** Records go to the destination's log, from wherever it is. */
  readonly isByLog: boolean;
  /** Whether the destination cannot be left as the source is in this turn, other than by force. */
  readonly isBehind: boolean;
  /**
   * Where the destination is to stop so that it holds what the source holds in this turn; null when it cannot. Nothing beyond that is sent
   * from now on.
   */
  stopHere(): number | null;
  stop(): void;
  /** Records are sent no more: the log will not be kept for them. */
  stopRecords(): void;
  offer(entries: readonly LogEntry[]): void;
  handle(message: PeerMessage): void;
  pump(): void;
  /** To be called every 100 ms or so. */
  tick(): void;
  /** A host waits for durability. */
  wantDurable(): void;
  /** Something was sent and nothing of it acknowledged for so long: it got lost on the way. */
  repeatWhatIsLost(timeoutMs: number): void;
  /** The maps name all that the destination may lack. @param there what it says of itself */
  begin(there: Pick<Welcome, 'dataState' | 'isBlank'>): Promise<void>;
  /** Fetches what the destination changed by itself since this position, and then begins. */
  ask(aboveLsn: number): void;
  /** Moves counts of what was sent into the record. */
  countTransferred(): void;
  /** Acknowledgements wait for the destination from now on, or no more. */
  changeMode(): void;
}
