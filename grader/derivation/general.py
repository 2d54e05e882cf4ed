"""`derive`: anyone's derivation in, a verdict for every step out."""

from __future__ import annotations

from typing import Any

from grader.calculus.budget import OverBudgetError
from grader.derivation.dress import rows_of
from grader.derivation.evidence import evidence_of
from grader.derivation.judging import Step
from grader.derivation.lines import OTHER_RELATION
from grader.derivation.steps import Derivation, Setting, derivation_of

MOST_LINES = 500
MOST_CHARACTERS = 50_000
_THEOREMS = {"jensen": "jensen", "kl": "kl_nonneg"}
_RELATION = {OTHER_RELATION: "="}


def derive(request: dict[str, Any]) -> dict[str, Any]:
    """Judge the steps of `{"id", "lines", "densities"?}`: one in the answer for each relation, in reading order."""
    lines = request.get("lines")
    if (
        not isinstance(lines, list)
        or not all(isinstance(line, str) for line in lines)
        or (sum(map(len, lines)) > MOST_CHARACTERS)
    ):
        return {"id": request.get("id"), "steps": [], "verdict": "unreadable"}
    hints = request.get("densities")
    hints = {k: v for k, v in hints.items() if isinstance(v, str)} if isinstance(hints, dict) else {}
    try:
        found = derivation_of(rows_of("\n".join(lines))[:MOST_LINES], Setting(hints))
    except OverBudgetError:
        return {"id": request.get("id"), "steps": [], "verdict": "undecided"}
    return {"id": request.get("id"), "steps": [_told(found, step) for step in found.steps]}


def _told(derivation: Derivation, step: Step) -> dict[str, Any]:
    return {
        "verdict": step.finding.standing.value,
        "relation": _RELATION.get(step.relation, step.relation),
        "left": derivation.sides[step.first].text,
        "right": derivation.sides[step.second].text,
        "uses": _uses(step),
        "evidence": evidence_of(step.finding),
        "note": step.fault,
    }


def _uses(step: Step) -> list[str]:
    """What a step rests on, where that is sure: a definition, or the theorems of its certificate."""
    if step.definition is not None:
        return ["definition"]
    certificate = step.finding.certificate
    return [_THEOREMS[kind] for kind in certificate.kinds] if certificate is not None else []
