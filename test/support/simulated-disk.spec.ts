import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { KIB, MIB } from '../../src/model/sizes.js';
import type { Disk, DiskFile } from '../../src/storage-node/device/disk.js';
import { systemDisk } from '../../src/storage-node/device/system-disk.js';
import { SeededRandom } from './seeded-random.js';
import { SimulatedDisk, type SimulatedDiskOptions } from './simulated-disk.js';

const SECTOR = 512;

/** A file of sectors, each of one letter, as a string of letters; a dot is a zero. */
function letters(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += SECTOR) {
    const letter = bytes[at]!;
    const isWhole = bytes.subarray(at, at + SECTOR).every((byte) => byte === letter);
    text += !isWhole ? '!' : letter === 0 ? '.' : String.fromCharCode(letter);
  }
  return text;
}

function put(file: DiskFile, text: string, sector = 0): void {
  const sectors = [...text].map((letter) => Buffer.alloc(SECTOR, letter));
  file.writeNow(sectors, sectors.length * SECTOR, sector * SECTOR);
}

const code = (expected: string) => expect.objectContaining({ code: expected });

describe('simulated disk', () => {
  const make = (options: Partial<SimulatedDiskOptions> = {}) => new SimulatedDisk({ seed: 1, ...options });
  /** A disk with a synced file `/f` of these sectors, open. */
  const withFile = async (text: string, options: Partial<SimulatedDiskOptions> = {}) => {
    const disk = make(options);
    const mounted = disk.mount();
    const file = await mounted.open('/f', 'new');
    put(file, text);
    await file.datasync();
    await mounted.syncFolder('/');
    return { disk, mounted, file };
  };
  /** What a change leaves behind after losses of power with many seeds. */
  const afterLosses = async (change: (disk: SimulatedDisk, mounted: Disk) => Promise<void> | void) => {
    const found = new Set<string>();
    for (let seed = 0; seed < 300; seed++) {
      const { disk, mounted } = await withFile('aaaaaaaaaaaa', { seed, schedule: (run) => queueMicrotask(run) });
      await change(disk, mounted);
      disk.losePower();
      found.add(
        disk
          .paths()
          .map((name) => `${name}:${letters(disk.contentOf(name))}`)
          .join(' '),
      );
    }
    return found;
  };

  it('keeps what was synced, through any loss of power', async () => {
    const found = await afterLosses(async (_, mounted) => {
      const file = await mounted.open('/f', 'existing');
      put(file, 'bbb', 3);
      await file.datasync();
    });
    expect([...found]).toEqual(['/f:aaabbbaaaaaa']);
  });

  it('keeps of what was not synced any sector, in any of its versions, and no other', async () => {
    const found = await afterLosses(async (_, mounted) => {
      const file = await mounted.open('/f', 'existing');
      put(file, 'bb', 0);
      put(file, 'c', 1);
      put(file, 'd', 9);
    });
    const expected = ['a', 'b'].flatMap((first) =>
      ['a', 'b', 'c'].flatMap((second) => ['a', 'd'].map((last) => `/f:${first}${second}aaaaaaa${last}aa`)),
    );
    expect([...found].sort()).toEqual(expected.sort());
  });

  it('keeps any of the sizes since the last sync, with zeros where bytes are missing', async () => {
    const found = await afterLosses(async (_, mounted) => {
      const file = await mounted.open('/f', 'existing');
      put(file, 'b', 12);
      await file.resize(14 * SECTOR);
    });
    const expected = ['', 'b', '.', 'b.', '..'].map((end) => `/f:aaaaaaaaaaaa${end}`);
    expect([...found].sort()).toEqual(expected.sort());
  });

  it('counts for a sync only what was written before it began', async () => {
    const found = await afterLosses(async (_, mounted) => {
      const file = await mounted.open('/f', 'existing');
      put(file, 'b', 0);
      const synced = file.datasync();
      put(file, 'c', 1);
      await synced;
    });
    expect([...found].sort()).toEqual(['/f:baaaaaaaaaaa', '/f:bcaaaaaaaaaa']);
  });

  it('keeps a prefix of the names made, changed and removed in a folder since its sync', async () => {
    const found = await afterLosses(async (_, mounted) => {
      await mounted.open('/one', 'new');
      await mounted.rename('/f', '/two');
      await mounted.remove('/one');
    });
    expect([...found].sort()).toEqual([
      '/f:aaaaaaaaaaaa',
      '/f:aaaaaaaaaaaa /one:',
      '/one: /two:aaaaaaaaaaaa',
      '/two:aaaaaaaaaaaa',
    ]);
  });

  it('keeps a synced file under the name that it replaced, or the one there before', async () => {
    const found = await afterLosses(async (_, mounted) => {
      const aside = await mounted.open('/f.new', 'empty');
      put(aside, 'bb');
      await aside.datasync();
      await mounted.rename('/f.new', '/f');
    });
    expect([...found].every((each) => /^\/f:(a{12}|bb)( \/f\.new:bb)?$/.test(each))).toBe(true);
    expect(found.size).toBe(3);
  });

  it('loses with the name of a folder all that is in it, synced or not', async () => {
    const found = await afterLosses(async (_, mounted) => {
      await mounted.makeFolder('/x/y');
      const file = await mounted.open('/x/y/g', 'new');
      put(file, 'b');
      await file.datasync();
      await mounted.syncFolder('/x/y');
      await mounted.syncFolder('/x');
    });
    expect([...found].sort()).toEqual(['/f:aaaaaaaaaaaa', '/f:aaaaaaaaaaaa /x/y/g:b']);
  });

  it('never makes durable what a failed sync forgot, unless it is written again', async () => {
    const found = await afterLosses(async (disk, mounted) => {
      const file = await mounted.open('/f', 'existing');
      put(file, 'b', 0);
      put(file, 'b', 2);
      disk.fail({ operation: 'datasync', code: 'EIO', times: 1 });
      await expect(file.datasync()).rejects.toEqual(code('EIO'));
      put(file, 'b', 2);
      await file.datasync();
      expect(letters(disk.contentOf('/f'))).toBe('babaaaaaaaaa');
    });
    expect([...found].sort()).toEqual(['/f:aabaaaaaaaaa', '/f:babaaaaaaaaa']);
  });

  it('keeps everything when only the process dies, whose calls under way are made or not', async () => {
    const found = new Set<string>();
    for (let seed = 0; seed < 100; seed++) {
      const { disk, file } = await withFile('aa', { seed });
      put(file, 'b', 0);
      let isTold = false;
      void file.write([Buffer.alloc(SECTOR, 'c')], SECTOR, SECTOR).finally(() => (isTold = true));
      disk.kill();
      put(file, 'd', 0);
      await new Promise((resolve) => setImmediate(resolve));
      expect(isTold).toBe(false);
      found.add(letters(disk.contentOf('/f')));
      const again = await disk.mount().open('/f', 'existing');
      expect(again.sizeBytesNow()).toBe(2 * SECTOR);
    }
    expect([...found].sort()).toEqual(['ba', 'bc']);
  });

  it('dies between two calls, where a run says', async () => {
    const { disk, file } = await withFile('aa');
    let writes = 0;
    disk.onCall = (operation) => {
      if (operation === 'write' && ++writes === 2) disk.kill();
    };
    put(file, 'b', 0);
    put(file, 'b', 1);
    expect(letters(disk.contentOf('/f'))).toBe('ba');
  });

  it('is full when its bytes are used, and has room again when some are freed', async () => {
    const disk = make({ capacityBytes: 16 * KIB });
    const mounted = disk.mount();
    const file = await mounted.open('/f', 'new');
    await file.resize(MIB);
    const bytes = [Buffer.alloc(8 * KIB, 1)];
    file.writeNow(bytes, 8 * KIB, 0);
    file.writeNow(bytes, 8 * KIB, 64 * KIB);
    expect(mounted.capacityNow('/')).toEqual({ sizeBytes: 16 * KIB, availableBytes: 0 });
    file.writeNow(bytes, 8 * KIB, 4 * KIB - 4 * KIB);
    expect(() => file.writeNow(bytes, 8 * KIB, 4 * KIB)).toThrow(code('ENOSPC'));
    await expect(mounted.open('/g', 'new')).rejects.toEqual(code('ENOSPC'));
    await file.zero(64 * KIB, 8 * KIB, true);
    file.writeNow(bytes, 8 * KIB, 4 * KIB);
    await mounted.remove('/f');
    expect(disk.usedBytes).toBe(12 * KIB);
    await file.close();
    expect(disk.usedBytes).toBe(0);
  });

  it('fails as scripted, there and so often', async () => {
    const { disk, mounted, file } = await withFile('aa');
    disk.fail({ operation: 'write', path: /\/f$/, code: 'EIO', skip: 1, times: 1 });
    const other = await mounted.open('/g', 'new');
    put(other, 'b');
    put(file, 'b');
    expect(() => put(file, 'c')).toThrow(code('EIO'));
    put(file, 'd');
    disk.fail({ operation: 'rename', code: 'EIO' });
    await expect(mounted.rename('/f', '/h')).rejects.toEqual(code('EIO'));
    disk.repair();
    await mounted.rename('/f', '/h');
    expect(disk.paths()).toEqual(['/g', '/h']);
  });

  it('flips a bit for good', async () => {
    const { disk, file } = await withFile('aa');
    put(file, 'b', 1);
    disk.flipBit('/f', 3, 0);
    disk.losePower(new SeededRandom(5));
    expect(disk.contentOf('/f')[3]).toBe('a'.charCodeAt(0) ^ 1);
  });

  it('is copied with all that it might lose', async () => {
    const { disk, file } = await withFile('aaaa');
    put(file, 'bbbb');
    const outcomes = Array.from({ length: 30 }, (_, seed) => {
      const copy = disk.copy({ seed });
      copy.losePower();
      return letters(copy.contentOf('/f'));
    });
    expect(new Set(outcomes).size).toBeGreaterThan(2);
    expect(letters(disk.contentOf('/f'))).toBe('bbbb');
  });

  it('does the same again with the same seed', async () => {
    const run = async () => {
      const { disk, file } = await withFile('a'.repeat(64), { seed: 77, coldPart: 0.5 });
      const reads = Array.from({ length: 20 }, () => file.readNow(Buffer.alloc(1), 0));
      put(file, 'b'.repeat(64));
      disk.losePower();
      return [reads, letters(disk.contentOf('/f'))];
    };
    expect(await run()).toEqual(await run());
  });

  it('costs little: a large sparse file, and many losses of power', async () => {
    const { disk, file } = await withFile('a');
    await file.resize(64 * MIB);
    await file.datasync();
    for (let i = 0; i < 100; i++) {
      const again = await disk.mount().open('/f', 'existing');
      for (let at = 0; at < 200; at++) again.writeNow([Buffer.alloc(4 * KIB, at)], 4 * KIB, at * 256 * KIB);
      disk.losePower();
    }
    expect(disk.usedBytes).toBeLessThan(MIB);
  });

  it('does what the system does (fast-check prints its seed)', async () => {
    const name = fc.constantFrom('a', 'b', 'x/c');
    const at = fc.integer({ min: 0, max: 20_000 });
    const bytes = fc.integer({ min: 1, max: 10_000 });
    const command = fc.oneof(
      fc.record({ do: fc.constantFrom('write' as const, 'punch' as const, 'zero' as const), name, at, bytes }),
      fc.record({ do: fc.constantFrom('resize' as const, 'read' as const), name, at, bytes }),
      fc.record({ do: fc.constantFrom('empty' as const, 'remove' as const, 'new' as const), name, at, bytes }),
      fc.record({ do: fc.constant('rename' as const), name: fc.constantFrom('a', 'b'), at, bytes }),
    );
    type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;
    const step = async (disk: Disk, folder: string, { do: what, name: of, at: offset, bytes: length }: Command) => {
      const file = path.join(folder, of);
      if (what === 'remove') return disk.remove(file);
      if (what === 'rename') return disk.rename(file, path.join(folder, 'b'));
      const open = await disk.open(file, what === 'empty' || what === 'new' ? what : 'existing');
      try {
        if (what === 'write') open.writeNow([Buffer.alloc(1, 1), Buffer.alloc(length - 1, length)], length, offset);
        if (what === 'punch' || what === 'zero') {
          const end = Math.min(open.sizeBytesNow(), offset + length);
          if (end > offset) await open.zero(offset, end - offset, what === 'punch');
        }
        if (what === 'resize') await open.resize(offset);
        const content = Buffer.alloc(length);
        const count = await open.read(content, offset);
        return [open.sizeBytesNow(), count, content.subarray(0, count).toString('latin1')];
      } finally {
        await open.close();
      }
    };
    const outcome = (disk: Disk, folder: string, each: Command) =>
      step(disk, folder, each).catch((error: NodeJS.ErrnoException) => error.code);
    const parent = mkdtempSync(path.join(tmpdir(), 'evenkeel-simulated-disk-'));
    let runs = 0;
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(command, { maxLength: 30 }), async (commands) => {
          const folder = path.join(parent, String(runs++));
          const simulated = make({ schedule: (run) => queueMicrotask(run) }).mount();
          for (const disk of [simulated, systemDisk]) await disk.makeFolder(path.join(folder, 'x'));
          for (const each of commands) {
            expect(await outcome(simulated, folder, each)).toEqual(await outcome(systemDisk, folder, each));
          }
          const names = await Promise.all([simulated, systemDisk].map((disk) => disk.list(folder)));
          expect(names[0]!.sort()).toEqual(names[1]!.sort());
        }),
        { numRuns: 60 },
      );
    } finally {
      rmSync(parent, { recursive: true });
    }
  });

  it('compares files by what readers find', async () => {
    const disk = new SimulatedDisk({ seed: 1 });
    const mounted = disk.mount();
    const [a, b] = [await mounted.open('/a', 'new'), await mounted.open('/b', 'new')];
    await a.resize(8192);
    await b.resize(8192);
    const areEqual = (bytes: number): boolean => disk.fileAt('/a').equals(disk.fileAt('/b'), bytes);
    a.writeNow([Buffer.alloc(4096)], 4096, 0);
    expect(areEqual(8192)).toBe(true);
    b.writeNow([Buffer.from([1])], 1, 5000);
    expect([areEqual(5000), areEqual(5001)]).toEqual([true, false]);
    a.writeNow([Buffer.from([1])], 1, 5000);
    expect(areEqual(8192)).toBe(true);
  });
});
