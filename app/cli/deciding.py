"""`waiting`, `decide`, `override`: what waits for a person, and a person's word on one answer, on many, from a file."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote

from rich.markup import escape
from rich.text import Text

from app.cli import render
from app.cli.client import connected
from app.cli.failures import CommandError
from app.cli.options import WaitingForm
from app.cli.texts import read_text
from app.client import Client, RejectedError
from app.reports.cells import defused
from app.roster.separated import BadTableError, read_table

_PAGE = 200
_TOLD = ("submission", "item", "student", "verdict", "max_points", "identical", "answer", "feedback")
_SAID = ("points", "reason")
_NEEDED = ("submission", "item", *_SAID)


@dataclass(frozen=True, slots=True)
class Word:
    """Points and why, for an item of a submission; `line` is where a file says so, if one does."""

    submission: str
    item: str
    points: Decimal
    reason: str
    line: int | None = None

    @property
    def path(self) -> str:
        """The item, as the API has it."""
        return path_of(self.submission, self.item)

    @property
    def said(self) -> dict[str, Any]:
        """The word, as the API has it."""
        return {"points": str(self.points), "reason": self.reason}


Say: TypeAlias = Callable[[Client, Word], str]


def path_of(submission: str, item: str) -> str:
    """The path of an item of a submission, which is given by its id or its address."""
    return f"/api/v1/submissions/{quote(submission.rpartition('/')[2], safe='')}/items/{quote(item, safe='')}"


def print_waiting(server: str, assignment: str, form: WaitingForm, wanted: Mapping[str, str]) -> None:
    """Print what waits, as far as it is `wanted`: for people, as JSON, or as a table to fill in for `decide --file`."""
    with connected(server) as client:
        found = [one for one in _all(client, assignment) if all(one[key] == value for key, value in wanted.items())]
    if form is WaitingForm.JSON:
        print(json.dumps(found, indent=2, ensure_ascii=False))
    elif form is WaitingForm.CSV:
        _write_table(found)
    else:
        _show(found)


def word_of(submission: str | None, item: str | None, points: str | None, reason: str | None) -> Word:
    """A word out of a command's arguments. Raises `CommandError`."""
    if submission is None or item is None or points is None:
        raise CommandError("give SUBMISSION, ITEM and POINTS, or a table of them with --file")
    if not (reason or "").strip():
        raise CommandError("give a --reason: the student reads it")
    return Word(submission, item, _points(points, ""), str(reason))


def words_of(file: Path, reason: str | None) -> list[Word]:
    """The words of a table with the columns `submission`, `item`, `points` and `reason`; rows without points say none.

    `reason` is for rows that give none. Raises `CommandError` with all that is wrong in it.
    """
    try:
        (_, header), *rows = read_table(read_text(file), set(_NEEDED).issubset)
    except BadTableError as error:
        raise CommandError(f"{file}, line {error.line}: no CSV: {error}") from None
    except ValueError:
        raise CommandError(f"{file}: got an empty file; expected the columns {', '.join(_NEEDED)}") from None
    if missing := [name for name in _NEEDED if name not in header]:
        raise CommandError(f"{file}: got no column {missing[0]!r}; expected {', '.join(_NEEDED)}")
    given = ((line, dict(zip(header, cells, strict=False))) for line, cells in rows)
    words: list[Word] = []
    faults: list[str] = []
    for line, row in given:
        try:
            words += _words(line, row, reason)
        except CommandError as fault:
            faults.append(str(fault))
    if faults:
        raise CommandError(f"{file}: nothing was decided; correct this first:\n  " + "\n  ".join(faults))
    return words


def say_all(server: str, words: Sequence[Word], say: Say) -> None:
    """Say words one after another, and print what became of each. Raises `CommandError` if some were refused."""
    refused = 0
    with connected(server) as client:
        for word in words:
            where = "" if word.line is None else f"line {word.line}: "
            try:
                print(f"{where}{say(client, word)}")
            except RejectedError as error:
                refused += 1
                print(f"gradebound: {where}{word.submission} {word.item}: {error}", file=sys.stderr)
    if refused:
        raise CommandError(f"{refused} of {len(words)} were refused; the others hold")


