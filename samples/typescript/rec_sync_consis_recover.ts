import { recover, recoverCommand } from './mirror-recovery.js';
import { run } from './sample.js';

const DESCRIPTION = `Restores a source volume from its mirror, and then mirrors in the old direction again. Of Synchronous and Consistency sessions.

    rec_sync_consis_recover 1 --source site-a/db

The mirror (the other volume of the session) is copied over the volume that --source names, by differences only: suspend,
reverse, resume, wait until Equivalent, and the same back. What hosts wrote to the source meanwhile is overwritten. In a
consistency group all its volumes are restored together, as they were at one moment.

Detach all hosts from both volumes first, and attach them to the source when the sample has ended. If it was interrupted, run it
again with the same arguments: it goes on from the state in which it finds the session. That is why it must be told which volume
is the source: halfway, the session runs in the other direction.`;

const command = recoverCommand('rec_sync_consis_recover', DESCRIPTION);

await run(command, (client) => recover(client, command, ['Synchronous', 'Consistency'], 'rec_stack_recover'));
