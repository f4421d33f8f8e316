#!/usr/bin/env python3
"""Deletes volumes with all their data: all of them, or none when one is still used by a copy session or a host.

    volume_delete.py 3 4
    volume_delete.py site-a/db
"""
from evenkeel_client import arguments, job_result, run


def main(client, options):
    ids = [client.volume(volume)["volume_id"] for volume in options.volume]
    body = {"volume_id_list": ids}
    if options.no_wait:
        return job_result(client.start("POST", "/volume/delete", body, force=options.force))
    client.change("POST", "/volume/delete", body, force=options.force)
    return {"deleted_volume_id_list": ids}, "\n".join(f"volume {volume_id}: deleted" for volume_id in ids)


parser = arguments(__doc__)
parser.add_argument("volume", nargs="+", help="id, or NODE/NAME")
parser.add_argument("--force", action="store_true", help="drop host connections (never copy sessions)")

if __name__ == "__main__":
    run(main, parser)
