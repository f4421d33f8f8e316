/** The sample scripts, each against the real system. */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { compareVolumes } from '../../src/tools/demo/host-writer.js';
import { runWithAccess, type SampleAccess, type SampleResult } from '../../src/tools/demo/python-sample.js';
import { NbdClient } from '../../src/tools/nbd-client/client.js';
import { type RunningInstallation, startInstallation } from '../support/installation.js';
import { hasTool } from '../support/tools.js';

interface Volume {
  readonly volume_id: number;
  readonly name: string;
  readonly node_id: number;
}
interface Session {
  readonly copysession_id: number;
  readonly status: string;
  readonly phase: string;
  readonly source_volume_id: number;
  readonly destination_volume_id: number;
}

interface Shown extends Session {
  readonly transfer_mode: string;
  readonly effective_mode: string;
}

const PATTERN_BYTES = 64 * 1024;

interface Language {
  readonly name: string;
  readonly program: string;
  readonly fileOf: (sample: string) => string;
}

const PYTHON: Language = {
  name: 'python',
  program: 'python3',
  fileOf: (sample) => path.resolve('samples/python', `${sample}.py`),
};
const TYPESCRIPT: Language = {
  name: 'typescript',
  program: process.execPath,
  fileOf: (sample) => path.resolve('dist/samples/typescript', `${sample}.js`),
};
/** They do the same, so each test runs them side by side, on volumes of their own. */
const LANGUAGES = hasTool('python3') ? [PYTHON, TYPESCRIPT] : [TYPESCRIPT];

jest.setTimeout(120_000);

