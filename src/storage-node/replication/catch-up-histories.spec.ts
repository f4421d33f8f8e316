import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Epoch, lsn } from '../../model/position.js';
import type { LoggingTo } from '../../model/session.js';
import { type CatchUp, chooseCatchUp, type DestinationView, type SourceView } from './choose-catch-up.js';

const REGIONS = 12;
const ALL = Array.from({ length: REGIONS }, (_, region) => region);
/** Records that a machine crash may take from a log; a destination keeps those for its source. */
const TAIL_MAX = 3;

let lastValue = 0;
let lastEpochId = 0;

interface WrittenRecord {
  readonly region: number;
  readonly value: number;
}

/** A member of a pair with its disk, its log and what it remembers of the other. */
class Member {
  lineage: Epoch[] = [];
  readonly log = new Map<number, WrittenRecord>();
  head = 0;
  oldest = 1;
  /** A machine crash takes no record up to here. */
  durable = 0;
  readonly disk: number[] = ALL.map(() => 0);
  isInconsistent = false;
  isServing = false;
  isStarting = false;
  isElected = false;
  /** Whether it served hosts since it was last made a destination. */
  wasSource = false;

  loggingTo: LoggingTo = 'Srl';
  readonly marks = new Set<number>();
  mapsFrom: number | null = null;
  /** What the other is known to have durable. */
  peerDurable = 0;

  openEpoch(number: number): void {
    if (!this.wasSource) this.forgetStream();
    this.wasSource = true;
    this.durable = this.head;
    this.lineage.push({ number, id: `${++lastEpochId}`, startLsn: lsn(this.head) });
    this.isServing = true;
    this.isStarting = false;
  }

  append(record: WrittenRecord): void {
    this.log.set(++this.head, record);
    this.disk[record.region] = record.value;
  }

  free(upTo: number): void {
    for (; this.oldest <= Math.min(upTo, this.head); this.oldest++) this.log.delete(this.oldest);
  }

  regionsAbove(position: number): number[] {
    return [...this.log].filter(([at]) => at > position).map(([, { region }]) => region);
  }

  forgetStream(): void {
    this.loggingTo = 'Srl';
    this.marks.clear();
    this.mapsFrom = null;
    this.peerDurable = this.head;
  }

  asSource(): SourceView {
    const { lineage, loggingTo, isElected } = this;
    const mapsFromLsn = this.mapsFrom === null ? null : lsn(this.mapsFrom);
    const positions = { headLsn: lsn(this.head), oldestLsn: lsn(this.oldest) };
    return {
      lineage,
      ...positions,
      loggingTo,
      hasMarks: this.marks.size > 0,
      hasUnlogged: false,
      mapsFromLsn,
      isElected,
    };
  }

  asDestination(): DestinationView {
    const dataState = this.isInconsistent ? 'Inconsistent' : 'Consistent';
    return { lineage: this.lineage, receivedLsn: lsn(this.head), dataState, hasChanges: this.marks.size > 0 };
  }

  /** MapRequest. */
  changesAbove(position: number): number[] {
    const canTell = this.oldest <= position + 1 || (this.mapsFrom !== null && this.mapsFrom <= position);
    return canTell ? [...this.marks, ...this.regionsAbove(position)] : ALL;
  }
}

type Act = 'write' | 'connect' | 'cut' | 'free' | 'crash' | 'promote' | 'elect' | 'interrupt';

/** Two members, of which at first one serves and the other is empty. Checks after each catch-up that both are equal. */
class Pair {
  private readonly members: [Member, Member] = [new Member(), new Member()];
  private source = this.members[0];
  private isConnected = false;
  /** Regions after which the next resync is cut off. */
  private interruptAfter = Number.POSITIVE_INFINITY;

  constructor() {
    this.source.openEpoch(1);
    this.source.loggingTo = 'Dcm';
    this.source.mapsFrom = 0;
    for (const region of ALL) this.source.marks.add(region);
  }