def decide(*, identical: bool, again: bool) -> Say:
    """Decide on an answer that waits, and on all of the same text if they are `identical`.

    What somebody has decided already stays, unless it is to be decided `again`.
    """

    def say(client: Client, word: Word) -> str:
        holds = None if again else client.request("GET", f"{word.path}/override").json()["holds"]
        if holds is not None:
            told = f"{holds['points']:g} points by {holds['by']}: {holds['reason']}"
            return f"{word.submission} {word.item}: decided already, and left so: {told}"
        decision = {**word.said, "also_identical": identical}
        done = client.request("POST", f"{word.path}/decision", json=decision).json()
        return f"{word.submission} {word.item}: {done['points']:g} points, for {_counted(len(done['decided']))}"

    return say


def override(client: Client, word: Word) -> str:
    """Let points hold, whatever the report or somebody else says."""
    holds = client.request("PUT", f"{word.path}/override", json=word.said).json()["holds"]
    return f"{word.submission} {word.item}: {holds['points']:g} points"


def withdraw(server: str, submission: str | None, item: str | None) -> None:
    """Take back what holds of an item."""
    if submission is None or item is None:
        raise CommandError("give SUBMISSION and ITEM with --withdraw")
    with connected(server) as client:
        client.request("DELETE", f"{path_of(submission, item)}/override")
    print(f"{submission} {item}: the report's points hold again")


def _all(client: Client, assignment: str) -> Iterator[Mapping[str, Any]]:
    path = f"/api/v1/assignments/{quote(assignment, safe='')}/undecided?limit={_PAGE}"
    while path:
        page = client.request("GET", path)
        yield from page.json()["undecided"]
        path = page.links.get("next", {}).get("url", "")


def _words(line: int, row: Mapping[str, str], reason: str | None) -> Iterator[Word]:
    if not row.get("points"):
        return
    told = row.get("reason") or (reason or "").strip()
    if not told or not row.get("submission") or not row.get("item"):
        missing = "reason" if not told else "submission or item"
        raise CommandError(f"line {line}: got points without a {missing}")
    yield Word(row["submission"], row["item"], _points(row["points"], f"line {line}: "), told, line)


def _points(written: str, where: str) -> Decimal:
    try:
        points = Decimal(written)
    except InvalidOperation:
        points = Decimal("NaN")
    if not points.is_finite():
        raise CommandError(f"{where}got the points {written[:40]!r}; write a number with a point, such as 1.5")
    return points


def _write_table(found: Sequence[Mapping[str, Any]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([*_TOLD, *_SAID])
    for one in found:
        cells = {**one, "answer": one["text"], "identical": len(one["identical"])}
        writer.writerow([*(defused(str("" if cells[name] is None else cells[name])) for name in _TOLD), "", ""])


def _show(found: Sequence[Mapping[str, Any]]) -> None:
    """Each answer as it was written, and what was found of it."""
    out = render.console()
    for one in found:
        head = Text.assemble((one["item"], "bold"), f"  {one['student']}  {one['submission']}  ")
        head.append_text(render.styled(one["verdict"]))
        head.append("" if one["max_points"] is None else f"  of {one['max_points']:g} points")
        if one["identical"]:
            head.append(f"  and {_counted(len(one['identical']))} of the same text: ")
            head.append(", ".join(other["student"] for other in one["identical"]))
        out.print(head)
        for line in [*one["text"].splitlines(), *([f"({one['feedback']})"] if one["feedback"] else [])]:
            out.print(f"    {escape(line)}", soft_wrap=True)
    out.print(f"{_counted(len(found))} wait{'s' if len(found) == 1 else ''} for a person")


def _counted(answers: int) -> str:
    return "1 answer" if answers == 1 else f"{answers} answers"
