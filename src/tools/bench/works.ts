/** What is measured, by what rule it is judged. Names and targets are those of docs/benchmarks.md. */

import { CONTROL_NAMES } from './control/control-works.js';
import { THOUSAND_NAMES } from './control/thousand-works.js';

/** What fio does to an export. */
export interface FioShape {
  readonly name: string;
  readonly pattern: 'randwrite' | 'randread' | 'write';
  readonly blockBytes: number;
  readonly depth: number;
}

export interface FioWork extends FioShape {
  readonly kind: 'fio';
  /** What serves the host on our side: a volume alone, without and with TLS, or the source of a session. */
  readonly mode: 'local' | 'tls' | 'sync' | 'consistency' | 'stack';
  /** Least ratio of our operations to the peer's; null: measured without a target. */
  readonly target: number | null;
  /** Least ratio of the peer's 99th percentile to ours, reported as a line of its own. */
  readonly p99Target?: number;
}

export interface CopyWork {
  readonly kind: 'initial-copy';
  readonly name: string;
  readonly target: number;
}

export interface ResyncWork {
  readonly kind: 'resync';
  readonly name: string;
  /** Regions of which a part is changed while the session is suspended. */
  readonly regions: number;
  readonly target: number;
}

export interface CatchUpWork {
  readonly kind: 'catch-up';
  readonly name: string;
  /** Size of the writes that are in the log when the destination is there again. */
  readonly blockBytes: number;
  /** Least ratio of its rate to that of the initial copy of the same session. */
  readonly target: number | null;
}

/** Latency of a host in front of a Consistency session over a short and a long link (promise C03). */
export interface LinkDelayWork {
  readonly kind: 'link-delay';
  readonly name: string;
  /** Least ratio of the latency over the short link to that over the long one. */
  readonly target: number;
}

/** Host and memory of a Consistency session whose link carries next to nothing of what is written. */
export interface SlowLinkWork {
  readonly kind: 'slow-link';
  readonly name: string;
  /** Least ratio of the host's rate to that of the same session over a fast link. */
  readonly target: number;
}

/** The control plane with many simulated nodes, judged by bounds. */
export interface ControlWork {
  readonly kind: 'control';
  readonly name: (typeof CONTROL_NAMES)[number];
}

/** A thousand volumes and sessions on one pair of real nodes, made over the API. */
export interface ThousandWork {
  readonly kind: 'thousand';
  readonly name: (typeof THOUSAND_NAMES)[number];
}

export type Work =
  FioWork | CopyWork | ResyncWork | CatchUpWork | LinkDelayWork | SlowLinkWork | ControlWork | ThousandWork;

function fio(name: string, target: number | null, p99Target?: number): FioWork {
  const [, mode, size, pattern, depth] = /^(local|tls|sync|consistency|stack)-(\w+)-(\w+)-qd(\d+)$/.exec(name)!;
  return {
    kind: 'fio',
    name,
    mode: mode as FioWork['mode'],
    pattern: pattern as FioWork['pattern'],
    blockBytes: Number.parseInt(size!) * (size!.endsWith('m') ? 1 << 20 : 1 << 10),
    depth: Number(depth),
    target,
    ...(p99Target === undefined ? {} : { p99Target }),
  };
}

/** A resync may send a tenth more than what changed. */
function resync(regions: number): ResyncWork {
  return { kind: 'resync', name: `resync-${regions}`, regions, target: 1 / 1.1 };
}

export const WORKS: readonly Work[] = [
  fio('local-4k-randwrite-qd1', null),
  fio('local-4k-randwrite-qd32', 2.5),
  fio('local-4k-randread-qd32', 2.5),
  fio('tls-4k-randwrite-qd1', null),
  fio('tls-4k-randwrite-qd32', null),
  fio('tls-4k-randread-qd32', null),
  fio('tls-1m-write-qd8', null),
  fio('sync-4k-randwrite-qd1', 1.0),
  fio('sync-4k-randwrite-qd32', 2.5, 4.0),
  fio('sync-64k-randwrite-qd8', 4.0),
  fio('sync-1m-write-qd8', 1.0),
  fio('consistency-4k-randwrite-qd1', 1.3),
  fio('consistency-4k-randwrite-qd32', 1.0),
  fio('consistency-64k-randwrite-qd8', null),
  fio('stack-4k-randwrite-qd32', 0.85),
  // Below 10 % of change.
  { kind: 'link-delay', name: 'link-delay', target: 1 / 1.1 },
  { kind: 'slow-link', name: 'slow-link', target: 1 / 1.1 },
  { kind: 'initial-copy', name: 'initial-copy', target: 1.0 },
  { kind: 'catch-up', name: 'catch-up-4k', blockBytes: 4 << 10, target: null },
  { kind: 'catch-up', name: 'catch-up-64k', blockBytes: 64 << 10, target: 0.8 },
  resync(256),
  resync(1024),
  resync(4096),
  ...CONTROL_NAMES.map((name): ControlWork => ({ kind: 'control', name })),
  ...THOUSAND_NAMES.map((name): ThousandWork => ({ kind: 'thousand', name })),
];
