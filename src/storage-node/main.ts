/**
 * The storage node as a process: settings in, addresses on standard output, log as JSON lines on standard error, an exit code from
 * the error registry. SIGTERM and SIGINT stop it in order; kill -9 is safe at any time.
 */
import { pino, destination, stdTimeFunctions } from 'pino';
import { isRefusal } from '../errors/refusal.js';
import { callFields } from './admin/call-context.js';
import { formatHostPort } from './config/host-port.js';
import { STOP_DEADLINE_MS } from './config/limits.js';
import { type NodeSettings, readSettings, SETTINGS_HELP } from './config/settings.js';
import { makeDataPath } from './data-path.js';
import { StorageNode } from './node.js';

const logOutput = destination({ fd: 2, sync: false });

/** Runs until a signal ends it; the process exits from here. */
async function runNode(settings: NodeSettings): Promise<void> {
  const logger = pino(
    {
      level: settings.logLevel,
      base: { name: settings.name },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: callFields,
    },
    logOutput,
  );
  const node = new StorageNode(settings, logger, makeDataPath);

  let isStopping = false;
  const stop = async (signal: NodeJS.Signals) => {
    // A terminal and a launcher may both hand on the same one.
    if (isStopping) return;
    isStopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => {
      logger.error('stop took too long; the next start recovers');
      exit(1);
    }, STOP_DEADLINE_MS).unref();
    const isClean = await node.stop();
    logger.info({ isClean }, 'stopped');
    exit(isClean ? 0 : 1);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
  // A broken invariant: nothing that runs on can be trusted, and a sudden end is safe.
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'broken invariant');
    exit(1);
  });

  try {
    await node.start();
  } catch (error) {
    // A stop during the start ends the process itself.
    if (isRefusal(error, 'SHUTTING_DOWN')) return;
    if (!isRefusal(error)) throw error;
    logger.error({ code: error.code, details: error.details }, error.message);
    failWith(error);
  }
  logger.info({ identity: node.identity() }, 'started');
  tellOperator(node);
}

/** What an operator must see; one fact a line, its first word says which. */
function tellOperator(node: StorageNode): void {
  const { nodeUid, name, nbdAddress, peerAddresses } = node.identity();
  const lines = [
    `node ${name} ${nodeUid}`,
    `nbd ${nbdAddress}`,
    ...peerAddresses.map((address) => `peer ${address}`),
    `admin ${formatHostPort(node.adminAddress!)}`,
    node.home.isEnrolled ? `enrolment-token in ${node.home.tokenFile}` : `enrolment-token ${node.home.enrolmentToken}`,
    'ready',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function failWith(error: unknown): never {
  if (!isRefusal(error)) throw error;
  process.stderr.write(`evenkeel node: ${error.message}. ${error.row.hint}\n`);
  exit(error.row.exitCode);
}

function exit(code: number): never {
  logOutput.flushSync();
  process.exit(code);
}

// Whoever started the node may be gone with the other end of these pipes: the node goes on.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);
// Keys, logs and volumes are nobody else's business.
process.umask(0o077);

const argv = process.argv.slice(2);
if (argv.includes('--help') || argv.includes('-h')) {
  process.stdout.write(SETTINGS_HELP);
} else {
  let settings: NodeSettings | undefined;
  try {
    settings = readSettings(argv, process.env);
  } catch (error) {
    failWith(error);
  }
  await runNode(settings);
}
