/**
 * A machine to lose: a disk of its own, an ext4 in a file behind a loop device, and a boot id of its own, in a mount namespace that
 * nobody else sees and that goes with this process. Losing power stops the file system where it is, so that the page cache and the
 * open transaction of its journal are lost; the next boot recovers the journal, as any ext4 does.
 *
 * What it does not have is a disk with a volatile cache: what the file system handed to the disk is there. That is the simulation's.
 */
import { it } from '@jest/globals';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  statfsSync,
  truncateSync,
  writeFileSync,
  type Dirent,
} from 'node:fs';
import path from 'node:path';
import { endWithUs } from '../../src/tools/node-process/children.js';
import type { NodePlace } from '../../src/tools/node-process/node-pair.js';
import { stopFileSystem, syncWhole, takeSpace, writeBack } from './disk-calls.js';
import type { SeededRandom } from './seeded-random.js';
import { hasTool, runTool } from './tools.js';

const BALLAST = 'ballast';
const BOOT_ID = '/proc/sys/kernel/random/boot_id';

export interface MachineOptions {
  /** Its disk's file, its mount point and its boot id are made here. */
  readonly folder: string;
  readonly diskBytes: number;
  /** Of mount; those of ext4 when nothing is said. */
  readonly mountOptions?: readonly string[];
}

export class Machine {
  private readonly image: string;
  private readonly mountPoint: string;
  private readonly bootIdFile: string;

  private constructor(
    private readonly options: MachineOptions,
    /** Keeps the namespace, until its standard input ends. */
    private readonly holder: ChildProcess,
  ) {
    this.image = path.join(options.folder, 'disk.img');
    this.mountPoint = path.join(options.folder, 'disk');
    this.bootIdFile = path.join(options.folder, 'boot-id');
  }

  /** Makes it and switches it on. */
  static async make(options: MachineOptions): Promise<Machine> {
    mkdirSync(options.folder, { recursive: true });
    const holder = endWithUs(
      spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', 'echo up && exec cat'], {
        stdio: ['pipe', 'pipe', 'inherit'],
      }),
    );
    const machine = new Machine(options, holder);
    await new Promise((resolve, reject) => {
      holder.stdout!.once('data', resolve);
      holder.once('exit', () => reject(new Error('no mount namespace')));
    });
    closeSync(openSync(machine.image, 'w'));
    truncateSync(machine.image, options.diskBytes);
    mkdirSync(machine.mountPoint);
    // No space for root alone, and inode tables at once: nothing writes in the background.
    await machine.run('mkfs.ext4', ['-q', '-m', '0', '-E', 'lazy_itable_init=0,lazy_journal_init=0', machine.image]);
    await machine.switchOn();
    await machine.run('mount', ['--bind', machine.bootIdFile, BOOT_ID]);
    return machine;
  }

  /** The disk's root folder, by a path that this process and those of the machine can use alike. */
  get disk(): string {
    return `/proc/${this.holder.pid}/root${this.mountPoint}`;
  }

  /** For a node of this machine. */
  get place(): NodePlace {
    return { dataDirectory: path.join(this.disk, 'data'), through: this.through };
  }

  /** Before a program and its arguments: runs it on this machine. */
  get through(): readonly string[] {
    return ['nsenter', `--mount=/proc/${this.holder.pid}/ns/mnt`, '--'];
  }

  /** The power fails, with every process of it dead already. */
  async losePower(): Promise<void> {
    stopFileSystem(this.disk);
    await this.run('umount', [this.mountPoint]);
  }

  async switchOn(): Promise<void> {
    writeFileSync(this.bootIdFile, `${randomUUID()}\n`);
    const mountOptions = ['loop', ...(this.options.mountOptions ?? [])].join(',');
    await this.run('mount', ['-t', 'ext4', '-o', mountOptions, this.image, this.mountPoint]);
  }

  /** Somebody else's file takes all space there is on the disk, but for what is left over. */
  fillDisk(leftBytes = 0): void {
    const { bavail, bsize } = statfsSync(this.disk);
    const fd = openSync(path.join(this.disk, BALLAST), 'w');
    try {
      takeSpace(fd, Math.max(0, bavail * bsize - leftBytes));
    } finally {
      closeSync(fd);
    }
  }

  /** What `fillDisk` took is free again. */
  freeDisk(): void {
    rmSync(path.join(this.disk, BALLAST));
  }

  /** As the kernel may at any time: some pages of some files reach the disk, seldom all of a file. */
  writeBackSome(random: SeededRandom): void {
    for (const file of this.files()) {
      try {
        writeBackSomeOf(file, random);
      } catch (error) {
        // Removed since: the node is running.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
  }

  /** Ends the namespace, and with it the mount and the loop device. Its processes are ended before. */
  async dispose(): Promise<void> {
    const ended = new Promise((resolve) => this.holder.once('exit', resolve));
    this.holder.stdin!.end();
    await ended;
  }

  private files(): string[] {
    const entries: Dirent[] = readdirSync(this.disk, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  }

  private async run(program: string, args: readonly string[]): Promise<void> {
    const [enter, ...rest] = [...this.through, program, ...args];
    const { exitCode, stderr } = await runTool(enter!, rest);
    if (exitCode !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  }
}

function writeBackSomeOf(file: string, random: SeededRandom): void {
  const { size } = statSync(file);
  if (random.isOneIn(8)) return syncWhole(file);
  if (random.isOneIn(2)) return;
  const from = random.below(size + 1);
  writeBack(file, from, random.below(size - from + 1));
}

const TOOLS = ['unshare', 'nsenter', 'mount', 'losetup', 'mkfs.ext4'];

/** A test that needs machines, so root, loop devices and mount namespaces. */
export function itWithMachines(name: string, run: () => Promise<void>, timeoutMs?: number): void {
  const missing = TOOLS.filter((tool) => !hasTool(tool));
  const reason =
    missing.length > 0
      ? `not installed: ${missing.join(', ')}`
      : spawnSync('unshare', ['--mount', 'losetup', '--find']).status !== 0
        ? 'no mount namespaces or loop devices here'
        : null;
  if (reason === null) it(name, run, timeoutMs);
  else it.skip(`${name} (${reason})`, run);
}
