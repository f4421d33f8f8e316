import type { Figures } from './measure.js';
import { commandLine, runProgram } from './programs.js';
import type { FioShape } from './works.js';

/** What both sides of a comparison are: an NBD export on this machine. */
export interface NbdExport {
  readonly port: number;
  readonly name: string;
  readonly isTls?: boolean;
}

export const VOLUME_BYTES = 1 << 30;

export function nbdUri(target: NbdExport): string {
  const place = `127.0.0.1:${target.port}/${target.name}`;
  // Certificates of a benchmark are signed by nobody.
  return target.isTls ? `nbds://${place}?tls-verify-peer=false` : `nbd://${place}`;
}

function fioArguments(target: NbdExport, work: FioShape, seconds: number): string[] {
  return [
    `--name=${work.name}`,
    '--ioengine=nbd',
    `--uri=${nbdUri(target)}`,
    `--rw=${work.pattern}`,
    `--bs=${work.blockBytes}`,
    `--iodepth=${work.depth}`,
    `--size=${VOLUME_BYTES}`,
    '--time_based',
    '--ramp_time=1',
    `--runtime=${seconds}`,
    '--norandommap',
    '--output-format=json',
  ];
}

export function fioCommandLine(target: NbdExport, work: FioShape, seconds: number): string {
  return commandLine('fio', fioArguments(target, work, seconds));
}

interface FioDirection {
  readonly iops: number;
  readonly bw_bytes: number;
  readonly lat_ns: { readonly mean: number };
  readonly clat_ns: { readonly percentile?: Readonly<Record<string, number>> };
}

/** What fio says besides. */
export interface FioFigures extends Figures {
  readonly iops: number;
  readonly mean_us: number;
  readonly p99_us: number;
  /** Of the completion latency, as p99. */
  readonly median_us: number;
}

export async function runFio(target: NbdExport, work: FioShape, seconds: number): Promise<FioFigures> {
  const output = await runProgram('fio', fioArguments(target, work, seconds));
  // fio may print notes before its JSON.
  const report = JSON.parse(output.slice(output.indexOf('{'))) as {
    jobs: [{ error: number; read: FioDirection; write: FioDirection }];
  };
  const job = report.jobs[0];
  if (job.error !== 0) throw new Error(`fio ended with error ${job.error}`);
  const side = work.pattern === 'randread' ? job.read : job.write;
  const percentile = (which: string) => (side.clat_ns.percentile?.[which] ?? 0) / 1000;
  return {
    iops: side.iops,
    mib_s: side.bw_bytes / (1 << 20),
    mean_us: side.lat_ns.mean / 1000,
    p99_us: percentile('99.000000'),
    median_us: percentile('50.000000'),
  };
}

/** Writes the whole volume once, so that both sides measure allocated blocks with a warm page cache. */
export function fill(target: NbdExport): Promise<void> {
  return writeOnce(target, VOLUME_BYTES, 1 << 20);
}

/** Writes so many bytes in order, and flushes. */
export async function writeOnce(target: NbdExport, bytes: number, blockBytes: number): Promise<void> {
  await runProgram('fio', [
    '--name=fill',
    '--ioengine=nbd',
    `--uri=${nbdUri(target)}`,
    '--rw=write',
    `--bs=${blockBytes}`,
    '--iodepth=8',
    `--size=${bytes}`,
    '--end_fsync=1',
    '--output-format=json',
  ]);
}
