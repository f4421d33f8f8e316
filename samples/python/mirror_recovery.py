"""What rec_sync_consis_recover and rec_stack_recover share: a source is restored from its mirror, then mirrored as before."""
from evenkeel_client import ApiError, arguments, job_result, session_text

NOT_EQUIVALENT = 4003
SUSPEND_TRIES = 10


def parser_for(description):
    """The arguments of a script that restores a source."""
    parser = arguments(description)
    parser.add_argument("session", help="id of the copy session; in a group, of any of its volumes")
    parser.add_argument("--source", required=True, help="volume of the session to restore: id, or NODE/NAME")
    return parser


def recover(client, options, transfer_modes, other_script):
    """Restores the source by differences, whatever step an earlier run got to, and returns what to print."""
    session = client.session(options.session)
    source_id = client.volume(options.source)["volume_id"]
    is_source, mirror_id = _ends(session, source_id)
    if session["transfer_mode"] not in transfer_modes:
        raise ApiError(f"Copy session {options.session} is {session['transfer_mode']}: use {other_script}")
    if session["status"] in ("Halt", "Error", "Reserved"):
        reason = session.get("error_message") or "bring its storage nodes and their link back, or suspend it with force"
        raise ApiError(f"Copy session {options.session} is {session['status']}: {reason}", session.get("error_code"))
    if is_source and session["status"] == "Active":
        # Active in the old direction: the source is whole, whether this is the last step of an earlier run or nothing was lost.
        session = client.wait_equivalent(options.session)
        return session, session_text(session)

    resume = f"/copysession/{options.session}/resume"
    if is_source:
        _exchange(client, session, mirror_id)
        client.change("POST", resume)
    elif session["status"] == "Suspend":
        client.change("POST", resume)
    restored = client.wait_equivalent(options.session)

    _exchange(client, restored, source_id)
    if options.no_wait:
        return job_result(client.start("POST", resume))
    client.change("POST", resume)
    session = client.wait_equivalent(options.session)
    return session, session_text(session)


def _ends(session, source_id):
    """(whether the volume to restore is the session's source now, id of its mirror)."""
    if session["source_volume_id"] == source_id:
        return True, session["destination_volume_id"]
    if session["destination_volume_id"] == source_id:
        return False, session["source_volume_id"]
    raise ApiError(f"Volume {source_id} does not belong to copy session {session['copysession_id']}")


def _exchange(client, session, new_source_id):
    """Suspends the session and makes this volume its source; the next resume overwrites the other one from it."""
    path = f"/copysession/{session['copysession_id']}"
    if session["status"] != "Suspend":
        _suspend(client, path, session["copysession_id"])
    client.change("POST", f"{path}/reverse", {"source_volume_id": new_source_id})


def _suspend(client, path, session_id):
    """A Stack session is Equivalent only while nothing is left to send: last writes may come in between."""
    for tries_left in reversed(range(SUSPEND_TRIES)):
        try:
            client.change("POST", f"{path}/suspend")
            return
        except ApiError as error:
            if error.code != NOT_EQUIVALENT or tries_left == 0:
                raise
        client.wait_equivalent(session_id)
