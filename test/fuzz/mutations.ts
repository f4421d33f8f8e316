import type { SeededRandom } from '../support/seeded-random.js';

const BYTES_MAX = 256 * 1024;
/** Where lengths, counts and positions go wrong. */
const EDGES = [0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x10_0000, 0x10_0001, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];
const WIDE_EDGES = [0n, 1n, 2n ** 31n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];
const NUMBERS = [
  '0',
  '-1',
  '1e400',
  '1e-400',
  '9007199254740992',
  '4294967296',
  '0x10',
  '01',
  '""',
  'null',
  '[]',
  '{}',
];
const WORDS = ['__proto__', 'constructor', 'toString', '\u0000', '\ud800', '0.0.0.0', '::', '[::1]', 'x'.repeat(5000)];

type Mutation = (input: Buffer, random: SeededRandom, other: Buffer) => Buffer;

const flipBit: Mutation = (input, random) => {
  if (input.length === 0) return input;
  const at = random.below(input.length);
  input[at]! ^= 1 << random.below(8);
  return input;
};

const setByte: Mutation = (input, random) => {
  if (input.length > 0) input[random.below(input.length)] = random.below(256);
  return input;
};

/** A length, or what may be one: 2, 4 or 8 bytes, big-endian as all of our formats, at any place or at an even one. */
const setEdge: Mutation = (input, random) => {
  const bytes = [2, 4, 4, 8][random.below(4)]!;
  if (input.length < bytes) return input;
  let at = random.below(input.length - bytes + 1);
  if (random.isOneIn(2)) at -= at % bytes;
  const near = input.length + random.below(9) - 4;
  if (bytes === 8) input.writeBigUInt64BE(WIDE_EDGES[random.below(WIDE_EDGES.length)]!, at);
  else {
    const value = random.isOneIn(4) ? Math.max(0, near) : EDGES[random.below(EDGES.length)]!;
    input.writeUIntBE(value % 2 ** (8 * bytes), at, bytes);
  }
  return input;
};

const truncate: Mutation = (input, random) => input.subarray(0, random.below(input.length + 1));

const remove: Mutation = (input, random) => {
  const at = random.below(input.length + 1);
  return Buffer.concat([input.subarray(0, at), input.subarray(at + 1 + random.below(16))]);
};

const insert: Mutation = (input, random) => {
  const at = random.below(input.length + 1);
  const bytes = Buffer.from(Array.from({ length: 1 + random.below(16) }, () => random.below(256)));
  return Buffer.concat([input.subarray(0, at), bytes, input.subarray(at)]);
};

const duplicate: Mutation = (input, random) => {
  const at = random.below(input.length + 1);
  const piece = input.subarray(at, at + 1 + random.below(Math.min(4096, input.length - at + 1)));
  return Buffer.concat([input.subarray(0, at), ...Array<Buffer>(1 + random.below(4)).fill(piece), input.subarray(at)]);
};

const splice: Mutation = (input, random, other) =>
  Buffer.concat([input.subarray(0, random.below(input.length + 1)), other.subarray(random.below(other.length + 1))]);

const append: Mutation = (input, _random, other) => Buffer.concat([input, other]);

/** For JSON and other texts: a number or a word in the place of another. */
const replaceWord: Mutation = (input, random) => {
  const text = input.toString('latin1');
  const words = [...text.matchAll(/-?\d+|"[^"]*"|true|false|null|[a-zA-Z]+/g)];
  if (words.length === 0) return input;
  const word = words[random.below(words.length)]!;
  const isText = word[0].startsWith('"');
  const choices = random.isOneIn(2) ? NUMBERS : isText ? WORDS.map((one) => JSON.stringify(one)) : WORDS;
  const chosen = choices[random.below(choices.length)]!;
  return Buffer.from(text.slice(0, word.index) + chosen + text.slice(word.index + word[0].length), 'latin1');
};

const MUTATIONS: readonly Mutation[] = [
  ...[flipBit, flipBit, setByte, setEdge, setEdge, setEdge, truncate, remove, insert],
  ...[duplicate, splice, append, replaceWord, replaceWord],
];

/** Some mutations of an input, one on the other. The input is left as it is. */
export function mutate(input: Buffer, other: Buffer, random: SeededRandom): Buffer {
  let mutated = Buffer.from(input);
  for (let count = 1 + random.below(4); count > 0; count--) {
    const mutation = MUTATIONS[random.below(MUTATIONS.length)]!;
    mutated = Buffer.from(mutation(mutated, random, other).subarray(0, BYTES_MAX));
  }
  return mutated;
}

/** Cuts bytes anywhere; sometimes everywhere. */
export function cut(input: Buffer, random: SeededRandom): Buffer[] {
  const stepMax = input.length < 3000 && random.isOneIn(4) ? 1 : 1 + random.below(Math.min(input.length + 1, 5000));
  const pieces: Buffer[] = [];
  for (let at = 0; at < input.length;) {
    const length = 1 + random.below(stepMax);
    pieces.push(Buffer.from(input.subarray(at, at + length)));
    at += length;
  }
  return pieces;
}
