/**
 * `npm run try-image`: carries out the Dockerfile without Docker, from the committed tree in an empty folder, and starts what came out of it
 * as its user: the version, an API and a storage node until their health check succeeds, and their end on SIGTERM.
 */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../cli/processes/free-ports.js';
import { makeBuildContext } from './build-context.js';
import { Image } from './container.js';
import { parseDockerfile, settingsOf } from './dockerfile.js';
import { runStages } from './image-folder.js';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function requireVersion(image: Image): void {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
  const { status, stdout, stderr } = image.run(['--version']);
  if (status !== 0 || stdout.trim() !== version) throw new Error(`--version: ${status} ${stdout}${stderr}`);
  say(`--version: ${version}`);
}

async function tryProcess(image: Image, name: string, command: string[], environment: Record<string, string>) {
  const container = image.start(command, environment);
  try {
    await container.untilHealthy();
    say(`${name}: healthy`);
    await container.stop();
    say(`${name}: ended in order`);
  } finally {
    container.kill();
  }
}

async function tryImage(image: Image): Promise<void> {
  requireVersion(image);
  const [apiPort, nbd, peer, admin] = await freePorts(4);
  await tryProcess(image, 'api', ['api'], {
    EVENKEEL_PORT: String(apiPort),
    EVENKEEL_ADMIN_PASSWORD: 'correct horse',
    EVENKEEL_HEALTH_URL: `http://127.0.0.1:${apiPort}/health/ready`,
  });
  const addresses = ['--nbd', `127.0.0.1:${nbd}`, '--peer', `127.0.0.1:${peer}`, '--admin', `127.0.0.1:${admin}`];
  await tryProcess(image, 'node', ['node', '--data', image.at('data/node'), '--name', 'site-a', ...addresses], {
    EVENKEEL_HEALTH_URL: `https://127.0.0.1:${admin}/healthz`,
  });
}

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-image-'));
  try {
    // The image's user passes through.
    chmodSync(folder, 0o755);
    const context = path.join(folder, 'context');
    mkdirSync(context);
    makeBuildContext(root, context);
    const stages = parseDockerfile(readFileSync(path.join(root, 'Dockerfile'), 'utf8'));
    const files = runStages(stages, { folder, context, say });
    await tryImage(new Image(files, settingsOf(stages.at(-1)!)));
    say('the image works');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main().catch((error: Error) => {
  process.stderr.write(`try-image: ${error.message}\n`);
  process.exitCode = 1;
});
