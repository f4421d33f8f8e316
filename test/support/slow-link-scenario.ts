/** A session whose link is far too thin for what a host writes, between two real nodes: what their memory makes of it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { KIB, MIB } from '../../src/model/sizes.js';
import type { SessionState } from '../../src/node-api/contract.js';
import type { NbdClient } from '../../src/tools/nbd-client/client.js';
import { eventually } from '../../src/tools/node-process/eventually.js';
import { NodePair } from '../../src/tools/node-process/node-pair.js';
import type { NodeProcess } from '../../src/tools/node-process/node-process.js';

const WRITE_BYTES = 64 * KIB;
/** Requests of the host under way at once. */
const DEPTH = 16;
const VOLUME_BYTES = 128 * MIB;
/** At rest, and for one session that lags. */
const HELD_MIB_MAX = 150 + 64;

export interface SlowLinkOutcome {
  /** Most memory that the source had while the host wrote without a session, and then with one that lagged, MiB. */
  readonly peakMib: { readonly alone: number; readonly lagging: number };
  /** How the session was at the end of the load. */
  readonly behind: SessionState;
}

/**
 * Writes as fast as the source takes it, for so long without a session and as long over a link of 1 Mbit/s. Resolves when both ends are
 * equal again, the link having become fast; rejects when a write fails, or a node goes on to hold more than it may.
 */
export async function writeOverSlowLink(loadMs: number): Promise<SlowLinkOutcome> {
  const folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-slow-link-'));
  const pair = await NodePair.start({ folder, sizeBytes: VOLUME_BYTES, settings: { transferMode: 'Consistency' } });
  try {
    const host = await pair.attach(pair.a, { timeoutMs: 120_000 });
    await write(host, loadMs);
    const alone = memoryOf(pair.a, 'VmHWM');
    await pair.createSession();
    await pair.waitForEquivalent();
    await pair.changeSettings({ bandwidthLimitMbps: 1 });
    await write(host, loadMs);
    const behind = await pair.state();
    const peakMib = { alone, lagging: memoryOf(pair.a, 'VmHWM') };
    for (const node of [pair.a, pair.b]) {
      const isWithin = () => Promise.resolve(memoryOf(node, 'VmRSS') < HELD_MIB_MAX || undefined);
      await eventually(`${node.name} below ${HELD_MIB_MAX} MiB`, isWithin, 30_000);
    }
    await pair.changeSettings({ bandwidthLimitMbps: 0 });
    await pair.waitForEquivalent(120_000);
    await host.disconnect();
    return { peakMib, behind };
  } finally {
    await pair.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function write(host: NbdClient, forMs: number): Promise<void> {
  const until = Date.now() + forMs;
  const writer = async (index: number): Promise<void> => {
    for (let at = index; Date.now() < until; at += DEPTH) {
      await host.write((at * WRITE_BYTES) % VOLUME_BYTES, Buffer.alloc(WRITE_BYTES, at));
    }
  };
  await Promise.all(Array.from({ length: DEPTH }, (_, index) => writer(index)));
}

/** MiB. */
function memoryOf(node: NodeProcess, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${node.pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)![1]) / KIB);
}
