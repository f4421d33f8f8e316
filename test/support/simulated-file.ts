/**
 * A file of a simulated disk: what its readers see, and what of it would survive a loss of power. Pages are never changed in
 * place, so that a version costs nothing but the page that replaced it.
 */
import type { DiskFile } from '../../src/storage-node/device/disk.js';
import type { SeededRandom } from './seeded-random.js';

type Extent = ReturnType<DiskFile['extentsNow']>[number];

export const PAGE_BYTES = 4096;
export const SECTOR_BYTES = 512;
const SECTORS = PAGE_BYTES / SECTOR_BYTES;
const ALL_SECTORS = (1 << SECTORS) - 1;
/** Versions of a page that are told apart; with more, those in the middle become one. */
const CHANGES_MAX = 6;
const ZERO_PAGE = Buffer.alloc(PAGE_BYTES);
/** How much of what was not synced a power loss keeps: all and nothing are as likely as something between. */
const KEPT_PARTS = [0, 0.05, 0.5, 0.95, 1];

/** Room on the disk, in pages. */
export interface Space {
  usedPages: number;
  readonly maxPages: number;
}

/** Null: a hole. */
type Bytes = Buffer | null;

interface Change {
  /** What stood there before. */
  readonly before: Bytes;
  /** Sectors that it changed, a bit each. */
  readonly sectors: number;
  readonly sequence: number;
}

interface Page {
  now: Bytes;
  /** Since the last successful sync, oldest first. */
  changes: Change[];
  /** What a failed sync left on the disk, where that is not what is seen. */
  forgotten: { readonly bytes: Bytes; readonly sectors: number } | null;
}

export class SimulatedFile {
  /** Names and handles that keep it. */
  links = 0;
  sizeBytes = 0;
  allocatedPages = 0;
  private readonly pages = new Map<number, Page>();
  /** Pages that a power loss may change. */
  private readonly dirty = new Set<number>();
  /** Sizes before the changes since the last successful sync. */
  private sizesBefore: { readonly sizeBytes: number; readonly sequence: number }[] = [];
  private forgottenSizeBytes: number | null = null;
  private sequence = 0;
  /** What the last sync begun is to cover: a version from before is one that its end may make the durable one. */
  private lastCovered = 0;

  constructor(private space: Space) {}

  /** @throws ENOSPC with the part written for which there was room */
  write(bytes: Uint8Array, position: number): void {
    const end = position + bytes.length;
    let at = position;
    try {
      while (at < end) {
        const index = Math.floor(at / PAGE_BYTES);
        const pageStart = index * PAGE_BYTES;
        const pageEnd = Math.min(end, pageStart + PAGE_BYTES);
        this.patch(index, at - pageStart, bytes.subarray(at - position, pageEnd - position));
        at = pageEnd;
      }
    } finally {
      if (at > this.sizeBytes) this.changeSize(at);
    }
  }

  /** @returns bytes read: fewer only at the end */
  read(target: Uint8Array, position: number): number {
    const end = Math.min(this.sizeBytes, position + target.length);
    for (let at = position; at < end;) {
      const index = Math.floor(at / PAGE_BYTES);
      const pageStart = index * PAGE_BYTES;
      const pageEnd = Math.min(end, pageStart + PAGE_BYTES);
      const now = this.pages.get(index)?.now ?? ZERO_PAGE;
      target.set(now.subarray(at - pageStart, pageEnd - pageStart), at - position);
      at = pageEnd;
    }
    return Math.max(0, end - position);
  }

  /** Whether readers find the same in the first bytes of both. */
  equals(other: SimulatedFile, sizeBytes: number): boolean {
    for (const index of new Set([...this.pages.keys(), ...other.pages.keys()])) {
      const length = Math.min(PAGE_BYTES, sizeBytes - index * PAGE_BYTES);
      const [ours, theirs] = [this, other].map((file) => file.pages.get(index)?.now ?? ZERO_PAGE);
      if (length > 0 && ours !== theirs && ours!.compare(theirs!, 0, length, 0, length) !== 0) return false;
    }
    return true;
  }

  resize(sizeBytes: number): void {
    if (sizeBytes < this.sizeBytes) this.zero(sizeBytes, this.sizeBytes - sizeBytes, true);
    if (sizeBytes !== this.sizeBytes) this.changeSize(sizeBytes);
  }

  /** Within the file. */
  zero(position: number, lengthBytes: number, mayPunch: boolean): void {
    const end = Math.min(this.sizeBytes, position + lengthBytes);
    for (let at = position; at < end;) {
      const index = Math.floor(at / PAGE_BYTES);
      const pageEnd = Math.min(end, (index + 1) * PAGE_BYTES);
      // What is cut off at the end of the file is part of its last page.
      const isWhole = at % PAGE_BYTES === 0 && (pageEnd % PAGE_BYTES === 0 || pageEnd === this.sizeBytes);
      const isHole = (this.pages.get(index)?.now ?? null) === null;
      if (isWhole && mayPunch) {
        if (!isHole) this.replace(index, null, ALL_SECTORS);
      } else if (!isHole || !mayPunch) {
        this.patch(index, at % PAGE_BYTES, ZERO_PAGE.subarray(0, pageEnd - at));
      }
      at = pageEnd;
    }
  }

