"""The Evenkeel REST API for small scripts: sign in, call, wait for jobs and copies. Standard library only, Python 3.9 or later.

Every change is a job: a call answers at once with its id, and the job's end says whether the change took hold. Success of a
job means established, not copied; how far a copy is, its session says.
"""
from __future__ import annotations

import argparse
import json
import os
import ssl
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

BASE = "/api/v1"
AT_REST_SECONDS = 5
JOB_ENDS = ("Success", "Error", "Partial_Error", "Canceled")


class ApiError(Exception):
    """The API said no, or a job or a copy ended badly. `code` is the API's four-digit error code, if it gave one."""

    def __init__(self, message: str, code: str | int | None = None):
        super().__init__(message if code is None else f"{message} [{code}]")
        self.code = code


class Client:
    """One user's view of the API. Signs in at the first call, and again when the 30 minutes of a session are over.

    With `api_token`, which POST /token shows, it uses that and never signs in.
    """

    def __init__(
        self, url: str, user: str, password: str | None, cacert: str | None = None, api_token: str | None = None
    ):
        self.url = url.rstrip("/")
        self.user = user
        self.password = password
        self.context = ssl.create_default_context(cafile=cacert) if self.url.startswith("https:") else None
        self.token = api_token
        self.may_sign_in = api_token is None

    def call(self, method: str, path: str, body: dict | None = None, **query) -> dict:
        """Sends one request below /api/v1 and returns the answer; raises ApiError with the API's message."""
        if self.token is None:
            self._sign_in()
        try:
            return self._send(method, path, body, query)
        except urllib.error.HTTPError as error:
            if error.code != 401 or not self.may_sign_in:
                raise _api_error(error) from None
        self._sign_in()
        try:
            return self._send(method, path, body, query)
        except urllib.error.HTTPError as error:
            raise _api_error(error) from None

    def start(self, method: str, path: str, body: dict | None = None, **query) -> dict:
        """Asks for a change and returns its job as it is now."""
        return self.call("GET", f"/job/{self.call(method, path, body, **query)['job_id']}")

    def change(self, method: str, path: str, body: dict | None = None, **query) -> dict:
        """Asks for a change, waits until its job has ended, and returns the job; raises ApiError unless it succeeded."""
        job = self.call(method, path, body, wait=30, **query)
        while job.get("status") not in JOB_ENDS:
            time.sleep(0.2)
            job = self.call("GET", f"/job/{job['job_id']}")
        if job["status"] != "Success":
            raise _job_error(job)
        return job

    def every(self, resource: str, **query) -> list[dict]:
        """All entries of a list, page after page."""
        entries: list[dict] = []
        while True:
            page = self.call("GET", f"/{resource}", None, max_records=1000, **query)
            entries += page[f"{resource}_list"]
            if not page.get("next_href"):
                return entries
            query["last_get_id"] = entries[-1][f"{resource}_id"]

    def node(self, name_or_id: str) -> dict:
        """The storage node of this name or id."""
        for node in self.every("node"):
            if name_or_id in (node["name"], str(node["node_id"])):
                return node
        raise ApiError(f"There is no storage node {name_or_id}")

    def volume(self, name_or_id: str) -> dict:
        """The volume of this id, or of this NODE/NAME (names are unique on their node only)."""
        if "/" not in name_or_id:
            return self.call("GET", f"/volume/{urllib.parse.quote(name_or_id)}")
        node_name, name = name_or_id.split("/", 1)
        node = self.node(node_name)
        for volume in self.every("volume"):
            if volume["node_id"] == node["node_id"] and volume["name"] == name:
                return volume
        raise ApiError(f"There is no volume {name} on storage node {node_name}")

    def session(self, session_id: str | int) -> dict:
        """The copy session as it is now."""
        return self.call("GET", f"/copysession/{urllib.parse.quote(str(session_id))}")

    def wait_equivalent(self, session_id: str | int) -> dict:
        """Waits until a running copy session is Active/Equivalent, showing its progress on a terminal, and returns it.

        The API shows what a storage node said last, which may be a moment old: only a session that stays at rest is given up.
        """
        at_rest_since = None
        while True:
            session = self.session(session_id)
            show_progress(session)
            state = (session["status"], session["phase"])
            if state == ("Active", "Equivalent"):
                end_progress()
                return session
            waits_for_resume = session["status"] == "Halt" and session["recovery_mode"] == "Manual"
            if session["status"] not in ("Error", "Suspend") and not waits_for_resume:
                at_rest_since = None
            elif at_rest_since is None:
                at_rest_since = time.monotonic()
            elif time.monotonic() - at_rest_since > AT_REST_SECONDS:
                end_progress()
                reason = session.get("error_message") or "it does not copy"
                raise ApiError(f"Copy session {session_id} is {'/'.join(state)}: {reason}", session.get("error_code"))
            time.sleep(0.3)

    def _sign_in(self) -> None:
        try:
            answer = self._send("POST", "/session", {"username": self.user, "password": self.password}, {})
        except urllib.error.HTTPError as error:
            raise _api_error(error) from None
        self.token = answer["token"]

    def _send(self, method: str, path: str, body: dict | None, query: dict) -> dict:
        given = {name: str(value).lower() if value is True else value for name, value in query.items() if value}
        url = self.url + BASE + path + ("?" + urllib.parse.urlencode(given, doseq=True) if given else "")
        request = urllib.request.Request(url, method=method)
        request.add_header("Accept", "application/json")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if self.token is not None and path != "/session":
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=90, context=self.context) as answer:
                text = answer.read()
        except urllib.error.HTTPError:
            raise
        except OSError as error:
            raise ApiError(f"{self.url} does not answer: {getattr(error, 'reason', error)}") from None
        return json.loads(text) if text else {}


