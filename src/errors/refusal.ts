import { ERRORS, type ErrorName, type ErrorRow } from './registry.js';

/**
 * An expected refusal: something asked for cannot be done, nothing has changed, and the registry says how to put it. Broken
 * invariants are plain Errors and stop the process; transport trouble has its own classes where it arises.
 */
export class Refusal extends Error {
  /** The registry's name; test this, never the text and never the class across a process boundary. */
  readonly code: ErrorName;
  readonly details: readonly RefusalDetail[];

  /** @param factor what the message names in brackets, usually the parameter or resource at fault */
  constructor(code: ErrorName, factor?: string, details: readonly RefusalDetail[] = []) {
    super(factor === undefined ? ERRORS[code].text : `${ERRORS[code].text} (${factor})`);
    this.name = 'Refusal';
    this.code = code;
    this.details = details;
  }

  get row(): ErrorRow {
    return ERRORS[this.code];
  }
}

/** One of several things wrong with one request. */
export interface RefusalDetail {
  readonly parameter?: string;
  readonly code: ErrorName;
  readonly message: string;
}

export function isRefusal(error: unknown, code?: ErrorName): error is Refusal {
  return error instanceof Refusal && (code === undefined || error.code === code);
}
