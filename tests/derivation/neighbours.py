"""Wrong neighbours of a right side: every edit of one place that a student might slip into."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from grader.derivation.terms import (
    Average,
    Density,
    Entropy,
    Log,
    Ratio,
    Relative,
    Term,
    Total,
    negative,
    rewrites,
)
from grader.derivation.worlds import Model


def neighbours(model: Model, term: Term) -> Iterator[tuple[str, Term]]:
    """Edits by kind; some of them are right all the same, which their numbers say."""
    edits = {
        "KL's arguments swapped": _swapped,
        "a sign flipped": _flipped,
        "a ratio inverted": _inverted,
        "a log dropped": _unlogged,
        "a density changed": lambda part: _changed(model, part),
    }
    for name, edit in edits.items():
        for new in rewrites(term, edit):
            yield name, new


def _swapped(term: Term) -> Iterator[Term]:
    if isinstance(term, Relative):
        yield Relative(term.right, term.left, term.over)


def _flipped(term: Term) -> Iterator[Term]:
    if isinstance(term, Total):
        for i, one in enumerate(term.terms):
            yield Total((*term.terms[:i], negative(one), *term.terms[i + 1 :]))


def _inverted(term: Term) -> Iterator[Term]:
    if isinstance(term, Ratio):
        yield Ratio(term.below, term.above)


def _unlogged(term: Term) -> Iterator[Term]:
    if isinstance(term, Log):
        yield term.of


def _changed(model: Model, term: Term) -> Iterator[Term]:
    if isinstance(term, Average) and isinstance(term.measure, Density):
        others = {Density(one.name, term.over, one.given) for one in model.families if set(term.over) <= set(one.of)}
        yield from (replace(term, measure=other) for other in others if other != term.measure)
    if isinstance(term, Density) and term.given:
        yield replace(term, given=())
    if isinstance(term, Entropy) and term.under == term.of:
        yield negative(term)
