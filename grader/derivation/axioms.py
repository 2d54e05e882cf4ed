"""What a valid step needs: axioms without which it fails, in worlds that are built without them.

This is evidence for the report. It decides nothing but independence: which other axiom a step is seen to use depends on
how the others are built.
"""

from __future__ import annotations

from grader.derivation.evaluate import Evaluator
from grader.derivation.kernel import Standing, judge
from grader.derivation.terms import Term
from grader.derivation.worlds import Axiom, build_worlds


def needs(evaluator: Evaluator, left: Term, right: Term) -> tuple[Axiom, ...]:
    """The axioms without which two sides are no longer equal. Raises `OverBudgetError`."""
    return tuple(axiom for axiom in Axiom if _fails_without(axiom, evaluator, left, right))


def _fails_without(axiom: Axiom, evaluator: Evaluator, left: Term, right: Term) -> bool:
    worlds = evaluator.worlds
    broken = build_worlds(worlds.model, worlds.seed, frozenset({axiom}))
    return judge(Evaluator(broken, evaluator.budget), "=", left, right).standing is not Standing.VALID
