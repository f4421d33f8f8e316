import { copyCommand, createCopies } from './asynchronous-copy.js';
import { run } from './sample.js';

const DESCRIPTION = `Copies volumes over a thin line: transfer mode Stack.

    rec_stack_create site-a/archive --node site-b --bandwidth-limit 10

A volume of the same name and size is made on the other storage node. A write is acknowledged once the volume here has it; which
regions changed is remembered, and they are sent at the pace of the line: what is written ten times between two passes is sent
once. The copy is usable whenever the session is Equivalent, which is when nothing is left to send; while a pass runs it is not.
Waits until it is Equivalent for the first time.`;

const command = copyCommand('rec_stack_create', DESCRIPTION);

await run(command, (client) => createCopies(client, command, 'Stack'));
