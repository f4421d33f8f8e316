import { Command } from 'commander';
import { STORAGE_NODE_FLAGS } from '../processes/storage-node-flags.js';
import { runPlane } from '../processes/run-plane.js';

/** `evenkeel node …`: the storage node reads its own flags, so that flags, environment and file are one table there. */
export function nodeCommand(): Command {
  return new Command('node')
    .description('start a storage node (see evenkeel node --help)')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .argument('[options...]', 'settings of the node')
    .action(async (args: string[]) => {
      process.exitCode = await runPlane('storage-node/main.js', args, STORAGE_NODE_FLAGS);
    });
}
