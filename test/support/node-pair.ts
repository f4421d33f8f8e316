/** Tests over a pair of real storage nodes: fresh ones for each test, always cleaned up, their logs shown when a test fails. */
import { it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SessionSettings } from '../../src/model/session.js';
import { MIB, SRL_SIZE_MIN_BYTES } from '../../src/model/sizes.js';
import { NodePair, type NodePairOptions } from '../../src/tools/node-process/node-pair.js';
import type { NodeProcess } from '../../src/tools/node-process/node-process.js';

export type PairTestOptions = Partial<Omit<NodePairOptions, 'folder'>>;

/** Losses are noticed fast, and a source does not wait long for a destination that a test killed. */
const QUICK: Partial<SessionSettings> = { heartbeatTimeoutSeconds: 1, startupWaitSeconds: 2 };

const LOG_LINES_SHOWN = 60;
/** Kept back from a test's time, so that a hung one still ends its nodes. */
const CLEAN_UP_MS = 10_000;

/**
 * A test over two nodes with a volume of 32 MiB each; the session between them is for the test to make.
 * @param timeoutMs of the test, not of what it waits for
 */
export function itWithPair(
  name: string,
  options: PairTestOptions,
  run: (pair: NodePair) => Promise<void>,
  timeoutMs = 120_000,
): void {
  it(name, () => withPair(options, run, timeoutMs - CLEAN_UP_MS), timeoutMs);
}

/** @param limitMs after which the run counts as hung, and fails with the nodes' logs */
export async function withPair(
  options: PairTestOptions,
  run: (pair: NodePair) => Promise<void>,
  limitMs = 90_000,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-pair-'));
  try {
    const pair = await NodePair.start({
      sizeBytes: 32 * MIB,
      srlSizeBytes: SRL_SIZE_MIN_BYTES,
      ...options,
      settings: { ...QUICK, ...options.settings },
      folder,
    });
    try {
      await within(limitMs, run(pair));
    } catch (error) {
      const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
      throw new Error([what, lastLines(pair.a), lastLines(pair.b)].join('\n\n'));
    } finally {
      await pair.dispose();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`hung for ${limitMs} ms`)), limitMs);
  });
  await Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

function lastLines(node: NodeProcess): string {
  return `${node.name}:\n${node.log.split('\n').slice(-LOG_LINES_SHOWN).join('\n')}`;
}
