import { Refusal } from '../../errors/refusal.js';
import {
  CHANGE_MAP_BLOCK_BYTES,
  blockCountOf,
  blockPosition,
  decodeChangeMapHeader,
  regionCountOf,
} from '../../format/metadata/change-map-header.js';

export function describeChangeMap(bytes: Buffer, name: string): string[] {
  const header = decodeChangeMapHeader(bytes, name);
  const regions = regionCountOf(header);
  const lines = [
    'change map, version 1',
    `volume of ${header.sizeBytes} bytes, ${regions} regions of ${header.regionBytes} bytes`,
  ];
  for (const bitmap of ['active', 'replay'] as const) {
    const runs = runsOf(regions, (region) => {
      const byte = region >>> 3;
      const position =
        blockPosition(bitmap, Math.floor(byte / CHANGE_MAP_BLOCK_BYTES)) + (byte % CHANGE_MAP_BLOCK_BYTES);
      return (bytes[position]! & (1 << (region & 7))) !== 0;
    });
    const count = runs.reduce((sum, [first, last]) => sum + last - first + 1, 0);
    const list = runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(' ');
    lines.push(`${bitmap}: ${count} regions${count > 0 ? `: ${list}` : ''}`);
  }
  if (bytes.length < blockPosition('active', blockCountOf(header)))
    throw new Refusal('FORMAT_CORRUPT', `${name}: too short`);
  return lines;
}

function runsOf(count: number, has: (region: number) => boolean): [number, number][] {
  const runs: [number, number][] = [];
  for (let region = 0; region < count; region++) {
    if (!has(region)) continue;
    const last = runs.at(-1);
    if (last !== undefined && last[1] === region - 1) last[1] = region;
    else runs.push([region, region]);
  }
  return runs;
}
