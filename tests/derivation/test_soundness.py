"""Nothing false is accepted: planted inequalities, random pairs of known truth, densities that are not normalised."""

from __future__ import annotations

import numpy as np
import pytest

from grader.calculus.budget import Budget
from grader.derivation.certificates import certify
from grader.derivation.evaluate import Evaluator
from grader.derivation.kernel import Standing, judge
from grader.derivation.terms import (
    Average,
    Constant,
    Density,
    Entropy,
    Log,
    Ratio,
    Relative,
    Term,
    negative,
    times,
    total,
)
from grader.derivation.worlds import Family, Model, build_worlds

MODEL = Model(("z",), ("x",), (Family("p", ("x", "z")), Family("q", ("z",), ("x",))))
EVALUATOR = Evaluator(build_worlds(MODEL), Budget(10**9))

Q = Density("q", ("z",), ("x",))
PRIOR = Density("p", ("z",))
JOINT = Density("p", ("x", "z"))
LIKELIHOOD = Density("p", ("x",), ("z",))
POSTERIOR = Density("p", ("z",), ("x",))
EVIDENCE = Log(Density("p", ("x",)))
KL_PRIOR = Relative(Q, PRIOR, ("z",))
KL_POSTERIOR = Relative(Q, POSTERIOR, ("z",))


def mean(body: Term, measure: Term = Q) -> Term:
    return Average(body, ("z",), measure)


RECONSTRUCTION = mean(Log(LIKELIHOOD))
BOUND = total(RECONSTRUCTION, negative(KL_PRIOR))


def scaled(factor: float, term: Term) -> Term:
    return times(Constant(factor), term)


FALSE = {
    "the entropy dropped": (BOUND, mean(Log(JOINT))),
    "the entropy dropped from above": (EVIDENCE, mean(Log(JOINT))),
    "a KL weighed by 0.9": (EVIDENCE, total(RECONSTRUCTION, scaled(-0.9, KL_PRIOR))),
    "a KL weighed by 0.99": (EVIDENCE, total(RECONSTRUCTION, scaled(-0.99, KL_PRIOR))),
    "a KL weighed by 0.999": (EVIDENCE, total(RECONSTRUCTION, scaled(-0.999, KL_PRIOR))),
    "the reconstruction doubled": (EVIDENCE, total(scaled(2.0, RECONSTRUCTION), negative(KL_PRIOR))),
    "the reconstruction alone": (EVIDENCE, RECONSTRUCTION),
    "Jensen under twice q": (
        Log(Average(times(Constant(2.0), Q, Ratio(JOINT, Q)), ("z",))),
        Average(times(Constant(2.0), Q, Log(Ratio(JOINT, Q))), ("z",)),
    ),
    "Jensen under the joint": (
        Log(Average(times(JOINT, Ratio(Q, JOINT)), ("z",))),
        Average(times(JOINT, Log(Ratio(Q, JOINT))), ("z",)),
    ),
    "the wrong way": (mean(Log(Ratio(JOINT, Q))), EVIDENCE),
    "an entropy is not positive": (Entropy(Q, Q, ("z",)), Constant(0.0)),
    "a log density is not negative": (Constant(0.0), EVIDENCE),
    "a divergence from what is no density": (Relative(Q, JOINT, ("z",)), Constant(0.0)),
    "a divergence of what is no density": (Relative(scaled(0.5, Q), PRIOR, ("z",)), Constant(0.0)),
    "KL the other way round": (total(BOUND, KL_POSTERIOR), total(BOUND, Relative(POSTERIOR, Q, ("z",)))),
}

TRUE = {
    "Jensen": (Log(mean(Ratio(JOINT, Q))), mean(Log(Ratio(JOINT, Q)))),
    "a dropped KL": (total(BOUND, KL_POSTERIOR), BOUND),
    "the bound": (EVIDENCE, BOUND),
    "a KL weighed by 1.5": (EVIDENCE, total(RECONSTRUCTION, scaled(-1.5, KL_PRIOR))),
    "Jensen under the prior": (EVIDENCE, mean(Log(LIKELIHOOD), PRIOR)),
    "a KL is not negative": (KL_PRIOR, Constant(0.0)),
    "a cross-entropy is at least the entropy": (Entropy(Q, PRIOR, ("z",)), Entropy(Q, Q, ("z",))),
}


@pytest.mark.parametrize("name", FALSE)
def test_a_planted_false_inequality_is_refuted(name: str) -> None:
    upper, lower = FALSE[name]
    found = judge(EVALUATOR, ">=", upper, lower)
    assert found.standing is Standing.INVALID
    assert certify(EVALUATOR, upper, lower) is None
    assert found.counterexample is not None
    assert found.counterexample.left < found.counterexample.right


@pytest.mark.parametrize("name", TRUE)
def test_a_true_inequality_has_a_certificate(name: str) -> None:
    found = judge(EVALUATOR, ">=", *TRUE[name])
    assert found.standing is Standing.VALID
    assert found.strict


def test_two_thousand_random_pairs_of_known_truth() -> None:
    """Upper minus lower is a random combination of divergences: a bound if and only if no weight is negative.

    Divergences of q are independent enough for that: q at the posterior leaves the other alone, and the reverse.
    """
    rng = np.random.default_rng(5)
    for _ in range(2000):
        one, other = rng.choice([-0.5, -0.01, 0.0, 0.01, 1.0, 2.0], 2)
        lower = total(EVIDENCE, scaled(-one, KL_POSTERIOR), scaled(-other, KL_PRIOR))
        found = judge(EVALUATOR, ">=", EVIDENCE, lower, searching=False)
        holds = one >= 0 and other >= 0
        assert (found.standing is Standing.VALID) == holds, (one, other)


def test_a_step_that_is_true_for_no_known_reason_stays_open() -> None:
    """log t <= t - 1 is no theorem that certificates rest on."""
    found = judge(EVALUATOR, ">=", EVIDENCE, total(mean(Log(JOINT)), negative(mean(Q))))
    assert found.standing is Standing.UNDECIDED
