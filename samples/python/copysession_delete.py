#!/usr/bin/env python3
"""Deletes a copy session. Both volumes stay, with their data, and can be used on their own.

    copysession_delete.py 1
    copysession_delete.py 1 --force                                  # also when not Equivalent, or with a node gone
"""
from evenkeel_client import arguments, job_result, run


def main(client, options):
    path = f"/copysession/{options.session}"
    if options.no_wait:
        return job_result(client.start("DELETE", path, force=options.force))
    client.change("DELETE", path, force=options.force)
    return {"deleted_copysession_id": options.session}, f"copy session {options.session}: deleted, its volumes are kept"


parser = arguments(__doc__)
parser.add_argument("session", type=int, help="id of the copy session")
parser.add_argument("--force", action="store_true", help="although it is not Equivalent: the copy may be unusable")

if __name__ == "__main__":
    run(main, parser)
