"""`roster import`, `roster list`, `token exchange`: by the public API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table

from app.cli.client import connected
from app.cli.failures import CommandError
from app.cli.render import console
from app.client import Client

_FIELDS = ("id", "role", "section", "given_name", "family_name", "email", "student_number")


def import_file(file: Path, server: str, *, dry_run: bool, remove_missing: bool) -> None:
    """Send a roster, and print what changed, or would."""
    try:
        body = file.read_bytes()
    except OSError as error:
        raise CommandError(f"can't read {file}: {error.strerror}") from None
    query = {"dry_run": dry_run, "remove_missing": remove_missing}
    with connected(server) as client:
        options = {"content": body, "params": query, "headers": {"Content-Type": "text/csv"}}
        done = client.request("POST", "/api/v1/course/roster", **options).json()
    for line in _told(done):
        print(line)


def print_people(server: str) -> None:
    """Print who is in the course."""
    table = Table(*(name.replace("_", " ") for name in _FIELDS), box=box.SIMPLE_HEAD, pad_edge=False)
    with connected(server) as client:
        for person in _people(client):
            table.add_row(*(person[name] for name in _FIELDS))
    console().print(table)


def exchange(server: str) -> None:
    """Print a token of an hour for the identity token that is in the environment."""
    with connected(server) as client:
        print(client.request("POST", "/api/v1/workload-tokens").json()["token"])


def _people(client: Client) -> Iterator[Mapping[str, Any]]:
    path = "/api/v1/course/people?limit=200"
    while path:
        page = client.request("GET", path)
        yield from page.json()["people"]
        path = page.links.get("next", {}).get("url", "")


def _told(done: Mapping[str, Any]) -> Iterator[str]:
    """What an import changed, a line each, and the sum of it."""
    for what in ("joining", "returning"):
        yield from (f"{what:<10} {one['id']} ({one['role']})" for one in done[what])
    for one in done["changing"]:
        changes = ", ".join(f"{name} {old!r} -> {new!r}" for name, (old, new) in one["fields"].items())
        yield f"changing   {one['id']} ({one['role']}): {changes}"
    missing = "leaving" if done["remove_missing"] else "missing"
    yield from (f"{missing:<10} {name} (student)" for name in done["missing"])
    for one in done["alike"]:
        yield f"alike      {one['id']} joins, and {one['known']}, who is not in the file, is almost the same"
    counts = f"{len(done['joining'])} join, {len(done['returning'])} come back, {len(done['changing'])} change"
    ending = "; nothing is done yet" if done["dry_run"] else ""
    yield f"{counts}, {done['unchanged']} stay as they are, {len(done['missing'])} are not in the file{ending}"
