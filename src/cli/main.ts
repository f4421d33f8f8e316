/** The `evenkeel` program: one file for each command. */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { apiCommand } from './commands/api.js';
import { healthCommand } from './commands/health.js';
import { nodeCommand } from './commands/node.js';
import { upCommand } from './commands/up.js';
import { workerCommand } from './commands/worker.js';

const packageFile = new URL('../../../package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };

const program = new Command('evenkeel')
  .description('Keeps block volumes on distant storage nodes equal.')
  .version(version)
  .showHelpAfterError()
  // So that the options of a plane are its own, --help included.
  .enablePositionalOptions();

for (const command of [upCommand(), apiCommand(), workerCommand(), nodeCommand(), healthCommand()])
  program.addCommand(command);

await program.parseAsync();
