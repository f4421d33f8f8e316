import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import type { WorkResult } from './measure.js';

export interface BenchReport {
  readonly machine: Readonly<Record<string, string>>;
  /** ISO 8601, when the run began. */
  readonly date: string;
  readonly seconds: number;
  readonly rounds: number;
  readonly works: readonly WorkResult[];
}

/** What figures depend on. @param hasPeer whether other programs are compared with */
export function describeMachine(folder: string, hasPeer: boolean): Record<string, string> {
  const firstLine = (program: string, args: string[]) => execFileSync(program, args).toString().trim().split('\n')[0]!;
  return {
    cpu: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    kernel: release(),
    file_system: firstLine('stat', ['--file-system', '--format=%T', folder]),
    node: process.version,
    ...(hasPeer && { qemu: firstLine('qemu-storage-daemon', ['--version']), fio: firstLine('fio', ['--version']) }),
  };
}

const COLUMNS = ['work', 'evenkeel', 'mean µs', 'p99 µs', 'peer', 'mean µs', 'p99 µs', 'ratio', 'target', ''];

/** A table for people: first column to the left, figures to the right. */
export function formatTable(results: readonly WorkResult[]): string {
  const rows = [COLUMNS, ...results.map(formatRow)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const align = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  return rows.map((row) => row.map(align).join('  ').trimEnd()).join('\n');
}

function formatRow(result: WorkResult): string[] {
  const { work, evenkeel, peer, ratio, target } = result;
  const verdict = target === null ? '' : ratio >= target ? 'reached' : 'missed';
  return [
    work,
    formatRate(evenkeel),
    formatFigure(evenkeel.mean_us),
    formatFigure(evenkeel.p99_us),
    peer === null ? '' : formatRate(peer),
    formatFigure(peer?.mean_us ?? null),
    formatFigure(peer?.p99_us ?? null),
    `${ratio.toFixed(2)} ×`,
    target === null ? '' : `${target.toFixed(2)} ×`,
    verdict,
  ];
}

function formatRate(figures: WorkResult['evenkeel']): string {
  if (figures.rss_mib !== undefined) return `${formatFigure(figures.rss_mib)} MiB`;
  if (figures.iops !== null) return `${formatFigure(figures.iops)} /s`;
  return figures.mib_s === null ? '' : `${formatFigure(figures.mib_s)} MiB/s`;
}

function formatFigure(value: number | null): string {
  if (value === null) return '';
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
