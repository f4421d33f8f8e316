import { isDeepStrictEqual } from 'node:util';
import { createContext, runInContext } from 'node:vm';
import { isRefusal } from '../../src/errors/refusal.js';
import { ProtocolError } from '../../src/format/peer/protocol-error.js';
import { SeededRandom } from '../support/seeded-random.js';
import type { FuzzTarget } from './fuzz-target.js';
import { cut, mutate } from './mutations.js';

/** Inputs that one look at the clock covers: a parser that hangs is stopped, and the input it hangs on is known. */
const BATCH = 50;
const HANG_MS = 20_000;
/** Of a refusal's text, which may repeat the input. */
const KIND_LENGTH_MAX = 120;
/** Inputs that showed something new, besides the seeds. */
const CORPUS_MAX = 2000;

interface Outcome {
  readonly items: readonly unknown[];
  readonly refusal: string | null;
}

/** Mutates valid inputs of one parser and looks whether it keeps its promises. What it does depends on the seed alone. */
export class Fuzzer {
  /** Inputs tried so far. */
  count = 0;
  private readonly random: SeededRandom;
  private readonly corpus: Buffer[];
  private readonly seen = new Set<string>();
  private last: Buffer = Buffer.alloc(0);

  constructor(
    readonly target: FuzzTarget,
    seed: number,
  ) {
    this.random = new SeededRandom(seed);
    this.corpus = target.seeds();
  }

  /** Kinds of outcome seen. */
  get kinds(): number {
    return this.seen.size;
  }

  /** The seeds themselves: valid examples must be taken. */
  trySeeds(): void {
    for (const seed of this.target.seeds()) {
      this.try(seed);
      const { refusal } = outcomeOf(this.target, [Buffer.from(seed)]);
      if (refusal !== null) throw this.failure(new Error(`a valid example is refused: ${refusal}`));
    }
  }

  /** @throws Error with the input, in base64, on which the parser broke a promise */
  run(inputs: number): void {
    for (let left = inputs; left > 0; left -= BATCH) this.runBatch(Math.min(BATCH, left));
  }

  private runBatch(inputs: number): void {
    const batch = () => {
      for (let i = 0; i < inputs; i++) this.tryOne();
    };
    try {
      runInContext('batch()', createContext({ batch }), { timeout: HANG_MS });
    } catch (error) {
      throw this.failure(error);
    }
  }

  private tryOne(): void {
    const { corpus, random, target } = this;
    const input = mutate(this.pick(), this.pick(), random);
    if (target.seal !== undefined && !random.isOneIn(4)) target.seal(input);
    const kind = this.try(input);
    if (this.seen.has(kind)) return;
    this.seen.add(kind);
    if (corpus.length < CORPUS_MAX) corpus.push(Buffer.from(input));
  }

  private pick(): Buffer {
    return this.corpus[this.random.below(this.corpus.length)]!;
  }

  /** @returns what kind of outcome it was: inputs of new kinds are built upon */
  private try(input: Buffer): string {
    this.count++;
    this.last = input;
    check(this.target, input, this.random);
    const { items, refusal } = outcomeOf(this.target, [Buffer.from(input)]);
    const shapes = items.slice(0, 6).map(shapeOf).join(',');
    return `${Math.min(items.length, 9)} ${shapes} ${refusal?.replaceAll(/"[^"]*"|\d+/g, 'n').slice(0, KIND_LENGTH_MAX)}`;
  }

  private failure(error: unknown): Error {
    const { target, last, random } = this;
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return new Error(
      `${target.name}: seed ${random.seed}, input ${this.count}: ${what}\nthe input, to be kept in crashers.spec.ts: ${last.toString('base64')}`,
    );
  }
}

/**
 * Every promise of a parser, for one input.
 * @throws Error saying which does not hold
 */
export function check(target: FuzzTarget, input: Buffer, random: SeededRandom): void {
  const whole = outcomeOf(target, [Buffer.from(input)]);
  const limit = target.memory.factor * input.length + target.memory.extraBytes;
  if (whole.takenBytes > limit) throw new Error(`takes ${whole.takenBytes} bytes for ${input.length}`);
  if (target.isStream) {
    const { items, refusal } = outcomeOf(target, cut(input, random));
    if (refusal !== whole.refusal || !isDeepStrictEqual(items, whole.items)) {
      throw new Error(
        `cut, it gives ${refusal} after ${items.length}; whole, ${whole.refusal} after ${whole.items.length}`,
      );
    }
  }
  const encoded = target.encode !== undefined && whole.items.length > 0 ? target.encode(whole.items) : null;
  if (encoded === null) return;
  const again = outcomeOf(target, [encoded]);
  if (again.refusal !== null || !isDeepStrictEqual(again.items, whole.items)) {
    throw new Error(`what was parsed, encoded and parsed again is another: ${again.refusal}`);
  }
}

/** Anything thrown that is no refusal comes out as it is. */
function outcomeOf(target: FuzzTarget, pieces: readonly Buffer[]): Outcome & { readonly takenBytes: number } {
  const items: unknown[] = [];
  let refusal: string | null = null;
  const takenBytes = countAllocations(() => {
    try {
      target.parse(pieces, (item) => items.push(item));
    } catch (error) {
      if (isRefusal(error)) refusal = `${error.code} ${error.message}`;
      else if (error instanceof ProtocolError) refusal = `${error.fault} ${error.message}`;
      else throw error;
    }
  });
  return { items, refusal, takenBytes };
}

const ALLOCATORS = ['alloc', 'allocUnsafe', 'allocUnsafeSlow'] as const;

/** Bytes of buffers that were asked for until `run` ends, or what it promises. */
export function countAllocations(run: () => Promise<unknown>): Promise<number>;
export function countAllocations(run: () => void): number;
export function countAllocations(run: () => unknown): number | Promise<number> {
  const real = ALLOCATORS.map((name) => Buffer[name]);
  let bytes = 0;
  for (const [index, name] of ALLOCATORS.entries()) {
    Buffer[name] = ((size: number, ...rest: []) => {
      bytes += size;
      return real[index]!(size, ...rest);
    }) as never;
  }
  const restore = () => ALLOCATORS.forEach((name, index) => (Buffer[name] = real[index] as never));
  let isLater = false;
  try {
    const running = run();
    if (!(running instanceof Promise)) return bytes;
    isLater = true;
    return running.then(() => bytes).finally(restore);
  } finally {
    if (!isLater) restore();
  }
}

/** Roughly what an item is, so that corpus grows by what differs in kind. */
function shapeOf(item: unknown): string {
  if (typeof item === 'boolean') return String(item);
  if (typeof item !== 'object' || item === null) return typeof item;
  const { type, command, kind } = item as Record<string, unknown>;
  return String(type ?? command ?? kind ?? Object.keys(item).length);
}
