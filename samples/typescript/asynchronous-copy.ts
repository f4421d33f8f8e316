/** What rec_consis_create and rec_stack_create share: copies that hosts do not wait for, of one volume or of several as a group. */
import { Option, type Command } from 'commander';
import { answerOf, madeIds, type Schemas } from '../../src/api-client/client.js';
import { EvenkeelError } from '../../src/api-client/errors.js';
import {
  sampleCommand,
  sessionText,
  WAIT,
  whole,
  type Options,
  type Result,
  type Sample,
  type Volume,
} from './sample.js';

interface CopyOptions extends Options {
  readonly node: string;
  readonly group?: string;
  readonly name?: string;
  readonly recoveryMode?: Schemas['RecoveryMode'];
  readonly srlProtection?: Schemas['SrlProtection'];
  readonly srlShare?: number;
  readonly bandwidthLimit?: number;
  readonly compression?: Schemas['Compression'];
  readonly rpo?: number;
}

/** What the sessions of a group and a session by itself are made with alike. */
type Settings = Omit<Schemas['CreateGroupSessionsBody'], 'destination_node_id' | 'destination_volume_list'>;

export function copyCommand(name: string, description: string): Command {
  return sampleCommand(name, description)
    .argument('<source...>', 'volumes to copy, all of one storage node: ids, or NODE/NAME')
    .requiredOption('--node <node>', 'storage node for the copies: name or id')
    .option('--group <name>', 'name of the consistency group that the volumes become; needed for several')
    .addOption(
      new Option('--name <name>', 'name of the new volume (default: the name of the source)').conflicts('group'),
    )
    .addOption(
      new Option('--recovery-mode <mode>', 'copying goes on by itself, or by resume').choices(['Automatic', 'Manual']),
    )
    .addOption(
      new Option(
        '--srl-protection <way>',
        'what happens when the share of the log is used up (default: the change map takes over)',
      ).choices(['Autodcm', 'Dcm', 'Override', 'Fail', 'Off']),
    )
    .option('--srl-share <MiB>', 'most of the log that may wait', whole)
    .option('--bandwidth-limit <Mbit/s>', '10^6 bits a second; 0 is none', whole)
    .addOption(new Option('--compression <way>', 'of what is sent').choices(['None', 'Lz4', 'Zstd']))
    .option('--rpo <seconds>', 'a greater lag is a breach; 0 is no watch', whole);
}

/** Makes the copies, waits until they are Equivalent, and returns what to print. */
export async function createCopies(
  client: Sample,
  command: Command,
  transferMode: Schemas['TransferMode'],
): Promise<Result> {
  const options = command.opts<CopyOptions>();
  const [sources] = command.processedArgs as [string[]];
  if (sources.length > 1 && !options.group)
    command.error('error: several volumes need --group: their writes keep one order');
  const volumes: Volume[] = [];
  for (const source of sources) volumes.push(await client.volume(source));
  const { node_id: node } = await client.node(options.node);
  const settings = settingsOf(transferMode, options);
  if (options.group)
    return createGroup(client, { ...options, group: options.group }, volumes, {
      ...settings,
      destination_node_id: node,
    });
  const destination = { node_id: node, ...(options.name !== undefined && { name: options.name }) };
  const body = { ...settings, source_volume_id: volumes[0]!.volume_id, destination };
  if (!options.wait) return client.started(client.rest.POST('/api/v1/copysession/rec', { body }));
  const params = { query: { wait: WAIT } };
  const job = await client.change(client.rest.POST('/api/v1/copysession/rec', { body, params }));
  const session = await client.equivalent(madeIds(job, 'copysession')[0]!);
  return [session, sessionText(session)];
}

async function createGroup(
  client: Sample,
  { group: name, wait }: { readonly group: string; readonly wait: boolean },
  volumes: readonly Volume[],
  body: Schemas['CreateGroupSessionsBody'],
): Promise<Result> {
  const wanted = { name, node_id: volumes[0]!.node_id, volume_id_list: volumes.map(({ volume_id }) => volume_id) };
  const query = { wait: WAIT };
  const grouping = await client.change(
    client.rest.POST('/api/v1/consistencygroup', { body: wanted, params: { query } }),
  );
  const path = { consistencygroup_id: madeIds(grouping, 'consistencygroup')[0]! };
  const copy = (params: { path: typeof path; query?: typeof query }) =>
    client.rest.POST('/api/v1/consistencygroup/{consistencygroup_id}/copysession', { body, params });
  try {
    if (!wait) return await client.started(copy({ path }));
    const job = await client.change(copy({ path, query }));
    const sessions = [];
    for (const id of madeIds(job, 'copysession')) sessions.push(await client.equivalent(id));
    const group = await answerOf(
      client.rest.GET('/api/v1/consistencygroup/{consistencygroup_id}', { params: { path } }),
    );
    const text = [`consistency group ${group.consistencygroup_id}: ${name}`, ...sessions.map(sessionText)].join('\n');
    return [{ consistencygroup: group, copysession_list: sessions }, text];
  } catch (error) {
    if (error instanceof EvenkeelError) await withoutCopies(client, path);
    throw error;
  }
}

/** A group that copies nothing is not what was asked for. */
async function withoutCopies(client: Sample, path: { consistencygroup_id: number }): Promise<void> {
  const params = { path, query: { wait: WAIT } };
  const { stream_list: streams } = await answerOf(
    client.rest.GET('/api/v1/consistencygroup/{consistencygroup_id}', { params: { path } }),
  );
  if (streams.length > 0) return;
  await client.change(client.rest.DELETE('/api/v1/consistencygroup/{consistencygroup_id}', { params }));
}

function settingsOf(transfer_mode: Schemas['TransferMode'], options: CopyOptions): Settings {
  return {
    transfer_mode,
    ...(options.recoveryMode && { recovery_mode: options.recoveryMode }),
    ...(options.srlProtection && { srl_protection: options.srlProtection }),
    ...(options.srlShare !== undefined && { srl_share_mb: options.srlShare }),
    ...(options.bandwidthLimit !== undefined && { bandwidth_limit_mbps: options.bandwidthLimit }),
    ...(options.compression && { compression: options.compression }),
    ...(options.rpo !== undefined && { rpo_seconds: options.rpo }),
  };
}
