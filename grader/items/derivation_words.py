"""What students are told about their derivations: which line shows a milestone, or why a step fails, in numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from grader.derivation.axioms import needs
from grader.derivation.evidence import evidence_of
from grader.derivation.facts import Facts
from grader.derivation.judging import Step
from grader.derivation.kernel import Finding
from grader.derivation.mistakes import name_mistake
from grader.derivation.show import show
from grader.derivation.showing import Seen
from grader.derivation.steps import Derivation
from grader.items.secrets import Secret, Words
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
    verdict: Verdict, derivation: Derivation, seen: Seen, milestone: Milestone
) -> tuple[Words, dict[str, Any] | None]:
    """Feedback and evidence for a milestone and the step that decides it."""
    step = seen.link.step
    where = _where(derivation, step)
    evidence = _with_needs(derivation, step)
    match verdict:
        case Verdict.CORRECT:
            but_for = f" (but for a mistake there: {seen.but_for.sentence})" if seen.but_for else ""
            return (f"Shown in {where}{but_for}: {_because(step.finding)}.",), evidence
        case Verdict.UNDECIDED:
            return (f"The step in {where} is neither proved nor refuted here; a person will look at it.",), evidence
        case Verdict.UNREADABLE:
            return (f"What may show this cannot be read, in {where}{_fault(step)}.", *advice(milestone)), evidence
        case _:
            return (*_failure(derivation, seen), *advice(milestone)), evidence


def advice(milestone: Milestone) -> Words:
    """What is missing; and which lines to write, which is a plan of the derivation."""
    return (f" {milestone.missing}" if milestone.missing else "", Secret(f" {milestone.advice}"))


def _with_needs(derivation: Derivation, step: Step) -> dict[str, Any] | None:
    """The evidence of a step; for an identity, with the axioms that it needs."""
    evidence = evidence_of(step.finding)
    if evidence is None or evidence["kind"] != "identity" or step.left is None or step.right is None:
        return evidence
    needed = needs(derivation.evaluator, step.left, step.right)
    return {**evidence, "needs": [axiom.value for axiom in needed]} if needed else evidence


def told_costs(derivation: Derivation, found: Iterable[Seen]) -> tuple[Words, dict[str, Any]]:
    """Feedback and evidence for steps that fail without losing a milestone."""
    found = tuple(found)
    told = [(*([" "] if place else []), *_failure(derivation, seen)) for place, seen in enumerate(found)]
    evidence = [evidence_of(seen.link.step.finding) for seen in found]
    steps = [one for one in evidence if one is not None]
    return tuple(part for words in told for part in words), {"kind": "counterexample", "steps": steps}


def _where(derivation: Derivation, step: Step) -> str:
    return f"line {derivation.sides[step.second].line + 1}"


def _fault(step: Step) -> str:
    return f" ({step.fault})" if step.fault else ""


def _because(finding: Finding) -> str:
    if finding.certificate is None:
        return f"both sides agree in {finding.worlds} random models"
    names = {"jensen": "Jensen's inequality", "kl": "a KL divergence is never negative"}
    return "it holds by " + " and ".join(f"{names[kind]}" for kind in finding.certificate.kinds)


def _failure(derivation: Derivation, seen: Seen) -> Words:
    """Why a step fails: which edit makes it right, if one does, its right line (a secret), and the numbers now."""
    step = seen.link.step
    first = f"The step in {_where(derivation, step)} does not hold"
    mistake = name_mistake(seen.link, Facts(derivation.evaluator))
    if mistake is None:
        return (f"{first}{_fault(step)}.{_numbers(step)}",)
    told = (
        f"{mistake.relation} {show(mistake.right)}" if mistake.left == step.left else f"{show(mistake.left)} before it"
    )
    line = Secret(f" It would be {told}.")
    return f"{first}: {mistake.sentence}.", line, _numbers(step)


def _numbers(step: Step) -> str:
    example = step.finding.counterexample
    if example is None:
        return ""
    relation = _RELATIONS[step.relation]
    return f" In a small example it says {example.left:.3g} {relation} {example.right:.3g}."
