"""What rec_consis_create and rec_stack_create share: copies that hosts do not wait for, of one volume or of several as a group."""
from evenkeel_client import ApiError, arguments, job_result, made, session_text

SETTINGS = ("recovery_mode", "srl_protection", "srl_share_mb", "bandwidth_limit_mbps", "compression", "rpo_seconds")


def parser_for(description):
    """The arguments of a script that makes asynchronous copies."""
    parser = arguments(description)
    parser.add_argument("source", nargs="+", help="volumes to copy, all of one storage node: ids, or NODE/NAME")
    parser.add_argument("--node", required=True, help="storage node for the copies: name or id")
    parser.add_argument("--group", help="name of the consistency group that the volumes become; needed for several")
    parser.add_argument("--name", help="name of the new volume (default: the name of the source); of one volume only")
    parser.add_argument("--recovery-mode", choices=["Automatic", "Manual"], help="copying goes on by itself, or by resume")
    parser.add_argument(
        "--srl-protection",
        choices=["Autodcm", "Dcm", "Override", "Fail", "Off"],
        help="what happens when the share of the log is used up (default: the change map takes over)",
    )
    parser.add_argument("--srl-share", dest="srl_share_mb", type=int, help="most of the log that may wait, MiB")
    parser.add_argument("--bandwidth-limit", dest="bandwidth_limit_mbps", type=int, help="10^6 bits a second; 0 is none")
    parser.add_argument("--compression", choices=["None", "Lz4", "Zstd"])
    parser.add_argument("--rpo", dest="rpo_seconds", type=int, help="a lag of more seconds is a breach; 0 is no watch")
    return parser


def create(client, options, parser, transfer_mode):
    """Makes the copies, waits until they are Equivalent, and returns what to print."""
    if len(options.source) > 1 and not options.group:
        parser.error("several volumes need --group: their writes keep one order")
    if options.group and options.name:
        parser.error("--name is for the copy of one volume without --group")
    volumes = [client.volume(source) for source in options.source]
    node = client.node(options.node)
    body = {"transfer_mode": transfer_mode}
    for setting in SETTINGS:
        if getattr(options, setting) is not None:
            body[setting] = getattr(options, setting)
    if options.group:
        return _create_group(client, options, volumes, {**body, "destination_node_id": node["node_id"]})
    body["source_volume_id"] = volumes[0]["volume_id"]
    body["destination"] = {"node_id": node["node_id"]}
    if options.name:
        body["destination"]["name"] = options.name
    if options.no_wait:
        return job_result(client.start("POST", "/copysession/rec", body))
    job = client.change("POST", "/copysession/rec", body)
    session = client.wait_equivalent(made(job, "copysession")[0])
    return session, session_text(session)


def _create_group(client, options, volumes, body):
    members = [volume["volume_id"] for volume in volumes]
    wanted = {"name": options.group, "node_id": volumes[0]["node_id"], "volume_id_list": members}
    group_id = made(client.change("POST", "/consistencygroup", wanted), "consistencygroup")[0]
    path = f"/consistencygroup/{group_id}"
    try:
        if options.no_wait:
            return job_result(client.start("POST", f"{path}/copysession", body))
        job = client.change("POST", f"{path}/copysession", body)
    except ApiError:
        # A group that copies nothing is not what was asked for.
        client.change("DELETE", path)
        raise
    sessions = [client.wait_equivalent(session_id) for session_id in made(job, "copysession")]
    result = {"consistencygroup": client.call("GET", path), "copysession_list": sessions}
    return result, "\n".join([f"consistency group {group_id}: {options.group}", *map(session_text, sessions)])
