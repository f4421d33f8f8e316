/** Works about the link between the nodes, which goes through a relay that makes it long or slow. */
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NodePair } from '../node-process/node-pair.js';
import type { NodeProcess } from '../node-process/node-process.js';
import { RelayProcess } from '../relay/relay-process.js';
import type { BenchContext } from './bench-context.js';
import { commandOf, mirror, pairExport, settle, startEvenkeelPair } from './evenkeel-side.js';
import { fioCommandLine, runFio, type FioFigures } from './fio.js';
import { median, medianFigures, memoryResult, type WorkResult } from './measure.js';
import { runProgram } from './programs.js';
import type { FioShape, LinkDelayWork, SlowLinkWork } from './works.js';

const HOST_AT_DEPTH_1: FioShape = { name: 'link-delay', pattern: 'randwrite', blockBytes: 4096, depth: 1 };
const HOST_AT_DEPTH_32: FioShape = { name: 'slow-link', pattern: 'randwrite', blockBytes: 4096, depth: 32 };

const SHORT_DELAY_MS = 1;
const LONG_DELAY_MS = 200;
/** 1 Mbit/s. */
const SLOW_BYTES_PER_SECOND = 125_000;
/** The slow link is measured so many times longer than other works. */
const SLOW_LINK_FACTOR = 20;
const FAST_LINK_FACTOR = 4;

/** What a node may hold: at rest, and besides for a session that lags. */
const REST_MIB_MAX = 150;
const LAGGING_SESSION_MIB_MAX = 64;
const MEMORY_LOOK_MS = 200;
/** After the host's last write, until a node counts as at rest. */
const REST_MS = 10_000;

/** A Consistency session over a relay, Equivalent. */
async function withSession<T>(
  context: BenchContext,
  name: string,
  measure: (pair: NodePair, relay: RelayProcess) => Promise<T>,
): Promise<T> {
  const relay = RelayProcess.start();
  const folder = path.join(context.folder, name);
  try {
    const pair = await startEvenkeelPair(folder, {
      settings: { transferMode: 'Consistency' },
      peerAddressOf: (address) => relay.open(address),
    });
    try {
      context.say([`${name}:`, commandOf(pair.a), commandOf(pair.b)].join('\n    '));
      await mirror(pair);
      return await measure(pair, relay);
    } finally {
      await pair.dispose();
    }
  } finally {
    relay.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The host must not feel how long the link is: median and 99th percentile, each as a line of its own. */
export function runLinkDelay(work: LinkDelayWork, context: BenchContext): Promise<WorkResult[]> {
  const { seconds, rounds, folder, say } = context;
  return withSession(context, work.name, async (pair, relay) => {
    say(`${work.name}, ${rounds} rounds, each:\n    ${fioCommandLine(pairExport(pair), HOST_AT_DEPTH_1, seconds)}`);
    const [short, long]: [FioFigures[], FioFigures[]] = [[], []];
    const turns = [
      { delayMs: SHORT_DELAY_MS, figures: short },
      { delayMs: LONG_DELAY_MS, figures: long },
    ];
    for (let round = 0; round < rounds; round++) {
      for (const { delayMs, figures } of round % 2 === 0 ? turns : [...turns].reverse()) {
        await relay.become({ delayMs });
        await runProgram('sync', ['-f', folder]);
        figures.push(await runFio(pairExport(pair), HOST_AT_DEPTH_1, seconds));
        await settle(pair);
      }
    }
    const common = {
      evenkeel: medianFigures(long),
      peer: { name: `the same session, ${SHORT_DELAY_MS} ms of delay`, ...medianFigures(short) },
      target: work.target,
    };
    const line = (which: 'median_us' | 'p99_us', name: string): WorkResult => {
      const [far, near] = [long, short].map((rounds) => median(rounds.map((round) => round[which])));
      const details = { [`at_${SHORT_DELAY_MS}_ms_us`]: near!, [`at_${LONG_DELAY_MS}_ms_us`]: far! };
      return { ...common, work: `${work.name}-${name}`, ratio: near! / far!, details };
    };
    return [line('median_us', 'median'), line('p99_us', 'p99')];
  });
}

/** Full write load over a link that carries hardly any of it: the host's rate, and the memory of both nodes. */
export function runSlowLink(work: SlowLinkWork, context: BenchContext): Promise<WorkResult[]> {
  const { folder, say } = context;
  return withSession(context, work.name, async (pair, relay) => {
    const target = pairExport(pair);
    const [fastSeconds, slowSeconds] = [FAST_LINK_FACTOR * context.seconds, SLOW_LINK_FACTOR * context.seconds];
    say(`${work.name}:\n    ${fioCommandLine(target, HOST_AT_DEPTH_32, slowSeconds)}`);
    const measure = async (seconds: number) => {
      await runProgram('sync', ['-f', folder]);
      const watch = new MemoryWatch(pair);
      const figures = await runFio(target, HOST_AT_DEPTH_32, seconds);
      return { figures, peakMib: watch.stop() };
    };
    const fast = await measure(fastSeconds);
    await settle(pair);
    await relay.become({ bytesPerSecond: SLOW_BYTES_PER_SECOND });
    const slow = await measure(slowSeconds);
    const { lag, loggingTo } = await pair.state();
    if (lag.writes === 0) throw new Error('the session does not lag behind a slow link');
    say(`${work.name}: ${lag.writes} writes or regions behind at the end, remembered in the ${loggingTo}`);
    await sleep(REST_MS);
    return [
      {
        work: `${work.name}-host`,
        evenkeel: slow.figures,
        peer: { name: 'the same session over a fast link', ...fast.figures },
        ratio: slow.figures.iops / fast.figures.iops,
        target: work.target,
        details: { lag_bytes: lag.bytes },
      },
      memoryResult(`${work.name}-memory-peak`, slow.peakMib, fast.peakMib + LAGGING_SESSION_MIB_MAX),
      memoryResult(`${work.name}-memory-rest`, residentMib(pair), REST_MIB_MAX + LAGGING_SESSION_MIB_MAX),
    ];
  });
}

/** Of the larger of both nodes. */
function residentMib(pair: NodePair): number {
  const of = ({ pid }: NodeProcess) => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)![1]) / 1024;
  };
  return Math.max(of(pair.source), of(pair.destination));
}

/** Keeps the most that either node held. */
class MemoryWatch {
  private peakMib = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(pair: NodePair) {
    this.timer = setInterval(() => (this.peakMib = Math.max(this.peakMib, residentMib(pair))), MEMORY_LOOK_MS);
  }

  stop(): number {
    clearInterval(this.timer);
    return this.peakMib;
  }
}
