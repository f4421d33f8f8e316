import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Command } from './desired.js';

const SECONDS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];

/** How a call to a node ended: refused is an answer, failed is none. */
export type CallResult = 'done' | 'refused' | 'failed';

/** What the worker of this process does. One that stands by shows that it does not lead, and nothing else moves. */
@Injectable()
export class WorkerMetrics {
  readonly isLeader: Gauge;
  /** Unfinished operations, as the last pass found them. */
  readonly operations: Gauge;
  readonly passFailures: Counter;
  private readonly passes: Histogram;
  private readonly calls: Histogram<'call'>;
  private readonly results: Counter<'call' | 'result'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.isLeader = new Gauge({
      name: 'evenkeel_worker_is_leader',
      help: '1 while the worker of this process leads',
      registers,
    });
    this.operations = new Gauge({
      name: 'evenkeel_worker_operations',
      help: 'Unfinished operations of jobs at the last pass of the leading worker',
      registers,
    });
    this.passFailures = new Counter({
      name: 'evenkeel_worker_pass_failures_total',
      help: 'Turns of the worker that failed, mostly since the database was away',
      registers,
    });
    this.passes = new Histogram({
      name: 'evenkeel_worker_pass_seconds',
      help: 'Time of a pass over what should be and what is',
      buckets: SECONDS,
      registers,
    });
    this.calls = new Histogram({
      name: 'evenkeel_worker_call_seconds',
      help: 'Time of a call to a storage node, answered or not; state is the look at it',
      labelNames: ['call'],
      buckets: SECONDS,
      registers,
    });
    this.results = new Counter({
      name: 'evenkeel_worker_calls_total',
      help: 'Calls to storage nodes by what came of them',
      labelNames: ['call', 'result'],
      registers,
    });
  }

  passed(milliseconds: number): void {
    this.passes.observe(milliseconds / 1000);
  }

  called(call: Command['call'] | 'state', milliseconds: number, result: CallResult): void {
    this.calls.observe({ call }, milliseconds / 1000);
    this.results.inc({ call, result });
  }
}
