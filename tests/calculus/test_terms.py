"""Terms: exact folding, substitution, and what trees are lowered to."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.calculus import terms as t
from grader.calculus.terms import Call, Const, Pow, Total, Unknown, Var
from grader.language import parse_expression
from grader.meaning.lowering import lower
from grader.meaning.scope import NoMeaningError, Scope

X, Y = Var("x"), Var("y")


def term(text: str, scope: Scope | None = None) -> t.Term:
    return lower(parse_expression(text), scope or Scope())


def test_numbers_fold_exactly() -> None:
    assert term("0.1 + 0.2") == Const(Fraction(3, 10))
    assert term("2^-3") == Const(Fraction(1, 8))
    assert term("3/4*4/3") == t.ONE
    assert term("1/0") == Pow(t.ZERO, t.MINUS_ONE)
    assert isinstance(term("2^5000"), Pow)


def test_sums_and_products_flatten() -> None:
    assert term("x + (y + 1) - 1") == t.add(X, Y)
    assert term("2*(3*x)") == t.mul(t.const(6), X)
    assert term("0*x") == t.ZERO
    assert term("x^1") == X
    assert term("x^0") == t.ONE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sqrt(x)", "x^(1/2)"),
        ("a/b", "a*b^-1"),
        ("arcsin(x)", "asin(x)"),
        ("e^x", "exp(x)"),
        ("x - y", "x + -y"),
        ("sec(x)", "1/cos(x)"),
        ("log_2(x)", "lg(x, 2)"),
        ("|x|", "abs(x)"),
        (r"\frac{d}{dx} x^2", "2 x"),
    ],
)
def test_notation_is_gone(one: str, other: str) -> None:
    assert term(one) == term(other)


def test_names_are_constants_given_bound_or_variables() -> None:
    assert term("pi") == t.PI
    assert term("%i") == t.I
    assert term("i", Scope(declared=frozenset({"i"}))) == Var("i")
    assert term("c", Scope(given={"c": t.TWO})) == t.TWO
    assert term("sum(i, i, 1, n)") == Total("sum", "i", t.ONE, Var("n"), Var("i"))
    assert term("f(x)") == Unknown("f", (X,), (0,))
    assert term("f''(x)") == Unknown("f", (X,), (2,))
    assert term("x[2]") == Var("x[2]")
    assert term("sum(x_k, k, 1, n)") == Total("sum", "k", t.ONE, Var("n"), Unknown("x_{", (Var("k"),), (0,)))


def test_substitution_stops_at_a_sum_over_the_same_index() -> None:
    total = Total("sum", "k", t.ONE, Var("k"), Var("k"))
    assert t.substitute(total, "k", t.TWO) == Total("sum", "k", t.ONE, t.TWO, Var("k"))
    assert t.variables(total) == {"k"}
    assert t.variables(Total("sum", "k", t.ONE, t.TWO, Var("k"))) == frozenset()


def test_a_condition_is_1_or_0() -> None:
    assert term(r"x \mathbf{1}[x > 0]") == t.mul(X, Call(">", (X, t.ZERO)))
    both = t.mul(Call("<", (t.ZERO, X)), Call("<", (X, t.ONE)))
    assert term(r"\mathbf{1}[0 < x < 1]") == both


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("infinity", "'infinity' is no number"),
        ("p(x|z)", "a conditional density has no value here"),
        (r"\int x dx", "integral is not evaluated as a number"),
        ("integrate(x, x)", "'integrate' is not evaluated here"),
        (r"\sum x", "'sum' over no stated range has no value here"),
        (r"\sum_i x", "a sum whose range is not stated"),
        ("diff(x, 2*y)", "a derivative by what is no variable"),
        ("diff(gamma(x), x)", "no derivative of gamma is known here"),
        (r"a \otimes b", "an outer product of numbers"),
        ("sin()", "'sin' takes 1 argument, got 0"),
        ("max'(x, y)", "a prime on a function of several arguments"),
        ("taylor(x, x, 0, 99)", "taylor takes a variable, and an order up to 12"),
        ("1e5000", "a number too large to write out"),
        ("g()", "a function of nothing"),
        (r"\mathbf{1}[x \sim y]", "a relation that has no truth value here"),
        ("diff(" * 15 + "sin(x*cos(x))" + ", x)" * 15, "a derivative too large to write out"),
    ],
)
def test_what_has_no_meaning_is_said(text: str, message: str) -> None:
    with pytest.raises(NoMeaningError, match=f"^{message.replace('(', '.').replace(')', '.')}"):
        term(text)