  extents(position: number, lengthBytes: number): Extent[] {
    const end = position + lengthBytes;
    const found: { offset: number; lengthBytes: number; isHole: boolean }[] = [];
    for (let at = position; at < end;) {
      const index = Math.floor(at / PAGE_BYTES);
      const pageEnd = Math.min(end, (index + 1) * PAGE_BYTES);
      const isHole = (this.pages.get(index)?.now ?? null) === null;
      const last = found.at(-1);
      if (last?.isHole === isHole) last.lengthBytes += pageEnd - at;
      else found.push({ offset: at, lengthBytes: pageEnd - at, isHole });
      at = pageEnd;
    }
    return found;
  }

  /** @returns what the sync will cover */
  beginSync(): number {
    this.lastCovered = this.sequence;
    return this.sequence;
  }

  syncSucceeded(covered: number): void {
    for (const index of this.dirty) {
      const page = this.pages.get(index)!;
      const { rest, sectors } = this.withoutCovered(page, covered);
      page.changes = rest;
      const { forgotten } = page;
      if (forgotten !== null) {
        const left = forgotten.sectors & ~sectors;
        page.forgotten = left === 0 ? null : { bytes: forgotten.bytes, sectors: left };
      }
      this.settle(index, page);
    }
    if (this.sizesBefore.some(({ sequence }) => sequence <= covered)) this.forgottenSizeBytes = null;
    this.sizesBefore = this.sizesBefore.filter(({ sequence }) => sequence > covered);
  }

  /** As Linux does: what was to be written counts as written, and some of it is not. */
  syncFailed(covered: number, random: SeededRandom): void {
    for (const index of this.dirty) {
      const page = this.pages.get(index)!;
      const { rest, sectors } = this.withoutCovered(page, covered);
      const isLost = (sector: number): boolean => !random.isOneIn(4) && ((sectors >> sector) & 1) === 1;
      const bytes = Buffer.alloc(PAGE_BYTES);
      let lost = page.forgotten?.sectors ?? 0;
      for (let sector = 0; sector < SECTORS; sector++) {
        if (isLost(sector)) lost |= 1 << sector;
        if ((lost >> sector) & 1) copySector(this.durable(page, sector), bytes, sector);
      }
      page.changes = rest;
      page.forgotten = lost === 0 ? null : { bytes, sectors: lost };
      this.settle(index, page);
    }
    this.forgottenSizeBytes ??= this.sizesBefore[0]?.sizeBytes ?? null;
    this.sizesBefore = this.sizesBefore.filter(({ sequence }) => sequence > covered);
  }

  /** Every sector keeps one of the versions that it had since it was last durable, and the size too. */
  losePower(random: SeededRandom): void {
    const keptPart = KEPT_PARTS[random.below(KEPT_PARTS.length)]!;
    for (const index of this.dirty) {
      const page = this.pages.get(index)!;
      page.now = this.surviving(page, keptPart, random);
      page.changes = [];
      page.forgotten = null;
    }
    const sizes = [...this.sizesBefore.map((before) => before.sizeBytes), this.sizeBytes];
    if (this.forgottenSizeBytes !== null) sizes[0] = this.forgottenSizeBytes;
    this.sizeBytes = random.next() < keptPart ? sizes.at(-1)! : sizes[random.below(sizes.length)]!;
    this.sizesBefore = [];
    this.forgottenSizeBytes = null;
    this.dirty.clear();
    this.cutToSize();
  }

  /** The bytes on the disk go bad, whether they were synced or not. */
  flipBit(position: number, bit: number): void {
    const index = Math.floor(position / PAGE_BYTES);
    const flipped = (bytes: Bytes): Buffer => {
      const copy = Buffer.from(bytes ?? ZERO_PAGE);
      copy[position % PAGE_BYTES]! ^= 1 << bit;
      return copy;
    };
    const page = this.page(index);
    this.count(page.now, flipped(page.now));
    page.now = flipped(page.now);
    page.changes = page.changes.map((change) => ({ ...change, before: flipped(change.before) }));
    if (page.forgotten !== null) page.forgotten = { ...page.forgotten, bytes: flipped(page.forgotten.bytes) };
  }

  copy(space: Space): SimulatedFile {
    const copy = new SimulatedFile(space);
    copy.sizeBytes = this.sizeBytes;
    copy.allocatedPages = this.allocatedPages;
    for (const [index, page] of this.pages) copy.pages.set(index, { ...page, changes: [...page.changes] });
    for (const index of this.dirty) copy.dirty.add(index);
    copy.sizesBefore = [...this.sizesBefore];
    copy.forgottenSizeBytes = this.forgottenSizeBytes;
    copy.sequence = this.sequence;
    return copy;
  }

  /** It takes its room from this disk, or from none. */
  moveTo(space: Space | null): void {
    this.space.usedPages -= this.allocatedPages;
    this.space = space ?? { usedPages: 0, maxPages: Infinity };
    this.space.usedPages += this.allocatedPages;
  }