describe(`samples in ${LANGUAGES.map(({ name }) => name).join(' and ')}`, () => {
  let system: RunningInstallation;

  beforeAll(async () => {
    system = await startInstallation();
  });
  afterAll(() => system.stop());

  /** The samples of one language. */
  class Samples {
    constructor(readonly language: Language) {}

    /** A name of a volume or a group that the other language has not. */
    named(name: string): string {
      return `${name}-${this.language.name}`;
    }

    run(script: string, ...args: string[]): Promise<SampleResult> {
      return this.runAs(system.access, script, ...args);
    }

    runAs(access: SampleAccess, script: string, ...args: string[]): Promise<SampleResult> {
      const { program, fileOf } = this.language;
      return runWithAccess(access, program, [fileOf(script), ...args]);
    }

    async json<T>(script: string, ...args: string[]): Promise<T> {
      const { exitCode, stdout, stderr } = await this.run(script, ...args, '--json');
      expect([exitCode, stderr]).toEqual([0, '']);
      return JSON.parse(stdout) as T;
    }

    async makePair(name: string): Promise<Session> {
      await this.json('volume_create', name, '--node', 'site-a', '--capacity', '16');
      return this.json<Session>('rec_sync_create', `site-a/${name}`, '--node', 'site-b', '--heartbeat-timeout', '1');
    }
  }

  const all = LANGUAGES.map((language) => new Samples(language));
  /** The same in every language at once. */
  const each = async <T>(act: (samples: Samples, index: number) => Promise<T>): Promise<T[]> =>
    Promise.all(all.map(act));

  /** The API looks at its nodes every few seconds. */
  async function untilAllOnline(): Promise<void> {
    for (;;) {
      const { node_list: nodes } = await system.api.call<{ node_list: { status: string }[] }>('GET', '/node');
      if (nodes.every(({ status }) => status === 'Online')) return;
      await sleep(100);
    }
  }

  async function write(node: string, volume: string, byte: number): Promise<void> {
    const { host, port, exportName } = system.at(node, volume);
    const client = await NbdClient.connect(host, port, exportName);
    await client.write(PATTERN_BYTES, Buffer.alloc(PATTERN_BYTES, byte));
    await client.disconnect();
  }

  async function firstByte(node: string, volume: string): Promise<number> {
    const { host, port, exportName } = system.at(node, volume);
    const client = await NbdClient.connect(host, port, exportName);
    const data = await client.read(PATTERN_BYTES, 1);
    await client.disconnect();
    return data[0]!;
  }

  async function expectEqualAndDirected(session: Session, name: string): Promise<void> {
    expect(await system.api.call('GET', `/copysession/${session.copysession_id}`)).toMatchObject({
      status: 'Active',
      phase: 'Equivalent',
      source_volume_id: session.source_volume_id,
      destination_volume_id: session.destination_volume_id,
    });
    await system.api.change('POST', `/copysession/${session.copysession_id}/suspend`, {});
    expect((await compareVolumes(system.at('site-a', name), system.at('site-b', name))).differing).toBe(0);
  }

  it('volume_create makes one volume, or many', async () => {
    await each(async (samples) => {
      const single = samples.named('single');
      const one = await samples.run('volume_create', single, '--node', 'site-a', '--capacity', '16');
      const said = expect.stringMatching(new RegExp(`^volume \\d+: ${single}, 16 MiB, nbd:`));
      expect(one).toMatchObject({ exitCode: 0, stdout: said });
      const many = [samples.named('many'), '--node', 'site-b', '--capacity', '16', '--count', '3'];
      const { volume_list: made } = await samples.json<{ volume_list: Volume[] }>('volume_create', ...many);
      expect(new Set(made.map(({ name }) => name)).size).toBe(3);
    });
  });

  it("a refused sample ends with exit code 1 and the API's message", async () => {
    await each(async (samples) => {
      const short = await samples.run('volume_create', 'bad', '--node', 'site-a', '--capacity', '-1');
      expect(short).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('capacity') });
      const unknown = await samples.run('rec_sync_create', '999999', '--node', 'site-b');
      expect(unknown).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Volume is not found') });
      const stranger = await samples.runAs({ ...system.access, password: 'wrong-password' }, 'volume_delete', '1');
      expect(stranger).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('password is wrong') });
      const nobody = await samples.runAs({ ...system.access, url: 'http://127.0.0.1:1' }, 'volume_delete', '1');
      expect(nobody).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('does not answer') });
    });
  });

  it('an API token takes the place of user and password', async () => {
    const body = { name: 'samples', role: 'operator' };
    const { token } = await system.api.call<{ token: string }>('POST', '/token', body);
    await each(async (samples) => {
      const access = { ...system.access, password: '' };
      const args = [samples.named('by-token'), '--node', 'site-a', '--capacity', '16', '--token'];
      expect((await samples.runAs(access, 'volume_create', ...args, token)).exitCode).toBe(0);
      const forged = await samples.runAs(access, 'volume_create', ...args, `${token}x`);
      expect(forged).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('oken') });
      const without = await samples.runAs(access, 'volume_delete', '1');
      expect(without).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('a password is needed') });
    });
  });

  it('volume_delete deletes all, or none when one is in a session', async () => {
    await each(async (samples) => {
      const [kept, free] = [samples.named('kept'), samples.named('free')];
      await samples.makePair(kept);
      await samples.json('volume_create', free, '--node', 'site-a', '--capacity', '16');
      const refused = await samples.run('volume_delete', `site-a/${free}`, `site-a/${kept}`);
      expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('used by a copy session') });
      expect((await samples.run('volume_delete', `site-a/${free}`)).exitCode).toBe(0);
      expect((await samples.run('volume_delete', `site-a/${free}`)).exitCode).toBe(1);
    });
  });

  it('rec_sync_create returns when the mirror is Equivalent', async () => {
    await each(async (samples) => {
      const sync = samples.named('sync');
      await samples.json('volume_create', sync, '--node', 'site-a', '--capacity', '16');
      await write('site-a', sync, 5);
      const session = await samples.json<Session>('rec_sync_create', `site-a/${sync}`, '--node', 'site-b');
      expect(session).toMatchObject({ status: 'Active', phase: 'Equivalent' });
      await expectEqualAndDirected(session, sync);
      expect(await firstByte('site-b', sync)).toBe(5);
    });
  });

  it('--no-wait leaves with the job', async () => {
    await each(async (samples) => {
      const hasty = samples.named('hasty');
      await samples.json('volume_create', hasty, '--node', 'site-a', '--capacity', '16');
      const args = [`site-a/${hasty}`, '--node', 'site-b', '--no-wait'];
      const job = await samples.json<{ job_id: number }>('rec_sync_create', ...args);
      expect(job.job_id).toEqual(expect.anything());
    });
  });

  it('rec_sync_consis_recover restores a lost source from its mirror, and may be run again', async () => {
    const sessions = await each((samples) => samples.makePair(samples.named('lost')));
    await each((samples) => write('site-a', samples.named('lost'), 1));
    await system.installation.process('site-a').kill();
    await each(async (samples, index) => {
      const path = `/copysession/${sessions[index]!.copysession_id}/suspend`;
      await system.api.change('POST', path, { force: true });
      await write('site-b', samples.named('lost'), 2);
    });
    await system.installation.startNode('site-a');
    await untilAllOnline();
    await each(async (samples, index) => {
      const lost = samples.named('lost');
      const args = [String(sessions[index]!.copysession_id), '--source', `site-a/${lost}`] as const;
      const recovered = await samples.json('rec_sync_consis_recover', ...args);
      expect(recovered).toMatchObject({ status: 'Active', phase: 'Equivalent' });
      expect(await firstByte('site-a', lost)).toBe(2);
      expect((await samples.run('rec_sync_consis_recover', ...args)).exitCode).toBe(0);
      await expectEqualAndDirected(sessions[index]!, lost);
    });
  });

  it('rec_sync_consis_recover goes on after an interruption, whatever step that was at', async () => {
    const interruptions = Object.entries({ reversed: 1, restored: 2, turned: 3, back: 4 });
    await each(async (samples) => {
      const goOn = async ([step, steps]: [string, number]): Promise<void> => {
        const name = samples.named(step);
        const session = await samples.makePair(name);
        await interrupt(session, name, steps);
        const args = [String(session.copysession_id), '--source', String(session.source_volume_id)];
        await samples.json('rec_sync_consis_recover', ...args);
        expect(await firstByte('site-a', name)).toBe(3);
        await expectEqualAndDirected(session, name);
      };
      await Promise.all(interruptions.map(goOn));
    });
  });

  /** What the sample does, up to one of its steps. */
  async function interrupt(session: Session, name: string, steps: number): Promise<void> {
    const path = `/copysession/${session.copysession_id}`;
    await system.api.change('POST', `${path}/suspend`, {});
    await write('site-b', name, 3);
    const done = [
      () => system.api.change('POST', `${path}/reverse`, { source_volume_id: session.destination_volume_id }),
      () => system.api.change('POST', `${path}/resume`),
      async () => {
        while ((await system.api.call<Session>('GET', path)).phase !== 'Equivalent') await sleep(50);
        await system.api.change('POST', `${path}/suspend`, {});
      },
      () => system.api.change('POST', `${path}/reverse`, { source_volume_id: session.source_volume_id }),
    ];
    for (const step of done.slice(0, steps)) await step();
  }

  const shown = (session: Session) => system.api.call<Shown>('GET', `/copysession/${session.copysession_id}`);

  it('rec_consis_create copies a volume, and rec_sync_consis_recover restores it', async () => {
    await each(async (samples) => {
      const consis = samples.named('consis');
      await samples.json('volume_create', consis, '--node', 'site-a', '--capacity', '16');
      await write('site-a', consis, 6);
      const settings = ['--rpo', '60', '--compression', 'Lz4'];
      const session = await samples.json<Session>(
        'rec_consis_create',
        `site-a/${consis}`,
        '--node',
        'site-b',
        ...settings,
      );
      const is = { status: 'Active', phase: 'Equivalent', transfer_mode: 'Consistency' };
      expect(session).toMatchObject({ ...is, rpo_seconds: 60, compression: 'Lz4' });
      await system.api.change('POST', `/copysession/${session.copysession_id}/suspend`, {});
      expect(await firstByte('site-b', consis)).toBe(6);
      await write('site-b', consis, 8);
      const args = [String(session.copysession_id), '--source', `site-a/${consis}`] as const;
      const other = await samples.run('rec_stack_recover', ...args);
      expect(other).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('use rec_sync_consis_recover') });
      expect(await samples.json('rec_sync_consis_recover', ...args)).toMatchObject(is);
      await expectEqualAndDirected(session, consis);
      expect(await firstByte('site-a', consis)).toBe(8);
    });
  });

  it('rec_stack_create copies by changed regions, and rec_stack_recover restores', async () => {
    await each(async (samples) => {
      const stack = samples.named('stack');
      await samples.json('volume_create', stack, '--node', 'site-a', '--capacity', '16');
      await write('site-a', stack, 1);
      const limit = ['--bandwidth-limit', '200'];
      const session = await samples.json<Session>('rec_stack_create', `site-a/${stack}`, '--node', 'site-b', ...limit);
      const is = { status: 'Active', phase: 'Equivalent', transfer_mode: 'Stack', bandwidth_limit_mbps: 200 };
      expect(session).toMatchObject(is);
      const args = [String(session.copysession_id), '--source', `site-a/${stack}`] as const;
      const other = await samples.run('rec_sync_consis_recover', ...args);
      expect(other).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('use rec_stack_recover') });
      await system.api.change('POST', `/copysession/${session.copysession_id}/suspend`, {});
      await write('site-b', stack, 9);
      expect(await samples.json('rec_stack_recover', ...args)).toMatchObject(is);
      await expectEqualAndDirected(session, stack);
      expect(await firstByte('site-a', stack)).toBe(9);
    });
  });

  it('rec_consis_create makes a group of several volumes, and nothing when it cannot copy', async () => {
    await each(async (samples) => {
      const names = [samples.named('data'), samples.named('redo')];
      for (const name of names) await samples.json('volume_create', name, '--node', 'site-a', '--capacity', '16');
      const args = [...names.map((name) => `site-a/${name}`), '--group', samples.named('orders')];
      const nowhere = await samples.run('rec_consis_create', ...args, '--node', 'site-a');
      expect(nowhere).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('on the same node') });
      const made = await samples.json<{ consistencygroup: object; copysession_list: Session[] }>(
        'rec_consis_create',
        ...[...args, '--node', 'site-b'],
      );
      expect(made.copysession_list.map(({ status, phase }) => `${status}/${phase}`)).toEqual([
        'Active/Equivalent',
        'Active/Equivalent',
      ]);
      const volumes = made.copysession_list.map(({ source_volume_id }) => source_volume_id);
      expect(made.consistencygroup).toMatchObject({ name: samples.named('orders'), volume_id_list: volumes });
    });
  });

  it('samples that make asynchronous copies say what does not fit together', async () => {
    await each(async (samples) => {
      const nameless = await samples.run('rec_consis_create', '1', '2', '--node', 'site-b');
      expect(nameless).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--group') });
      const named = await samples.run('rec_stack_create', '1', '--group', 'g', '--name', 'n', '--node', 'site-b');
      expect(named).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--name') });
    });
  });

  it('C65: rec_mode_change switches for the time of a command, and for good', async () => {
    await each(async (samples) => {
      const switched = samples.named('switched');
      const session = await samples.makePair(switched);
      const id = String(session.copysession_id);
      const failed = await samples.run('rec_mode_change', id, 'Consistency', '--while', 'exit 3');
      expect(failed).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('exit code 3') });
      expect(await shown(session)).toMatchObject({ transfer_mode: 'Synchronous', effective_mode: 'Synchronous' });
      expect(await samples.json('rec_mode_change', id, 'Stack')).toMatchObject({ effective_mode: 'Stack' });
      await write('site-a', switched, 7);
      expect(await samples.json('rec_mode_change', id, 'Synchronous')).toMatchObject({ effective_mode: 'Synchronous' });
      await expectEqualAndDirected(session, switched);
      // Suspended it is asked for, and holds after the resume.
      expect(await samples.json('rec_mode_change', id, 'Consistency')).toMatchObject({ status: 'Suspend' });
    });
  });

  it('copysession_delete removes only the session', async () => {
    await each(async (samples) => {
      const parted = samples.named('parted');
      const session = await samples.makePair(parted);
      await write('site-a', parted, 4);
      expect((await samples.run('copysession_delete', String(session.copysession_id))).exitCode).toBe(0);
      expect([await firstByte('site-a', parted), await firstByte('site-b', parted)]).toEqual([4, 4]);
      const again = await samples.run('copysession_delete', String(session.copysession_id));
      expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Copy session is not found') });
    });
  });
});
