"""Every known function: reals, complex numbers and high precision agree, and the slope is the slope."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from grader.calculus import terms as t
from grader.calculus.budget import Budget
from grader.calculus.compiled import Compiler
from grader.calculus.derive import NoDerivativeError, derivative
from grader.calculus.functions import FUNCTIONS, WORDS, Function, spelled
from grader.calculus.precise import Precise, UndefinedError
from grader.calculus.terms import Call, Choice, Pow, Term, Total, Unknown, Var
from reference.ops import TABLE

X, Y, N = Var("x"), Var("y"), Var("n")
POINTS = [0.3125, -0.4375, 1.75, -2.5, 3.0, 12.25]

UNARY = sorted(name for name, known in FUNCTIONS.items() if known.least == 1)
SMOOTH = [name for name in UNARY if FUNCTIONS[name].slope or FUNCTIONS[name].defined]
BINARY = sorted(name for name, known in FUNCTIONS.items() if known.least <= 2 <= known.most)


def values(term: Term, points: dict[str, list[float]], *, complex_values: bool = False) -> np.ndarray:
    compiler = Compiler(complex_values=complex_values, budget=Budget(10_000))
    columns = {key: np.array(column) for key, column in points.items()}
    with np.errstate(all="ignore"):
        return np.broadcast_to(compiler.compile(term)(columns), (len(next(iter(points.values()))),))


def precise(term: Term, *, complex_values: bool = False, **point: float) -> complex | None:
    try:
        with mp.workdps(30):
            return complex(Precise(point, complex_values=complex_values, budget=Budget(10_000)).value(term))
    except UndefinedError:
        return None


def agree(found: complex, exact: complex | None) -> bool:
    if exact is None:
        return True
    return bool(abs(found - exact) <= 1e-9 * (1 + abs(exact)))


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("kind", ["real", "complex"])
def test_doubles_agree_with_high_precision(name: str, kind: str) -> None:
    complex_values = kind == "complex"
    for x, found in zip(
        POINTS, values(FUNCTIONS[name].of(X), {"x": POINTS}, complex_values=complex_values), strict=True
    ):
        exact = precise(FUNCTIONS[name].of(X), complex_values=complex_values, x=x)
        # On a branch cut NumPy takes the value from above and mpmath that from below.
        assert agree(found, exact) or agree(np.conj(found), exact), (x, found, exact)
        assert exact is not None or not np.isfinite(found) or abs(x) > 10


@pytest.mark.parametrize("name", UNARY)
def test_complex_arguments_agree_with_high_precision(name: str) -> None:
    points = [complex(a, b) for a in POINTS[:4] for b in (-1.25, 0.5)]
    compiler = Compiler(complex_values=True, budget=Budget(100))
    with np.errstate(all="ignore"):
        found = compiler.compile(FUNCTIONS[name].of(X))({"x": np.array(points)})
    for z, value in zip(points, np.broadcast_to(found, (len(points),)), strict=True):
        try:
            with mp.workdps(30):
                exact = complex(Precise({"x": z}, complex_values=True, budget=Budget(100)).value(FUNCTIONS[name].of(X)))
        except UndefinedError:
            continue
        assert agree(value, exact), (z, value, exact)


@pytest.mark.parametrize("name", BINARY)
def test_functions_of_two_agree_with_high_precision(name: str) -> None:
    pairs = [(7.0, 3.0), (12.0, 8.0), (5.0, 0.0), (2.5, -1.25), (3.0, 3.0)]
    columns = {"x": [x for x, _ in pairs], "y": [y for _, y in pairs]}
    for (x, y), found in zip(pairs, values(FUNCTIONS[name].of(X, Y), columns), strict=True):
        assert agree(found, precise(FUNCTIONS[name].of(X, Y), x=x, y=y)), (x, y, found)


@pytest.mark.parametrize(
    "name", [name for name in UNARY if FUNCTIONS[name].slope is not None or FUNCTIONS[name].defined]
)
def test_a_slope_is_the_limit_of_difference_quotients(name: str) -> None:
    slope = derivative(FUNCTIONS[name].of(X), "x")
    for x in (0.3125, -0.4375, 1.75, 2.625):
        here = precise(slope, x=x)
        with mp.workdps(30):
            beside = [precise(FUNCTIONS[name].of(X), x=x + step) for step in (1e-7, -1e-7)]
        if here is not None and None not in beside:
            assert (beside[0] - beside[1]) / 2e-7 == pytest.approx(here, rel=1e-5, abs=1e-6)  # type: ignore[operator]


@pytest.mark.parametrize("name", UNARY)
def test_odd_functions_are_odd_and_even_ones_even(name: str) -> None:
    odd = FUNCTIONS[name].odd
    for x in (0.3125, 0.75):
        there, back = precise(FUNCTIONS[name].of(X), x=x), precise(FUNCTIONS[name].of(X), x=-x)
        if odd is not None and there is not None and back is not None:
            assert back == pytest.approx(-there if odd else there)


@pytest.mark.parametrize(
    ("term", "at", "slope"),
    [
        (Pow(X, X), 1.5, 1.5**1.5 * (np.log(1.5) + 1)),
        (Pow(t.const(2), X), 3.0, 8 * np.log(2)),
        (t.divide(t.ONE, X), 2.0, -0.25),
        (Call("max", (X, t.const(2), t.negative(X))), 3.0, 1.0),
        (Call("min", (X, t.const(2))), 3.0, 0.0),
        (Total("sum", "k", t.ONE, t.const(4), Pow(X, Var("k"))), 2.0, 1 + 4 + 12 + 32),
        (Total("prod", "k", t.ONE, t.const(3), t.add(X, Var("k"))), 1.0, 4 * 3 + 2 * 4 + 2 * 3),
        (Choice(((Call(">", (X, t.ZERO)), Pow(X, t.TWO)), (t.ONE, t.ZERO))), 3.0, 6.0),
    ],
)
def test_the_rules_of_calculus(term: Term, at: float, slope: float) -> None:
    assert precise(derivative(term, "x"), x=at) == pytest.approx(slope)


def test_an_unknown_function_and_its_derivative_belong_together() -> None:
    function = Unknown("f", (X, Y), (0, 0))
    slope = derivative(function, "y")
    assert slope == Unknown("f", (X, Y), (0, 1))
    near, far = (precise(function, x=0.5, y=0.25 + step) for step in (1e-6, -1e-6))
    assert near is not None
    assert far is not None
    assert (near - far) / 2e-6 == pytest.approx(precise(slope, x=0.5, y=0.25), rel=1e-6)
    assert values(slope, {"x": [0.5], "y": [0.25]})[0] == pytest.approx(precise(slope, x=0.5, y=0.25).real)  # type: ignore[union-attr]


@pytest.mark.parametrize("term", [Call("gamma", (X,)), Total("sum", "k", t.ONE, X, Var("k")), Call("im", (X,))])
def test_what_has_no_rule_has_no_derivative(term: Term) -> None:
    with pytest.raises(NoDerivativeError):
        derivative(term, "x")


def test_sums_and_products_run_over_each_points_own_range() -> None:
    squares = Total("sum", "k", t.ONE, N, Pow(Var("k"), t.TWO))
    assert values(squares, {"n": [0, 1, 4, 2.5]})[:3].tolist() == [0, 1, 30]
    assert np.isnan(values(squares, {"n": [2.5]})[0])
    assert values(Total("prod", "k", t.ONE, N, Var("k")), {"n": [0, 5]}).tolist() == [1, 120]


def test_what_is_lost_below_the_digits_is_noted() -> None:
    with mp.workdps(50):
        quiet, loud = (Precise({}, complex_values=False, budget=Budget(100)) for _ in range(2))
        quiet.value(t.add(t.ONE, Call("exp", (t.const(-20),))))
        loud.value(t.add(t.ONE, Call("exp", (t.const(-200),))))
    assert quiet.lost == 0
    assert loud.lost > 500


def test_no_two_rows_claim_one_spelling_and_each_word_is_spelled() -> None:
    spellings = [word for row in FUNCTIONS.values() for word in (*row.bare, *row.called)]
    assert len(spellings) == len(set(spellings))
    assert {spelled(word) for word in WORDS} <= set(FUNCTIONS.values())


@pytest.mark.parametrize("word", ["Log", "EXP", "Sin", "ArcTan", "ReLU", "Sigmoid", "GELU", "Abs"])
def test_capitals_spell_the_same_function(word: str) -> None:
    assert spelled(word) is spelled(word.lower())


def test_a_single_letter_in_capitals_is_no_constant() -> None:
    assert spelled("E") is None
    assert spelled("I") is None


@pytest.mark.parametrize(
    "row", [row for row in FUNCTIONS.values() if row.operation and row.least == 1], ids=lambda row: row.name
)
def test_an_operation_of_the_reference_is_the_function_that_its_row_says(row: Function) -> None:
    x = np.array([[0.3125, 1.75, 2.5]])
    found = TABLE[row.operation].forward(x, x) if row.name in {"max", "min"} else TABLE[row.operation].forward(x)
    assert found == pytest.approx(values(row.of(X), {"x": x[0].tolist()})[None])


@pytest.mark.parametrize("name", ["max", "min", "elu", "leaky_relu", "mod"])
def test_functions_of_reals_are_evaluated_at_complex_points_that_are_real(name: str) -> None:
    row = FUNCTIONS[name]
    term = row.of(X, t.TWO) if row.most > 1 else row.of(X)
    assert values(term, {"x": POINTS}, complex_values=True) == pytest.approx(values(term, {"x": POINTS}))
