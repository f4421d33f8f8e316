/** A folder of a simulated disk: its names as they are seen, and as they would be after a loss of power. */
import type { SeededRandom } from './seeded-random.js';
import { SimulatedFile, type Space } from './simulated-file.js';

export type Node = SimulatedFile | SimulatedFolder;

/** One operation: names and what they stand for from then on, null for nothing. */
type NameChange = readonly (readonly [name: string, node: Node | null])[];

export class SimulatedFolder {
  readonly entries = new Map<string, Node>();
  private readonly durable = new Map<string, Node>();
  /** Not known to be durable, in their order. */
  private pending: { readonly change: NameChange; readonly sequence: number }[] = [];
  private sequence = 0;

  change(...change: NameChange): void {
    apply(change, this.entries);
    this.pending.push({ change, sequence: ++this.sequence });
  }

  /** @returns what the sync will cover */
  beginSync(): number {
    return this.sequence;
  }

  syncSucceeded(covered: number): void {
    for (const { change, sequence } of this.pending) if (sequence <= covered) apply(change, this.durable);
    this.pending = this.pending.filter(({ sequence }) => sequence > covered);
  }

  /** A prefix of what was not synced survives, here and in every folder below. */
  losePower(random: SeededRandom): void {
    const count = random.isOneIn(2) ? this.pending.length : random.below(this.pending.length + 1);
    for (const { change } of this.pending.slice(0, count)) apply(change, this.durable);
    this.pending = [];
    this.entries.clear();
    for (const [name, node] of this.durable) {
      this.entries.set(name, node);
      node.losePower(random);
    }
  }

  copy(space: Space, copies = new Map<Node, Node>()): SimulatedFolder {
    const copy = new SimulatedFolder();
    const copyOf = (node: Node): Node => {
      const known = copies.get(node);
      if (known !== undefined) return known;
      const made = node instanceof SimulatedFolder ? node.copy(space, copies) : node.copy(space);
      copies.set(node, made);
      return made;
    };
    for (const [name, node] of this.entries) copy.entries.set(name, copyOf(node));
    for (const [name, node] of this.durable) copy.durable.set(name, copyOf(node));
    copy.pending = this.pending.map(({ change, sequence }) => ({
      change: change.map(([name, node]) => [name, node === null ? null : copyOf(node)] as const),
      sequence,
    }));
    copy.sequence = this.sequence;
    return copy;
  }

  /** Every file below, with its path under `path`. */
  *files(path: string): Generator<[path: string, file: SimulatedFile]> {
    for (const [name, node] of this.entries) {
      if (node instanceof SimulatedFolder) yield* node.files(`${path}/${name}`);
      else yield [`${path}/${name}`, node];
    }
  }
}

function apply(change: NameChange, entries: Map<string, Node>): void {
  for (const [name, node] of change) {
    if (node === null) entries.delete(name);
    else entries.set(name, node);
  }
}
