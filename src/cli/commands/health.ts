import { Command } from 'commander';
import { answers } from '../processes/readiness.js';

const API_READY = 'http://127.0.0.1:5665/health/ready';

/** `evenkeel health`: for the health checks of containers, whose images hold no curl. */
export function healthCommand(): Command {
  return new Command('health')
    .description('end with exit code 0 when a process answers that it is well, else with 1')
    .argument(
      '[url]',
      `of the API (/health/ready) or a node (https://…:5666/healthz); else EVENKEEL_HEALTH_URL, or ${API_READY}`,
    )
    .addHelpText('after', '\nCertificates are not looked at: nothing is sent, and nothing but the status is read.')
    .action(async (given: string | undefined) => {
      const url = given ?? (process.env['EVENKEEL_HEALTH_URL'] || API_READY);
      if (!URL.canParse(url)) {
        process.stderr.write(`evenkeel health: "${url}" is not a URL\n`);
        process.exitCode = 2;
        return;
      }
      const isWell = (await answers(url)) === true;
      process.stdout.write(`${url} ${isWell ? 'is well' : 'does not answer that it is well'}\n`);
      process.exitCode = isWell ? 0 : 1;
    });
}
