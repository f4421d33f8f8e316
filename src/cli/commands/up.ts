import { Command } from 'commander';
import { runUp } from '../up/run-up.js';

/** `evenkeel up`: everything on this machine, to try it. What it needs to know comes from the environment. */
export function upCommand(): Command {
  return new Command('up')
    .description('start PostgreSQL, the API with its worker, and two storage nodes')
    .addHelpText(
      'after',
      [
        '',
        'Environment:',
        '  EVENKEEL_HOME            folder for everything (./.evenkeel)',
        '  EVENKEEL_PORT            port of the API (5665; 0 takes a free one)',
        '  EVENKEEL_ADMIN_PASSWORD  password of admin; without it the first start makes one up and keeps it in the home',
      ].join('\n'),
    )
    .action(async () => {
      process.exit(await runUp(process.env, (line) => process.stdout.write(`${line}\n`)));
    });
}
