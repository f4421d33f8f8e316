import { copyCommand, createCopies } from './asynchronous-copy.js';
import { run } from './sample.js';

const DESCRIPTION = `Copies volumes asynchronously in the order of their writes: transfer mode Consistency.

    rec_consis_create site-a/db --node site-b --rpo 60
    rec_consis_create site-a/data site-a/redo --node site-b --group db     # one order over both

Volumes of the same names and sizes are made on the other storage node. No host waits for it: a write is acknowledged once
the log here has it. The other node follows, and at any instant holds all volumes of a group as they were together at some
earlier moment; how much earlier, \`lag\` of the session says. Waits until the sessions are Equivalent, that is, until the first
copy is done.`;

const command = copyCommand('rec_consis_create', DESCRIPTION);

await run(command, (client) => createCopies(client, command, 'Consistency'));
