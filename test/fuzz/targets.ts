import { FILE_TARGETS } from './file-targets.js';
import type { FuzzTarget } from './fuzz-target.js';
import { TEXT_TARGETS } from './text-targets.js';
import { WIRE_TARGETS } from './wire-targets.js';

/** Every parser of the storage node that reads what somebody else may have written. */
export const FUZZ_TARGETS: readonly FuzzTarget[] = [...WIRE_TARGETS, ...FILE_TARGETS, ...TEXT_TARGETS];
