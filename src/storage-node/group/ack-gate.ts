import type { ErrorName } from '../../errors/registry.js';
import type { HostRequest } from '../volume/host-request.js';

/** First in, first out, without moving what is behind the head. */
class Fifo<T> {
  private items: (T | undefined)[] = [];
  private head = 0;

  get isEmpty(): boolean {
    return this.head === this.items.length;
  }

  push(item: T): void {
    this.items.push(item);
  }

  peek(): T | undefined {
    return this.items[this.head];
  }

  shift(): void {
    this.items[this.head++] = undefined;
    if (this.head === this.items.length) {
      this.items.length = 0;
      this.head = 0;
    } else if (this.head >= 4096) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
  }
}

/**
 * Host requests that are in the log and wait for their acknowledgement. Positions only rise, so two queues suffice: one for
 * plain writes, one for what must be durable first (FLUSH, FUA, write-through volumes).
 */
export class AckGate {
  private readonly received = new Fifo<HostRequest>();
  private readonly durable = new Fifo<HostRequest>();

  /** Takes a request whose `lastLsn` is set, in rising order for each queue. */
  push(request: HostRequest, mustBeDurable: boolean): void {
    (mustBeDurable ? this.durable : this.received).push(request);
  }

  get isWaitingForDurable(): boolean {
    return !this.durable.isEmpty;
  }

  /** Completes what is acknowledged: plain requests up to `receivedLsn`, the others up to `durableLsn`. */
  release(receivedLsn: number, durableLsn: number): void {
    release(this.received, receivedLsn);
    release(this.durable, durableLsn);
  }

  failAll(error: ErrorName): void {
    for (const queue of [this.received, this.durable]) {
      for (let request = queue.peek(); request !== undefined; request = queue.peek()) {
        queue.shift();
        request.sink.complete(request, error);
      }
    }
  }

  /** When the oldest waiting request came, or undefined. */
  get oldestStartedAtUs(): number | undefined {
    const first = this.received.peek()?.startedAtUs;
    const second = this.durable.peek()?.startedAtUs;
    return first === undefined || (second !== undefined && second < first) ? second : first;
  }
}

function release(queue: Fifo<HostRequest>, throughLsn: number): void {
  for (let request = queue.peek(); request !== undefined && request.lastLsn <= throughLsn; request = queue.peek()) {
    queue.shift();
    request.sink.complete(request, null);
  }
}
