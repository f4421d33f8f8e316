/** What rec_sync_consis_recover and rec_stack_recover share: a source is restored from its mirror, then mirrored as before. */
import type { Command } from 'commander';
import { ApiError, JobError } from '../../src/api-client/errors.js';
import type { Schemas } from '../../src/api-client/client.js';
import {
  Failure,
  sampleCommand,
  sessionText,
  WAIT,
  whole,
  type Options,
  type Result,
  type Sample,
  type Session,
} from './sample.js';

const NOT_EQUIVALENT = 4003;
const SUSPEND_TRIES = 10;

interface RecoverOptions extends Options {
  readonly source: string;
}

export function recoverCommand(name: string, description: string): Command {
  return sampleCommand(name, description)
    .argument('<session>', 'id of the copy session; in a group, of any of its volumes', whole)
    .requiredOption('--source <volume>', 'volume of the session to restore: id, or NODE/NAME');
}

/** Restores the source by differences, whatever step an earlier run got to, and returns what to print. */
export async function recover(
  client: Sample,
  command: Command,
  transferModes: readonly Schemas['TransferMode'][],
  otherSample: string,
): Promise<Result> {
  const options = command.opts<RecoverOptions>();
  const [id] = command.processedArgs as [number];
  const session = await client.session(id);
  const { volume_id: sourceId } = await client.volume(options.source);
  const { isSource, mirrorId } = endsOf(session, sourceId);
  if (!transferModes.includes(session.transfer_mode)) {
    throw new Failure(`Copy session ${id} is ${session.transfer_mode}: use ${otherSample}`);
  }
  if (session.status === 'Halt' || session.status === 'Error' || session.status === 'Reserved') {
    const why = session.error_message || 'bring its storage nodes and their link back, or suspend it with force';
    throw new Failure(`Copy session ${id} is ${session.status}: ${why}`, session.error_code);
  }
  if (isSource && session.status === 'Active') {
    // Active in the old direction: the source is whole, whether this is the last step of an earlier run or nothing was lost.
    return shown(await client.equivalent(id));
  }
  const resume = (wait?: number) =>
    client.rest.POST('/api/v1/copysession/{copysession_id}/resume', { body: {}, params: paramsOf(id, wait) });
  if (isSource) await exchange(client, session, mirrorId);
  if (isSource || session.status === 'Suspend') await client.change(resume(WAIT));
  const restored = await client.equivalent(id);

  await exchange(client, restored, sourceId);
  if (!options.wait) return client.started(resume());
  await client.change(resume(WAIT));
  return shown(await client.equivalent(id));
}

function shown(session: Session): Result {
  return [session, sessionText(session)];
}

function paramsOf(
  copysession_id: number,
  wait?: number,
): { path: { copysession_id: number }; query: { wait?: number } } {
  return { path: { copysession_id }, query: wait === undefined ? {} : { wait } };
}

/** Whether the volume to restore is the session's source now, and the id of its mirror. */
function endsOf(session: Session, sourceId: number): { isSource: boolean; mirrorId: number } {
  const { source_volume_id, destination_volume_id, copysession_id } = session;
  if (source_volume_id === sourceId) return { isSource: true, mirrorId: destination_volume_id };
  if (destination_volume_id === sourceId) return { isSource: false, mirrorId: source_volume_id };
  throw new Failure(`Volume ${sourceId} does not belong to copy session ${copysession_id}`);
}

/** Suspends the session and makes this volume its source; the next resume overwrites the other one from it. */
async function exchange(client: Sample, { copysession_id: id, status }: Session, newSourceId: number): Promise<void> {
  if (status !== 'Suspend') await suspend(client, id);
  const request = { body: { source_volume_id: newSourceId }, params: paramsOf(id, WAIT) };
  await client.change(client.rest.POST('/api/v1/copysession/{copysession_id}/reverse', request));
}

/** A Stack session is Equivalent only while nothing is left to send: last writes may come in between. */
async function suspend(client: Sample, id: number): Promise<void> {
  for (let triesLeft = SUSPEND_TRIES - 1; ; triesLeft--) {
    try {
      const request = { body: {}, params: paramsOf(id, WAIT) };
      await client.change(client.rest.POST('/api/v1/copysession/{copysession_id}/suspend', request));
      return;
    } catch (error) {
      const isRefused = error instanceof ApiError || error instanceof JobError;
      if (!isRefused || error.errorCode !== NOT_EQUIVALENT || triesLeft === 0) throw error;
    }
    await client.equivalent(id);
  }
}
