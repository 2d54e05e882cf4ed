"""`submit`: hand in a file, wait if asked to, and end with an exit code that a CI can act on."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.cli import render
from app.cli.client import UNREACHABLE, connected
from app.cli.texts import is_yaml, read_text
from app.client import WAITING
from app.reports.annotations import Flavour, annotated
from grader.answers import dump, parse_json
from grader.submission import MAX_DEPTH, unique
from grader.yaml_source import YamlSyntaxError, parse_yaml

REACHED, BELOW = 0, 1


@dataclass(frozen=True, slots=True)
class Order:
    """Where to hand in, for whom, under which key, and how many seconds to wait for the grades (0: not at all)."""

    server: str
    assignment: str
    student: str | None
    patience: float
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """How the report is told: printed, as annotations in a CI's log, and as files for JUnit and GitHub Classroom."""

    as_json: bool
    annotations: Flavour | None = None
    junit: Path | None = None
    classroom: Path | None = None


def hand_in(file: Path | None, order: Order, output: Output, min_score: float | None) -> int:
    """Hand in and tell the report; returns the exit code. Raises `CommandError` if it is rejected."""
    body, content_type = _body(file, order.student)
    with connected(order.server) as client:
        done = client.submit(order.assignment, body, content_type, key=order.key)
        report = done.report if done.graded or not order.patience else client.wait(done.location, order.patience)
    _tell(report, output)
    print(f"submission: {order.server}{done.location}", file=sys.stderr)
    if done.repeated:
        print(
            "gradebound: this was handed in before and counts once; --idempotency-key with a new word hands it in anew",
            file=sys.stderr,
        )
    return _exit_code(report, order, min_score)


def ci_of(environment: Mapping[str, str]) -> Flavour:
    """The CI in which this runs, by what it puts into the environment."""
    if environment.get("GITHUB_ACTIONS") == "true":
        return Flavour.GITHUB
    return Flavour.GITLAB if environment.get("GITLAB_CI") == "true" else Flavour.NONE


def _tell(report: Mapping[str, Any], output: Output) -> None:
    if output.as_json:
        print(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        render.print_report(report)
    flavour = output.annotations or ci_of(os.environ)
    for line in annotated(report, flavour):
        print(line, file=sys.stderr if output.as_json else sys.stdout)
    _write(report, output)


def _write(report: Mapping[str, Any], output: Output) -> None:
    """Write the files that were asked for; a CI hands in for a class a process a student, and needs neither."""
    if output.junit:
        from app.reports.junit import junit  # noqa: PLC0415 -- it loads what a grade is made of

        output.junit.write_text(junit(report), "utf-8")
    if output.classroom:
        from app.reports.classroom import classroom  # noqa: PLC0415 -- as above

        output.classroom.write_text(json.dumps(classroom(report)), "utf-8")


def _exit_code(report: Mapping[str, Any], order: Order, min_score: float | None) -> int:
    if report.get("status") in WAITING and order.patience:
        print("gradebound: handed in and stored, but not graded in time; ask again later", file=sys.stderr)
        return UNREACHABLE
    if min_score is None:
        return REACHED
    return REACHED if _share(report) >= Decimal(str(min_score)) else BELOW


def _share(report: Mapping[str, Any]) -> Decimal:
    """The share of the points that are shown; what the course has not released yet can't be held against anybody."""
    hidden = report.get("not_released_points", 0)
    if hidden:
        print(f"gradebound: {hidden:g} points are not released yet; the share is of the others", file=sys.stderr)
    score, most = Decimal(str(report["score"])), Decimal(str(report["max_score"])) - Decimal(str(hidden))
    return score / most if most else Decimal(1)


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
