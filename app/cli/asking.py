"""`status` and `settings`: ask a service, and print what it says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.cli import render
from app.cli.client import connected
from app.cli.failures import CommandError


def print_submission(server: str, submission: str, *, as_json: bool) -> None:
    """Print a submission's status and report."""
    with connected(server) as client:
        found = client.status(submission)
    if as_json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        print(f"{found['id']}  {found['student']}  {found['submitted_at']}  {found['status']}")
        render.print_report(found)


def print_standing(server: str, assignment: str, student: str | None, *, as_json: bool) -> None:
    """Print where a student stands with an assignment."""
    with connected(server) as client:
        found = client.standing(assignment, student)
    if as_json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        print("\n".join(_standing(found)))


def print_settings(server: str, assignment: str) -> None:
    """Print the settings that hold, as JSON."""
    with connected(server) as client:
        print(json.dumps(client.request("GET", _settings(assignment)).json(), indent=2))


def change_settings(server: str, assignment: str, changes: Iterable[str]) -> None:
    """Change the settings that hold, unless somebody else does meanwhile, and print what holds now."""
    with connected(server) as client:
        seen = client.request("GET", _settings(assignment))
        document = seen.json()
        for change in changes:
            _change(document, change)
        options = {"json": document, "headers": {"If-Match": seen.headers["ETag"]}}
        print(json.dumps(client.request("PUT", _settings(assignment), **options).json(), indent=2))


def _settings(assignment: str) -> str:
    return f"/api/v1/assignments/{assignment}/settings"


def _change(document: dict[str, Any], change: str) -> None:
    """Do a `KEY=VALUE` or `KEY.INNER=VALUE` to a document. Raises `CommandError` for what is none."""
    key, equals, value = change.partition("=")
    outer, _, inner = key.partition(".")
    if not equals or not outer:
        raise CommandError(f"got {change!r}; a change is KEY=VALUE, such as due=2026-11-30T23:59 or attempts=5")
    if not inner:
        document[outer] = _value(value)
        return
    within = dict(document.get(outer) or {})
    within[inner] = _value(value)
    document[outer] = {name: chosen for name, chosen in within.items() if chosen is not None}


def _value(written: str) -> Any:
    """JSON where it is any, and otherwise the text."""
    try:
        return json.loads(written)
    except ValueError:
        return written


def _standing(found: Mapping[str, Any]) -> Iterator[str]:
    left = "no limit" if found["attempts_left"] is None else f"{found['attempts_left']} left"
    yield f"{found['assignment']}, {found['student']}: {found['status']}"
    yield f"deadline: {found['due_at'] or 'none'}{' (extended)' if found['extended_to'] else ''}"
    yield f"attempts: {found['attempts_used']}, {left}; {found['why']}"
    for one in found["attempts"]:
        score = "not graded yet" if one["score"] is None else f"{one['score']:g} points"
        days = f"{one['days_late']} day{'s' if one['days_late'] > 1 else ''}"
        late = f", {days} late, {one['penalty'] or 0:g} taken off" if one["days_late"] else ""
        yield f"{'*' if one['counts'] else ' '} {one['id']}  {one['submitted_at']}  {one['status']}  {score}{late}"
