"""`gradebound equal`: pairs that are the same, that differ, and that are not understood."""

from __future__ import annotations

from typing import Any

import pytest

from grader.equality.general import equal

SAME = [
    ("2x", "x + x"),
    ("x(x + 1)", "x^2 + x"),
    ("xy", "x*y"),
    (r"\kappa(s - t)", r"\kappa s - \kappa t"),
    ("Kt + a", "a + K t"),
    ("f(x + 1)", "f(1 + x)"),
    ("w^{(2)} + u", "u + w^{(2)}"),
    ("x^2 y^2", "(xy)^2"),
    (r"\alpha(1 - \alpha)", r"\alpha - \alpha^2"),
    ("(x + y)^3", "x^3 + 3*x^2*y + 3*x*y^2 + y^3"),
    ("1/(a - b) - 1/(a + b)", "2*b/(a^2 - b^2)"),
    ("sqrt(12)", "2*sqrt(3)"),
    ("sqrt(8 + 4*x)", "2*sqrt(x + 2)"),
    ("4^(-1/2)", "1/2"),
    ("5.1e-2", "51*10^-3"),
    ("e^(x + y)", "exp(x)*exp(y)"),
    ("4^n", "2^(2*n)"),
    ("sin(x)^2 + cos(x)^2", "1"),
    ("tan(x)", "sin(x)/cos(x)"),
    ("sin(2x)", "2*sin(x)*cos(x)"),
    (r"\sin^{-1} x", "arcsin(x)"),
    ("cosech(x)", "1/sinh(x)"),
    ("cosh(x)^2 - sinh(x)^2", "1"),
    ("asinh(x)", "ln(x + sqrt(x^2 + 1))"),
    ("log(a*b)", "log(a) + log(b)"),
    ("log(x^2)", "2*log(x)"),
    ("lg(x, 2)", "log2(x)"),
    ("lg(1000)", "3"),
    (r"\log_2 8", "3"),
    ("n!/(n - 1)!", "n"),
    ("binomial(n, k)", "n!/(k!*(n - k)!)"),
    (r"\binom{n}{k} + \binom{n}{k+1}", r"\binom{n+1}{k+1}"),
    ("gamma(n)", "(n - 1)!"),
    (r"\sum_{k=1}^n k", "n*(n + 1)/2"),
    ("sum(x[k], k, 1, 3)", "x[1] + x[2] + x[3]"),
    ("product(k, k, 1, n)", "n!"),
    ("diff(x^3, x)", "3*x^2"),
    (r"\frac{d}{dx} \sin(x^2)", r"2 x \cos(x^2)"),
    (r"\frac{\partial^2}{\partial x \partial y} x^2 y^2", "4*x*y"),
    ("f'(x)", "diff(f(x), x)"),
    ("diff(f(x)*g(x), x)", "f'(x)*g(x) + f(x)*g'(x)"),
    ("taylor(exp(x), x, 0, 2)", "1 + x + x^2/2"),
    ("sigmoid'(x)", "sigmoid(x)*(1 - sigmoid(x))"),
    ("relu(x)", "max(0, x)"),
    ("relu(x)", r"\begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}"),
    ("relu(x)", r"x \mathbf{1}[x > 0]"),
    ("abs(x)", "max(x, -x)"),
    ("|x|", "sqrt(x^2)"),
    ("|x - 1| |x + 1|", "|x^2 - 1|"),
    ("sqrt(-1)", "i"),
    ("e^(i*pi)", "-1"),
    ("abs(3 + 4*i)", "5"),
    ("50%", "0.5"),
    ("%pi", r"\pi"),
    ("[1, 2] + [3, 4]", "[4, 6]"),
    ("[[1, 2], [3, 4]]*[1, 2]", "[5, 11]"),
    (r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}^{-1}", "matrix([-2, 1], [3/2, -1/2])"),
    ("det([[a, b], [c, d]])", "a*d - b*c"),
    ("cross([1,2,3], [4,5,6])", "[-3, 6, -3]"),
    ("{1, 2}", "{2, 1, 1}"),
    ("2*x = 2", "1 = x"),
    ("a < b", "2*b > 2*a"),
    ("y = x^2", "y = x*x"),
    ("(19601 - 13860*sqrt(2))^(7/4)", "(5*sqrt(2) - 7)^7"),
    ("(x - a)^6000", "(a - x)^6000"),
]

