"""Near misses, over 10,000 seeds each: none is taken for the same, and the right form never for different."""

from __future__ import annotations

import numpy as np
import pytest

from grader.calculus.budget import Budget
from grader.calculus.compiled import Compiler
from grader.calculus.samples import Draws
from grader.calculus.terms import Term
from grader.equality.sampling import Sampling
from grader.equality.verdicts import Question, Verdict
from grader.language import parse_expression
from grader.meaning.lowering import lower
from grader.meaning.scope import Scope

SEEDS = 10_000
PAIRS = [
    ("relu(x)", "x"),
    ("relu(x)", "max(x/100, x)"),
    ("relu(x)", "abs(x)"),
    ("s*(1-s)", "s*(1-s) + 1e-4"),
    ("5000 + x", "5001 + x"),
]


def term(text: str) -> Term:
    return lower(parse_expression(text), Scope())


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_in_every_one_of_10_000_seeds_a_sample_point_tells_near_misses_apart(a: str, b: str) -> None:
    key = "s" if "s" in a.replace("abs", "") and "x" not in a else "x"
    compiler = Compiler(complex_values=False, budget=Budget(100))
    left, right = compiler.compile(term(a)), compiler.compile(term(b))
    for first in range(0, SEEDS, 500):
        batches = [next(Draws((key,), frozenset(), "real", f"{first + seed}").batches())[key] for seed in range(500)]
        points = {key: np.stack(batches)}
        apart = np.abs(left(points) - right(points)) > 1e-11 * (np.abs(left(points)) + np.abs(right(points)))
        assert apart.any(axis=1).all()


@pytest.mark.parametrize("seed", range(200))
def test_the_whole_engine_agrees_over_seeds(seed: int) -> None:
    for a, b in PAIRS:
        decision = Sampling(Question(term(a), term(b), seed=f"{seed}"), complex_values=False).decision()
        assert decision is not None
        assert decision.verdict is Verdict.DIFFERENT
    for a, b in [("relu(x)", "max(0, x)"), ("s*(1-s)", "s - s^2"), ("sqrt(x^2)", "abs(x)")]:
        decision = Sampling(Question(term(a), term(b), seed=f"{seed}"), complex_values=False).decision()
        assert decision is not None
        assert decision.verdict is Verdict.SAME


@pytest.mark.parametrize("shift", [1, 17, 1234, 5000, -77, 1_000_000])
def test_a_kink_is_found_wherever_it_is(shift: int) -> None:
    for a, b in [(f"relu(x - {shift})", "0"), (f"relu(x - {shift})", f"x - {shift}"), (f"max(x, {shift})", f"{shift}")]:
        decision = Sampling(Question(term(a), term(b)), complex_values=False).decision()
        assert decision is not None
        assert decision.verdict is Verdict.DIFFERENT
