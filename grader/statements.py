"""Statements: a homework's text with places for its numbers, `{{ W | matrix }}`, filled in for a variant.

A place names an input, or `problem.input` where several problems have it, and may take one entry of it, `x[0]`; or it
is one of `title`, `points` and `variant`. Nothing that is computed can stand in a statement: that would be the key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from grader.answers import dump
from grader.assignment import Assignment
from grader.errors import Fault

MAX_STATEMENT = 200_000
_PLACE = re.compile(r"\{\{([^{}]*)\}\}")
_NAME = re.compile(r"(?P<name>[^\[\]|\s]+)(?P<entries>(\[\d{1,4}(,\s*\d{1,4})*\])*)(\s*\|\s*(?P<form>\w+))?", re.ASCII)


class _PlaceError(ValueError):
    """A place that can't be filled in; the message is for the author."""


def filled(text: str, assignment: Assignment) -> str:
    """The statement with the assignment's numbers. Raises `ValueError` for a place that can't be filled in."""
    known = _known(assignment)
    return _PLACE.sub(lambda match: _filled(match[1], known), text)


def statement_faults(text: str, assignment: Assignment) -> Iterator[Fault]:
    """Yield what is wrong in a statement, by line and column."""
    known = _known(assignment)
    if len(text) > MAX_STATEMENT:
        yield Fault(1, 1, f"a statement has at most {MAX_STATEMENT} characters; got {len(text)}")
    for match in _PLACE.finditer(text):
        try:
            _filled(match[1], known)
        except _PlaceError as error:
            before = text[: match.start()]
            yield Fault(before.count("\n") + 1, match.start() - before.rfind("\n"), str(error))


def _known(assignment: Assignment) -> Mapping[str, Any]:
    """What places may name; None for an input that several problems have, each with numbers of its own."""
    points = f"{assignment.max_score.normalize():f}"
    known: dict[str, Any] = {"title": assignment.title, "points": points, "variant": assignment.variant or "-"}
    for name, problem in assignment.problems.items():
        for given, value in problem.given.items():
            known[f"{name}.{given}"] = value
            known[given] = value if known.get(given, value) == value else None
    return known


def _filled(place: str, known: Mapping[str, Any]) -> str:
    match = _NAME.fullmatch(place.strip())
    if match is None:
        raise _PlaceError(
            f"{place.strip()!r} is no place; write the name of an input, {{{{ x }}}} or {{{{ x | matrix }}}}"
        )
    name, form = match["name"], match["form"] or "plain"
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"; did you mean '{near[0]}'?" if near else f"; known are {', '.join(known)}"
        raise _PlaceError(f"unknown place '{name}'{hint}")
    if known[name] is None:
        raise _PlaceError(f"several problems have an input {name!r}; write problem.{name}")
    if form not in _FORMS:
        raise _PlaceError(f"unknown form {form!r} of {name!r}; known are {', '.join(_FORMS)}")
    return _FORMS[form](_entry(known[name], name, match["entries"]))


def _entry(value: Any, name: str, entries: str) -> Any:
    for index in re.findall(r"\d+", entries):
        if not isinstance(value, tuple) or int(index) >= len(value):
            raise _PlaceError(f"{name!r} has no entry {entries}; entries count from 0")
        value = value[int(index)]
    return value


def _plain(value: Any) -> str:
    return dump(value) if isinstance(value, tuple) else str(value)


def _latex(value: Any, *, upright: bool) -> str:
    """A matrix, or a vector as a column (`upright`) or a row, in LaTeX."""
    if not isinstance(value, tuple):
        return str(value)
    if any(isinstance(entry, tuple) and any(isinstance(one, tuple) for one in entry) for entry in value):
        raise _PlaceError("a matrix has two axes, this has more; take entries of it, x[0], or leave the form out")
    rows = [entry if isinstance(entry, tuple) else (entry,) for entry in value]
    if not upright and all(len(row) == 1 for row in rows):
        rows = [tuple(row[0] for row in rows)]
    body = r" \\ ".join(" & ".join(map(str, row)) for row in rows)
    return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"


_FORMS: Mapping[str, Callable[[Any], str]] = {
    "plain": _plain,
    "matrix": lambda value: _latex(value, upright=True),
    "row": lambda value: _latex(value, upright=False),
}
