/** The sample scripts, each against the real system. */
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { compareVolumes } from '../../src/tools/demo/host-writer.js';
import { runSample, type SampleResult } from '../../src/tools/demo/python-sample.js';
import { NbdClient } from '../../src/tools/nbd-client/client.js';
import { type RunningInstallation, startInstallation } from '../support/installation.js';
import { hasTool, itWithTools } from '../support/tools.js';

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

describe('sample scripts', () => {
  let system: RunningInstallation;

  beforeAll(async () => {
    if (hasTool('python3')) system = await startInstallation();
  });
  afterAll(() => system?.stop());

  const run = (script: string, ...args: string[]): Promise<SampleResult> =>
    runSample(system.access, `${script}.py`, args);

  async function json<T>(script: string, ...args: string[]): Promise<T> {
    const { exitCode, stdout, stderr } = await run(script, ...args, '--json');
    expect([exitCode, stderr]).toEqual([0, '']);
    return JSON.parse(stdout) as T;
  }

  async function makePair(name: string): Promise<Session> {
    await json('volume_create', name, '--node', 'site-a', '--capacity', '16');
    return json<Session>('rec_sync_create', `site-a/${name}`, '--node', 'site-b', '--heartbeat-timeout', '1');
  }

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

  itWithTools(['python3'], 'volume_create makes one volume, or many', async () => {
    const one = await run('volume_create', 'single', '--node', 'site-a', '--capacity', '16');
    expect(one).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^volume \d+: single, 16 MiB, nbd:/) });
    const { volume_list: many } = await json<{ volume_list: Volume[] }>(
      ...(['volume_create', 'many', '--node', 'site-b', '--capacity', '16', '--count', '3'] as const),
    );
    expect(new Set(many.map(({ name }) => name)).size).toBe(3);
  });

  itWithTools(['python3'], "a refused script ends with exit code 1 and the API's message", async () => {
    const short = await run('volume_create', 'bad', '--node', 'site-a', '--capacity', '-1');
    expect(short).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('capacity') });
    const unknown = await run('rec_sync_create', '999999', '--node', 'site-b');
    expect(unknown).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Volume is not found') });
    const stranger = await runSample({ ...system.access, password: 'wrong-password' }, 'volume_delete.py', ['1']);
    expect(stranger).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('password is wrong') });
    const nobody = await runSample({ ...system.access, url: 'http://127.0.0.1:1' }, 'volume_delete.py', ['1']);
    expect(nobody).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('does not answer') });
  });

  itWithTools(['python3'], 'volume_delete deletes all, or none when one is in a session', async () => {
    await makePair('kept');
    await json('volume_create', 'free', '--node', 'site-a', '--capacity', '16');
    const refused = await run('volume_delete', 'site-a/free', 'site-a/kept');
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('used by a copy session') });
    expect((await run('volume_delete', 'site-a/free')).exitCode).toBe(0);
    expect((await run('volume_delete', 'site-a/free')).exitCode).toBe(1);
  });

  itWithTools(['python3'], 'rec_sync_create returns when the mirror is Equivalent', async () => {
    await json('volume_create', 'sync', '--node', 'site-a', '--capacity', '16');
    await write('site-a', 'sync', 5);
    const session = await json<Session>('rec_sync_create', 'site-a/sync', '--node', 'site-b');
    expect(session).toMatchObject({ status: 'Active', phase: 'Equivalent' });
    await expectEqualAndDirected(session, 'sync');
    expect(await firstByte('site-b', 'sync')).toBe(5);
  });

  itWithTools(['python3'], '--no-wait leaves with the job', async () => {
    await json('volume_create', 'hasty', '--node', 'site-a', '--capacity', '16');
    const job = await json<{ job_id: number }>('rec_sync_create', 'site-a/hasty', '--node', 'site-b', '--no-wait');
    expect(job.job_id).toEqual(expect.anything());
  });

  itWithTools(
    ['python3'],
    'rec_sync_consis_recover restores a lost source from its mirror, and may be run again',
    async () => {
      const session = await makePair('lost');
      await write('site-a', 'lost', 1);
      await system.installation.process('site-a').kill();
      await system.api.change('POST', `/copysession/${session.copysession_id}/suspend`, { force: true });
      await write('site-b', 'lost', 2);
      await system.installation.startNode('site-a');
      await untilAllOnline();
      const args = [String(session.copysession_id), '--source', 'site-a/lost'] as const;
      expect(await json('rec_sync_consis_recover', ...args)).toMatchObject({ status: 'Active', phase: 'Equivalent' });
      expect(await firstByte('site-a', 'lost')).toBe(2);
      expect((await run('rec_sync_consis_recover', ...args)).exitCode).toBe(0);
      await expectEqualAndDirected(session, 'lost');
    },
  );

  for (const [name, steps] of Object.entries({ reversed: 1, restored: 2, turned: 3, back: 4 })) {
    itWithTools(['python3'], `rec_sync_consis_recover goes on after an interruption (step ${steps})`, async () => {
      const session = await makePair(name);
      const path = `/copysession/${session.copysession_id}`;
      await system.api.change('POST', `${path}/suspend`, {});
      await write('site-b', name, 3);
      const done = [
        () => system.api.change('POST', `${path}/reverse`, { source_volume_id: session.destination_volume_id }),
        () => system.api.change('POST', `${path}/resume`),
        async () => {
          while ((await system.api.call<Session>('GET', path)).phase !== 'Equivalent');
          await system.api.change('POST', `${path}/suspend`, {});
        },
        () => system.api.change('POST', `${path}/reverse`, { source_volume_id: session.source_volume_id }),
      ];
      for (const step of done.slice(0, steps)) await step();
      await json(
        'rec_sync_consis_recover',
        String(session.copysession_id),
        '--source',
        String(session.source_volume_id),
      );
      expect(await firstByte('site-a', name)).toBe(3);
      await expectEqualAndDirected(session, name);
    });
  }

  const shown = (session: Session) => system.api.call<Shown>('GET', `/copysession/${session.copysession_id}`);

  itWithTools(['python3'], 'rec_consis_create copies a volume, and rec_sync_consis_recover restores it', async () => {
    await json('volume_create', 'consis', '--node', 'site-a', '--capacity', '16');
    await write('site-a', 'consis', 6);
    const settings = ['--rpo', '60', '--compression', 'Lz4'];
    const session = await json<Session>('rec_consis_create', 'site-a/consis', '--node', 'site-b', ...settings);
    const is = { status: 'Active', phase: 'Equivalent', transfer_mode: 'Consistency' };
    expect(session).toMatchObject({ ...is, rpo_seconds: 60, compression: 'Lz4' });
    await system.api.change('POST', `/copysession/${session.copysession_id}/suspend`, {});
    expect(await firstByte('site-b', 'consis')).toBe(6);
    await write('site-b', 'consis', 8);
    const args = [String(session.copysession_id), '--source', 'site-a/consis'] as const;
    const other = await run('rec_stack_recover', ...args);
    expect(other).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('use rec_sync_consis_recover.py') });
    expect(await json('rec_sync_consis_recover', ...args)).toMatchObject(is);
    await expectEqualAndDirected(session, 'consis');
    expect(await firstByte('site-a', 'consis')).toBe(8);
  });

  itWithTools(['python3'], 'rec_stack_create copies by changed regions, and rec_stack_recover restores', async () => {
    await json('volume_create', 'stack', '--node', 'site-a', '--capacity', '16');
    await write('site-a', 'stack', 1);
    const limit = ['--bandwidth-limit', '200'];
    const session = await json<Session>('rec_stack_create', 'site-a/stack', '--node', 'site-b', ...limit);
    const is = { status: 'Active', phase: 'Equivalent', transfer_mode: 'Stack', bandwidth_limit_mbps: 200 };
    expect(session).toMatchObject(is);
    const args = [String(session.copysession_id), '--source', 'site-a/stack'] as const;
    const other = await run('rec_sync_consis_recover', ...args);
    expect(other).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('use rec_stack_recover.py') });
    await system.api.change('POST', `/copysession/${session.copysession_id}/suspend`, {});
    await write('site-b', 'stack', 9);
    expect(await json('rec_stack_recover', ...args)).toMatchObject(is);
    await expectEqualAndDirected(session, 'stack');
    expect(await firstByte('site-a', 'stack')).toBe(9);
  });

  itWithTools(
    ['python3'],
    'rec_consis_create makes a group of several volumes, and nothing when it cannot copy',
    async () => {
      for (const name of ['data', 'redo']) await json('volume_create', name, '--node', 'site-a', '--capacity', '16');
      const args = ['site-a/data', 'site-a/redo', '--group', 'orders'] as const;
      const nowhere = await run('rec_consis_create', ...args, '--node', 'site-a');
      expect(nowhere).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('on the same node') });
      const made = await json<{ consistencygroup: object; copysession_list: Session[] }>(
        ...(['rec_consis_create', ...args, '--node', 'site-b'] as const),
      );
      expect(made.copysession_list.map(({ status, phase }) => `${status}/${phase}`)).toEqual([
        'Active/Equivalent',
        'Active/Equivalent',
      ]);
      const volumes = made.copysession_list.map(({ source_volume_id }) => source_volume_id);
      expect(made.consistencygroup).toMatchObject({ name: 'orders', volume_id_list: volumes });
    },
  );

  itWithTools(['python3'], 'scripts that make asynchronous copies say what does not fit together', async () => {
    const nameless = await run('rec_consis_create', '1', '2', '--node', 'site-b');
    expect(nameless).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--group') });
    const named = await run('rec_stack_create', '1', '--group', 'g', '--name', 'n', '--node', 'site-b');
    expect(named).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--name') });
  });

  itWithTools(['python3'], 'C65: rec_mode_change switches for the time of a command, and for good', async () => {
    const session = await makePair('switched');
    const id = String(session.copysession_id);
    const failed = await run('rec_mode_change', id, 'Consistency', '--while', 'exit 3');
    expect(failed).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('exit code 3') });
    expect(await shown(session)).toMatchObject({ transfer_mode: 'Synchronous', effective_mode: 'Synchronous' });
    expect(await json('rec_mode_change', id, 'Stack')).toMatchObject({ effective_mode: 'Stack' });
    await write('site-a', 'switched', 7);
    expect(await json('rec_mode_change', id, 'Synchronous')).toMatchObject({ effective_mode: 'Synchronous' });
    await expectEqualAndDirected(session, 'switched');
    // Suspended it is asked for, and holds after the resume.
    expect(await json('rec_mode_change', id, 'Consistency')).toMatchObject({ status: 'Suspend' });
  });

  itWithTools(['python3'], 'copysession_delete removes only the session', async () => {
    const session = await makePair('parted');
    await write('site-a', 'parted', 4);
    expect((await run('copysession_delete', String(session.copysession_id))).exitCode).toBe(0);
    expect([await firstByte('site-a', 'parted'), await firstByte('site-b', 'parted')]).toEqual([4, 4]);
    const again = await run('copysession_delete', String(session.copysession_id));
    expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Copy session is not found') });
  });
});
