import type { NbdExport } from './fio.js';

/** One of the two systems under comparison, up and filled. */
export interface Side {
  readonly name: string;
  readonly target: NbdExport;
  /** Commands that made it, for the report. */
  readonly commands: readonly string[];
  stop(): Promise<void>;
}
