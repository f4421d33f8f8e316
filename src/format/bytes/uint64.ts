/** Unsigned 64-bit big-endian integers as plain numbers: no BigInt, since these stand in frames of the write path. */

const HIGH_UNIT = 0x1_0000_0000;
/** High halves from here on make numbers that a double cannot hold exactly. */
const HIGH_END = 0x20_0000;

export function writeUint64(into: Buffer, offset: number, value: number): void {
  into.writeUInt32BE(Math.floor(value / HIGH_UNIT), offset);
  into.writeUInt32BE(value % HIGH_UNIT, offset + 4);
}

/** NaN when the value is 2^53 or more: nothing that Evenkeel counts gets there, so it is a damaged or hostile field. */
export function readUint64(from: Buffer, offset: number): number {
  const high = from.readUInt32BE(offset);
  if (high >= HIGH_END) return Number.NaN;
  return high * HIGH_UNIT + from.readUInt32BE(offset + 4);
}
