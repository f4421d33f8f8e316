/** Other people's NBD clients on the source of a live Synchronous session: each works, and the mirror holds what they wrote. */
import { describe, expect } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MIB } from '../../src/model/sizes.js';
import { eventually } from '../../src/tools/node-process/eventually.js';
import { PAIR_EXPORT, type NodePair } from '../../src/tools/node-process/node-pair.js';
import type { NodeProcess } from '../../src/tools/node-process/node-process.js';
import { firstDifference, imageAt } from '../support/compare-images.js';
import { withPair } from '../support/node-pair.js';
import { hasTool, itWithLoopDevice, itWithTools, runTool } from '../support/tools.js';

const sizeBytes = 64 * MIB;

function uriOf(node: NodeProcess): string {
  return `nbd://127.0.0.1:${node.nbdPort}/${PAIR_EXPORT}`;
}

/** A pair that is Equivalent, and a folder for the tool's files. */
function withLiveSession(run: (pair: NodePair, folder: string) => Promise<void>): () => Promise<void> {
  return () =>
    withPair({ sizeBytes }, async (pair) => {
      await pair.createSession();
      await pair.waitForEquivalent();
      const folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-interop-'));
      try {
        await run(pair, folder);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
}

async function succeed(tool: string, args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runTool(tool, args);
  expect(`${tool} ${exitCode} ${exitCode === 0 ? '' : stdout + stderr}`).toBe(`${tool} 0 `);
  return stdout;
}

async function expectMirrorEqual(pair: NodePair): Promise<void> {
  await pair.waitForEquivalent();
  await pair.suspend();
  expect(firstDifference(await imageAt(pair, pair.source), await imageAt(pair, pair.destination))).toBeNull();
}

/** Not compressible, not repeating. */
function writeImage(file: string): void {
  const image = Buffer.alloc(sizeBytes);
  for (let at = 0; at < sizeBytes / 2; at += 4) image.writeInt32LE(Math.imul(at + 1, 2654435761) | 0, at);
  writeFileSync(file, image);
}

describe('a volume with a live session', () => {
  itWithTools(
    ['fio'],
    'fio verifies with crc32c all that it wrote at random, and again at the mirror',
    withLiveSession(async (pair) => {
      const job = (node: NodeProcess, ...more: string[]) => [
        ...['--name=verify', '--ioengine=nbd', `--uri=${uriOf(node)}`, '--rw=randwrite', '--bsrange=4k-128k'],
        ...[
          `--size=${sizeBytes}`,
          '--iodepth=16',
          '--randseed=7',
          '--verify=crc32c',
          '--verify_fatal=1',
          '--verify_state_save=0',
          ...more,
        ],
      ];
      await succeed('fio', job(pair.source, '--do_verify=1'));
      await expectMirrorEqual(pair);
      await succeed('fio', job(pair.destination, '--verify_only'));
    }),
  );

  itWithTools(
    ['qemu-io', 'qemu-img'],
    'qemu-io and qemu-img convert write it, qemu-img compare finds the mirror equal',
    withLiveSession(async (pair, folder) => {
      const file = path.join(folder, 'image');
      writeImage(file);
      await succeed('qemu-img', ['convert', '-n', '-f', 'raw', '-O', 'raw', file, uriOf(pair.source)]);
      const changes = ['write -P 0xab 1M 64k', 'write -z 2M 1M', 'discard 4M 1M', 'write -f -P 0xcd 8191 3', 'flush'];
      await succeed('qemu-io', ['-f', 'raw', ...changes.flatMap((change) => ['-c', change]), uriOf(pair.source)]);
      await succeed('qemu-io', ['-f', 'raw', ...changes.flatMap((change) => ['-c', change]), file]);
      await succeed('qemu-img', ['compare', '-f', 'raw', '-F', 'raw', file, uriOf(pair.source)]);
      await pair.suspend();
      await succeed('qemu-img', ['compare', '-f', 'raw', '-F', 'raw', file, uriOf(pair.destination)]);
    }),
  );

  itWithTools(
    ['nbdcopy', 'nbdinfo'],
    'nbdcopy fills it over several connections, and copies the same out of the mirror',
    withLiveSession(async (pair, folder) => {
      const [file, copy] = [path.join(folder, 'image'), path.join(folder, 'copy')];
      writeImage(file);
      expect(await succeed('nbdinfo', ['--size', uriOf(pair.source)])).toBe(`${sizeBytes}\n`);
      await succeed('nbdcopy', ['--flush', '--connections=4', file, uriOf(pair.source)]);
      await pair.suspend();
      await succeed('nbdcopy', [uriOf(pair.destination), copy]);
      expect(firstDifference(readFileSync(copy), readFileSync(file))).toBeNull();
    }),
  );

  itWithFileSystem(
    'carries ext4 on nbdfuse and a loop device, and the mirror passes e2fsck with every file',
    withLiveSession(async (pair, folder) => {
      const sums = path.join(folder, 'sums');
      await withLoopDevice(uriOf(pair.source), folder, async (device, mount) => {
        await succeed('mkfs.ext4', ['-q', device]);
        await succeed('mount', [device, mount]);
        const script =
          'for n in $(seq 40); do head -c $((n * 7001)) /dev/urandom > $n; done; rm 7; sha256sum [0-9]* > "$0"';
        await succeed('sh', ['-c', `cd '${mount}' && ${script}`, sums]);
        await succeed('umount', [mount]);
      });
      await pair.suspend();
      await withLoopDevice(uriOf(pair.destination), folder, async (device, mount) => {
        await succeed('e2fsck', ['-f', '-n', device]);
        await succeed('mount', ['-o', 'ro', device, mount]);
        await succeed('sh', ['-c', `cd '${mount}' && sha256sum --quiet --check "$0"`, sums]);
        await succeed('umount', [mount]);
      });
    }),
  );
});

function itWithFileSystem(name: string, run: () => Promise<void>): void {
  const tools = ['nbdfuse', 'mkfs.ext4', 'e2fsck'];
  if (tools.every(hasTool)) itWithLoopDevice(name, run);
  else itWithTools(tools, name, run);
}

/** The volume as a block device, through nbdfuse, with a place to mount it; all taken down again, also when `use` fails. */
async function withLoopDevice(
  uri: string,
  folder: string,
  use: (device: string, mount: string) => Promise<void>,
): Promise<void> {
  const [fuseMount, mount] = [path.join(folder, 'fuse'), path.join(folder, 'mount')];
  mkdirSync(fuseMount, { recursive: true });
  mkdirSync(mount, { recursive: true });
  const file = path.join(fuseMount, 'nbd');
  const fuse = spawn('nbdfuse', [file, uri], { stdio: 'ignore' });
  const ended = once(fuse, 'exit');
  try {
    await eventually('nbdfuse mounted', () => existsSync(file) || undefined);
    const device = (await succeed('losetup', ['--find', '--show', file])).trim();
    try {
      await use(device, mount);
    } finally {
      await runTool('umount', [mount]);
      await runTool('losetup', ['--detach', device]);
    }
  } finally {
    fuse.kill('SIGTERM');
    await ended;
  }
}