  act(act: Act, number: number, which: number): CatchUp['kind'] | null {
    const member = this.members[which]!;
    switch (act) {
      case 'write':
        this.write(member, number);
        break;
      case 'connect':
        return this.connect();
      case 'cut':
        this.isConnected = false;
        break;
      case 'free':
        this.free(member, number);
        break;
      case 'crash':
        this.crash(member, number);
        break;
      case 'promote':
        this.promote(member);
        break;
      case 'elect':
        this.elect(member);
        break;
      case 'interrupt':
        this.interruptAfter = number % 4;
    }
    return null;
  }

  private other(member: Member): Member {
    return member === this.members[0] ? this.members[1] : this.members[0];
  }

  private write(member: Member, number: number): void {
    if (!member.isServing) return;
    const record = { region: number % REGIONS, value: ++lastValue };
    member.append(record);
    if (member.loggingTo === 'Dcm') member.marks.add(record.region);
    if (!this.isConnected || member !== this.source) return;
    // Now and then the link fails under a write.
    if (number > 900) this.isConnected = false;
    else {
      this.other(member).append(record);
      member.peerDurable = member.head;
    }
  }

  /** The log is short of room: a connected member frees what the other has, a lone source falls back to its maps. */
  private free(member: Member, number: number): void {
    if (this.isConnected) {
      // A destination keeps what its source may lose; heartbeats tell it the source's durable position.
      this.source.durable = Math.max(this.source.durable, this.source.head - TAIL_MAX);
      member.free(Math.min(this.source.durable, this.source.peerDurable));
    } else if (member.isServing) {
      member.mapsFrom ??= member.peerDurable;
      for (const region of member.regionsAbove(member.peerDurable)) member.marks.add(region);
      member.loggingTo = 'Dcm';
      member.durable = Math.max(member.durable, member.head - (number % (TAIL_MAX + 1)));
      member.free(member.durable);
    }
  }

  /** Power loss: the end of a serving member's log may be gone, its disk may hold any of those writes, and they are marked. */
  private crash(member: Member, number: number): void {
    this.isConnected = false;
    if (!member.isServing) return;
    member.isServing = false;
    member.isStarting = true;
    for (let lost = number % (TAIL_MAX + 1); lost > 0 && member.head > member.durable; lost--) {
      const { region } = member.log.get(member.head)!;
      member.log.delete(member.head--);
      member.marks.add(region);
      if (number % 2) member.disk[region] = ++lastValue;
    }
    member.peerDurable = Math.min(member.peerDurable, member.head);
  }

  private promote(member: Member): void {
    if (this.isConnected || member === this.source || member.isServing || member.isStarting) return;
    if (member.isInconsistent || member.lineage.length === 0) return;
    member.openEpoch(member.lineage.at(-1)!.number + 1);
  }

  private elect(member: Member): void {
    if (this.isConnected || member.isInconsistent || member.lineage.length === 0) return;
    const other = this.other(member);
    member.openEpoch(1 + Math.max(member.lineage.at(-1)!.number, other.lineage.at(-1)?.number ?? 0));
    member.isElected = true;
    other.isElected = other.isServing = other.isStarting = false;
    this.source = member;
  }

  private connect(): CatchUp['kind'] | null {
    if (this.isConnected) return null;
    const source = this.source;
    const destination = this.other(source);
    const choice = chooseCatchUp(source.asSource(), destination.asDestination());
    switch (choice.kind) {
      case 'fenced':
      case 'split-brain':
        source.isServing = source.isStarting = false;
        return choice.kind;
      case 'tail':
        this.fetchTail(source, destination, choice.fromLsn);
        this.connect();
        return choice.kind;
      case 'log':
        this.sendLog(source, destination, choice.fromLsn);
        break;
      case 'regions': {
        const { commonLsn, needsDestinationMap } = choice;
        const theirs = needsDestinationMap ? destination.changesAbove(commonLsn) : [];
        this.resync(source, destination, commonLsn, [...source.marks, ...source.regionsAbove(commonLsn), ...theirs]);
        break;
      }
      case 'full':
        this.resync(source, destination, 0, ALL);
    }
    return choice.kind;
  }

