"""`submit`: hand in a file, or a class's, wait if asked to, and end with an exit code that a CI can act on."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from app.cli import render
from app.cli.client import UNREACHABLE, connected
from app.cli.failures import CommandError
from app.cli.texts import is_yaml, read_text
from app.client import WAITING, Client, RejectedError, Submitted, UnreachableError
from app.policy.names import composed
from app.reports.annotations import Flavour, annotated
from grader.answers import dump, parse_json
from grader.submission import MAX_DEPTH, unique
from grader.yaml_source import YamlSyntaxError, parse_yaml

REACHED, BELOW, REJECTED = 0, 1, 2
_CODES: Mapping[int, str] = {
    BELOW: "handed in, below --min-score",
    REJECTED: "rejected, nothing was handed in",
    UNREACHABLE: "not graded in time, or not reached; run it again",
}
AT_ONCE = 4  # files of a class: enough to wait for no answer, and few enough for a service that others use


@dataclass(frozen=True, slots=True)
class Order:
    """Where to hand in, for whom, under which key, how many seconds to wait for the grades (0: not at all), and the
    share of all points that is to be reached, if one is."""

    server: str
    assignment: str
    student: str | None
    patience: float
    key: str | None = None
    min_score: float | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """How the report is told: printed, as annotations in a CI's log, and as files for JUnit and GitHub Classroom."""

    as_json: bool
    annotations: Flavour | None = None
    junit: Path | None = None
    classroom: Path | None = None


def hand_in(file: Path | None, order: Order, output: Output) -> int:
    """Hand in and tell the report; returns the exit code. Raises `CommandError` if it is rejected."""
    with connected(order.server) as client:
        done, report = _handed_in(client, file, order)
    _tell(report, output)
    print(f"submission: {order.server}{done.location}", file=sys.stderr)
    if done.repeated:
        print(
            "gradebound: this was handed in before and counts once; --idempotency-key with a new word hands it in anew",
            file=sys.stderr,
        )
    for remark in _remarks(report, order):
        print(f"gradebound: {remark}", file=sys.stderr)
    return _exit_code(report, order)


def hand_in_class(files: Sequence[Path], order: Order, output: Output) -> int:
    """Hand in files, each for the student that it is named after, a few at once.

    A line says what became of each, and whose it is; returns the highest of their exit codes. Raises `CommandError`,
    before any is handed in, where it can't be told which file is whose.
    """
    _check_class(files, order, output)
    with connected(order.server) as client, ThreadPoolExecutor(AT_ONCE) as threads:
        outcomes = list(threads.map(partial(_outcome, client, order, output), files))
    failed = [(file, code) for file, code in zip(files, outcomes, strict=True) if code != REACHED]
    print(f"gradebound: {len(files) - len(failed)} of {len(files)} files: handed in, nothing amiss", file=sys.stderr)
    for file, code in failed:
        print(f"  {file}: exit code {code}, {_CODES[code]}", file=sys.stderr)
    return max(outcomes, default=REACHED)


def _check_class(files: Sequence[Path], order: Order, output: Output) -> None:
    if order.student is not None or output.junit or output.classroom:
        raise CommandError("--by-name goes without --student, --junit and --classroom, which are for one file")
    if not files:
        raise CommandError("got no files; name those of the class, such as submissions/*.yaml")
    named = Counter(composed(file.stem) for file in files)
    twice = [str(file) for file in files if named[composed(file.stem)] > 1]
    if twice:
        raise CommandError(f"got several files for one student, and handed in none: {', '.join(twice)}; keep one each")


def _outcome(client: Client, order: Order, output: Output, file: Path) -> int:
    """Hand in one file of a class and say what became of it; returns its exit code."""
    student = composed(file.stem)
    mine = replace(order, student=student)
    try:
        done, report = _handed_in(client, file, mine)
    except (RejectedError, CommandError) as error:
        return _failed(student, file, REJECTED, str(error))
    except UnreachableError as error:
        return _failed(student, file, UNREACHABLE, f"{order.server} could not be reached: {error}")
    code = _exit_code(report, mine)
    if output.as_json:
        told = json.dumps({**report, "file": str(file)}, ensure_ascii=False)
    else:
        told = f"{student}: {_in_short(report)}, submission {done.location.rpartition('/')[2]}"
    print(told, flush=True)
    if code != REACHED:
        _failed(student, file, code, _in_short(report))
    return code


def _failed(student: str, file: Path, code: int, why: str) -> int:
    print(f"gradebound: {student} ({file}): {_CODES[code]}: {why}", file=sys.stderr, flush=True)
    return code


def _in_short(report: Mapping[str, Any]) -> str:
    if report.get("score") is None:
        return f"{report.get('status', 'stored')}"
    told = f"{report['score']:g} of {report['max_score']:g} points"
    if waiting := report.get("waiting_points"):
        told += f", answers worth {waiting:g} wait for a person"
    if hidden := report.get("not_released_points"):
        told += f", {hidden:g} are not released yet"
    return told


def _handed_in(client: Client, file: Path | None, order: Order) -> tuple[Submitted, Mapping[str, Any]]:
    """What the service answered, and the report, waited for if that is asked."""
    body, content_type = _body(file, order.student)
    key = order.key.replace("{student}", order.student or "") if order.key else None
    done = client.submit(order.assignment, body, content_type, key=key)
    return done, done.report if done.graded or not order.patience else client.wait(done.location, order.patience)


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


def _exit_code(report: Mapping[str, Any], order: Order) -> int:
    if report.get("status") in WAITING and order.patience:
        return UNREACHABLE
    if order.min_score is None:
        return REACHED
    return REACHED if _share(report) >= Decimal(str(order.min_score)) else BELOW


def _share(report: Mapping[str, Any]) -> Decimal:
    """The share of the points that are shown; what the course has not released yet can't be held against anybody."""
    score = Decimal(str(report["score"]))
    most = Decimal(str(report["max_score"])) - Decimal(str(report.get("not_released_points", 0)))
    return score / most if most else Decimal(1)


def _remarks(report: Mapping[str, Any], order: Order) -> Iterator[str]:
    """What is to be known beside the report and the exit code."""
    if report.get("status") in WAITING and order.patience:
        yield "handed in and stored, but not graded in time; ask again later"
    elif order.min_score is not None and (hidden := report.get("not_released_points", 0)):
        yield f"{hidden:g} points are not released yet; the share is of the others"


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
