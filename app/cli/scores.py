"""`scores`: the scores of a class, out of a service into a file, by the public API."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from app.cli.client import connected
from app.cli.failures import CommandError
from app.cli.options import ScoresForm as Form
from app.client import Client

_BY_EXPORT = frozenset({Form.CANVAS, Form.MOODLE})
_PATIENCE_SECONDS = 120.0
_IMPORTED = frozenset({Form.CANVAS, Form.MOODLE, Form.NBGRADER})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which scores, in which form, and where to; `query` is what the route is asked.

    `export` is a file out of Canvas or Moodle that says whom it has.
    """

    assignment: str
    form: Form
    query: Mapping[str, Any]
    output: Path | None = None
    export: Path | None = None


def form_of(form: Form | None, output: Path | None) -> Form:
    """The form that is asked for, else the one that the file's name ends in, else CSV."""
    by_name = {one.value: one for one in Form}
    return form or by_name.get(output.suffix.lower().lstrip(".") if output else "", Form.CSV)


def fetch(wanted: Wanted, server: str) -> None:
    """Get the scores and write them; who is left out of a file for another system is told on standard error."""
    if wanted.form is Form.XLSX and wanted.output is None and sys.stdout.isatty():
        raise CommandError("a spreadsheet can't be shown on a terminal; give it a file with --output FILE")
    if wanted.query.get("waiting_as_zero") and wanted.form not in _IMPORTED:
        raise CommandError("--waiting-as-zero is for --format canvas, moodle or nbgrader; other tables say what waits")
    with connected(server, _PATIENCE_SECONDS) as client:
        response = _ask(client, wanted, wanted.query)
        _write(response.content, wanted.output)
        if wanted.form in _IMPORTED:
            told = _ask(client, wanted, {**wanted.query, "check": True}).json()
            for line in _lines(told, zeros_meant=bool(wanted.query.get("waiting_as_zero"))):
                print(line, file=sys.stderr)


def _ask(client: Client, wanted: Wanted, query: Mapping[str, Any]) -> httpx.Response:
    end = f"{wanted.form}.csv" if wanted.form in _IMPORTED else wanted.form
    path = f"/api/v1/assignments/{quote(wanted.assignment, safe='')}/scores.{end}"
    if wanted.export is None:
        return client.request("GET", path, params=query)
    if wanted.form not in _BY_EXPORT:
        raise CommandError("--export is for --format canvas or moodle")
    body = _read(wanted.export)
    return client.request("POST", path, params=query, content=body, headers={"Content-Type": "text/csv"})


def _counted(number: int, what: str) -> str:
    return f"{number} {what[:-1] if number == 1 else what}"


def _lines(told: Mapping[str, Any], *, zeros_meant: bool) -> Iterator[str]:
    if told["waiting"]["answers"]:
        answers, students = (_counted(told["waiting"][key], key) for key in ("answers", "students"))
        meant = "are zeros there, as was asked for" if zeros_meant else "have no row: `gradebound waiting` lists them"
        yield f"gradebound: {answers} of {students} wait for a person, and {meant}"
    if told["left_out"]:
        yield f"gradebound: {len(told['left_out'])} left out, who keep what the other system has"
    yield from (f"  {one['student']!a}: {one['reason']}" for one in told["left_out"])
    yield from (f"gradebound: {note}" for note in told["notes"])


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"can't read {file}: {error.strerror}") from None


def _write(content: bytes, output: Path | None) -> None:
    """Write all of it or nothing: a file that is there already is replaced when the new one is complete."""
    if output is None:
        sys.stdout.buffer.write(content)
        return
    part = output.with_name(f"{output.name}.part")
    try:
        part.write_bytes(content)
        part.replace(output)
    except OSError as error:
        raise CommandError(f"can't write {output}: {error.strerror}") from None
