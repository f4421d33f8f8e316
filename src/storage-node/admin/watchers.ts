import { ADMIN_METRICS_MS } from '../config/limits.js';
import type { HealthReport } from './node-health.js';

export interface Metrics {
  readonly contentType: string;
  readonly text: string;
}

/** What is made for those who watch: each once for all that ask within ADMIN_METRICS_MS. */
export class Watchers {
  private scrape: { readonly madeMs: number; readonly metrics: Promise<Metrics> } | null = null;
  private look: { readonly madeMs: number; readonly report: HealthReport } | null = null;

  constructor(
    private readonly parts: { health(): HealthReport; metrics(): Promise<Metrics> },
    private readonly monotonicMs: () => number,
  ) {}

  metrics(): Promise<Metrics> {
    const now = this.monotonicMs();
    if (this.scrape === null || now - this.scrape.madeMs >= ADMIN_METRICS_MS) {
      this.scrape = { madeMs: now, metrics: this.parts.metrics() };
    }
    return this.scrape.metrics;
  }

  health(): HealthReport {
    const now = this.monotonicMs();
    if (this.look === null || now - this.look.madeMs >= ADMIN_METRICS_MS) {
      this.look = { madeMs: now, report: this.parts.health() };
    }
    return this.look.report;
  }
}
