/** Other people's NBD clients against our server. */
import { afterEach, beforeEach, describe, expect } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KIB, MIB } from '../../src/model/sizes.js';
import { ServedDisk } from '../support/nbd-server.js';
import { itWithTools, runTool } from '../support/tools.js';

const SIZE_BYTES = 64 * MIB;

describe('NBD clients of others', () => {
  let disk: ServedDisk;
  let folder: string;

  beforeEach(async () => {
    disk = await ServedDisk.start(SIZE_BYTES);
    folder = mkdtempSync(join(tmpdir(), 'evenkeel-interop-'));
  });

  afterEach(async () => {
    await disk.stop();
    rmSync(folder, { recursive: true });
  });

  async function run(tool: string, ...args: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await runTool(tool, args);
    if (exitCode !== 0) throw new Error(`${tool} ${args.join(' ')}: ${exitCode}\n${stdout}\n${stderr}`);
    return stdout;
  }

  function qemuIo(...commands: string[]): Promise<string> {
    return run('qemu-io', '-f', 'raw', ...commands.flatMap((command) => ['-c', command]), disk.uri);
  }

  itWithTools(['nbdinfo'], 'nbdinfo sees size, flags, block sizes and the allocation context', async () => {
    const info = JSON.parse(await run('nbdinfo', '--json', disk.uri)) as { protocol: string; exports: unknown[] };
    expect(info.protocol).toBe('newstyle-fixed');
    expect(info.exports[0]).toMatchObject({
      'export-name': 'disk',
      description: 'Evenkeel volume',
      'export-size': SIZE_BYTES,
      contexts: ['base:allocation'],
      is_read_only: false,
      can_flush: true,
      can_fua: true,
      can_trim: true,
      can_zero: true,
      can_fast_zero: true,
      can_df: true,
      can_multi_conn: true,
      can_cache: false,
      block_size_minimum: 1,
      block_size_preferred: 4096,
      block_size_maximum: 32 * MIB,
    });
  });

  itWithTools(['nbdinfo'], 'nbdinfo lists the exports', async () => {
    expect(await run('nbdinfo', '--list', `nbd://127.0.0.1:${disk.port}`)).toContain('export="disk"');
  });

  itWithTools(['qemu-img'], 'qemu-img is told why an export is refused', async () => {
    disk.target.accessRefusal = 'ACCESS_DESTINATION';
    const refused = await runTool('qemu-img', ['info', disk.uri]);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toContain('Volume is the destination of a running copy session');
  });

  itWithTools(['nbdinfo', 'qemu-io'], 'nbdinfo --map sees data and holes', async () => {
    await qemuIo('write -P 7 1M 2M', 'write -P 7 8M 64k', 'discard 2M 64k', 'flush');
    const map = JSON.parse(await run('nbdinfo', '--json', '--map', disk.uri)) as { offset: number; type: number }[];
    expect(map.map(({ offset, type }) => [offset, type])).toEqual([
      [0, 3],
      [MIB, 0],
      [2 * MIB, 3],
      [2 * MIB + 64 * KIB, 0],
      [3 * MIB, 3],
      [8 * MIB, 0],
      [8 * MIB + 64 * KIB, 3],
    ]);
  });

  itWithTools(['qemu-io'], 'qemu-io reads back what it wrote, zeroed and discarded', async () => {
    const output = await qemuIo(
      'write -P 0x11 0 32M',
      'write -f -P 0x22 5k 3k',
      'write -z 1M 64k',
      'write -z -u 2M 64k',
      'discard 3M 1M',
      'flush',
      'read -P 0x11 0 5k',
      'read -P 0x22 5k 3k',
      'read -P 0x11 8k 64k',
      'read -P 0 1M 64k',
      'read -P 0 2M 64k',
      'read -P 0 3M 1M',
      'read -P 0x11 4M 28M',
      'read -P 0 32M 32M',
    );
    expect(output).not.toContain('verification failed');
    expect(output.match(/^(wrote|read|discard) \d+\/\d+ bytes/gm)).toHaveLength(13);
  });

  itWithTools(['qemu-io'], 'qemu-io gets the error of a failing device, and goes on', async () => {
    disk.device.fail('write', 'ENOSPC', 1);
    disk.device.fail('sync', 'EIO', 1);
    const all = await runTool('qemu-io', [
      ...['-f', 'raw', '-c', 'write 0 4k', '-c', 'flush', '-c', 'write 0 4k', '-c', 'flush', disk.uri],
    ]);
    expect(all.stdout + all.stderr).toContain('No space left on device');
    expect(all.stdout).toContain('wrote 4096/4096 bytes');
  });

  itWithTools(['qemu-img'], 'qemu-img convert and compare give equal images', async () => {
    const image = join(folder, 'image');
    const bytes = Buffer.concat([randomBytes(8 * MIB), Buffer.alloc(SIZE_BYTES - 9 * MIB), randomBytes(MIB)]);
    writeFileSync(image, bytes);
    await run('qemu-img', 'convert', '-n', '-f', 'raw', '-O', 'raw', image, disk.uri);
    expect(await run('qemu-img', 'compare', '-f', 'raw', '-F', 'raw', image, disk.uri)).toContain('identical');
    expect(disk.device.usedBytesNow()).toBeLessThan(10 * MIB);
  });

  itWithTools(['nbdcopy'], 'nbdcopy copies in and out over several connections, sparsely', async () => {
    const image = join(folder, 'image');
    const copy = join(folder, 'copy');
    const bytes = Buffer.concat([randomBytes(8 * MIB), Buffer.alloc(SIZE_BYTES - 9 * MIB), randomBytes(MIB)]);
    writeFileSync(image, bytes);
    await run('nbdcopy', image, disk.uri);
    await run('nbdcopy', disk.uri, copy);
    expect(readFileSync(copy).equals(bytes)).toBe(true);
    expect(disk.device.usedBytesNow()).toBeLessThan(10 * MIB);
  });

  itWithTools(['fio'], 'fio verifies every block that it wrote at random, deep queues and several jobs', async () => {
    const output = await run(
      'fio',
      ...['--name=verify', '--ioengine=nbd', `--uri=${disk.uri}`, '--rw=randwrite', '--bsrange=4k-64k'],
      ...['--size=32m', '--io_size=32m', '--iodepth=32', '--verify=crc32c', '--do_verify=1', '--verify_fatal=1'],
      ...['--output-format=json', `--aux-path=${folder}`],
    );
    const { jobs } = JSON.parse(output.slice(output.indexOf('{'))) as {
      jobs: { error: number; read: { io_bytes: number } }[];
    };
    expect(jobs[0]!.error).toBe(0);
    expect(jobs[0]!.read.io_bytes).toBe(32 * MIB);
  });

  itWithTools(
    ['nbdfuse', 'mkfs.ext4', 'e2fsck', 'mount', '/dev/fuse', '/dev/loop-control'],
    'ext4 on nbdfuse and a loop device keeps its files and stays clean',
    async () => {
      const [file, mounted, image] = [join(folder, 'disk'), join(folder, 'mounted'), join(folder, 'image')];
      mkdirSync(mounted);
      writeFileSync(file, '');
      writeFileSync(image, randomBytes(8 * MIB));
      // This process serves the disk: whatever touches the mounted file must leave its event loop alone.
      try {
        for (const round of ['first', 'second']) {
          // Stays in the foreground until it is unmounted.
          const fuse = run('nbdfuse', file, disk.uri);
          while ((await stat(file)).size !== SIZE_BYTES) await new Promise((resolve) => setTimeout(resolve, 20));
          if (round === 'first') await run('mkfs.ext4', '-q', '-F', file);
          await run('mount', '-o', 'loop,discard', file, mounted);
          if (round === 'first') await run('cp', image, join(mounted, 'file'));
          await run('cmp', image, join(mounted, 'file'));
          await run('umount', mounted);
          await run('e2fsck', '-f', '-n', file);
          await run('umount', file);
          await fuse;
        }
      } finally {
        await runTool('umount', ['-l', mounted]);
        await runTool('umount', ['-l', file]);
      }
    },
  );
});