def _api_error(error: urllib.error.HTTPError) -> ApiError:
    try:
        answer = json.loads(error.read())
        details = [detail["message"] for detail in answer.get("details") or [] if detail.get("message")]
        text = answer["message"] + (": " + "; ".join(details) if details else "")
        return ApiError(text, answer["error_code"])
    except (ValueError, KeyError, TypeError):
        return ApiError(f"The API answered {error.code} {error.reason}")


def _job_error(job: dict) -> ApiError:
    failed = job.get("failed_resource_info_list") or []
    reason = job.get("error") or (failed[0] if failed else None)
    if isinstance(reason, dict):
        return ApiError(reason.get("message", f"Job {job['job_id']} failed"), reason.get("error_code"))
    return ApiError(reason or f"Job {job['job_id']} ended as {job['status']}")


def made(job: dict, resource: str) -> list[str]:
    """Ids of the resources of a kind ("volume", "copysession") that a job made or changed."""
    paths = [href.split("/") for href in job.get("succeeded_resource_href_list") or job["resource_href_list"]]
    return [path[-1] for path in paths if path[-2] == resource]


def show_progress(session: dict) -> None:
    """One line that rewrites itself; nothing when nobody watches a terminal."""
    if sys.stderr.isatty():
        state = f"{session['status']}/{session['phase']}"
        line = f"copy session {session['copysession_id']}: {state} {session['progress']} %"
        sys.stderr.write(f"\r{line:<70}")
        sys.stderr.flush()


def end_progress() -> None:
    """Leaves the progress line."""
    if sys.stderr.isatty():
        sys.stderr.write("\n")


def arguments(description: str) -> argparse.ArgumentParser:
    """A parser with the arguments that every script takes."""
    environment = os.environ.get
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    api = parser.add_argument_group("the API")
    api.add_argument("--url", default=environment("EVENKEEL_URL", "http://127.0.0.1:5665"), help="or EVENKEEL_URL")
    api.add_argument("--user", default=environment("EVENKEEL_USER", "admin"), help="or EVENKEEL_USER")
    api.add_argument("--password", default=environment("EVENKEEL_PASSWORD"), help="or EVENKEEL_PASSWORD")
    api.add_argument("--cacert", default=environment("EVENKEEL_CACERT"), help="PEM file, or EVENKEEL_CACERT")
    api.add_argument("--token", default=environment("EVENKEEL_TOKEN"), help="API token instead of both, or EVENKEEL_TOKEN")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON document")
    parser.add_argument("--no-wait", action="store_true", help="leave once the last step is asked for; prints its job")
    return parser


def run(script, parser: argparse.ArgumentParser) -> None:
    """Runs `script(client, options)`, which returns what to print: a dict with --json, and its text otherwise.

    Exits with 0, with 1 and the API's message on stderr, or with 2 for wrong arguments.
    """
    options = parser.parse_args()
    if not options.password and not options.token:
        parser.error("a password is needed: --password, or EVENKEEL_PASSWORD in the environment; or a token: --token")
    try:
        client = Client(options.url, options.user, options.password, options.cacert, options.token)
        result, text = script(client, options)
    except (ApiError, OSError) as error:
        sys.exit(f"{parser.prog}: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    print(json.dumps(result, indent=2) if options.json else text)


def job_result(job: dict) -> tuple[dict, str]:
    """What a script prints about a job that it did not wait for."""
    return job, f"job {job['job_id']} is {job['status']}: {job['description']}"


def session_text(session: dict) -> str:
    """One line about a copy session."""
    return "copy session {copysession_id}: volume {source_volume_id} -> volume {destination_volume_id}, {state}".format(
        state=f"{session['status']}/{session['phase']}", **session
    )
