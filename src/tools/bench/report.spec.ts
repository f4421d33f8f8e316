import { describe, expect, it } from '@jest/globals';
import { copyFigures, medianFigures, memoryResult } from './measure.js';
import { formatTable } from './report.js';
import { WORKS } from './works.js';

describe('the benchmark', () => {
  it('reads size, pattern and depth from the name of a work', () => {
    expect(WORKS.find((work) => work.name === 'sync-1m-write-qd8')).toMatchObject({
      mode: 'sync',
      pattern: 'write',
      blockBytes: 1 << 20,
      depth: 8,
    });
  });

  it('takes the median of each figure over the rounds', () => {
    const round = (iops: number, p99: number) => ({ iops, mib_s: 1, mean_us: 1, p99_us: p99 });
    expect(medianFigures([round(10, 3), round(30, 1), round(20, 2)])).toMatchObject({ iops: 20, p99_us: 2 });
    expect(medianFigures([copyFigures(2 << 20, 1), copyFigures(4 << 20, 1)])).toMatchObject({ iops: null, mib_s: 3 });
  });

  it('prints ratio and target of each work side by side', () => {
    const figures = { iops: 25000, mib_s: 97.7, mean_us: 40, p99_us: 90.5 };
    const table = formatTable([
      { work: 'one', evenkeel: figures, peer: { name: 'peer', ...figures, iops: 10000 }, ratio: 2.5, target: 2.5 },
      { work: 'two', evenkeel: copyFigures(1 << 30, 4), peer: null, ratio: 0.5, target: 0.91 },
      memoryResult('rss', 200, 300),
    ]);
    expect(table.split('\n')).toEqual([
      'work   evenkeel  mean µs  p99 µs       peer  mean µs  p99 µs   ratio  target',
      'one   25,000 /s     40.0    90.5  10,000 /s     40.0    90.5  2.50 ×  2.50 ×  reached',
      'two   256 MiB/s                                               0.50 ×  0.91 ×   missed',
      'rss     200 MiB                                               1.50 ×  1.00 ×  reached',
    ]);
  });
});
