"""A factor is told as what is missing or too much, in the student's own sizes or as the number of something."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.items.formulas import grade_formulas
from grader.report import Verdict
from grader.slips.factors import Factor, factor
from tests.gallery.homeworks import homework
from tests.homework6 import hw6

SAMPLES = "the number of samples"
AVERAGED = "the sum over the samples is replaced by their mean"
PLAIN = r"(x'_i - x_i) x'_i (1 - x'_i) h_i"


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (Fraction(1, 2), "a factor 2 is missing"),
        (Fraction(2), "a factor 2 is too much"),
        (Fraction(-1), "the sign is turned"),
        (Fraction(-1, 3), "a factor 3 is missing, and the sign is turned"),
        (Fraction(2, 3), "a factor 3/2 is missing"),
    ],
)
def test_a_factor_below_one_is_missing_and_one_above_is_too_much(number: Fraction, told: str) -> None:
    assert str(Factor(number)) == told


def test_a_factor_that_differs_between_sizes_is_a_size() -> None:
    sizes, own = {"sample": 4, "row_of_x": 5}, {"sample": 3, "row_of_x": 2}
    assert str(factor(Fraction(1, 4), Fraction(1, 3), sizes, own)) == f"a factor of {SAMPLES} is missing"
    assert str(factor(Fraction(8), Fraction(6), sizes, own)) == f"a factor of 2 times {SAMPLES} is too much"
    assert str(factor(Fraction(5), Fraction(2), sizes, own)) == "a factor of the number of row of xs is too much"
    assert str(factor(Fraction(1, 4), Fraction(1, 4), sizes, own)) == "a factor 4 is missing"
    assert str(factor(Fraction(1, 4), Fraction(1, 6), sizes, own)) == "a factor 6 is missing"
    assert str(factor(Fraction(4), None, sizes, own)) == "a factor 4 is too much"


@pytest.mark.parametrize(
    ("item", "formula", "told"),
    [
        ("p2.x.formula", "x'_j - x_j", "a factor 2 is missing"),
        ("p2.x.formula", "-6(x'_j - x_j)", "a factor 3 is too much, and the sign is turned"),
        ("p2.x.formula", r"\frac{2}{N}(x'_j - x_j)", f"a factor of {SAMPLES} is missing"),
        ("p2.x.formula", r"\frac{1}{N}(x'_j - x_j)", f"a factor of 2 times {SAMPLES} is missing"),
        ("p2.x.formula", "2 N (x'_j - x_j)", f"a factor of {SAMPLES} is too much"),
        ("p2.w2.formula", rf"\sum_{{i=1}}^N {PLAIN}", "a factor 2 is missing"),
        ("p2.w2.formula", rf"\frac{{1}}{{2}} \sum_{{i=1}}^N {PLAIN}", "a factor 4 is missing"),
        ("p2.w2.formula", rf"\frac{{2}}{{N}} \sum_{{i=1}}^N {PLAIN}", AVERAGED),
        ("p2.w2.formula", rf"\frac{{1}}{{N}} \sum_{{i=1}}^N {PLAIN}", f"a factor of 2 times {SAMPLES} is missing"),
    ],
)
def test_a_formula_is_told_its_factor(item: str, formula: str, told: str) -> None:
    found = grade_formulas({item: formula}, hw6())[item]
    assert found.verdict is Verdict.MINOR_MISTAKE
    assert f"A minor mistake: {told}." in found.feedback


def test_a_declared_problem_tells_the_factor_of_its_own_sizes() -> None:
    for formula, told in (
        (r"\sum_j (m_j^2 + \exp(s_j) - s_j - 1)", "a factor 2 is too much"),
        (r"\frac12 mean(m^2 + exp(s) - s - 1)", "a factor 2 is missing"),
    ):
        assert f": {told}." in grade_formulas({"formula.K": formula}, homework("vae"))["formula.K"].feedback


@pytest.mark.parametrize("constant", ["1", "3/7", "-2", "16"])
def test_a_constant_is_not_right_but_for_a_factor(constant: str) -> None:
    found = grade_formulas({"formula.K": constant}, homework("vae"))["formula.K"]
    assert found.verdict is Verdict.INCORRECT


@pytest.mark.parametrize(
    ("item", "formula"),
    [
        ("p2.w1.formula", r"\nabla w_2"),
        ("p2.w2.formula", r"\nabla w_1"),
        ("p2.w1.formula", r"\frac{\partial L}{\partial w_2}"),
        ("p2.w1.formula", r"2 \nabla w_2"),
    ],
)
def test_another_gradients_name_is_not_right_but_for_a_name(item: str, formula: str) -> None:
    assert grade_formulas({item: formula}, hw6())[item].points == 0
