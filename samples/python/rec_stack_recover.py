#!/usr/bin/env python3
"""Restores a source volume from its mirror, and then mirrors in the old direction again. Of Stack sessions.

    rec_stack_recover.py 1 --source site-a/archive

As rec_sync_consis_recover, with one difference: the mirror of a Stack session is usable only while nothing is left to send. If the
source was lost in the middle of a pass, its mirror holds no point in time, and the session cannot be suspended by force.

Detach all hosts from both volumes first, and attach them to the source when the script has ended. If it was interrupted, run it
again with the same arguments: it goes on from the state in which it finds the session.
"""
from evenkeel_client import run
from mirror_recovery import parser_for, recover

parser = parser_for(__doc__)

if __name__ == "__main__":
    run(lambda client, options: recover(client, options, ("Stack",), "rec_sync_consis_recover.py"), parser)
