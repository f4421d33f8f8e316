/** What is measured, by what rule it is judged. Names and targets are those of docs/benchmarks.md. */

export interface FioWork {
  readonly kind: 'fio';
  readonly name: string;
  /** What serves the host on our side: a volume alone, or the source of a Synchronous session. */
  readonly mode: 'local' | 'sync';
  readonly pattern: 'randwrite' | 'randread' | 'write';
  readonly blockBytes: number;
  readonly depth: number;
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

export type Work = FioWork | CopyWork | ResyncWork;

function fio(name: string, target: number | null, p99Target?: number): FioWork {
  const [, mode, size, pattern, depth] = /^(local|sync)-(\w+)-(\w+)-qd(\d+)$/.exec(name)!;
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
  fio('sync-4k-randwrite-qd1', 1.0),
  fio('sync-4k-randwrite-qd32', 2.5, 4.0),
  fio('sync-64k-randwrite-qd8', 4.0),
  fio('sync-1m-write-qd8', 1.0),
  { kind: 'initial-copy', name: 'initial-copy', target: 1.0 },
  resync(256),
  resync(1024),
  resync(4096),
];
