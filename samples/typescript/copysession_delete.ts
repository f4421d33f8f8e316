import { run, sampleCommand, WAIT, whole, type Options, type Result, type Sample } from './sample.js';

const DESCRIPTION = `Deletes a copy session. Both volumes stay, with their data, and can be used on their own.

    copysession_delete 1
    copysession_delete 1 --force             # also when not Equivalent, or with a node gone`;

interface DeleteOptions extends Options {
  readonly force?: boolean;
}

async function main(client: Sample, options: DeleteOptions, [id]: [number]): Promise<Result> {
  const path = { copysession_id: id };
  const query = options.force ? { force: true } : {};
  const call = (wait?: number) => {
    const params = { path, query: { ...query, ...(wait !== undefined && { wait }) } };
    return client.rest.DELETE('/api/v1/copysession/{copysession_id}', { params });
  };
  if (!options.wait) return client.started(call());
  await client.change(call(WAIT));
  return [{ deleted_copysession_id: id }, `copy session ${id}: deleted, its volumes are kept`];
}

const command = sampleCommand('copysession_delete', DESCRIPTION)
  .argument('<session>', 'id of the copy session', whole)
  .option('--force', 'although it is not Equivalent: the copy may be unusable');

await run(command, main);
