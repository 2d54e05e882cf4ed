"""Worlds without an axiom show which steps need it, whatever the seed."""

from __future__ import annotations

import pytest

from grader.derivation.axioms import needs
from grader.derivation.dress import rows_of
from grader.derivation.steps import Setting, derivation_of
from grader.derivation.worlds import Axiom

STEPS = {
    r"\log p(x|\phi) = \log \int p(x,z|\phi) dz": (Axiom.MARGINAL,),
    r"KL(q(z) \| p(z|\phi)) = KL(q(z) \| p(z))": (Axiom.INDEPENDENCE,),
    r"\log p(x|\phi) = \int q(z) \log p(x|\phi) dz": (Axiom.NORMALISATION,),
    r"E_q[\log p(x,z|\phi)] = E_q[\log p(x|z,\phi) + \log p(z|\phi)]": (),
    r"E_q[\log \frac{p(x,z|\phi)}{q(z)}] = -E_q[\log \frac{q(z)}{p(x,z|\phi)}]": (),
}


@pytest.mark.parametrize("line", STEPS)
def test_a_step_needs_its_axiom_in_all_of_a_hundred_seeds(line: str) -> None:
    for seed in range(100):
        derivation = derivation_of(rows_of(line), Setting({}, seed=seed))
        step = derivation.steps[0]
        assert step.left is not None
        assert step.right is not None
        assert needs(derivation.evaluator, step.left, step.right) == STEPS[line]


def test_where_the_prior_depends_on_the_parameters_it_is_not_the_same_without_them() -> None:
    line = r"KL(q(z) \| p(z|\phi)) = KL(q(z) \| p(z))"
    (step,) = derivation_of([line], Setting({}, independent=False)).steps
    assert step.finding.standing.value == "invalid"
