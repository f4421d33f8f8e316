import { expect } from '@jest/globals';
import type { NodePair } from '../../src/tools/node-process/node-pair.js';
import type { NodeProcess } from '../../src/tools/node-process/node-process.js';
import { readImage } from './host-workload.js';
import type { VolumeModel } from './volume-model.js';

/** What a host reads from the pair's volume at this node. */
export async function imageAt(pair: NodePair, node: NodeProcess): Promise<Buffer> {
  const host = await pair.attach(node);
  const image = await readImage(host);
  await host.disconnect();
  return image;
}

/**
 * Suspends the session, which opens both volumes, and expects them to be the same, byte for byte, and right by the oracle. No host may
 * be writing.
 */
export async function expectEqualAndRight(pair: NodePair, model: VolumeModel): Promise<void> {
  await pair.waitForEquivalent();
  await pair.suspend();
  const source = await imageAt(pair, pair.source);
  const destination = await imageAt(pair, pair.destination);
  expect(model.check(source)).toBeNull();
  expect(model.check(destination)).toBeNull();
  expect(firstDifference(source, destination)).toBeNull();
}

/** Offset of the first byte that differs, or null. */
export function firstDifference(a: Buffer, b: Buffer): number | null {
  if (a.equals(b)) return null;
  return a.findIndex((byte, at) => byte !== b[at]);
}