  private patch(index: number, start: number, bytes: Uint8Array): void {
    if (bytes.length === PAGE_BYTES) {
      const isZero = ZERO_PAGE.equals(bytes);
      this.replace(index, isZero ? ZERO_PAGE : Buffer.from(bytes), ALL_SECTORS);
      return;
    }
    const page = Buffer.from(this.pages.get(index)?.now ?? ZERO_PAGE);
    page.set(bytes, start);
    const first = Math.floor(start / SECTOR_BYTES);
    const last = Math.floor((start + bytes.length - 1) / SECTOR_BYTES);
    this.replace(index, page, ((1 << (last + 1)) - 1) & ~((1 << first) - 1));
  }

  private replace(index: number, now: Bytes, sectors: number): void {
    const page = this.page(index);
    this.count(page.now, now);
    if (page.changes.length >= CHANGES_MAX) this.joinSome(page.changes);
    page.changes.push({ before: page.now, sectors, sequence: ++this.sequence });
    page.now = now;
    this.dirty.add(index);
  }

  /** Makes one of two changes that follow each other: the version between them is forgotten. */
  private joinSome(changes: Change[]): void {
    const at = Math.max(
      changes.length >> 1,
      changes.findIndex(({ sequence }) => sequence > this.lastCovered),
    );
    const [first, second] = [changes[at]!, changes[at + 1]];
    if (second === undefined || first.sequence <= this.lastCovered) return;
    changes.splice(at, 2, { ...second, before: first.before, sectors: first.sectors | second.sectors });
  }

  private page(index: number): Page {
    let page = this.pages.get(index);
    if (page === undefined) this.pages.set(index, (page = { now: null, changes: [], forgotten: null }));
    return page;
  }

  private count(before: Bytes, now: Bytes): void {
    const pages = (now === null ? 0 : 1) - (before === null ? 0 : 1);
    if (pages > 0 && this.space.usedPages >= this.space.maxPages) {
      throw Object.assign(new Error('ENOSPC: no space left on the simulated disk'), { code: 'ENOSPC' });
    }
    this.space.usedPages += pages;
    this.allocatedPages += pages;
  }

  private changeSize(sizeBytes: number): void {
    this.sizesBefore.push({ sizeBytes: this.sizeBytes, sequence: ++this.sequence });
    this.sizeBytes = sizeBytes;
  }

  /** The changes that a sync does not cover, and the sectors of those that it does. */
  private withoutCovered(page: Page, covered: number): { rest: Change[]; sectors: number } {
    const rest = page.changes.filter(({ sequence }) => sequence > covered);
    let sectors = 0;
    for (let i = 0; i < page.changes.length - rest.length; i++) sectors |= page.changes[i]!.sectors;
    return { rest, sectors };
  }

  private settle(index: number, page: Page): void {
    if (page.changes.length > 0 || page.forgotten !== null) return;
    this.dirty.delete(index);
    if (page.now === null) this.pages.delete(index);
  }

  private durable(page: Page, sector: number): Bytes {
    if (page.forgotten !== null && (page.forgotten.sectors >> sector) & 1) return page.forgotten.bytes;
    const first = page.changes.find((change) => (change.sectors >> sector) & 1);
    return first === undefined ? page.now : first.before;
  }

  private surviving(page: Page, keptPart: number, random: SeededRandom): Bytes {
    if (keptPart === 1 && page.forgotten === null) return page.now;
    const bytes = Buffer.alloc(PAGE_BYTES);
    let isHole = true;
    for (let sector = 0; sector < SECTORS; sector++) {
      const versions = this.versionsOf(page, sector);
      const isNewest = random.next() < keptPart;
      const kept = isNewest ? versions.at(-1)! : versions[random.below(Math.max(1, versions.length - 1))]!;
      if (kept === null) continue;
      isHole = false;
      copySector(kept, bytes, sector);
    }
    return isHole ? null : bytes;
  }

  /** The durable one first, what is seen last; only the durable one when the sector is not to be written. */
  private versionsOf(page: Page, sector: number): Bytes[] {
    const versions = [this.durable(page, sector)];
    let isFirst = true;
    for (const change of page.changes) {
      if (((change.sectors >> sector) & 1) === 0) continue;
      if (!isFirst) versions.push(change.before);
      isFirst = false;
    }
    if (!isFirst) versions.push(page.now);
    return versions;
  }

  private cutToSize(): void {
    this.allocatedPages = 0;
    const last = Math.floor(this.sizeBytes / PAGE_BYTES);
    for (const [index, page] of this.pages) {
      if (index === last && page.now !== null) {
        page.now = Buffer.from(page.now).fill(0, this.sizeBytes % PAGE_BYTES);
      }
      if (page.now === null || index * PAGE_BYTES >= this.sizeBytes) this.pages.delete(index);
      else this.allocatedPages++;
    }
  }
}

function copySector(from: Bytes, to: Buffer, sector: number): void {
  const start = sector * SECTOR_BYTES;
  (from ?? ZERO_PAGE).copy(to, start, start, start + SECTOR_BYTES);
}
