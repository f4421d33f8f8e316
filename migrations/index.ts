/** In the order they run. A migration that was released never changes; the next one does. */
import { Frame1795000000000 } from './1795000000000-frame.js';
import { Replication1795000100000 } from './1795000100000-replication.js';
import { Authority1795000200000 } from './1795000200000-authority.js';
import { Events1795000400000 } from './1795000400000-events.js';
import { Streams1795000500000 } from './1795000500000-streams.js';
import { Access1795000610000 } from './1795000610000-access.js';
import { RequestIds1795000660000 } from './1795000660000-request-ids.js';
import { DesiredChanges1795001000000 } from './1795001000000-desired-changes.js';
import { CopyConcurrency1795001010000 } from './1795001010000-copy-concurrency.js';

export const MIGRATIONS = [
  Frame1795000000000,
  Replication1795000100000,
  Authority1795000200000,
  Events1795000400000,
  Streams1795000500000,
  Access1795000610000,
  RequestIds1795000660000,
  DesiredChanges1795001000000,
  CopyConcurrency1795001010000,
];