DIFFERENT = [
    ("x", "X"),
    ("x_1", "x1"),
    ("x[1]", "x_1"),
    ("x", "x'"),
    ("relu(x)", "x"),
    ("relu(x)", "max(x/100, x)"),
    ("relu(x)", "abs(x)"),
    ("relu(x - 5000)", "0"),
    ("max(x, 100)", "100"),
    ("x", "sqrt(x^2)"),
    ("s*(1-s)", "s*(1-s) + 1e-4"),
    ("5000 + x", "5001 + x"),
    ("0.333333333333333", "1/3"),
    ("x/3", "0.333333333333333*x"),
    ("sqrt(19)", "4.35889894354067"),
    ("tanh(20)", "1"),
    ("tanh(200)", "1"),
    ("1 + exp(-300)", "1"),
    ("cos(10^-40)", "1"),
    ("sin(x) + 10^-100", "sin(x)"),
    ("sin(x)*(1 + 10^-100)", "sin(x)"),
    ("x + 10^-300*y", "x"),
    ("erf(8)", "1"),
    ("(a^b)^c", "a^(b*c)"),
    ("sin(pi*n)", "0"),
    ("floor(x)", "x"),
    ("n!", "gamma(n)"),
    ("diff(y(x), x)", "0"),
    ("dy/dx", "0"),
    (r"\frac{\partial J}{\partial \alpha}", r"\frac{\partial J}{\partial \beta}"),
    (r"(\lambda(s - t))^2", r"\lambda(s - t)^2"),
    ("(c(x + 1))^2", "c(x + 1)^2"),
    ("w^{(2)}", "w^2"),
    ("h^{[1]} + h^{[2]}", "h + h^2"),
    ("[1, 2, 3]", "[[1, 2, 3]]"),
    ("0", "[0, 0]"),
    ("{1, 2}", "{1, 2, 3}"),
    ("[1, 2]", "[2, 1]"),
    ("y = x^2", "y = x^3"),
    ("y = x", "x"),
    ("x^T", "x"),
    ("e^x", "E^x"),
]

UNREADABLE = [
    ("x +", "x"),
    ("x", ""),
    ("1/2x", "x/2"),
    ("integrate(x, x)", "x^2/2"),
    ("infinity", "infinity + 1"),
    ("true", "1"),
    ("p(x|z)", "p(x|z) + 0"),
    (r"\int x dx", "x^2/2"),
    ("x (by definition)", "x"),
    ("sin(x, y)", "sin(x)"),
    (r"\argmin_x x^2", "0"),
    ("x < y < z", "x < y"),
    ("matrix([1,2],[3,4])*matrix([1,2],[3,4])", "matrix([7,10],[15,22])"),
    ("[1, 2] + [1, 2, 3]", "[2, 4, 3]"),
]


def verdict(a: str, b: str, **more: Any) -> str:
    answer = equal({"id": 7, "a": a, "b": b, **more})
    assert answer["id"] == 7
    return str(answer["verdict"])


@pytest.mark.parametrize(("a", "b"), SAME)
def test_these_are_the_same(a: str, b: str) -> None:
    assert verdict(a, b) == "same"
    assert verdict(b, a) == "same"


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_these_differ(a: str, b: str) -> None:
    assert verdict(a, b) == "different"
    assert verdict(b, a) == "different"


@pytest.mark.parametrize(("a", "b"), UNREADABLE)
def test_these_are_not_understood(a: str, b: str) -> None:
    assert verdict(a, b) == "unreadable"


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("1/(x - x)", "1", "undefined"),
        ("9^9^9^9", "1", "undefined"),
        ("x^2 = 1", "x = 1", "no_multiple"),
        ("a(b + c)", "a(b) + a(c)", "readings"),
        ("5(uv - w)v", "5uv^2 - 5wv", "readings"),
        ("tsin(t)", "t*sin(t)", "readings"),
        ("sum(x[k], k, 1, n)", "x[1] + sum(x[k], k, 2, n)", "sequence"),
    ],
)
def test_what_cannot_be_decided_is_not_decided(a: str, b: str, expected: str) -> None:
    answer = equal({"a": a, "b": b})
    assert (answer["verdict"], answer["evidence"]) == ("undecided", expected)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("(A*B)^T", "B^T*A^T", "same"),
        ("A*B", "B*A", "different"),
        ("u v^T", "v u^T", "different"),
        ("u^T v", "v^T u", "same"),
        ("(A*B)^-1", "B^-1*A^-1", "same"),
        ("(A*B)^-1", "A^-1*B^-1", "different"),
        ("tr(A*B)", "tr(B*A)", "same"),
        ("tr(A*B*C)", "tr(C*B*A)", "different"),
        ("det(A*B)", "det(A)*det(B)", "same"),
        ("(A + B)^2", "A^2 + A*B + B*A + B^2", "same"),
        ("(A + B)^2", "A^2 + 2*A*B + B^2", "different"),
        ("A*I", "A", "same"),
        ("A + 1", "A", "unreadable"),
    ],
)
def test_capitals_may_be_matrices(a: str, b: str, expected: str) -> None:
    assert verdict(a, b, capitals="matrices") == expected


