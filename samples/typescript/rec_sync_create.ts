import { Option } from 'commander';
import { madeIds, type Schemas } from '../../src/api-client/client.js';
import { run, sampleCommand, sessionText, WAIT, whole, type Options, type Result, type Sample } from './sample.js';

const DESCRIPTION = `Mirrors a volume synchronously: makes a volume of the same size on another storage node, and a copy session to it.

    rec_sync_create site-a/db --node site-b
    rec_sync_create 1 --destination 2        # to a volume that exists already

Waits until the session is Equivalent: from then on no write is acknowledged before both nodes have it.`;

interface CreateOptions extends Options {
  readonly node?: string;
  readonly destination?: string;
  readonly name?: string;
  readonly splitMode?: Schemas['SplitMode'];
  readonly recoveryMode?: Schemas['RecoveryMode'];
  readonly heartbeatTimeout?: number;
}

type Destination = Pick<Schemas['CreateSessionBody'], 'destination' | 'destination_volume_id'>;

async function destinationOf(client: Sample, { node, destination, name }: CreateOptions): Promise<Destination> {
  if (destination !== undefined) return { destination_volume_id: (await client.volume(destination)).volume_id };
  return { destination: { node_id: (await client.node(node!)).node_id, ...(name !== undefined && { name }) } };
}

async function main(client: Sample, options: CreateOptions, [source]: [string]): Promise<Result> {
  if (!options.node && !options.destination) command.error('error: one of --node and --destination is needed');
  const body: Schemas['CreateSessionBody'] = {
    source_volume_id: (await client.volume(source)).volume_id,
    transfer_mode: 'Synchronous',
    ...(await destinationOf(client, options)),
    ...(options.splitMode && { split_mode: options.splitMode }),
    ...(options.recoveryMode && { recovery_mode: options.recoveryMode }),
    ...(options.heartbeatTimeout !== undefined && { heartbeat_timeout_seconds: options.heartbeatTimeout }),
  };
  if (!options.wait) return client.started(client.rest.POST('/api/v1/copysession/rec', { body }));
  const params = { query: { wait: WAIT } };
  const job = await client.change(client.rest.POST('/api/v1/copysession/rec', { body, params }));
  const session = await client.equivalent(madeIds(job, 'copysession')[0]!);
  return [session, sessionText(session)];
}

const MODES = ['Automatic', 'Manual'];
const command = sampleCommand('rec_sync_create', DESCRIPTION)
  .argument('<source>', 'volume to mirror: id, or NODE/NAME')
  .option('--node <node>', 'storage node for the mirror: name or id')
  .addOption(
    new Option('--destination <volume>', 'existing volume of the same size: id, or NODE/NAME').conflicts([
      'node',
      'name',
    ]),
  )
  .option('--name <name>', 'name of the new volume (default: the name of the source)')
  .addOption(new Option('--split-mode <mode>', 'writes go on, or fail, without the mirror').choices(MODES))
  .addOption(new Option('--recovery-mode <mode>', 'copying goes on by itself, or by resume').choices(MODES))
  .option('--heartbeat-timeout <seconds>', '1 to 60', whole);

await run(command, main);
