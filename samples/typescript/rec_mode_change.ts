import { Argument, InvalidArgumentError, Option } from 'commander';
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Schemas } from '../../src/api-client/client.js';
import {
  endProgress,
  Failure,
  run,
  sampleCommand,
  sessionText,
  showProgress,
  WAIT,
  whole,
  type Options,
  type Result,
  type Sample,
  type Session,
} from './sample.js';

const DESCRIPTION = `Switches the transfer mode of a live copy session; for a while, if asked to.

    rec_mode_change 1 Consistency                          # until somebody switches it again
    rec_mode_change 1 Stack --for 3600                     # and back after an hour
    rec_mode_change 1 Consistency --while './nightly.sh'   # and back when the command has ended, also when it failed

For when a slow line delays the response to hosts: under Consistency and Stack they do not wait for it. Nothing is copied anew
and no write fails. All sessions of the same consistency group to the same node switch together. Waits until the mode holds; of
a suspended session it does at the next resume, and the sample does not wait.`;

type Mode = Schemas['TransferMode'];
const MODES: readonly Mode[] = ['Synchronous', 'Consistency', 'Stack'];
const LOOK_MS = 300;

interface ModeOptions extends Options {
  readonly for?: number;
  readonly while?: string;
}

function ask(client: Sample, id: number, transfer_mode: Mode, wait?: number) {
  const params = { path: { copysession_id: id }, query: wait === undefined ? {} : { wait } };
  return client.rest.PATCH('/api/v1/copysession/{copysession_id}', { params, body: { transfer_mode } });
}

/** Asks for the mode and waits until it holds. A session that is in it already stays as it is. */
async function switchTo(client: Sample, id: number, mode: Mode): Promise<Session> {
  if ((await client.session(id)).transfer_mode !== mode) await client.change(ask(client, id, mode, WAIT));
  for (; ; await sleep(LOOK_MS)) {
    const session = await client.session(id);
    showProgress(session);
    // A Stack session is Equivalent now and then; the others promise what their mode says once they are.
    const isWhole = mode === 'Stack' || session.phase === 'Equivalent';
    const isAtRest = session.status === 'Suspend' || session.status === 'Error';
    if (isAtRest || (session.effective_mode === mode && isWhole)) {
      endProgress();
      return session;
    }
    if (session.transfer_mode !== mode) {
      throw new Failure(`Copy session ${id} was switched to ${session.transfer_mode} meanwhile`);
    }
    if (session.status === 'Halt' && session.recovery_mode === 'Manual') {
      throw new Failure(`Copy session ${id} is Halt: it takes up ${mode} once it is resumed`);
    }
  }
}

/** @returns why the command failed, if it did */
function runCommand(line: string): string | null {
  // Its output is not ours: that is one JSON document with --json.
  const { status } = spawnSync(line, { shell: true, stdio: ['inherit', 2, 2] });
  return status === 0 ? null : `${line} ended with exit code ${status}`;
}

async function main(client: Sample, options: ModeOptions, [id, mode]: [number, Mode]): Promise<Result> {
  const isForAWhile = options.for !== undefined || options.while !== undefined;
  if (!options.wait && isForAWhile) command.error('error: --no-wait cannot wait to switch back');
  const { transfer_mode: before } = await client.session(id);
  if (!options.wait) return client.started(ask(client, id, mode));
  const switched = await switchTo(client, id, mode);
  if (!isForAWhile) return shown(switched);
  let failure: string | null = null;
  let session: Session;
  try {
    if (options.while !== undefined) failure = runCommand(options.while);
    else await sleep(options.for! * 1000);
  } finally {
    session = await switchTo(client, id, before);
  }
  if (failure !== null) throw new Failure(failure);
  return shown(session);
}

function shown(session: Session): Result {
  return [session, `${sessionText(session)}, ${session.transfer_mode}`];
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value < 2 ** 31 / 1000)) throw new InvalidArgumentError('It is a number of seconds.');
  return value;
}

const command = sampleCommand('rec_mode_change', DESCRIPTION)
  .argument('<session>', 'id of the copy session', whole)
  .addArgument(new Argument('<mode>', 'transfer mode').choices(MODES))
  .option('--for <seconds>', 'switch back after so long', seconds)
  .addOption(new Option('--while <command>', 'switch back when this command has ended').conflicts('for'));

await run(command, main);
