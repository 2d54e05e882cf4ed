"""Answers that are nearly right: the key's, each with something changed that students change."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from grader.assignment import Assignment, DerivationItem, FormulaItem, ValueItem
from grader.following.sheet import sheets
from tests.working import RIGHT, disturbed, rounded, worked_out

_TOKEN = re.compile(r"\\?[A-Za-z]+(?:_\{?\w+\}?)?'?|\d+(?:\.\d+)?|\S")
_NAME = re.compile(r"[A-Za-z]+_\w+'?|[xhzpW]'?")
_EDITS: tuple[tuple[str, str], ...] = (
    ("=", r"\geq"), (r"\geq", "="), (r"\geq", r"\leq"), ("-", "+"), (r"\log", ""), ("q(", "p("), ("p(z", "q(z"),
    ("KL(q(z|x, \\theta) \\| p(z|\\phi))", "KL(p(z|\\phi) \\| q(z|x, \\theta))"), ("|\\phi", ""), (r"\frac", r"\tfrac"),
    (r"\frac{p(z|\phi)}{q(z|x, \theta)}", ""), ("p(x|z, \\phi)", "p(x, z|\\phi)"), (r"\right)", ""),
)  # fmt: skip


def nearly_right(key: Mapping[str, Any], assignment: Assignment, seed: int) -> dict[str, Any]:
    """One student's answers to every item; the same seed makes the same mistakes."""
    rng = random.Random(seed)  # noqa: S311 - mistakes need no secrecy
    values = _values(assignment, rng)
    made: dict[str, Any] = {}
    for item in assignment.items:
        if isinstance(item, ValueItem):
            made[item.id] = values[item.id]
        elif isinstance(item, FormulaItem):
            made[item.id] = _formula(str(key.get(item.id, item.shown)), rng)
        elif isinstance(item, DerivationItem) and item.answer not in made:
            made[item.answer] = _derivation(str(key[item.answer]), rng)
    return made


def _values(assignment: Assignment, rng: random.Random) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for sheet in sheets(assignment).values():
        misread = rng.choice([RIGHT, *(frozenset({one}) for one in sheet.misreadings)])
        digits = rng.choice([2, 3, 4])
        answers = worked_out(sheet, misread, digits)
        for number, one in enumerate(sheet.asked):
            if rng.random() < 0.4:
                answers[one.item.id] = rng.choice(_VALUES)(one.truth, rng.randrange(1000) + number)
        found |= answers
    return found


_VALUES: tuple[Callable[[Any, int], Any], ...] = (
    lambda truth, seed: rounded(disturbed(truth, seed), 4),
    lambda truth, _: rounded(-truth, 4),
    lambda truth, seed: rounded(truth * (2.0 + seed % 3), 3),
    lambda truth, _: rounded(truth / max(1, np.size(truth)), 4),
    lambda truth, _: rounded(truth * 1e4, 3),
    lambda truth, _: rounded(np.ravel(truth), 3),
    lambda truth, _: rounded(np.transpose(truth), 3),
    lambda *_: "[1.0, ?, none]",
)


def _formula(text: str, rng: random.Random) -> str:
    tokens = _TOKEN.findall(text)
    names = [token for token in tokens if _NAME.fullmatch(token)] or tokens
    for _ in range(rng.choice([1, 1, 2])):
        at = rng.randrange(len(tokens))
        change = rng.randrange(6)
        if change == 0:
            tokens[at] = rng.choice(names) if _NAME.fullmatch(tokens[at]) else tokens[at]
        elif change == 1:
            tokens = [
                rng.choice(["2", "-", r"\frac{1}{N}", "3 "]),
                *tokens[tokens.index("=") + 1 if "=" in tokens else 0 :],
            ]
        elif change == 2:
            del tokens[at]
        elif change == 3:
            tokens.insert(at, rng.choice(["+", "\uff1f", "w_9", "2"]))
        elif change == 4:
            tokens = ["-" if token == "+" else "+" if token == "-" else token for token in tokens]
        else:
            tokens = [token for token in tokens if token not in {r"\sum", r"\sigma", "2"}]
        tokens = tokens or ["0"]
    return " ".join(tokens)


def _derivation(text: str, rng: random.Random) -> str:
    rows = text.splitlines()
    for _ in range(rng.choice([1, 2, 3])):
        at = rng.randrange(len(rows))
        old, new = rng.choice(_EDITS)
        rows[at] = rows[at].replace(old, new, 1)
        if rng.random() < 0.2 and len(rows) > 2:
            del rows[at]
    return "\n".join(rows)
