import { Refusal } from '../../errors/refusal.js';
import type { ErrorName } from '../../errors/registry.js';

/** A refusal that says when to come back: the answer carries Retry-After. */
export class RefusedForNow extends Refusal {
  constructor(
    code: ErrorName,
    factor: string,
    readonly retryAfterSeconds: number,
  ) {
    super(code, factor);
  }
}
