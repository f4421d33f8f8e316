import { expect } from '@jest/globals';
import type { NodePair } from '../../src/tools/node-process/node-pair.js';
import type { NodeProcess } from '../../src/tools/node-process/node-process.js';
import { readImage } from './host-workload.js';
import type { VolumeModel } from './volume-model.js';

/** What a host reads from the pair's volumes at this node, end to end. */
export async function imageAt(pair: NodePair, node: NodeProcess): Promise<Buffer> {
  const hosts = await pair.attachAll(node);
  const images: Buffer[] = [];
  for (const host of hosts) {
    images.push(await readImage(host));
    await host.disconnect();
  }
  return Buffer.concat(images);
}

/**
 * Suspends the sessions, which opens the volumes of both ends, and expects them to be the same, byte for byte, and right by the oracle. No host may
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
