/** Works that move a volume: the initial copy against nbdcopy, the catch-up from the log against that, and a resync against its bound. */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { GIB, MIB, REGION_BYTES } from '../../model/sizes.js';
import { eventually } from '../node-process/eventually.js';
import { freePorts } from '../../cli/processes/free-ports.js';
import { isEquivalent, type NodePair } from '../node-process/node-pair.js';
import type { BenchContext } from './bench-context.js';
import { COPY_TIMEOUT_MS, commandOf, mirror, pairExport, settle, startEvenkeelPair } from './evenkeel-side.js';
import { fill, nbdUri, VOLUME_BYTES, writeOnce, type NbdExport } from './fio.js';
import { copyFigures, median, medianFigures, type Figures, type WorkResult } from './measure.js';
import { commandLine, runProgram, startServer, stopServer } from './programs.js';
import { makeSparseFile, waitForExport } from './qemu-side.js';
import type { CatchUpWork, CopyWork, ResyncWork } from './works.js';

/** What waits in the log for its destination when a catch-up begins. */
const CATCH_UP_BYTES = 512 * MIB;
/** The log holds all of it, and a heartbeat timeout does not end the connection meanwhile. */
const CATCH_UP_SETTINGS = {
  transferMode: 'Consistency',
  srlShareMb: 1536,
  heartbeatTimeoutSeconds: 60,
  maxWriteDelayMs: 0,
} as const;

export async function runInitialCopy(work: CopyWork, context: BenchContext): Promise<WorkResult> {
  const ours: Figures[] = [];
  const theirs: Figures[] = [];
  const unflushed: Figures[] = [];
  for (let round = 0; round < context.rounds; round++) {
    const folder = path.join(context.folder, `${work.name}-${round}`);
    mkdirSync(folder);
    const turns = [
      async () => ours.push(await timeInitialCopy(folder)),
      // An initial copy is Equivalent only once it is durable at the destination, so it is compared with nbdcopy's --flush.
      async () => theirs.push(await timeNbdcopy(folder, ['--flush'], round === 0 ? context.say : () => undefined)),
      async () => unflushed.push(await timeNbdcopy(folder, [], () => undefined)),
    ];
    for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
    rmSync(folder, { recursive: true });
  }
  const [evenkeel, peer] = [medianFigures(ours), medianFigures(theirs)];
  return {
    work: work.name,
    evenkeel,
    peer: { name: 'nbdcopy --flush between two qemu-nbd', ...peer },
    ratio: evenkeel.mib_s! / peer.mib_s!,
    target: work.target,
    details: { peer_without_flush_mib_s: medianFigures(unflushed).mib_s! },
  };
}

async function timeInitialCopy(folder: string): Promise<Figures> {
  const pair = await startEvenkeelPair(path.join(folder, 'evenkeel'));
  try {
    return await timeMirror(pair, folder);
  } finally {
    await pair.dispose();
  }
}

/** From the request for the session to Equivalent, with an idle host. */
async function timeMirror(pair: NodePair, folder: string): Promise<Figures> {
  await runProgram('sync', ['-f', folder]);
  const startedAt = performance.now();
  await mirror(pair);
  return copyFigures(VOLUME_BYTES, (performance.now() - startedAt) / 1000);
}

/** Writes while the destination takes nothing, lets it go on, and waits until all of that is durable there. */
export async function runCatchUpWorks(works: readonly CatchUpWork[], context: BenchContext): Promise<WorkResult[]> {
  const { folder, rounds, say } = context;
  const [initial, ours] = [[] as Figures[], works.map(() => [] as Figures[])];
  for (let round = 0; round < rounds; round++) {
    const place = path.join(folder, `catch-up-${round}`);
    const pair = await startEvenkeelPair(place, { settings: CATCH_UP_SETTINGS, srlSizeBytes: 2 * GIB });
    try {
      if (round === 0) say([commandOf(pair.a), commandOf(pair.b)].join('\n    '));
      initial.push(await timeMirror(pair, folder));
      for (const [index, work] of works.entries()) ours[index]!.push(await timeCatchUp(pair, work, folder));
    } finally {
      await pair.dispose();
      rmSync(place, { recursive: true });
    }
  }
  const peer = { name: 'the initial copy of the same session', ...medianFigures(initial) };
  return works.map((work, index) => {
    const evenkeel = medianFigures(ours[index]!);
    return { work: work.name, evenkeel, peer, ratio: evenkeel.mib_s! / peer.mib_s!, target: work.target };
  });
}

