"""The chain that counts: from p(x|phi) or its logarithm down, with the lines that go back to it.

A line may go back to an earlier expression, to a part of one, or to a name that the student defined. A run of lines
that ends at log p(x|phi) is read from its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.derivation.facts import Facts
from grader.derivation.judging import Step
from grader.derivation.steps import Derivation
from grader.derivation.terms import Term, Total, walk


@dataclass(frozen=True)
class Link:
    """A step of the chain, from its upper side, the one nearer to the start, to its lower side.

    `before` are all sides above the lower one.
    """

    step: Step
    upper: Term | None
    lower: Term | None
    before: tuple[Term, ...]


def links(derivation: Derivation, facts: Facts) -> tuple[Link, ...]:
    """All steps of the chain, in reading order; runs that belong to nothing are left out."""
    above: list[Term] = []
    found: list[Link] = []
    for run in _runs(derivation):
        terms = [derivation.terms[place] for place in (run[0].first, *(step.second for step in run))]
        if _belongs(terms[0], above, facts):
            found += _linked(run, terms, above)
        elif terms[-1] is not None and facts.start(terms[-1]):
            found += _linked(run[::-1], terms[::-1], above)
    return tuple(found)


def _runs(derivation: Derivation) -> Iterator[list[Step]]:
    """Steps that hang together, one run after another."""
    run: list[Step] = []
    for step in derivation.steps:
        if run and run[-1].second != step.first:
            yield run
            run = []
        run.append(step)
    if run:
        yield run


def _linked(run: Iterable[Step], terms: list[Term | None], above: list[Term]) -> Iterator[Link]:
    for step, upper, lower in zip(run, terms, terms[1:], strict=False):
        if upper is not None:
            above.append(upper)
        yield Link(step, upper, lower, tuple(above))
    if terms[-1] is not None:
        above.append(terms[-1])


def _belongs(first: Term | None, above: list[Term], facts: Facts) -> bool:
    """Whether a run goes on from the chain; one that begins unreadably is given the benefit of the doubt."""
    if first is None or facts.start(first):
        return True
    return any(_is_part(first, one) or facts.same(first, one) for one in above)


def _is_part(part: Term, whole: Term) -> bool:
    if isinstance(part, Total) and isinstance(whole, Total) and set(part.terms) <= set(whole.terms):
        return True
    return any(one == part for one in walk(whole))
