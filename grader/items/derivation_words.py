"""What students are told about their derivations: which line shows a milestone, or why a step fails, in numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from grader.derivation.axioms import needs
from grader.derivation.evidence import evidence_of
from grader.derivation.judging import Step
from grader.derivation.kernel import Finding
from grader.derivation.mistakes import Mistake, name_mistake
from grader.derivation.show import show
from grader.derivation.steps import Derivation
from grader.milestones import Milestone
from grader.report import Verdict

MISSING = "No answer was handed in."
NOT_TEXT = "A derivation is a text of at most {lines} lines and {characters} characters; this is none."
NO_RELATION = (
    "No line of this holds a relation (=, ≥ or ≤) with a side that can be read, so nothing is judged. It waits for a"
    " person, or for your next attempt: write an expression, a relation and the next expression in each line."
)
BARE = "The result stands at once below log p(x|phi), without the lines that derive it."

_RELATIONS = {">=": "≥", "<=": "≤", "=": "="}


def told(
    verdict: Verdict, derivation: Derivation, step: Step, milestone: Milestone
) -> tuple[str, dict[str, Any] | None]:
    """Feedback and evidence for a milestone and the step that decides it."""
    where = _where(derivation, step)
    evidence = _with_needs(derivation, step)
    match verdict:
        case Verdict.CORRECT:
            return f"Shown in {where}: {_because(step.finding)}.", evidence
        case Verdict.UNDECIDED:
            return f"The step in {where} is neither proved nor refuted here; a person will look at it.", evidence
        case Verdict.UNREADABLE:
            return f"What may show this cannot be read, in {where}{_fault(step)}. {milestone.advice}", evidence
        case _:
            return f"{_failure(derivation, step)} {milestone.advice}", evidence


def _with_needs(derivation: Derivation, step: Step) -> dict[str, Any] | None:
    """The evidence of a step; for an identity, with the axioms that it needs."""
    evidence = evidence_of(step.finding)
    if evidence is None or evidence["kind"] != "identity" or step.left is None or step.right is None:
        return evidence
    needed = needs(derivation.evaluator, step.left, step.right)
    return {**evidence, "needs": [axiom.value for axiom in needed]} if needed else evidence


def told_costs(derivation: Derivation, steps: Iterable[Step]) -> tuple[str, dict[str, Any]]:
    """Feedback and evidence for steps that fail without losing a milestone."""
    steps = tuple(steps)
    feedback = " ".join(_failure(derivation, step) for step in steps)
    found = [evidence_of(step.finding) for step in steps]
    return feedback, {"kind": "counterexample", "steps": [one for one in found if one is not None]}


def _where(derivation: Derivation, step: Step) -> str:
    return f"line {derivation.sides[step.second].line + 1}"


def _fault(step: Step) -> str:
    return f" ({step.fault})" if step.fault else ""


def _because(finding: Finding) -> str:
    if finding.certificate is None:
        return f"both sides agree in {finding.worlds} random models"
    names = {"jensen": "Jensen's inequality", "kl": "a KL divergence is never negative"}
    return "it holds by " + " and ".join(f"{names[kind]}" for kind in finding.certificate.kinds)


def _failure(derivation: Derivation, step: Step) -> str:
    """Why a step fails: the edit that makes it right, if one does, and the numbers by which it fails now."""
    sides = f"The step in {_where(derivation, step)} does not hold"
    mistake = _mistake(derivation, step)
    edit = f": {mistake.sentence}. It would be {mistake.relation} {show(mistake.right)}" if mistake else _fault(step)
    return f"{sides}{edit}.{_numbers(step)}"


def _mistake(derivation: Derivation, step: Step) -> Mistake | None:
    if step.left is None or step.right is None or step.definition is not None:
        return None
    return name_mistake(derivation.evaluator, step.relation, step.left, step.right)


def _numbers(step: Step) -> str:
    example = step.finding.counterexample
    if example is None:
        return ""
    relation = _RELATIONS[step.relation]
    return f" In a small example it says {example.left:.3g} {relation} {example.right:.3g}."