async function timeCatchUp(pair: NodePair, { blockBytes }: CatchUpWork, folder: string): Promise<Figures> {
  const before = await pair.state();
  pair.destination.freeze();
  try {
    await writeOnce(pairExport(pair), CATCH_UP_BYTES, blockBytes);
    await runProgram('sync', ['-f', folder]);
  } finally {
    pair.destination.thaw();
  }
  const startedAt = performance.now();
  await settle(pair);
  const seconds = (performance.now() - startedAt) / 1000;
  const { statistics, resyncBytes } = await pair.state();
  if (statistics.overflows > before.statistics.overflows || resyncBytes > before.resyncBytes) {
    throw new Error('the destination was not caught up from the log, but from the map');
  }
  return copyFigures(CATCH_UP_BYTES, seconds);
}

async function timeNbdcopy(folder: string, flags: readonly string[], say: (line: string) => void): Promise<Figures> {
  const serve = async (name: string) => {
    const file = path.join(folder, `${name}.raw`);
    makeSparseFile(file);
    const [port = 0] = await freePorts(1);
    const target: NbdExport = { port, name: 'disk' };
    const listen = ['-b', '127.0.0.1', '-p', String(target.port), '-x', target.name];
    const args = [...listen, '-t', '-e', '8', '-f', 'raw', '--discard=unmap', file];
    const server = startServer('qemu-nbd', args);
    await waitForExport(target);
    return { target, server, command: commandLine('qemu-nbd', args) };
  };
  const source = await serve('copy-source');
  const destination = await serve('copy-destination');
  try {
    await fill(source.target);
    await runProgram('sync', ['-f', folder]);
    const args = [...flags, nbdUri(source.target), nbdUri(destination.target)];
    say([source.command, destination.command, commandLine('nbdcopy', args)].join('\n    '));
    const startedAt = performance.now();
    await runProgram('nbdcopy', args);
    return copyFigures(VOLUME_BYTES, (performance.now() - startedAt) / 1000);
  } finally {
    await stopServer(source.server);
    await stopServer(destination.server);
  }
}

/** Changes single blocks in that many regions of a suspended session, and counts what its resume sends. */
export async function runResyncWorks(works: readonly ResyncWork[], context: BenchContext): Promise<WorkResult[]> {
  const pair = await startEvenkeelPair(path.join(context.folder, 'resync'));
  try {
    await mirror(pair);
    const results: WorkResult[] = [];
    for (const work of works) {
      const rounds = [];
      for (let round = 0; round < context.rounds; round++) rounds.push(await timeResync(pair, work.regions));
      const bytes = median(rounds.map((round) => round.bytes));
      const seconds = median(rounds.map((round) => round.seconds));
      results.push({
        work: work.name,
        evenkeel: copyFigures(bytes, seconds),
        peer: null,
        ratio: (work.regions * REGION_BYTES) / bytes,
        target: work.target,
        details: { bytes_sent: bytes, seconds, us_per_region: (seconds * 1e6) / work.regions },
      });
    }
    return results;
  } finally {
    await pair.dispose();
  }
}

async function timeResync(pair: NodePair, regions: number): Promise<{ bytes: number; seconds: number }> {
  await pair.suspend();
  const host = await pair.attach();
  const total = VOLUME_BYTES / REGION_BYTES;
  // An odd factor steps through all regions of a power of two before it meets one again.
  const first = Math.floor(Math.random() * total);
  for (let n = 0; n < regions; n++) {
    await host.write(((first + n * 7919) % total) * REGION_BYTES, Buffer.alloc(4096, n + 1));
  }
  await host.disconnect();
  const before = await pair.state();
  const startedAt = performance.now();
  await pair.resume();
  const after = await eventually(
    'resync Equivalent',
    async () => {
      const state = await pair.state();
      return isEquivalent(state) && state.appliedGeneration >= pair.spec.generation ? state : undefined;
    },
    COPY_TIMEOUT_MS,
  );
  const seconds = (performance.now() - startedAt) / 1000;
  return { bytes: after.transferredBytes - before.transferredBytes, seconds };
}
