/** What every work of one run is given. */
export interface BenchContext {
  /** Fresh folder for volumes of both sides, removed at the end. */
  readonly folder: string;
  readonly seconds: number;
  readonly rounds: number;
  /** Prints a line for people. */
  say(line: string): void;
}
