/**
 * What every sample shares: its options, finding things by name, waiting for copies, and how it ends.
 *
 * Every change is a job: a call answers at once with its id, and the job's end says whether the change took hold. Success of a job means
 * established, not copied; how far a copy is, its session says.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerOf, EvenkeelClient, type Access, type Job, type Schemas } from '../../src/api-client/client.js';
import { EvenkeelError } from '../../src/api-client/errors.js';

export type Session = Schemas['CopySessionAnswer'];
export type Volume = Schemas['VolumeView'];
export type Node = Schemas['NodeView'];

export interface Options {
  readonly url: string;
  readonly user: string;
  readonly password?: string;
  readonly token?: string;
  readonly cacert?: string;
  readonly json?: boolean;
  /** False with --no-wait. */
  readonly wait: boolean;
}

/** What a sample prints: the first with --json, and the second otherwise. */
export type Result = readonly [value: unknown, text: string];

/** How long a change that is to be waited for may take to answer, seconds; then its job is asked for. */
export const WAIT = 30;
/** The API shows what a storage node said last, which may be a moment old: only a session that stays at rest is given up. */
const AT_REST_MS = 5_000;
const LOOK_MS = 300;

/** A sample cannot go on. */
export class Failure extends EvenkeelError {
  constructor(
    message: string,
    override readonly errorCode: number | null = null,
  ) {
    super(message);
  }
}

export class Sample extends EvenkeelClient {
  /** The storage node of this name or id. */
  async node(nameOrId: string): Promise<Node> {
    for await (const node of this.every('/api/v1/node')) {
      if (nameOrId === node.name || nameOrId === String(node.node_id)) return node;
    }
    throw new Failure(`There is no storage node ${nameOrId}`);
  }

  /** The volume of this id, or of this NODE/NAME: names are unique on their node only. */
  async volume(nameOrId: string): Promise<Volume> {
    const slash = nameOrId.indexOf('/');
    if (slash < 0) {
      const path = { volume_id: idOf(nameOrId, 'volume') };
      return answerOf(this.rest.GET('/api/v1/volume/{volume_id}', { params: { path } }));
    }
    const node = await this.node(nameOrId.slice(0, slash));
    const name = nameOrId.slice(slash + 1);
    for await (const volume of this.every('/api/v1/volume', { name: [name], node_id: [node.node_id] })) return volume;
    throw new Failure(`There is no volume ${name} on storage node ${node.name}`);
  }

  /** The copy session as it is now. */
  session(id: number): Promise<Session> {
    const path = { copysession_id: id };
    return answerOf(this.rest.GET('/api/v1/copysession/{copysession_id}', { params: { path } }));
  }

  /** Asks for a change, and does not wait for it. */
  async started(call: Promise<{ data?: Schemas['JobAccepted'] | Job }>): Promise<Result> {
    const { job_id } = await answerOf(call);
    const job = await answerOf(this.rest.GET('/api/v1/job/{job_id}', { params: { path: { job_id } } }));
    return [job, `job ${job.job_id} is ${job.status}: ${job.description}`];
  }

  /** Waits until a running copy session is Active/Equivalent, showing its progress on a terminal. */
  async equivalent(id: number): Promise<Session> {
    for (let atRestSince: number | null = null; ; await sleep(LOOK_MS)) {
      const session = await this.session(id);
      showProgress(session);
      if (session.status === 'Active' && session.phase === 'Equivalent') {
        endProgress();
        return session;
      }
      const waitsForResume = session.status === 'Halt' && session.recovery_mode === 'Manual';
      const isAtRest = session.status === 'Error' || session.status === 'Suspend' || waitsForResume;
      atRestSince = isAtRest ? (atRestSince ?? performance.now()) : null;
      if (atRestSince !== null && performance.now() - atRestSince > AT_REST_MS) {
        endProgress();
        const why = session.error_message || 'it does not copy';
        throw new Failure(`Copy session ${id} is ${session.status}/${session.phase}: ${why}`, session.error_code);
      }
    }
  }
}

/** One line that rewrites itself; nothing when nobody watches a terminal. */
export function showProgress({ copysession_id: id, status, phase, progress }: Session): void {
  if (!process.stderr.isTTY) return;
  const line = `copy session ${id}: ${status}/${phase}${progress === null ? '' : ` ${progress} %`}`;
  process.stderr.write(`\r${line.padEnd(70)}`);
}

/** Leaves the progress line. */
export function endProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\n');
}

/** One line about a copy session. */
export function sessionText({
  copysession_id: id,
  source_volume_id,
  destination_volume_id,
  status,
  phase,
}: Session): string {
  return `copy session ${id}: volume ${source_volume_id} -> volume ${destination_volume_id}, ${status}/${phase}`;
}

/** A command with the options that every sample takes. */
export function sampleCommand(name: string, description: string): Command {
  const api = (flags: string, variable: string, text: string): Option =>
    new Option(flags, text).env(variable).helpGroup('The API:');
  return new Command(name)
    .description(description)
    .addOption(api('--url <url>', 'EVENKEEL_URL', 'where it is').default('http://127.0.0.1:5665'))
    .addOption(api('--user <name>', 'EVENKEEL_USER', 'who logs in').default('admin'))
    .addOption(api('--password <password>', 'EVENKEEL_PASSWORD', 'of the user'))
    .addOption(api('--token <token>', 'EVENKEEL_TOKEN', 'API token instead of both'))
    .addOption(api('--cacert <file>', 'EVENKEEL_CACERT', 'PEM of the authority to trust'))
    .option('--json', 'print the result as one JSON document')
    .option('--no-wait', 'leave once the last step is asked for; prints its job')
    .allowExcessArguments(false)
    .exitOverride();
}

/** Runs a sample. Exits with 0, with 1 and the API's message on stderr, or with 2 for wrong arguments. */
export async function run(
  command: Command,
  sample: (client: Sample, options: never, args: never) => Promise<Result>,
): Promise<void> {
  let client: Sample | null = null;
  try {
    command.parse();
    const options = command.opts<Options>();
    client = new Sample(accessOf(command, options));
    const [value, text] = await sample(client, options as never, command.processedArgs as never);
    process.stdout.write(`${options.json ? JSON.stringify(value, null, 2) : text}\n`);
  } catch (error) {
    process.exitCode = endOf(error, command.name());
  } finally {
    // Whether that works changes nothing.
    await client?.logOut().catch(() => undefined);
  }
}

/** A number of things, or of seconds or MiB. */
export function whole(text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}

function idOf(text: string, what: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Failure(`${text} is neither an id of a ${what} nor NODE/NAME`);
  return Number(text);
}

function accessOf(command: Command, { url, user, password, token, cacert }: Options): Access {
  const where = { url, ...(cacert !== undefined && { ca: readFileSync(cacert, 'utf8') }) };
  if (token) return { ...where, token };
  if (password) return { ...where, user, password };
  command.error(
    'error: a password is needed: --password, or EVENKEEL_PASSWORD in the environment; or a token: --token',
  );
}

function endOf(error: unknown, name: string): number {
  // It has said by itself what is wrong; help is not wrong.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof EvenkeelError) && !(error as { code?: string }).code) throw error;
  const { message, errorCode = null } = error as EvenkeelError;
  process.stderr.write(`${name}: ${message}${errorCode === null ? '' : ` [${errorCode}]`}\n`);
  return 1;
}
