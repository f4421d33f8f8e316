/**
 * 64-bit unsigned integers, big-endian, as JavaScript numbers. BigInt would allocate on the write path; positions, offsets and times
 * of ours stay below 2^53.
 */
const TWO_32 = 0x1_0000_0000;

/** @param value a whole number from 0 to 2^53 - 1 */
export function writeU64(buffer: Buffer, value: number, at: number): void {
  const high = Math.floor(value / TWO_32);
  buffer.writeUInt32BE(high, at);
  buffer.writeUInt32BE(value - high * TWO_32, at + 4);
}

/** Values of 2^53 and above come back inexact: bound what you read before you use it (`Number.isSafeInteger`). */
export function readU64(buffer: Buffer, at: number): number {
  return buffer.readUInt32BE(at) * TWO_32 + buffer.readUInt32BE(at + 4);
}
