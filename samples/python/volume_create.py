#!/usr/bin/env python3
"""Creates one volume, or many, on a storage node.

    volume_create.py db --node site-a --capacity 1024
    volume_create.py web --node site-a --capacity 512 --count 4      # web1, web2, web3, web4
"""
from evenkeel_client import arguments, job_result, made, run


def main(client, options):
    body = {"name": options.name, "node_id": client.node(options.node)["node_id"], "capacity": options.capacity}
    if options.count > 1:
        body["count"] = options.count
    if options.write_cache:
        body["write_cache"] = options.write_cache
    if options.no_wait:
        return job_result(client.start("POST", "/volume", body))
    job = client.change("POST", "/volume", body)
    volumes = [client.volume(volume_id) for volume_id in made(job, "volume")]
    lines = [f"volume {v['volume_id']}: {v['name']}, {v['capacity']} MiB, {v['nbd_uri']}" for v in volumes]
    return {"volume_list": volumes}, "\n".join(lines)


parser = arguments(__doc__)
parser.add_argument("name", help="1 to 32 characters, unique on its node")
parser.add_argument("--node", required=True, help="name or id of the storage node")
parser.add_argument("--capacity", required=True, type=int, help="MiB")
parser.add_argument("--count", type=int, default=1, help="how many; more than one get 1, 2, ... appended (default 1)")
parser.add_argument("--write-cache", choices=["Writeback", "Writethrough"], help="default Writeback")

if __name__ == "__main__":
    run(main, parser)
