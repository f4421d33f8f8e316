import { isDeepStrictEqual } from 'node:util';

/** One parser as the fuzzer sees it. */
export interface FuzzTarget {
  readonly name: string;
  /** Valid examples, made with our own encoders. */
  seeds(): Buffer[];
  /**
   * Parses the input, which comes in pieces, and hands on what it finds. May throw refusals and nothing else.
   * @param take items that can be compared with isDeepStrictEqual, as soon as they are known: what comes before a refusal counts
   */
  parse(pieces: readonly Buffer[], take: (item: unknown) => void): void;
  /** Whether it reads a stream: however that is cut, the same must come out. Else the input comes as one piece. */
  readonly isStream: boolean;
  /** Makes checksums hold again after a mutation, so that what lies behind them is reached. */
  seal?(bytes: Buffer): void;
  /** Bytes for items that were parsed; parsing them must give the same items. Null where these have no bytes of their own. */
  encode?(items: readonly unknown[]): Buffer | null;
  /** Most memory that a parse may ask for: so many times the input, and so many bytes. */
  readonly memory: { readonly factor: number; readonly extraBytes: number };
}

/** For `encode`: the value as JSON, or null where JSON has no place for it (1e400 is read, and written as null; -0 as 0). */
export function jsonOf(value: unknown): string | null {
  const text = JSON.stringify(value);
  return isDeepStrictEqual(JSON.parse(text), value) ? text : null;
}
