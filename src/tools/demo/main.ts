/**
 * npm run demo: starts PostgreSQL, the API and two storage nodes in a temporary home, tells the story, and takes all away again.
 *
 *   --story NAME   takeover (default): a Synchronous mirror, and either node is lost; or consistency: a database is copied
 *                  asynchronously over a slow line, and its site is destroyed
 *   --json         one JSON document on stdout at the end; the story goes to stderr
 *   --keep         stays up afterwards until Ctrl-C, to look around, also when a claim failed
 *
 * Exit code 0 only if every claim held.
 */
import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { freePorts } from '../../cli/processes/free-ports.js';
import { NotReady } from '../../cli/processes/readiness.js';
import { RestApi } from '../rest-api.js';
import { Home } from '../../cli/up/home.js';
import { Installation } from '../../cli/up/installation.js';
import { welcome } from '../../cli/up/welcome.js';
import { openLine, tellConsistencyStory } from './consistency-story.js';
import { Narrator } from './narrator.js';
import { Operator } from './operator.js';
import { tellStory } from './story.js';

const SHOWN_LINES = 15;

const STORIES = ['takeover', 'consistency'];

const { values: options } = parseArgs({
  options: {
    story: { type: 'string', default: STORIES[0]! },
    json: { type: 'boolean' },
    keep: { type: 'boolean' },
  },
});
if (!STORIES.includes(options.story)) {
  process.stderr.write(`evenkeel demo: --story is ${STORIES.join(' or ')}, not "${options.story}"\n`);
  process.exit(2);
}
const narrator = new Narrator(options.json ? process.stderr : process.stdout);
const stopped = new Promise<'stopped'>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve('stopped'));
});
const { home, installation, password, line } = await prepare();
let failure: string | null = null;
try {
  const outcome = await Promise.race([run().then(() => 'told' as const), stopped]);
  if (outcome === 'stopped') failure = 'interrupted';
} catch (error) {
  failure = (error as Error).message;
  narrator.line(`\nThe demo failed: ${failure}`);
  showLogs(error);
}
if (options.keep && failure !== 'interrupted') await stayUp();
await installation.stop();
line?.close();
removeHome();

if (failure === null) narrator.line(`\nAll ${narrator.claims.length} claims were checked, in ${narrator.seconds} s.`);
if (options.json) {
  const document = { ok: failure === null, failure, duration_seconds: narrator.seconds, claims: narrator.claims };
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}
process.exit(failure === null ? 0 : 1);

async function prepare() {
  const folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-demo-'));
  // PostgreSQL, which runs as another user when we are root, must be able to pass.
  chmodSync(folder, 0o711);
  const home = new Home(folder);
  home.make();
  const [apiPort] = await freePorts(1);
  const password = home.adminPassword(undefined)!;
  const installation = new Installation(home, {
    apiPort: apiPort!,
    password,
    isUsualPorts: false,
    report: () => undefined,
  });
  const line = options.story === 'consistency' ? await openLine(home) : null;
  return { home, installation, password, line };
}

async function run(): Promise<void> {
  narrator.step('PostgreSQL, the API and two storage nodes start, each a process of its own');
  await installation.start();
  const access = { url: installation.url, password };
  const operator = new Operator(new RestApi(access.url, password), access, (text) => narrator.say(text));
  narrator.say(`${installation.url}, in ${home.folder}`);
  if (!operator.hasPython) narrator.say('there is no Python 3.9 here: REST calls instead of the sample scripts');
  const stage = { narrator, installation, operator };
  await (line === null ? tellStory(stage) : tellConsistencyStory(stage, line));
}

async function stayUp(): Promise<void> {
  narrator.line(welcome(home, installation, password));
  await stopped;
}

/** The ends of the logs, of the process at fault if that is known. */
function showLogs(error: unknown): void {
  const processes = error instanceof NotReady ? [error.process] : installation.started;
  for (const process of processes) {
    narrator.line(`\nThe end of the log of ${process.name}:`);
    narrator.say(process.lastLines(SHOWN_LINES));
  }
}

function removeHome(): void {
  try {
    // Where PostgreSQL could not reach the home, this is a link to its folder elsewhere.
    rmSync(realpathSync(path.join(home.folder, 'postgres')), { recursive: true, force: true });
  } catch {
    // It never came that far.
  }
  rmSync(home.folder, { recursive: true, force: true });
}
