"""Our own derivations: every step as judged by hand, and none of its wrong neighbours accepted."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from grader.calculus.budget import ANSWER, Budget
from grader.derivation.chain import Link
from grader.derivation.densities import bound_of
from grader.derivation.dress import rows_of
from grader.derivation.evaluate import Evaluator
from grader.derivation.facts import Facts
from grader.derivation.general import derive
from grader.derivation.judging import Step
from grader.derivation.kernel import Finding, Standing, judge
from grader.derivation.mistakes import name_mistake
from grader.derivation.steps import Derivation, Setting, derivation_of
from grader.derivation.terms import Term
from grader.derivation.worlds import build_worlds
from tests.derivation.collection import COLLECTION, Case
from tests.derivation.neighbours import neighbours

OTHER_SEED = 99


@cache
def judged(case: Case) -> Derivation:
    return derivation_of(rows_of(case.text), Setting({}))


@pytest.mark.parametrize("case", COLLECTION, ids=lambda case: case.name)
def test_every_step_is_judged_as_by_hand(case: Case) -> None:
    found = derive({"id": case.name, "lines": case.lines})["steps"]
    assert "".join(step["verdict"][0] for step in found) == case.verdicts, found


@pytest.mark.parametrize("case", [case for case in COLLECTION if "u" not in case.verdicts], ids=lambda case: case.name)
def test_verdicts_are_the_same_in_other_worlds(case: Case) -> None:
    for seed in range(1, 21):
        found = derivation_of(rows_of(case.text), Setting({}, seed=seed))
        assert "".join(step.finding.standing.value[0] for step in found.steps) == case.verdicts


def is_wrong(evaluator: Evaluator, relation: str, left: Term, right: Term) -> bool:
    """Whether a step fails by its numbers alone, in worlds that the verdict has not seen."""
    one, other = np.broadcast_arrays(evaluator(left), evaluator(right))
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        return False
    difference = (one - other) / (1.0 + np.abs(one) + np.abs(other))
    worst = {"=": -np.abs(difference).max(), ">=": difference.min(), "<=": -difference.max()}
    return bool(worst[relation] < -1e-6)


def wrong_neighbours(case: Case) -> list[tuple[str, str, Term, Term]]:
    derivation = judged(case)
    evaluator = Evaluator(build_worlds(derivation.cast.model, OTHER_SEED), Budget(ANSWER))
    found: list[tuple[str, str, Term, Term]] = []
    for step in derivation.steps:
        if step.finding.standing is not Standing.VALID or step.left is None or step.right is None or step.definition:
            continue
        tried = list(neighbours(derivation.cast.model, step.right))
        edits = [(kind, step.relation, right) for kind, right in tried]
        edits += [("the relation flipped", other, step.right) for other in ("=", ">=", "<=") if other != step.relation]
        found += [
            (kind, relation, step.left, right)
            for kind, relation, right in edits
            if is_wrong(evaluator, relation, step.left, right)
        ]
    return found


@pytest.mark.parametrize("case", COLLECTION, ids=lambda case: case.name)
def test_no_wrong_neighbour_is_accepted(case: Case) -> None:
    derivation = judged(case)
    for kind, relation, left, right in wrong_neighbours(case):
        found = judge(derivation.evaluator, relation, left, right)
        assert found.standing is not Standing.VALID, (kind, relation, right)


def as_a_link(relation: str, left: Term, right: Term) -> Link:
    step = Step(0, 1, relation, left, right, Finding(Standing.INVALID))
    return Link(step, left, right, (left,))


def test_nearly_all_wrong_neighbours_get_a_name() -> None:
    tried, unnamed = 0, []
    for case in COLLECTION:
        facts = Facts(judged(case).evaluator)
        for kind, relation, left, right in wrong_neighbours(case):
            tried += 1
            if name_mistake(as_a_link(relation, left, right), facts) is None:
                unnamed.append((case.name, kind))
    assert tried > 300
    assert len(unnamed) <= 0.05 * tried, unnamed


def test_no_correction_leads_away_from_the_bound() -> None:
    for case in COLLECTION:
        facts = Facts(judged(case).evaluator)
        bound = bound_of(facts.model)
        for _, relation, left, right in wrong_neighbours(case):
            found = name_mistake(as_a_link(relation, left, right), facts)
            on_the_way = bound is not None and judge(facts.evaluator, ">=", left, bound).standing is Standing.VALID
            if found is not None and bound is not None and on_the_way:
                assert found.relation in {"=", ">="}
                assert judge(facts.evaluator, ">=", found.right, bound).standing is Standing.VALID
