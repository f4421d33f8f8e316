import { afterEach, beforeEach, describe, expect } from '@jest/globals';
import {
  closeSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MIB } from '../../src/model/sizes.js';
import { writeBack } from './disk-calls.js';
import { itWithMachines, Machine } from './machine.js';
import { runTool } from './tools.js';

describe('a machine to lose', () => {
  let folder: string;
  let machine: Machine | null = null;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-machine-'));
  });
  afterEach(async () => {
    await machine?.dispose();
    machine = null;
    rmSync(folder, { recursive: true });
  });

  function onDisk(name: string): string {
    return path.join(machine!.disk, name);
  }

  function write(name: string, text: string, isSynced: boolean): void {
    const fd = openSync(onDisk(name), 'a');
    writeSync(fd, text);
    if (isSynced) fsyncSync(fd);
    closeSync(fd);
  }

  itWithMachines('loses what was not synced, keeps what was, and boots anew', async () => {
    machine = await Machine.make({ folder, diskBytes: 16 * MIB });
    const bootId = async () => {
      const [program, ...args] = [...machine!.through, 'cat', '/proc/sys/kernel/random/boot_id'];
      return (await runTool(program!, args)).stdout;
    };
    const before = await bootId();
    write('kept', 'synced', true);
    for (let page = 0; page < 4; page++) write('overwritten', 'a'.repeat(4096), true);
    write('appended', 'first', true);
    write('appended', 'second', false);
    const fd = openSync(onDisk('overwritten'), 'r+');
    writeSync(fd, 'b'.repeat(4 * 4096), 0);
    closeSync(fd);
    writeBack(onDisk('overwritten'), 4096, 4096);
    write('lost', 'not synced', false);

    await machine.losePower();
    await machine.switchOn();
    expect(readdirSync(machine.disk).filter((name) => name !== 'lost+found')).toEqual(
      expect.arrayContaining(['appended', 'kept', 'overwritten']),
    );
    expect(readdirSync(machine.disk)).not.toContain('lost');
    expect(readFileSync(onDisk('kept'), 'utf8')).toBe('synced');
    expect(readFileSync(onDisk('appended'), 'utf8')).toBe('first');
    const pages = readFileSync(onDisk('overwritten'), 'utf8').match(/.{4096}/gs)!;
    expect(pages.map((page) => page[0])).toEqual(['a', 'b', 'a', 'a']);
    expect(await bootId()).not.toBe(before);
    expect(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')).not.toBe(before);
  });

  itWithMachines('is full to the last block, and then has its space again', async () => {
    machine = await Machine.make({ folder, diskBytes: 16 * MIB });
    write('before', 'x', true);
    machine.fillDisk();
    expect(statfsSync(machine.disk).bavail).toBeLessThan(4);
    expect(() => write('more', 'x'.repeat(64 * 1024), true)).toThrow('ENOSPC');
    machine.freeDisk();
    write('after', 'x'.repeat(1024 * 1024), true);
  });
});
