#!/usr/bin/env python3
"""Copies volumes over a thin line: transfer mode Stack.

    rec_stack_create.py site-a/archive --node site-b --bandwidth-limit 10

A volume of the same name and size is made on the other storage node. A write is acknowledged once the volume here has it; which
regions changed is remembered, and they are sent at the pace of the line: what is written ten times between two passes is sent once. The
copy is usable whenever the session is Equivalent, which is when nothing is left to send; while a pass runs it is not. Waits until it
is Equivalent for the first time.
"""
from asynchronous_copy import create, parser_for
from evenkeel_client import run

parser = parser_for(__doc__)

if __name__ == "__main__":
    run(lambda client, options: create(client, options, parser, "Stack"), parser)
