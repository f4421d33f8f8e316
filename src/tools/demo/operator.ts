/** The operator of the story: gives orders by the Python samples where Python is there, else by the same REST calls. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type RestApi, madeId } from '../rest-api.js';
import { hasPython, runSample, type SampleAccess } from './python-sample.js';

export interface SessionView {
  readonly copysession_id: number;
  readonly status: string;
  readonly phase: string;
  readonly error_message: string | null;
  readonly source_volume_id: number;
  readonly destination_volume_id: number;
  readonly transferred_bytes: number;
  readonly resolution: number;
}

/** A consistency group's replication to one node. */
export interface StreamView {
  readonly status: string;
  readonly phase: string;
  readonly data_state: string | null;
  readonly logging_to: string | null;
  readonly lag: { readonly writes: number; readonly bytes: number; readonly seconds: number } | null;
  readonly copysession_id_list: readonly number[];
}

export interface VolumeView {
  readonly volume_id: number;
  readonly node_id: number;
  readonly name: string;
  readonly status: string;
  readonly access: string;
  readonly access_reason: string | null;
  readonly capacity_bytes: number;
}

const STATE_TIMEOUT_MS = 60_000;

export class Operator {
  readonly hasPython = hasPython();

  constructor(
    private readonly api: RestApi,
    private readonly access: SampleAccess,
    private readonly say: (text: string) => void,
  ) {}

  session(id: number): Promise<SessionView> {
    return this.api.call('GET', `/copysession/${id}`);
  }

  volume(id: number): Promise<VolumeView> {
    return this.api.call('GET', `/volume/${id}`);
  }

  async nodes(): Promise<{ node_id: number; name: string; status: string }[]> {
    return (await this.api.call<{ node_list: never[] }>('GET', '/node')).node_list;
  }

  async nodeId(name: string): Promise<number> {
    return (await this.nodes()).find((node) => node.name === name)!.node_id;
  }

  async createVolume(name: string, node: string, capacityMib: number): Promise<number> {
    if (this.hasPython) {
      const args = [name, '--node', node, '--capacity', String(capacityMib)];
      const made = await this.sample<{ volume_list: VolumeView[] }>('volume_create.py', args);
      return made.volume_list[0]!.volume_id;
    }
    const body = { name, node_id: await this.nodeId(node), capacity: capacityMib };
    return madeId(await this.change('POST', '/volume', body), 'volume');
  }

  /** Returns when the session is Equivalent. */
  async mirror(volume: number, node: string, heartbeatTimeoutSeconds: number): Promise<SessionView> {
    if (this.hasPython) {
      const args = [String(volume), '--node', node, '--heartbeat-timeout', String(heartbeatTimeoutSeconds)];
      return this.sample('rec_sync_create.py', args);
    }
    const job = await this.change('POST', '/copysession/rec', {
      source_volume_id: volume,
      destination: { node_id: await this.nodeId(node) },
      transfer_mode: 'Synchronous',
      heartbeat_timeout_seconds: heartbeatTimeoutSeconds,
    });
    return this.waitFor(madeId(job, 'copysession'), 'Active', 'Equivalent');
  }

  /** Makes the volumes a group, and copies of them all in transfer mode Consistency; returns the group when they are Equivalent. */
  async copyGroup(name: string, volumes: readonly number[], node: string, shareMib: number): Promise<number> {
    if (this.hasPython) {
      const args = [...volumes.map(String), '--node', node, '--group', name, '--srl-share', String(shareMib)];
      const made = await this.sample<{ consistencygroup: { consistencygroup_id: number } }>(
        'rec_consis_create.py',
        args,
      );
      return made.consistencygroup.consistencygroup_id;
    }
    const { node_id } = await this.volume(volumes[0]!);
    const group = madeId(
      await this.change('POST', '/consistencygroup', { name, node_id, volume_id_list: volumes }),
      'consistencygroup',
    );
    await this.change('POST', `/consistencygroup/${group}/copysession`, {
      destination_node_id: await this.nodeId(node),
      transfer_mode: 'Consistency',
      srl_share_mb: shareMib,
    });
    await this.waitForStream(group, 'Equivalent', (stream) => stream.phase === 'Equivalent');
    return group;
  }

