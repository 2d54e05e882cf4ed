"""Mistakes with a name: each an edit of the right side, or of the relation, that makes a failing step hold.

The first edit in the table that repairs the step, and from which the chain can still reach its end, names it: a
correction that leads away from the bound is none. Where no edit does, the step is told by its numbers alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from grader.derivation.chain import Link
from grader.derivation.densities import bound_of
from grader.derivation.edits import KINDS, REGROUPING, Kind
from grader.derivation.evaluate import Evaluator
from grader.derivation.facts import Facts
from grader.derivation.kernel import Finding, Standing, judge
from grader.derivation.terms import Exp, Log, Term, negative, rewrites
from grader.derivation.worlds import Model

MOST_EDITS = 120

# What a chain begins and ends with: log p(x|phi) and its bound, what these are the logarithms of, or their negatives.
_Ends: TypeAlias = tuple[Callable[[Term], Term], Callable[[Term], Term]]
_LOG: _Ends = (Log, lambda bound: bound)
_PLAIN: _Ends = (lambda evidence: evidence, Exp)
_NEGATIVE: _Ends = (lambda evidence: negative(Log(evidence)), negative)
_TURNED = {">=": "<=", "<=": ">="}


@dataclass(frozen=True)
class Mistake:
    """A named mistake. `left`, `relation` and `right` make a step that holds, as `finding` says; one of them is new."""

    name: str
    sentence: str
    left: Term
    relation: str
    right: Term
    finding: Finding


@dataclass(frozen=True)
class Aim:
    """Where a chain goes from a step's right side: on by `relation` to `end`, where that is known."""

    relation: str
    end: Term | None

    def reached_from(self, evaluator: Evaluator, right: Term) -> bool:
        """Whether the chain can still come to its end."""
        return self.end is None or _found(evaluator, self.relation, right, self.end) is not None


def aim_of(link: Link, facts: Facts) -> Aim:
    """The aim of a chain at a step: from log p(x|phi) down to the bound, or from below up to log p(x|phi).

    It may also go with exponents of both, or with the signs of both turned.
    """
    forward = link.lower == link.step.right
    down, up = (">=", "<=") if forward else ("<=", ">=")
    bound = bound_of(facts.model)
    if bound is None or not link.before:
        return Aim(down, None)
    for relation, (top, last) in ((down, _LOG), (down, _PLAIN), (up, _NEGATIVE)):
        if _found(facts.evaluator, relation if forward else _TURNED[relation], link.before[0], last(bound)) is not None:
            return Aim(relation, last(bound) if forward else top(facts.evidence))
    return Aim(down, None)


def name_mistake(link: Link, facts: Facts) -> Mistake | None:
    """The mistake in a step that fails, if one edit repairs it and leads on to where the chain goes."""
    step, aim, evaluator = link.step, aim_of(link, facts), facts.evaluator
    if step.left is None or step.right is None or step.definition is not None:
        return None
    found = _found(evaluator, aim.relation, step.left, step.right)
    if found is not None and step.relation != aim.relation and aim.reached_from(evaluator, step.right):
        name = "relation_direction" if step.relation != "=" else "equality_for_inequality"
        sentence = _RELATIONS[name].format(other=aim.relation)
        return Mistake(name, sentence, step.left, aim.relation, step.right, found)
    return _edited(link, facts, KINDS) or _healed(link, facts)


def regrouping_mistake(link: Link, facts: Facts) -> Mistake | None:
    """A mistake in how terms are put together, which a line of its own could have made: it hides nothing else.

    So it costs what it costs in such a line, and the step shows what it shows without it.
    """
    return _edited(link, facts, REGROUPING) or _healed(link, facts)


def _edited(link: Link, facts: Facts, kinds: Iterable[Kind]) -> Mistake | None:
    """The first edit of the right side that makes a step hold and leads on.

    An inequality that an edit makes an equality goes no step on: it is named only if no other edit is.
    """
    step, aim, evaluator = link.step, aim_of(link, facts), facts.evaluator
    if (
        step.left is None
        or step.right is None
        or step.definition is not None
        or step.relation not in {"=", aim.relation}
    ):
        return None
    idle = None
    for kind, new in islice(_candidates(facts.model, step.right, kinds), MOST_EDITS):
        found = _found(evaluator, step.relation, step.left, new)
        if found is not None and aim.reached_from(evaluator, new):
            mistake = Mistake(kind.name, kind.sentence, step.left, step.relation, new, found)
            if step.relation == "=" or found.strict:
                return mistake
            idle = idle or mistake
    return idle


def _healed(link: Link, facts: Facts) -> Mistake | None:
    """A mistake of regrouping in the line before, which this step silently mends."""
    step, aim, evaluator = link.step, aim_of(link, facts), facts.evaluator
    if step.left is None or step.right is None or not aim.reached_from(evaluator, step.right):
        return None
    for kind, new in islice(_candidates(facts.model, step.left, REGROUPING), MOST_EDITS):
        found = _found(evaluator, step.relation, new, step.right)
        if found is not None:
            return Mistake(kind.name, f"{kind.sentence} before it", new, step.relation, step.right, found)
    return None


def _candidates(model: Model, right: Term, kinds: Iterable[Kind]) -> Iterator[tuple[Kind, Term]]:
    for kind in kinds:
        for new in rewrites(right, lambda term, edit=kind.edit: edit(model, term)):  # type: ignore[misc]
            yield kind, new


def _found(evaluator: Evaluator, relation: str, left: Term, right: Term) -> Finding | None:
    """What shows that a relation holds; None where it is not shown."""
    finding = judge(evaluator, relation, left, right, searching=False)
    return finding if finding.standing is Standing.VALID else None


_RELATIONS = {
    "relation_direction": "the inequality points the wrong way: {other} holds here",
    "equality_for_inequality": "this is no equality: {other} holds here",
}
