import { Command } from 'commander';
import { runPlane } from '../processes/run-plane.js';

/** `evenkeel worker …`: the control plane reads its own flags and environment. */
export function workerCommand(): Command {
  return new Command('worker')
    .description('start the worker alone')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .argument('[options...]', 'settings of the control plane')
    .action(async (args: string[]) => {
      process.exitCode = await runPlane('control-plane/main.js', ['worker', ...args]);
    });
}
