"""The chain that counts: from p(x|phi) or its logarithm down, with the lines that go back to it.

A line may go back to an earlier expression, to a part of one, or to a name that the student defined. A run of lines
that ends at log p(x|phi) is read from its end. A left side that is written again goes on from the right side before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from grader.derivation.facts import Facts
from grader.derivation.judging import Step
from grader.derivation.kernel import Standing, judge
from grader.derivation.steps import Derivation
from grader.derivation.terms import Log, Term, Total, walk


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
    last: list[Term | None] = []
    for run in _runs(derivation):
        terms = [derivation.terms[place] for place in (run[0].first, *(step.second for step in run))]
        if _belongs(terms[0], above, facts):
            first, *rest = _linked(run, terms, above)
            found += (_going_on(first, last, facts), *rest)
            last = terms
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


def _going_on(link: Link, last: list[Term | None], facts: Facts) -> Link:
    """`a = b`, then `a >= c`: if that holds, it is the step from b to c. So is `log a >= c`, from log b."""
    before = _carried(link.upper, last)
    if before is None or link.lower is None or link.step.finding.standing is not Standing.VALID:
        return link
    finding = judge(facts.evaluator, link.step.relation, before, link.lower)
    if finding.standing is not Standing.VALID:
        return link
    return replace(link, upper=before, step=replace(link.step, left=before, finding=finding))


def _carried(left: Term | None, last: list[Term | None]) -> Term | None:
    """What a left side was set equal to, or above, at the end of the run that began with it."""
    if left is None or not last or last[-1] is None:
        return None
    if left == last[0]:
        return last[-1]
    return Log(last[-1]) if last[0] is not None and left == Log(last[0]) else None


def _belongs(first: Term | None, above: list[Term], facts: Facts) -> bool:
    """Whether a run goes on from the chain; one that begins unreadably is given the benefit of the doubt."""
    if first is None or facts.start(first):
        return True
    return any(_is_part(first, one) or facts.same(first, one) for one in above)


def _is_part(part: Term, whole: Term) -> bool:
    if isinstance(part, Total) and isinstance(whole, Total) and set(part.terms) <= set(whole.terms):
        return True
    return any(one == part for one in walk(whole))