  private fetchTail(source: Member, destination: Member, from: number): void {
    for (let at = from + 1; at <= destination.head; at++) source.append(destination.log.get(at)!);
    source.peerDurable = source.head;
    // Nothing that both had is missing now, but where the crash left something else, and that is marked.
    for (const region of ALL) {
      if (!source.marks.has(region)) expect(source.disk[region]).toBe(destination.disk[region]);
    }
  }

  private sendLog(source: Member, destination: Member, from: number): void {
    expect(destination.head).toBe(from);
    for (let at = from + 1; at <= source.head; at++) destination.append(source.log.get(at)!);
    this.succeed(source, destination);
  }

  private resync(source: Member, destination: Member, common: number, regions: readonly number[]): void {
    for (const region of regions) source.marks.add(region);
    source.loggingTo = 'Dcm';
    source.mapsFrom = Math.min(source.mapsFrom ?? common, common);
    // StartResync.
    this.mayOverwrite(source, destination);
    destination.isInconsistent = true;
    destination.isServing = destination.isStarting = false;
    destination.head = destination.durable = common;
    destination.log.clear();
    destination.oldest = common + 1;
    destination.forgetStream();
    destination.wasSource = false;
    destination.lineage = [...source.lineage];
    for (const region of [...source.marks]) {
      if (this.interruptAfter-- === 0) return;
      destination.disk[region] = source.disk[region]!;
      source.marks.delete(region);
    }
    // The source syncs its log before it sends the position that ends the pass: the destination could not give those records back.
    source.durable = source.head;
    destination.head = source.head;
    destination.oldest = source.head + 1;
    this.succeed(source, destination);
  }

  /** A member that opened an epoch for hosts is overwritten only by one that somebody named the winner. */
  private mayOverwrite(source: Member, destination: Member): void {
    if (destination.isServing) expect(source.isElected).toBe(true);
  }

  private succeed(source: Member, destination: Member): void {
    this.mayOverwrite(source, destination);
    expect(destination.disk).toEqual(source.disk);
    expect(destination.head).toBe(source.head);
    source.forgetStream();
    destination.forgetStream();
    destination.isInconsistent = destination.isServing = destination.isStarting = destination.wasSource = false;
    if (source.isStarting) source.openEpoch(source.lineage.at(-1)!.number + 1);
    source.isElected = false;
    destination.lineage = [...source.lineage];
    this.interruptAfter = Number.POSITIVE_INFINITY;
    this.isConnected = true;
  }
}

describe('choosing the catch-up, over histories of two members', () => {
  const acts: Act[] = ['write', 'connect', 'cut', 'free', 'crash', 'promote', 'elect', 'interrupt'];
  const often: Act[] = ['write', 'write', 'write', 'connect', 'connect'];
  const step = fc.record({ act: fc.constantFrom(...acts, ...often), number: fc.nat(1000), member: fc.nat(1) });

  it('C11: never loses a difference, and overwrites a promoted member only when told to', () => {
    const seen: Partial<Record<CatchUp['kind'], number>> = {};
    const history = fc.array(step, { minLength: 10, maxLength: 80 });
    fc.assert(
      fc.property(history, (steps) => {
        const pair = new Pair();
        for (const { act, number, member } of steps) {
          const kind = pair.act(act, number, member);
          if (kind) seen[kind] = (seen[kind] ?? 0) + 1;
        }
      }),
      { numRuns: 3000 },
    );
    // Otherwise the histories would prove nothing.
    for (const kind of ['log', 'tail', 'regions', 'full', 'fenced', 'split-brain'] as const) {
      expect(seen[kind] ?? 0).toBeGreaterThan(50);
    }
  });
});
