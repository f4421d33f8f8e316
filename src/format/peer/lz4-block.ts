/**
 * LZ4 blocks: the format of lz4_Block_format.md of github.com/lz4/lz4, without the frame around it. A block is sequences of literals and a
 * match (token, literals, offset back, both lengths open-ended), the last of literals alone.
 *
 * Of our own, since a hundred lines are as fast here as the native packages, which copy across the boundary and trust lengths that they find
 * in what they decompress.
 */
const MATCH_BYTES_MIN = 4;
const OFFSET_MAX = 0xffff;
/** The last match begins so far from the end or further, and leaves so many bytes as literals: decoders may rely on it. */
const LAST_MATCH_FROM_END = 12;
const LAST_LITERALS = 5;
/** A length that does not fit into its half of the token goes on in bytes of up to 255. */
const TOKEN_LENGTH_MAX = 15;
/** From so many bytes on, a call that copies is faster than a loop. */
const COPY_BYTES_MIN = 32;

const TABLE_BITS = 13;
const HASH_FACTOR = -1640531535;
/** Bytes looked at without a match, as a power of two, after which each further step is one longer: random data is passed over fast. */
const HASTE_BITS = 6;

/** Place after the last position seen with this hash; 0 for none. Compressing is one synchronous step: one table serves all. */
const table = new Uint32Array(1 << TABLE_BITS);

/** Answers how many bytes of `into` the block takes, or 0 when it does not fit there. */
export function compressLz4(from: Buffer, into: Buffer): number {
  table.fill(0);
  const lastMatchAt = from.length - LAST_MATCH_FROM_END;
  let written = 0;
  let anchor = 0;
  let at = 1;
  let misses = 1 << HASTE_BITS;
  while (at <= lastMatchAt) {
    const four = fourAt(from, at);
    const slot = Math.imul(four, HASH_FACTOR) >>> (32 - TABLE_BITS);
    let match = table[slot]! - 1;
    table[slot] = at + 1;
    if (match < 0 || at - match > OFFSET_MAX || fourAt(from, match) !== four) {
      at += misses++ >> HASTE_BITS;
      continue;
    }
    let start = at;
    while (start > anchor && match > 0 && from[start - 1] === from[match - 1]) {
      start--;
      match--;
    }
    const end = endOfMatch(from, at + MATCH_BYTES_MIN, start - match);
    written = writeSequence(from, anchor, start, start - match, end - start, into, written);
    if (written === 0) return 0;
    at = anchor = end;
    misses = 1 << HASTE_BITS;
  }
  return writeSequence(from, anchor, from.length, 0, MATCH_BYTES_MIN, into, written);
}

function fourAt(from: Buffer, at: number): number {
  return from[at]! | (from[at + 1]! << 8) | (from[at + 2]! << 16) | (from[at + 3]! << 24);
}

function endOfMatch(from: Buffer, at: number, offset: number): number {
  const limit = from.length - LAST_LITERALS;
  let end = at;
  while (end < limit && from[end] === from[end - offset]) end++;
  return end;
}

/** Offset 0: no match follows. Answers where the next sequence goes, 0 when there is no room. */
function writeSequence(
  from: Buffer,
  start: number,
  end: number,
  offset: number,
  matchBytes: number,
  into: Buffer,
  at: number,
): number {
  const literals = end - start;
  const match = matchBytes - MATCH_BYTES_MIN;
  if (at + 5 + literals + (literals >> 7) + (match >> 7) > into.length) return 0;
  const token = at++;
  into[token] = (Math.min(literals, TOKEN_LENGTH_MAX) << 4) | Math.min(match, TOKEN_LENGTH_MAX);
  at = writeLength(literals, into, at);
  if (literals >= COPY_BYTES_MIN) from.copy(into, at, start, end);
  else for (let next = 0; next < literals; next++) into[at + next] = from[start + next]!;
  at += literals;
  if (offset === 0) return at;
  into[at++] = offset & 0xff;
  into[at++] = offset >> 8;
  return writeLength(match, into, at);
}

function writeLength(length: number, into: Buffer, at: number): number {
  if (length < TOKEN_LENGTH_MAX) return at;
  let rest = length - TOKEN_LENGTH_MAX;
  for (; rest >= 0xff; rest -= 0xff) into[at++] = 0xff;
  into[at++] = rest;
  return at;
}

/** Whether `from` is a block whose data fills `into` to its end. Never reads or writes beyond either, whatever it is given. */
export function decompressLz4(from: Buffer, into: Buffer): boolean {
  let read = 0;
  let written = 0;
  while (read < from.length) {
    const token = from[read++]!;
    let literals = token >> 4;
    if (literals === TOKEN_LENGTH_MAX) {
      let more;
      do {
        if (read >= from.length) return false;
        more = from[read++]!;
        literals += more;
      } while (more === 0xff);
    }
    if (literals > from.length - read || literals > into.length - written) return false;
    if (literals >= COPY_BYTES_MIN) from.copy(into, written, read, read + literals);
    else for (let next = 0; next < literals; next++) into[written + next] = from[read + next]!;
    read += literals;
    written += literals;
    if (read === from.length) return written === into.length;

    if (from.length - read < 2) return false;
    const offset = from[read]! | (from[read + 1]! << 8);
    read += 2;
    let match = token & TOKEN_LENGTH_MAX;
    if (match === TOKEN_LENGTH_MAX) {
      let more;
      do {
        if (read >= from.length) return false;
        more = from[read++]!;
        match += more;
      } while (more === 0xff);
    }
    match += MATCH_BYTES_MIN;
    if (offset === 0 || offset > written || match > into.length - written) return false;
    copyMatch(into, written, offset, match);
    written += match;
  }
  return false;
}

/** A match may reach into what it writes itself: then it repeats. */
function copyMatch(into: Buffer, at: number, offset: number, bytes: number): void {
  if (bytes < COPY_BYTES_MIN) {
    for (let next = at; next < at + bytes; next++) into[next] = into[next - offset]!;
    return;
  }
  let copied = Math.min(offset, bytes);
  into.copyWithin(at, at - offset, at - offset + copied);
  for (; copied < bytes; copied *= 2) into.copyWithin(at + copied, at, at + Math.min(copied, bytes - copied));
}
