import { Option } from 'commander';
import { madeIds, type Schemas } from '../../src/api-client/client.js';
import { run, sampleCommand, WAIT, whole, type Options, type Result, type Sample } from './sample.js';

const DESCRIPTION = `Creates one volume, or many, on a storage node.

    volume_create db --node site-a --capacity 1024
    volume_create web --node site-a --capacity 512 --count 4      # web1, web2, web3, web4`;

interface CreateOptions extends Options {
  readonly node: string;
  readonly capacity: number;
  readonly count: number;
  readonly writeCache?: Schemas['WriteCache'];
}

async function main(client: Sample, options: CreateOptions, [name]: [string]): Promise<Result> {
  const body: Schemas['CreateVolumeBody'] = {
    name,
    node_id: (await client.node(options.node)).node_id,
    capacity: options.capacity,
    ...(options.count > 1 && { count: options.count }),
    ...(options.writeCache && { write_cache: options.writeCache }),
  };
  if (!options.wait) return client.started(client.rest.POST('/api/v1/volume', { body }));
  const job = await client.change(client.rest.POST('/api/v1/volume', { body, params: { query: { wait: WAIT } } }));
  const volumes = await Promise.all(madeIds(job, 'volume').map((id) => client.volume(String(id))));
  const lines = volumes.map(
    ({ volume_id, name, capacity, nbd_uri }) => `volume ${volume_id}: ${name}, ${capacity} MiB, ${nbd_uri}`,
  );
  return [{ volume_list: volumes }, lines.join('\n')];
}

const command = sampleCommand('volume_create', DESCRIPTION)
  .argument('<name>', '1 to 32 characters, unique on its node')
  .requiredOption('--node <node>', 'name or id of the storage node')
  .requiredOption('--capacity <MiB>', 'size', whole)
  .option('--count <n>', 'how many; more than one get 1, 2, ... appended', whole, 1)
  .addOption(new Option('--write-cache <kind>', 'default Writeback').choices(['Writeback', 'Writethrough']));

await run(command, main);
