import { Refusal } from '../../errors/refusal.js';
import {
  CHANGE_MAP_BLOCK_SECTORS,
  CHANGE_MAP_SECTOR_BITS_BYTES,
  CHANGE_MAP_VERSION,
  blockCountOf,
  changeMapBytes,
  decodeChangeMapHeader,
  isSectorWhole,
  regionCountOf,
  sectorPosition,
  type BitmapName,
} from '../../format/metadata/change-map-file.js';

export function describeChangeMap(bytes: Buffer, name: string): string[] {
  const header = decodeChangeMapHeader(bytes, name);
  if (bytes.length < changeMapBytes(header)) throw new Refusal('FORMAT_CORRUPT', `${name}: too short`);
  const regions = regionCountOf(header);
  const lines = [
    `change map, version ${CHANGE_MAP_VERSION}`,
    `of volume ${header.owner.volumeUid} in group ${header.owner.groupUid}`,
    `volume of ${header.sizeBytes} bytes, ${regions} regions of ${header.regionBytes} bytes`,
  ];
  const sectors = blockCountOf(header) * CHANGE_MAP_BLOCK_SECTORS;
  for (const bitmap of ['active', 'replay'] as const) {
    const runs = runsOf(regions, (region) => isMarked(bytes, bitmap, region));
    const count = runs.reduce((sum, [first, last]) => sum + last - first + 1, 0);
    const list = runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(' ');
    lines.push(`${bitmap}: ${count} regions${count > 0 ? `: ${list}` : ''}`);
    for (let sector = 0; sector < sectors; sector++) {
      const position = sectorPosition(bitmap, sector);
      if (!isSectorWhole(bytes, position, bitmap, sector)) lines.push(`error: @${position} checksum of a sector`);
    }
  }
  return lines;
}

function isMarked(bytes: Buffer, bitmap: BitmapName, region: number): boolean {
  const byte = region >>> 3;
  const sector = Math.floor(byte / CHANGE_MAP_SECTOR_BITS_BYTES);
  const position = sectorPosition(bitmap, sector) + (byte % CHANGE_MAP_SECTOR_BITS_BYTES);
  return (bytes[position]! & (1 << (region & 7))) !== 0;
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
