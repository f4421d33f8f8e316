#!/usr/bin/env python3
"""Restores a source volume from its mirror, and then mirrors in the old direction again.

    rec_sync_consis_recover.py 1 --source site-a/db

The mirror (the other volume of the session) is copied over the volume that --source names, by differences only: suspend,
reverse, resume, wait until Equivalent, and the same back. What hosts wrote to the source meanwhile is overwritten.

Detach all hosts from both volumes first, and attach them to the source when the script has ended. If it was interrupted, run it
again with the same arguments: it goes on from the state in which it finds the session. That is why it must be told which volume
is the source: halfway, the session runs in the other direction.
"""
from evenkeel_client import ApiError, arguments, job_result, run, session_text


def ends(session, source_id):
    """(whether the volume to restore is the session's source now, id of its mirror)."""
    if session["source_volume_id"] == source_id:
        return True, session["destination_volume_id"]
    if session["destination_volume_id"] == source_id:
        return False, session["source_volume_id"]
    raise ApiError(f"Volume {source_id} does not belong to copy session {session['copysession_id']}")


def exchange(client, session, new_source_id):
    """Suspends the session and makes this volume its source; the next resume overwrites the other one from it."""
    path = f"/copysession/{session['copysession_id']}"
    if session["status"] != "Suspend":
        client.change("POST", f"{path}/suspend")
    client.change("POST", f"{path}/reverse", {"source_volume_id": new_source_id})


def main(client, options):
    session = client.session(options.session)
    source_id = client.volume(options.source)["volume_id"]
    is_source, mirror_id = ends(session, source_id)
    if session["status"] in ("Halt", "Error", "Reserved"):
        reason = session.get("error_message") or "bring its storage nodes and their link back, or suspend it with force"
        raise ApiError(f"Copy session {options.session} is {session['status']}: {reason}", session.get("error_code"))
    if is_source and session["status"] == "Active":
        # Active in the old direction: the source is whole, whether this is the last step of an earlier run or nothing was lost.
        session = client.wait_equivalent(options.session)
        return session, session_text(session)

    resume = f"/copysession/{options.session}/resume"
    if is_source:
        exchange(client, session, mirror_id)
        client.change("POST", resume)
    elif session["status"] == "Suspend":
        client.change("POST", resume)
    restored = client.wait_equivalent(options.session)

    exchange(client, restored, source_id)
    if options.no_wait:
        return job_result(client.start("POST", resume))
    client.change("POST", resume)
    session = client.wait_equivalent(options.session)
    return session, session_text(session)


parser = arguments(__doc__)
parser.add_argument("session", help="id of the copy session")
parser.add_argument("--source", required=True, help="volume to restore: id, or NODE/NAME")

if __name__ == "__main__":
    run(main, parser)