  /** Of a group with one destination. */
  async stream(group: number): Promise<StreamView> {
    const { stream_list } = await this.api.call<{ stream_list: [StreamView] }>('GET', `/consistencygroup/${group}`);
    return stream_list[0];
  }

  async waitForStream(
    group: number,
    what: string,
    isWanted: (stream: StreamView) => boolean,
    timeoutMs = STATE_TIMEOUT_MS,
  ): Promise<StreamView> {
    for (const until = Date.now() + timeoutMs; ; await sleep(100)) {
      const stream = await this.stream(group);
      if (isWanted(stream)) return stream;
      if (Date.now() > until) throw new Error(`group ${group} is not ${what}, but ${JSON.stringify(stream)}`);
    }
  }

  async suspendGroup(group: number, force: boolean): Promise<StreamView> {
    await this.change('POST', `/consistencygroup/${group}/suspend`, force ? { force } : {});
    return this.stream(group);
  }

  /** Settings of a live session, and with it of its group's. */
  async changeSession(session: number, settings: Record<string, unknown>): Promise<void> {
    await this.change('PATCH', `/copysession/${session}`, settings);
  }

  async suspend(session: number, force: boolean): Promise<SessionView> {
    await this.change('POST', `/copysession/${session}/suspend`, force ? { force } : {});
    return this.session(session);
  }

  async resume(session: number): Promise<SessionView> {
    await this.change('POST', `/copysession/${session}/resume`);
    return this.waitFor(session, 'Active', 'Equivalent');
  }

  /** What rec_sync_consis_recover does: the source is restored from its mirror, then mirrored as before. */
  async recover(session: SessionView): Promise<SessionView> {
    const { copysession_id: id, source_volume_id: source, destination_volume_id: mirror } = session;
    if (this.hasPython) {
      return this.sample('rec_sync_consis_recover.py', [String(id), '--source', String(source)]);
    }
    await this.change('POST', `/copysession/${id}/reverse`, { source_volume_id: mirror });
    await this.resume(id);
    await this.suspend(id, false);
    await this.change('POST', `/copysession/${id}/reverse`, { source_volume_id: source });
    return this.resume(id);
  }

  /** @throws Error when the session is in Error or the time is over */
  async waitFor(id: number, status: string, phase?: string): Promise<SessionView> {
    for (const until = Date.now() + STATE_TIMEOUT_MS; ; await sleep(100)) {
      const session = await this.session(id);
      if (session.status === status && (phase === undefined || session.phase === phase)) return session;
      const state = `${session.status}/${session.phase}`;
      if (session.status === 'Error') throw new Error(`copy session ${id} is ${state}: ${session.error_message}`);
      if (Date.now() > until) throw new Error(`copy session ${id} stays ${state} and is not ${status}/${phase ?? '*'}`);
    }
  }

  async waitForNode(name: string, status: string): Promise<void> {
    for (const until = Date.now() + STATE_TIMEOUT_MS; ; await sleep(100)) {
      const node = (await this.nodes()).find((each) => each.name === name);
      if (node?.status === status) return;
      if (Date.now() > until) throw new Error(`storage node ${name} stays ${node?.status} and is not ${status}`);
    }
  }

  private change(method: string, path: string, body?: Record<string, unknown>): ReturnType<RestApi['change']> {
    this.say(`$ ${method} ${path}${body === undefined ? '' : ` ${JSON.stringify(body)}`}`);
    return this.api.change(method, path, body);
  }

  private async sample<T>(script: string, args: readonly string[]): Promise<T> {
    this.say(`$ ${script} ${args.join(' ')}`);
    const { exitCode, stdout, stderr } = await runSample(this.access, script, [...args, '--json']);
    if (exitCode !== 0) throw new Error(`${script} ended with exit code ${exitCode}: ${stderr}`);
    return JSON.parse(stdout) as T;
  }
}
