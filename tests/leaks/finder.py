"""Finds a key in a report: its figures, its formulas and their parts, its lines and its author's plan."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from grader.answers import dump
from grader.assignment import Assignment, FormulaItem
from grader.derivation.dress import rows_of
from grader.derivation.show import show
from grader.derivation.steps import Setting, derivation_of
from grader.derivation.terms import Density, Scalar, walk
from grader.following.sheet import sheets
from grader.formulas.settings import setting_of
from grader.language import parse_answer, trees
from grader.language.errors import LanguageError
from grader.language.printer import to_latex
from grader.language.syntax import Node
from grader.problems import solve
from grader.report import GradeReport, ItemResult
from tests.homework6 import DATA

_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.]*\w)")
_OPERATOR = re.compile(r"[-+*/^@=>]|\\(?:frac|sum|odot|sigma|nabla|partial|text)|\(")
# A figure of fewer digits is one of too many to be anybody's.
_DIGITS = 3


@dataclass(frozen=True)
class Leak:
    """Something of the key in what is told of an item."""

    item: str
    kind: str
    what: str
    told: str


def leaks(report: GradeReport, answers: Mapping[str, Any], assignment: Assignment) -> Iterator[Leak]:
    """All of a homework's key that stands in a report and not in the answers it is about."""
    handed_in = "\n".join(map(_text, answers.values()))
    for item in report.items:
        told = _told(item)
        plain = told
        for own in _own(item.id, answers, assignment):
            plain = plain.replace(own, " ")
        for kind, found in (
            ("figure", _figures(told, item, handed_in, assignment)),
            ("formula", _strings(plain, handed_in, _formulas(assignment))),
            ("line", _strings(told, handed_in, _lines(assignment))),
        ):
            yield from (Leak(item.id, kind, what, told) for what in found)


def _text(answer: Any) -> str:
    return answer if isinstance(answer, str) else dump(answer)


def _told(item: ItemResult) -> str:
    evidence = dict(item.evidence or {})
    evidence.pop("text", None)  # an excerpt of the answer itself
    return f"{item.feedback} {json.dumps(evidence, ensure_ascii=False).replace(chr(92) * 2, chr(92))}"


def _own(name: str, answers: Mapping[str, Any], assignment: Assignment) -> list[str]:
    """The members of the student's own formula as they are told again, the longest first."""
    item = next((one for one in assignment.items if one.id == name), None)
    answer = answers.get(name)
    if not isinstance(item, FormulaItem) or not isinstance(answer, str):
        return []
    names = setting_of(assignment.problems[item.problem]).names
    with suppress(LanguageError):
        return sorted(map(to_latex, parse_answer(answer, names.table).main.members), key=len, reverse=True)
    return []


def _figures(told: str, item: ItemResult, handed_in: str, assignment: Assignment) -> Iterator[str]:
    """Numbers that are one of the key's to as many digits as they are told to, and that the student did not send.

    A counterexample's are those of a random point.
    """
    evidence = item.evidence or {}
    random = evidence.get("kind") in {"counterexample", "certificate", "identity"}
    truths = _truths(_Key(assignment))
    for number in () if random else _NUMBER.findall(told):
        digits = len(number.lower().partition("e")[0].replace(".", "").lstrip("0"))
        near = np.abs(truths - float(number)) <= 10.0 ** (1 - digits) * np.abs(truths)
        if digits >= _DIGITS and near.any() and number not in handed_in:
            yield number


def _strings(told: str, handed_in: str, secrets: frozenset[str]) -> Iterator[str]:
    plain, own = _plain(told), _plain(handed_in)
    return (secret for secret in sorted(secrets) if _plain(secret) in plain and _plain(secret) not in own)


def _plain(text: str) -> str:
    return re.sub(r"[\s{}\\]|left|right|,", "", text)


class _Key:
    """An assignment by its version and variant, for what is worked out once."""

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment

    def __hash__(self) -> int:
        return hash((self.assignment.version, self.assignment.variant))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and hash(self) == hash(other)


@cache
def _truths(key: _Key) -> np.ndarray[Any, np.dtype[np.float64]]:
    truths = [np.abs(one.truth.ravel()) for sheet in sheets(key.assignment).values() for one in sheet.asked]
    return np.unique(np.concatenate(truths))


def _formulas(assignment: Assignment) -> frozenset[str]:
    return _parts(_Key(assignment))


@cache
def _parts(key: _Key) -> frozenset[str]:
    """The shown formulas and those of the nodes, with all of their parts, as written and as printed."""
    assignment = key.assignment
    found: set[str] = set()
    for item in assignment.items:
        if isinstance(item, FormulaItem):
            found |= set(_printed(item.shown, assignment.problems[item.problem]))
    for problem in assignment.problems.values():
        found |= {node.written for node in solve(problem).graph.every}
        found |= {*problem.nodes.values(), *problem.after.values()}
    public = _plain(" ".join([item.prompt for item in assignment.items] + [str(assignment.title)]))
    return frozenset(
        one for one in found if len(_plain(one)) > 2 and _OPERATOR.search(one) and _plain(one) not in public
    )


def _printed(text: str, problem: Any) -> Iterator[str]:
    names = setting_of(problem).names
    tree: Node = parse_answer(text, names.table).main
    for node in trees.walk(tree):
        yield text[node.span.start : node.span.end]
        with suppress(KeyError, TypeError):
            yield to_latex(node)


@cache
def _published() -> tuple[str, ...]:
    sample = json.loads((DATA / "sample_submissions" / "all_right_latex.json").read_text())
    other = json.loads((DATA / "sample_submissions" / "only_problem_three.json").read_text())
    return tuple(one["answers"]["p3.derivation"] for one in (sample, other))


def _lines(assignment: Assignment) -> frozenset[str]:
    return frozenset().union(*(_of_task(task) for task in assignment.derivations.values()), frozenset())


@cache
def _of_task(task: Any) -> frozenset[str]:
    """The lines of right derivations and the parts of these, as they would be shown; and the author's plan."""
    found = {milestone.advice for milestone in task.milestones.values()}
    for text in _published():
        found |= set(rows_of(text))
        hints = {role.value: spelt for role, spelt in task.densities.items()}
        terms = [term for term in derivation_of(rows_of(text), Setting(hints)).terms if term is not None]
        found |= {show(part) for term in terms for part in walk(term) if not isinstance(part, Density | Scalar)}
    return frozenset(one for one in found if _plain(one) not in {"logpx", "logp(x|phi)", "logp(x)"})
