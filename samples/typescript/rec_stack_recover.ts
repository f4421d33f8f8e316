import { recover, recoverCommand } from './mirror-recovery.js';
import { run } from './sample.js';

const DESCRIPTION = `Restores a source volume from its mirror, and then mirrors in the old direction again. Of Stack sessions.

    rec_stack_recover 1 --source site-a/archive

As rec_sync_consis_recover, with one difference: the mirror of a Stack session is usable only while nothing is left to send. If
the source was lost in the middle of a pass, its mirror holds no point in time, and the session cannot be suspended by force.

Detach all hosts from both volumes first, and attach them to the source when the sample has ended. If it was interrupted, run it
again with the same arguments: it goes on from the state in which it finds the session.`;

const command = recoverCommand('rec_stack_recover', DESCRIPTION);

await run(command, (client) => recover(client, command, ['Stack'], 'rec_sync_consis_recover'));
