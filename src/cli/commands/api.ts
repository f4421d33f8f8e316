import { Command } from 'commander';
import { runPlane } from '../processes/run-plane.js';

/** `evenkeel api …`: the control plane reads its own flags and environment. */
export function apiCommand(): Command {
  return new Command('api')
    .description('start the API, with the worker unless --no-worker')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .argument('[options...]', 'settings of the control plane')
    .action(async (args: string[]) => {
      process.exitCode = await runPlane('control-plane/main.js', ['api', ...args]);
    });
}
