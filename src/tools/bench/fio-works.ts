import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { BenchContext } from './bench-context.js';
import { startEvenkeelLocal, startEvenkeelSession, startEvenkeelTls } from './evenkeel-side.js';
import { fioCommandLine, runFio } from './fio.js';
import { medianFigures, type Figures, type WorkResult } from './measure.js';
import { runProgram } from './programs.js';
import { startQemuMirror, startQemuPlain, startQemuTls } from './qemu-side.js';
import type { Side } from './side.js';
import type { FioWork } from './works.js';

type StartSide = (folder: string) => Promise<Side>;

const SIDES: Readonly<Record<FioWork['mode'], { readonly evenkeel: StartSide; readonly peer: StartSide }>> = {
  local: { evenkeel: startEvenkeelLocal, peer: startQemuPlain },
  tls: { evenkeel: startEvenkeelTls, peer: startQemuTls },
  sync: {
    evenkeel: (folder) => startEvenkeelSession(folder, 'Synchronous'),
    peer: (folder) => startQemuMirror(folder, 'write-blocking'),
  },
  consistency: {
    evenkeel: (folder) => startEvenkeelSession(folder, 'Consistency'),
    peer: (folder) => startQemuMirror(folder, 'background'),
  },
  // What a Stack session costs its host: nothing else carries changed blocks without a log.
  stack: { evenkeel: (folder) => startEvenkeelSession(folder, 'Stack'), peer: startEvenkeelLocal },
};

/** Works of one mode: both sides are up for all of them, and fio turns to each in alternation. */
export async function runFioWorks(
  mode: FioWork['mode'],
  works: readonly FioWork[],
  context: BenchContext,
): Promise<WorkResult[]> {
  const { say } = context;
  const folder = path.join(context.folder, mode);
  mkdirSync(folder);
  const evenkeel = await SIDES[mode].evenkeel(folder);
  try {
    const peer = await SIDES[mode].peer(folder);
    try {
      for (const side of [evenkeel, peer]) say([`${side.name}:`, ...side.commands].join('\n    '));
      const results: WorkResult[] = [];
      for (const work of works) results.push(...(await compare(work, evenkeel, peer, context)));
      return results;
    } finally {
      await peer.stop();
    }
  } finally {
    await evenkeel.stop();
    rmSync(folder, { recursive: true });
  }
}

async function compare(work: FioWork, evenkeel: Side, peer: Side, context: BenchContext): Promise<WorkResult[]> {
  const { seconds, rounds, folder, say } = context;
  say(`${work.name}, ${rounds} rounds, each:\n    ${fioCommandLine(evenkeel.target, work, seconds)}`);
  const figures = new Map<Side, Figures[]>([
    [evenkeel, []],
    [peer, []],
  ]);
  for (let round = 0; round < rounds; round++) {
    // Whoever goes first in one round goes second in the next, so that neither always finds the quieter machine.
    for (const side of round % 2 === 0 ? [evenkeel, peer] : [peer, evenkeel]) {
      // What one side left for the disk must not be written out under the other's measurement.
      await runProgram('sync', ['-f', folder]);
      figures.get(side)!.push(await runFio(side.target, work, seconds));
      // Nor must its backlog be copied meanwhile.
      await side.settle();
    }
  }
  const ours = medianFigures(figures.get(evenkeel)!);
  const theirs = { name: peer.name, ...medianFigures(figures.get(peer)!) };
  const result = { work: work.name, evenkeel: ours, peer: theirs };
  const results: WorkResult[] = [{ ...result, ratio: ours.iops! / theirs.iops!, target: work.target }];
  if (work.p99Target !== undefined) {
    results.push({
      ...result,
      work: `${work.name}-p99`,
      ratio: theirs.p99_us! / ours.p99_us!,
      target: work.p99Target,
    });
  }
  return results;
}
