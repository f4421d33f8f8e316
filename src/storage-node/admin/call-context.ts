/** What belongs to the call being answered, for log lines of code too deep to be handed it. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestMark } from '../../node-api/request-mark.js';

interface CallContext {
  mark: RequestMark | null;
}

const storage = new AsyncLocalStorage<CallContext>();

/**
 * Runs one call. What it sets going and leaves running is not the call's any more once that is answered: a stream logs for years, and
 * not in the name of the request that made it.
 */
export async function duringCall<T>(mark: RequestMark | null, call: () => Promise<T>): Promise<T> {
  if (mark === null) return call();
  const context: CallContext = { mark };
  try {
    return await storage.run(context, call);
  } finally {
    context.mark = null;
  }
}

/** Fields that a log line written now has besides its own. */
export function callFields(): object {
  const mark = storage.getStore()?.mark;
  return mark ? markFields(mark) : {};
}

export function markFields({ jobId, requestId }: RequestMark): object {
  return { job_id: Number(jobId), ...(requestId !== null && { request_id: requestId }) };
}
