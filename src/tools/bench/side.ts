import type { NbdExport } from './fio.js';

/** One of the two systems under comparison, up and filled. */
export interface Side {
  readonly name: string;
  readonly target: NbdExport;
  /** Commands that made it, for the report. */
  readonly commands: readonly string[];
  /** Waits until it does nothing more for writes that it has acknowledged. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}
