#!/usr/bin/env python3
"""Mirrors a volume synchronously: makes a volume of the same size on another storage node, and a copy session to it.

    rec_sync_create.py site-a/db --node site-b
    rec_sync_create.py 1 --destination 2                             # to a volume that exists already

Waits until the session is Equivalent: from then on no write is acknowledged before both nodes have it.
"""
from evenkeel_client import arguments, job_result, made, run, session_text


def main(client, options):
    if options.destination and options.name:
        parser.error("--name is for the new volume of --node, not for --destination")
    body = {"source_volume_id": client.volume(options.source)["volume_id"], "transfer_mode": "Synchronous"}
    if options.destination:
        body["destination_volume_id"] = client.volume(options.destination)["volume_id"]
    else:
        body["destination"] = {"node_id": client.node(options.node)["node_id"]}
        if options.name:
            body["destination"]["name"] = options.name
    for setting in ("split_mode", "recovery_mode", "heartbeat_timeout_seconds"):
        if getattr(options, setting) is not None:
            body[setting] = getattr(options, setting)
    if options.no_wait:
        return job_result(client.start("POST", "/copysession/rec", body))
    job = client.change("POST", "/copysession/rec", body)
    session = client.wait_equivalent(made(job, "copysession")[0])
    return session, session_text(session)


parser = arguments(__doc__)
parser.add_argument("source", help="volume to mirror: id, or NODE/NAME")
where = parser.add_mutually_exclusive_group(required=True)
where.add_argument("--node", help="storage node for the mirror: name or id")
where.add_argument("--destination", help="existing volume of the same size: id, or NODE/NAME")
parser.add_argument("--name", help="name of the new volume (default: the name of the source)")
parser.add_argument("--split-mode", choices=["Automatic", "Manual"], help="writes go on, or fail, without the mirror")
parser.add_argument("--recovery-mode", choices=["Automatic", "Manual"], help="copying goes on by itself, or by resume")
parser.add_argument("--heartbeat-timeout", dest="heartbeat_timeout_seconds", type=int, help="seconds, 1 to 60")

if __name__ == "__main__":
    run(main, parser)
