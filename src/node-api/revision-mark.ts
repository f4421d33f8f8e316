/**
 * One state of what a control plane's database wants: a number that rises with every change, and a random id, so that the same number in a
 * database that was restored from a copy is not taken for the same state.
 */
export interface RevisionMark {
  /** Below 2^53. */
  readonly number: number;
  readonly id: string;
}

/** Header of calls and answers. */
export const REVISION_HEADER = 'evenkeel-revision';

export function encodeRevisionMark({ number, id }: RevisionMark): string {
  return `${number} ${id}`;
}

/** Null for what is none. */
export function decodeRevisionMark(text: unknown): RevisionMark | null {
  const [, number, id] = (typeof text === 'string' && /^(\d{1,15}) ([0-9a-f-]{36})$/.exec(text)) || [];
  return id === undefined ? null : { number: Number(number), id };
}
