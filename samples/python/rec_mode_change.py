#!/usr/bin/env python3
"""Switches the transfer mode of a live copy session; for a while, if asked to.

    rec_mode_change.py 1 Consistency                          # until somebody switches it again
    rec_mode_change.py 1 Stack --for 3600                     # and back after an hour
    rec_mode_change.py 1 Consistency --while './nightly.sh'   # and back when the command has ended, also when it failed

For when a slow line delays the response to hosts: under Consistency and Stack they do not wait for it. Nothing is copied
anew and no write fails. All sessions of the same consistency group to the same node switch together. Waits until the mode holds; of a
suspended session it does at the next resume, and the script does not wait.
"""
import subprocess
import sys
import time

from evenkeel_client import ApiError, arguments, end_progress, job_result, run, session_text, show_progress

MODES = ("Synchronous", "Consistency", "Stack")


def switch(client, session_id, mode):
    """Asks for the mode, waits until it holds, and returns the session. A session that is in it already stays as it is."""
    path = f"/copysession/{session_id}"
    if client.session(session_id)["transfer_mode"] != mode:
        client.change("PATCH", path, {"transfer_mode": mode})
    while True:
        session = client.session(session_id)
        show_progress(session)
        # A Stack session is Equivalent now and then; the others promise what their mode says once they are.
        is_whole = mode == "Stack" or session["phase"] == "Equivalent"
        if session["status"] in ("Suspend", "Error") or (session["effective_mode"] == mode and is_whole):
            end_progress()
            return session
        if session["transfer_mode"] != mode:
            raise ApiError(f"Copy session {session_id} was switched to {session['transfer_mode']} meanwhile")
        if session["status"] == "Halt" and session["recovery_mode"] == "Manual":
            raise ApiError(f"Copy session {session_id} is Halt: it takes up {mode} once it is resumed")
        time.sleep(0.3)


def main(client, options):
    is_for_a_while = options.seconds is not None or options.command is not None
    before = client.session(options.session)["transfer_mode"]
    if options.no_wait:
        if is_for_a_while:
            parser.error("--no-wait cannot wait to switch back")
        return job_result(client.start("PATCH", f"/copysession/{options.session}", {"transfer_mode": options.mode}))
    session = switch(client, options.session, options.mode)
    if not is_for_a_while:
        return session, describe(session)
    failure = None
    try:
        if options.command is not None:
            # Its output is not ours: that is one JSON document with --json.
            code = subprocess.run(options.command, shell=True, stdout=sys.stderr, check=False).returncode
            failure = f"{options.command} ended with exit code {code}" if code != 0 else None
        else:
            time.sleep(options.seconds)
    finally:
        session = switch(client, options.session, before)
    if failure:
        raise ApiError(failure)
    return session, describe(session)


def describe(session):
    return f"{session_text(session)}, {session['transfer_mode']}"


parser = arguments(__doc__)
parser.add_argument("session", help="id of the copy session")
parser.add_argument("mode", choices=MODES)
duration = parser.add_mutually_exclusive_group()
duration.add_argument("--for", dest="seconds", type=float, metavar="SECONDS", help="switch back after so long")
duration.add_argument("--while", dest="command", metavar="COMMAND", help="switch back when this command has ended")

if __name__ == "__main__":
    run(main, parser)
