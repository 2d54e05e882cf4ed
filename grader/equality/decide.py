"""Whether two terms are the same: proof first, then sample points, in high precision where it matters."""

from __future__ import annotations

from grader.calculus import terms as t
from grader.calculus.budget import Budget
from grader.equality.normal import equal_forms
from grader.equality.sampling import Sampling
from grader.equality.verdicts import EXACT, Decision, Question, Verdict

PROOF_BUDGET = 2_000


def decide(question: Question) -> Decision:
    """Decide, within budgets of operations. Never `same` without proof, or agreement in high precision."""
    proved = question.left == question.right or equal_forms(question.left, question.right, Budget(PROOF_BUDGET))
    if proved:
        return Decision(Verdict.SAME, "proved")
    decision = _sampled(question)
    if proved is False and question.tolerance == EXACT and decision.verdict is Verdict.SAME:
        return Decision(Verdict.DIFFERENT, "proved", note="the difference is not zero, if only by a little")
    return decision


def _sampled(question: Question) -> Decision:
    """The decision by sample points: with real values, and with complex ones where there are none."""
    uses_i = any(term == t.I for side in (question.left, question.right) for term in t.walk(side))
    for complex_values in (False, True):
        if complex_values or not (uses_i or question.domain == "complex"):
            decision = Sampling(question, complex_values=complex_values).decision()
            if decision is not None:
                return decision
    return Decision(Verdict.UNDECIDED, "undefined", note="no point was found at which both sides are defined")
