import { run, sampleCommand, WAIT, type Options, type Result, type Sample } from './sample.js';

const DESCRIPTION = `Deletes volumes with all their data: all of them, or none when one is still used by a copy session or a host.

    volume_delete 3 4
    volume_delete site-a/db`;

interface DeleteOptions extends Options {
  readonly force?: boolean;
}

async function main(client: Sample, options: DeleteOptions, [names]: [string[]]): Promise<Result> {
  const ids: number[] = [];
  for (const name of names) ids.push((await client.volume(name)).volume_id);
  const body = { volume_id_list: ids };
  const query = options.force ? { force: true } : {};
  if (!options.wait) return client.started(client.rest.POST('/api/v1/volume/delete', { body, params: { query } }));
  await client.change(client.rest.POST('/api/v1/volume/delete', { body, params: { query: { ...query, wait: WAIT } } }));
  return [{ deleted_volume_id_list: ids }, ids.map((id) => `volume ${id}: deleted`).join('\n')];
}

const command = sampleCommand('volume_delete', DESCRIPTION)
  .argument('<volume...>', 'id, or NODE/NAME')
  .option('--force', 'drop host connections (never copy sessions)');

await run(command, main);
