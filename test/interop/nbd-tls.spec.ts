/** NBD over TLS with other people's clients: certificates, certificates of hosts, and keys. */
import { afterAll, afterEach, beforeAll, describe, expect } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MIB } from '../../src/model/sizes.js';
import type { HostTlsFiles } from '../../src/storage-node/config/settings.js';
import { eventually } from '../../src/tools/node-process/eventually.js';
import { ServedDisk } from '../support/nbd-server.js';
import { randomKey, TlsAuthority } from '../support/tls-authority.js';
import { itWithTools, runTool, type ToolResult } from '../support/tools.js';

const SIZE_BYTES = 16 * MIB;

describe('NBD over TLS', () => {
  let authority: TlsAuthority;
  let node: { certificate: string; key: string };
  let disk: ServedDisk | null = null;

  beforeAll(async () => {
    authority = await TlsAuthority.make();
    const identity = await authority.issue('node', 'server');
    node = {
      certificate: authority.file('cert.pem', identity.certificate),
      key: authority.file('key.pem', identity.key),
    };
  });

  afterEach(async () => {
    await disk?.stop();
    disk = null;
  });
  afterAll(() => authority.remove());

  async function serve(tls: HostTlsFiles): Promise<ServedDisk> {
    return (disk = await ServedDisk.start(SIZE_BYTES, { tls }));
  }

  function withCertificate(isClientAsked: boolean): Promise<ServedDisk> {
    const clientCa = isClientAsked ? authority.file('client-ca.pem', authority.certificate) : null;
    return serve({ kind: 'x509', ...node, clientCa });
  }

  async function withKeys(): Promise<string> {
    const file = authority.file('psk/keys.psk', `alice:${randomKey()}\nbob:${randomKey()}\n`);
    await serve({ kind: 'psk', keys: file });
    return file;
  }

  const uri = (query: string, user = '') => `nbds://${user}127.0.0.1:${disk!.port}/disk?${query}`;
  const certificatesUri = (folder: string) => uri(`tls-certificates=${folder}`);
  const keysUri = (file: string, user: string) => uri(`tls-psk-file=${file}`, `${user}@`);

  function qemu(tool: string, object: string, ...args: string[]): Promise<ToolResult> {
    const image = `driver=nbd,host=127.0.0.1,port=${disk!.port},export=disk,tls-creds=tls0`;
    const [first, ...rest] = tool.split(' ');
    return runTool(first!, [...rest, '--object', `${object},id=tls0,endpoint=client`, ...args, '--image-opts', image]);
  }

  function expectDone({ exitCode, stdout, stderr }: ToolResult): string {
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    return stdout;
  }

  const lines = (text: string) => disk!.logLines.filter((line) => line.includes(text));

  async function expectRefused(times: number): Promise<void> {
    await eventually('refusals', () => lines('connection closed: TLS: ').length === times || undefined);
    expect(lines('host attached')).toHaveLength(0);
  }

  async function expectCopied(there: string): Promise<void> {
    const image = join(authority.folder, 'image');
    const copy = join(authority.folder, 'copy');
    const bytes = Buffer.concat([randomBytes(7 * MIB + 512), Buffer.alloc(SIZE_BYTES - 7 * MIB - 512)]);
    writeFileSync(image, bytes);
    expectDone(await runTool('nbdcopy', [image, there]));
    expectDone(await runTool('nbdcopy', [there, copy]));
    expect(readFileSync(copy).equals(bytes)).toBe(true);
  }

  itWithTools(['nbdinfo', 'nbdcopy'], 'libnbd copies in and out, knowing the node by its certificate', async () => {
    await withCertificate(false);
    const there = certificatesUri(authority.clientFolder('anybody', null));
    const info = JSON.parse(expectDone(await runTool('nbdinfo', ['--json', there]))) as { TLS: boolean };
    expect(info.TLS).toBe(true);
    await expectCopied(there);
    expect(lines('"tls":true').length).toBeGreaterThan(0);
  });

  itWithTools(['qemu-io', 'qemu-img'], 'qemu writes, reads and discards, with a certificate of its own', async () => {
    await withCertificate(true);
    const folder = authority.clientFolder('host-1', await authority.issue('host-1', 'client'));
    const object = `tls-creds-x509,dir=${folder}`;
    const commands = [
      'write -P 0x5a 0 9M',
      'write -f -P 3 1k 3k',
      'discard 4M 1M',
      'flush',
      'read -P 3 1k 3k',
      'read -P 0 4M 1M',
    ];
    const output = expectDone(await qemu('qemu-io', object, ...commands.flatMap((command) => ['-c', command])));
    expect(output.match(/^(wrote|read|discard) \d+\/\d+ bytes/gm)).toHaveLength(5);
    expect(output).not.toContain('failed');
    expect(expectDone(await qemu('qemu-img info', object))).toContain('virtual size: 16 MiB');
  });

  itWithTools(
    ['nbdinfo'],
    'a host without a certificate, or with one of another authority, is refused where one is asked for',
    async () => {
      await withCertificate(true);
      const other = await TlsAuthority.make('another authority');
      try {
        const stranger = authority.clientFolder('stranger', await other.issue('host-1', 'client'));
        for (const folder of [authority.clientFolder('nobody', null), stranger]) {
          expect((await runTool('nbdinfo', [certificatesUri(folder)])).exitCode).not.toBe(0);
        }
        await expectRefused(2);
      } finally {
        other.remove();
      }
    },
  );

  itWithTools(['nbdinfo', 'qemu-img'], 'hosts refuse a node whose certificate another authority signed', async () => {
    await withCertificate(false);
    const other = await TlsAuthority.make('another authority');
    try {
      const folder = authority.clientFolder('misled', null, other.certificate);
      expect((await runTool('nbdinfo', [certificatesUri(folder)])).stderr).toMatch(/certificate/i);
      expect((await qemu('qemu-img info', `tls-creds-x509,dir=${folder}`)).stderr).toMatch(/certificate/i);
      expect(lines('host attached')).toHaveLength(0);
    } finally {
      other.remove();
    }
  });

  itWithTools(['nbdinfo', 'nbdcopy', 'qemu-io'], 'libnbd and qemu attach by a shared key', async () => {
    const file = await withKeys();
    await expectCopied(keysUri(file, 'alice'));
    const object = `tls-creds-psk,dir=${join(authority.folder, 'psk')},username=bob`;
    expect(expectDone(await qemu('qemu-io', object, '-c', 'write -P 9 1M 2M', '-c', 'read -P 9 1M 2M'))).toContain(
      'read 2097152',
    );
  });

  itWithTools(['nbdinfo'], 'a wrong key and an unknown user are refused', async () => {
    await withKeys();
    const wrong = authority.file('wrong.psk', `alice:${randomKey()}\nmallory:${randomKey()}\n`);
    for (const user of ['alice', 'mallory']) {
      expect((await runTool('nbdinfo', [keysUri(wrong, user)])).exitCode).not.toBe(0);
    }
    expect((await runTool('nbdinfo', [certificatesUri(authority.clientFolder('anybody', null))])).exitCode).not.toBe(0);
    await expectRefused(3);
  });

  itWithTools(['psktool', 'nbdinfo'], 'takes keys as psktool writes them', async () => {
    const file = join(authority.folder, 'made.psk');
    for (const user of ['db-1', 'db-2']) expect((await runTool('psktool', ['-u', user, '-p', file])).exitCode).toBe(0);
    await serve({ kind: 'psk', keys: file });
    for (const user of ['db-1', 'db-2']) expectDone(await runTool('nbdinfo', [keysUri(file, user)]));
  });

  itWithTools(['nbdinfo', 'qemu-img'], 'a plain host is told that TLS is required', async () => {
    await withCertificate(false);
    const plain = `nbd://127.0.0.1:${disk!.port}/disk`;
    const refused = await runTool('qemu-img', ['info', plain]);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toContain('Hosts must attach over TLS');
    expect((await runTool('nbdinfo', [plain])).exitCode).not.toBe(0);
    expect((await runTool('nbdinfo', ['--list', plain])).stdout).not.toContain('export=');
    await eventually('told', () => lines('refused: Hosts must attach over TLS').length > 0 || undefined);
  });

  itWithTools(['qemu-img'], 'a host that insists on TLS is refused by a node without it', async () => {
    disk = await ServedDisk.start(SIZE_BYTES);
    const folder = authority.clientFolder('anybody', null);
    const refused = await qemu('qemu-img info', `tls-creds-x509,dir=${folder}`);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toMatch(/TLS|starttls/i);
  });

  describe('docs/operations.md', () => {
    const section = readFileSync('docs/operations.md', 'utf8').split('## Hosts over TLS')[1]!;
    const [makeCertificates, attachByCertificate, makeKeys, attachByKey] = [
      ...section.matchAll(/```sh\n(.*?)```/gs),
    ].map(([, commands]) => commands!);

    const folder = () => dirname(authority.file('as-printed/nothing', ''));

    function shell(commands: string): Promise<ToolResult> {
      const here = commands
        .replaceAll('10809', String(disk?.port))
        .replaceAll(/\/data|export=data/g, (name) => name.replace('data', 'disk'));
      return runTool('sh', ['-ec', `cd ${folder()}\n${here}`]);
    }

    itWithTools(['certtool', 'nbdinfo', 'qemu-img'], 'has commands for certificates that work as printed', async () => {
      expect((await shell(makeCertificates!)).exitCode).toBe(0);
      const file = (name: string) => join(folder(), name);
      await serve({
        kind: 'x509',
        certificate: file('server-cert.pem'),
        key: file('server-key.pem'),
        clientCa: file('ca-cert.pem'),
      });
      expect(expectDone(await shell(attachByCertificate!))).toContain('virtual size: 16 MiB');
      expect(lines('host attached').length).toBeGreaterThanOrEqual(2);
    });

    itWithTools(['psktool', 'nbdinfo', 'qemu-img'], 'has commands for keys that work as printed', async () => {
      expect((await shell(makeKeys!)).exitCode).toBe(0);
      await serve({ kind: 'psk', keys: join(folder(), 'keys.psk') });
      expect(expectDone(await shell(attachByKey!))).toContain('virtual size: 16 MiB');
      expect(lines('host attached').length).toBeGreaterThanOrEqual(2);
    });
  });
});
