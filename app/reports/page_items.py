"""The items of a printed report, problem by problem, each beside the answer that was sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from app.policy.credit import ItemCredit
from app.policy.records import Override
from app.policy.release import NOT_RELEASED
from app.policy.standing import Valued
from app.reports.cells import number
from app.reports.evidence import told
from app.reports.quoted import Quote, without_quote
from app.reports.standing import open_words
from app.reports.words import readable
from grader.assignment import AnyItem, Assignment, DerivationItem
from grader.report import tone_of

MAX_SHOWN = 5_000


@dataclass(frozen=True, slots=True)
class Line:
    """An item as it is printed. Several items may be graded from one answer, which then stands beside the first.

    `quoted` is the line that a feedback quotes.
    """

    id: str
    prompt: str
    answer: str | None
    earned: str
    verdict: str
    tone: str
    feedback: str
    quoted: Quote | None
    evidence: str
    override: Override | None


@dataclass(frozen=True, slots=True)
class Group:
    """The items of one problem."""

    title: str
    lines: tuple[Line, ...]


def groups(assignment: Assignment, valued: Valued, answers: Mapping[str, Any]) -> tuple[Group, ...]:
    """All items in the report's order, by problem."""
    asked = {item.id: item for item in assignment.items}
    titled = ((_title(assignment, asked.get(item.id)), item) for item in _items(assignment, valued))
    shown = dict(_answers(assignment, answers))
    return tuple(
        Group(title, tuple(_line(item, asked.get(item.id), shown) for _, item in found))
        for title, found in groupby(titled, key=lambda pair: pair[0])
    )


def _items(assignment: Assignment, valued: Valued) -> Iterable[ItemCredit]:
    """The items of the report; while there is none, the assignment's, all open."""
    if valued.credit is not None:
        return valued.credit.items
    verdict, words = open_words(valued.status)
    return [ItemCredit(item.id, item.points, None, None, verdict, words, None) for item in assignment.items]


def _title(assignment: Assignment, item: AnyItem | None) -> str:
    if item is None:
        return "Deductions"
    return "Derivation" if isinstance(item, DerivationItem) else assignment.problems[item.problem].title


def _answers(assignment: Assignment, answers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """By item id, the answer that stands beside it: the first of the items that share one has it."""
    left = dict(answers)
    for item in assignment.items:
        if item.answer in left:
            yield item.id, _cut(readable(left.pop(item.answer)))


def _cut(text: str) -> str:
    more = len(text) - MAX_SHOWN
    return text if more <= 0 else f"{text[:MAX_SHOWN]}\n[{more} more characters]"


def _earned(item: ItemCredit) -> str:
    """The points: `1.5 of 2`; while there are none, what they are."""
    if item.points is None:
        return f"{'not shown' if item.verdict == NOT_RELEASED else 'open'}, of {number(item.max_points)}"
    if item.waiting:
        return f"waits for a person, of {number(item.max_points)}"
    return f"{number(item.points)} of {number(item.max_points)}" if item.points or item.max_points else "no points"


def _line(item: ItemCredit, asked: AnyItem | None, shown: Mapping[str, str]) -> Line:
    feedback, quoted = without_quote(item.feedback)
    return Line(
        item.id,
        asked.prompt if asked else "",
        shown.get(item.id),
        _earned(item),
        item.verdict.replace("_", " "),
        tone_of(item.verdict),
        feedback,
        quoted,
        told(item.evidence),
        item.override,
    )
