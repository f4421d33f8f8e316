import type { Logger } from 'pino';
import { isRefusal } from '../../errors/refusal.js';
import type { RequestMark } from '../../node-api/request-mark.js';
import { CALL_SLOW_MS } from '../config/limits.js';
import { markFields } from './call-context.js';

/** One line for each call of a control plane that changes something, is refused, or takes long. */
export class CallLog {
  constructor(private readonly logger: Logger) {}

  async tell<T>(method: string, path: string, mark: RequestMark | null, call: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    const line = (): object => ({
      ...(mark && markFields(mark)),
      method,
      path,
      ms: Math.round(performance.now() - startedMs),
    });
    try {
      const answer = await call();
      const isSlow = performance.now() - startedMs >= CALL_SLOW_MS;
      if (isSlow) this.logger.warn(line(), 'call answered slowly');
      else this.logger[method === 'GET' ? 'debug' : 'info'](line(), 'call answered');
      return answer;
    } catch (error) {
      if (isRefusal(error)) {
        this.logger.warn({ ...line(), code: error.code, reason: error.message }, 'call refused');
      }
      throw error;
    }
  }
}
