"""`submit`: hand in a file, wait if asked to, and end with an exit code that a CI can act on."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.cli import render
from app.cli.client import UNREACHABLE, WAITING, Client, UnreachableError, own_token
from app.cli.files import is_yaml, read_text
from app.reports.junit import junit as as_junit
from grader.answers import dump, parse_json
from grader.submission import MAX_DEPTH, unique
from grader.yaml_source import YamlSyntaxError, parse_yaml

REACHED, BELOW = 0, 1


@dataclass(frozen=True, slots=True)
class Order:
    """Where to hand in, for whom, and how many seconds to wait for the grades (0: not at all)."""

    server: str
    assignment: str
    student: str | None
    patience: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """A submission as the service shows it, where it is, and whether it is graded."""

    report: Mapping[str, Any]
    location: str
    graded: bool


def hand_in(file: Path | None, order: Order, *, junit: Path | None, min_score: float | None, as_json: bool) -> int:
    """Hand in and print the report; returns the exit code. Raises `CommandError` if it is rejected."""
    try:
        outcome = _outcome(file, order)
    except UnreachableError as error:
        print(f"gradebound: {order.server} could not be reached: {error}", file=sys.stderr)
        return UNREACHABLE
    _show(outcome.report, as_json=as_json)
    print(f"submission: {order.server}{outcome.location}", file=sys.stderr)
    if junit:
        junit.write_text(as_junit(outcome.report), "utf-8")
    return _exit_code(outcome, order, min_score)


def _outcome(file: Path | None, order: Order) -> Outcome:
    token = own_token()
    body, content_type = _body(file, order.student)
    with Client(order.server, token) as client:
        response = client.submit(order.assignment, body, content_type)
        report, location = response.json(), response.headers["Location"]
        if response.status_code == 202 and order.patience:
            report = client.wait(location, order.patience)
    return Outcome(report, location, report.get("status") not in WAITING)


def _exit_code(outcome: Outcome, order: Order, min_score: float | None) -> int:
    if not outcome.graded and order.patience:
        print("gradebound: handed in and stored, but not graded in time; ask again later", file=sys.stderr)
        return UNREACHABLE
    if min_score is None:
        return REACHED
    score, max_score = (Decimal(str(outcome.report[key])) for key in ("score", "max_score"))
    return REACHED if score >= Decimal(str(min_score)) * max_score else BELOW


def _body(file: Path | None, student: str | None) -> tuple[bytes, str]:
    """A file as a body: unchanged where it can be, otherwise with `answers` around it and `student` in it."""
    text = read_text(file)
    syntax, envelope = _parsed(file, text)
    if isinstance(envelope, Mapping):
        complete = dict(envelope) if "answers" in envelope else {"answers": envelope}
        complete |= {"student": student} if student is not None else {}
        text = text if complete == envelope else dump(complete)
    return text.encode(errors="replace"), f"application/{syntax}"


def _parsed(file: Path | None, text: str) -> tuple[str, Any]:
    """A file's syntax and content; no content where it can't be read, as saying why is the service's part."""
    if not is_yaml(file):
        try:
            return "json", parse_json(text, pairs=unique)
        except (ValueError, RecursionError):
            if text.lstrip().startswith(("{", "[")):
                return "json", None
    try:
        return "yaml", parse_yaml(text, max_depth=MAX_DEPTH).value
    except YamlSyntaxError:
        return "yaml", None


def _show(report: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        render.print_report(report)
