#!/usr/bin/env python3
"""Restores a source volume from its mirror, and then mirrors in the old direction again. Of Synchronous and Consistency sessions.

    rec_sync_consis_recover.py 1 --source site-a/db

The mirror (the other volume of the session) is copied over the volume that --source names, by differences only: suspend,
reverse, resume, wait until Equivalent, and the same back. What hosts wrote to the source meanwhile is overwritten. In a consistency
group all its volumes are restored together, as they were at one moment.

Detach all hosts from both volumes first, and attach them to the source when the script has ended. If it was interrupted, run it
again with the same arguments: it goes on from the state in which it finds the session. That is why it must be told which volume
is the source: halfway, the session runs in the other direction.
"""
from evenkeel_client import run
from mirror_recovery import parser_for, recover

parser = parser_for(__doc__)

if __name__ == "__main__":
    run(
        lambda client, options: recover(client, options, ("Synchronous", "Consistency"), "rec_stack_recover.py"),
        parser,
    )