def test_shapes_may_be_declared() -> None:
    shapes = {"A": {"shape": ["n", "m"]}, "x": {"shape": ["m"]}, "y": {"shape": ["n"]}}
    assert verdict("y^T*A*x", "x^T*A^T*y", variables=shapes) == "same"
    assert verdict("A*x", "A*y", variables=shapes) == "unreadable"
    assert verdict("A*x", "2*A*x", variables=shapes) == "different"


def test_constants_have_their_values_and_names_of_any_make() -> None:
    constants = {"c": 3e8, "T_{ijk}^{123}''": 5.2, "f_0'": 2.0}
    assert verdict("c/10^8", "3", constants=constants) == "same"
    assert verdict("T_{ijk}^{123}'' + f_0'", "7.2", constants=constants) == "same"
    assert verdict("e", "2.718281828459045", constants={"E": 1.0}, rtol=1e-9) == "same"
    assert verdict("xy", "x*y", variables={"xy": {}}) == "different"
    assert verdict("2 x y", "xy + xy", variables={"xy": {}}) == "different"


@pytest.mark.parametrize(
    ("a", "b", "more", "expected"),
    [
        ("10.1", "10", {"rtol": 0.01}, "same"),
        ("10.11", "10", {"rtol": 0.01}, "different"),
        ("9.9", "10", {"atol": 0.1}, "same"),
        ("9.89", "10", {"atol": 0.1}, "different"),
        ("9.999999", "10", {}, "different"),
        ("x*1.0001", "x", {"rtol": 0.001}, "same"),
        ("x + 1", "x", {"rtol": 0.001}, "different"),
    ],
)
def test_a_tolerance_is_kept_to_the_digit(a: str, b: str, more: dict[str, float], expected: str) -> None:
    assert verdict(a, b, **more) == expected


@pytest.mark.parametrize(
    ("a", "b", "domain", "expected"),
    [
        ("sqrt(x^2)", "x", "positive", "same"),
        ("sqrt(x^2)", "x", "complex", "different"),
        ("abs(x)^2", "x^2", "real", "same"),
        ("abs(x)^2", "x^2", "complex", "different"),
        ("(x*y)^(1/2)", "x^(1/2)*y^(1/2)", "complex", "different"),
        ("n + 2*I", "n + 2*j", "complex", "same"),
        ("conj(x)*x", "abs(x)^2", "complex", "same"),
    ],
)
def test_the_domain_matters_and_is_said(a: str, b: str, domain: str, expected: str) -> None:
    answer = equal({"a": a, "b": b, "domain": domain})
    assert (answer["verdict"], answer["domain"]) == (expected, domain)


def test_a_counterexample_is_shown_rounded() -> None:
    answer = equal({"a": "x^2", "b": "x^3"})
    assert answer["evidence"] == "counterexample"
    assert set(answer["at"]) == {"x"}
    x = float(answer["at"]["x"])
    assert [float(value) for value in answer["values"]] == pytest.approx([x**2, x**3], rel=1e-3)


def test_by_how_little_two_sides_differ_is_told() -> None:
    assert equal({"a": "tanh(200)", "b": "1"})["note"].startswith("they differ by -3.83")


def test_the_same_question_has_the_same_answer() -> None:
    question = {"a": "sin(x)/y", "b": "sin(x)*y"}
    assert equal(question) == equal(question)


@pytest.mark.parametrize("asked", [{}, {"id": 3}, {"id": 3, "a": 1, "b": 2}, {"a": "x"}])
def test_a_request_that_asks_nothing_is_unreadable(asked: dict[str, object]) -> None:
    answer = equal(asked)
    assert answer["verdict"] == "unreadable"
    assert answer["id"] in {None, 3}


@pytest.mark.parametrize(
    "more",
    [
        {"domain": "quaternions"},
        {"rtol": -1},
        {"rtol": "a"},
        {"atol": True},
        {"constants": [1]},
        {"constants": {"c": "1"}},
        {"constants": {"c": float("nan")}},
        {"variables": 3},
        {"variables": {"A": {"shape": 3}}},
        {"variables": {"A": {"shape": [1, 2, 3]}}},
        {"constants": {f"c{k}": 1 for k in range(101)}},
    ],
)
def test_a_request_that_is_not_understood_is_unreadable(more: dict[str, Any]) -> None:
    assert verdict("x", "x", **more) == "unreadable"


def test_one_request_in_one_answer_out() -> None:
    assert equal({"id": "q", "a": "x+x", "b": "2x"}) == {
        "id": "q",
        "domain": "real",
        "verdict": "same",
        "evidence": "proved",
    }
