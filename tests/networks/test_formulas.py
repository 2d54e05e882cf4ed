from math import erf

import numpy as np
import pytest

from tests.networks.declared import INPUTS, faults, operations, value

W, A, X, V, B, T = (np.array(INPUTS[name]) for name in "WAxvbt")
S = 2.0


def sigmoid(a: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-a))


def softmax(a: np.ndarray) -> np.ndarray:
    return np.exp(a) / np.exp(a).sum()


@pytest.mark.parametrize(
    ("formula", "right"),
    [
        ("W @ x + b", W @ X + B),
        ("W x + b", W @ X + B),
        (r"\mathbf{W} \cdot x + b", W @ X + B),
        (r"\sigma(W x)", sigmoid(W @ X)),
        (r"\text{softmax}(W x)", softmax(W @ X)),
        ("v^T v", V @ V),
        ("x v^T", np.outer(X, V)),
        ("v^T W x", V @ W @ X),
        ("T(W) v", W.T @ V),
        ("W.T @ v", W.T @ V),
        ("W^T v", W.T @ V),
        ("v W", V @ W),
        ("outer(v, x)", np.outer(V, X)),
        ("dot(v, t)", V @ T),
        ("v * t - b", V * T - B),
        (r"v \odot t", V * T),
        ("s W x * v", S * (W @ X) * V),
        ("v * W x", V * (W @ X)),
        ("x.sum()", X.sum()),
        ("W.mean(axis=0)", W.mean(axis=0)),
        ("np.sum(W, axis=1)", W.sum(axis=1)),
        ("sum1(W)", W.sum(axis=1)),
        ("mean1(W)", W.mean(axis=1, keepdims=True)),
        (
            "(W - mean1(W)) / sqrt(var1(W) + 0.1)",
            (W - W.mean(1, keepdims=True)) / np.sqrt(W.var(1, keepdims=True) + 0.1),
        ),
        (r"\sum_{i=1}^{3} x_i^2", (X**2).sum()),
        (r"\sum_i v_i b_i", V @ B),
        (r"\sum_{i=0}^{1} v_i x_i", V @ X[:2]),
        (r"\sum_i \sum_j W_{i,j} v_i x_j", V @ W @ X),
        ("W[1][2] + W[0, 1] + x_2", W[1, 2] + W[0, 1] + X[2]),
        (r"\frac{1}{2}\left(v - t\right)^2", (V - T) ** 2 / 2),
        (r"\|v - t\|^2", ((V - T) ** 2).sum()),
        (r"\mathbf{1}[x > 0]", (X > 0) * 1.0),
        ("max(0, x)", np.maximum(X, 0)),
        ("maximum(x, 0.2)", np.maximum(X, 0.2)),
        ("|x|", abs(X)),
        ("log10(s) + ln s + log_2 s", np.log10(2) + np.log(2) + 1),
        ("e^{-s} + pi", np.exp(-2) + np.pi),
        ("2^3 s / 4", 4.0),
        ("concat([v, x])", np.concatenate([V, X])),
        ("concat(v, x)", np.concatenate([V, X])),
        ("reshape(W, 3, 2)", W.reshape(3, 2)),
        ("flat(W)", W.ravel()),
        ("array([[v[0], s], [1, 2]])", np.array([[0.3, 2], [1, 2]])),
        (r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix} v", A @ V),
        ("sigmoid'(x)", sigmoid(X) * (1 - sigmoid(X))),
        ("max_pool(A, 2)", np.array([[4.0]])),
        ("log_softmax(v)", np.log(softmax(V))),
        ("cross_entropy(t, softmax(v))", -np.log(softmax(V)[0])),
        ("half_squared_error(v, t)", ((V - T) ** 2).sum() / 2),
        ("conv2d(A, A, pad=1, stride=2)", np.array([[4.0, 6.0], [6.0, 4.0]])),
        ("-b + v", V - B),
        ("-b - v", -V - B),
        ("1/(1 + exp(-x))", sigmoid(X)),
        ("exp(x)/sum(exp(x))", softmax(X)),
        ("exp(s)/(exp(s) + exp(eta))", 1 / (1 + np.exp(-1.5))),
        ("(1 - v)*b + v*t", (1 - V) * B + V * T),
        ("v*b + (1 - v)*t", V * B + (1 - V) * T),
        ("-sum(t*log(softmax(v)))", -np.log(softmax(V)[0])),
    ],
)
def test_a_formula_means_what_its_notation_says(formula: str, right: np.ndarray) -> None:
    if "conv2d" in formula:
        padded = np.pad(A, 1)
        right = np.array([[(padded[r : r + 2, c : c + 2] * A).sum() for c in (0, 2)] for r in (0, 2)])
    assert value(formula) == pytest.approx(right)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("W @ x + b", ["matmul", "add"]),
        ("1/(1 + exp(-x))", ["sigmoid"]),
        ("exp(x)/sum(exp(x))", ["softmax"]),
        ("exp(s)/(exp(s) + exp(eta))", ["stack", "softmax", "index"]),
        ("0.5*(s - eta)**2", ["half_squared_error"]),
        ("(s - eta)^2 / 2", ["half_squared_error"]),
        ("sum((v - t)**2)", ["squared_error"]),
        ("sum(0.5*(v - t)**2)", ["half_squared_error"]),
        ("mean((v - t)**2)", ["mean_squared_error"]),
        ("-sum(t*log(v))", ["cross_entropy"]),
        ("-sum(t*log(softmax(v)))", ["softmax_cross_entropy"]),
        ("(1 - v)*b + v*t", ["blend"]),
        ("max(0, x)", ["relu"]),
        ("v**2", ["square"]),
        ("1/s", ["reciprocal"]),
    ],
)
def test_written_out_forms_are_the_operations_that_bring_their_misreadings(formula: str, expected: list[str]) -> None:
    found = operations(formula)
    assert found == expected or set(expected) <= set(found)


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("W @ q", "'q' is not a name in this problem"),
        ("W @ X", "'X' is not a name in this problem; did you mean 'x'?"),
        ("x @ W", "the shapes do not fit for matmul: 'x' is a list of 3 numbers; 'W' is a grid of 2 x 3 numbers"),
        ("W v", "'W' is a grid of 2 x 3 numbers, 'v' is a list of 2 numbers; write `*` for a product entry by entry"),
        ("v b", "which product of the vectors 'v' and 'b' is meant?"),
        ("s @ v", "`@` is the product of matrices, and one of the two is a single number; write `*`"),
        ("v + x", "the shapes do not fit for add: 'v' is a list of 2 numbers; 'x' is a list of 3 numbers"),
        ("x[7]", "index 7 is out of bounds"),
        ("x[v]", "an entry is named by numbers that count from 0; got 'v'"),
        ("grad_x", "comes after the backward pass"),
        ("sigmod(x)", "'sigmod' is no function that is known here; did you mean 'sigmoid'?"),
        ("conv2d(A)", "'conv2d' takes 2 arguments; got 1"),
        ("softmax(x, stride=0)", "'softmax' has no argument 'stride'; known are axis"),
        ("sum(x, stride=1)", "'sum' has no argument 'stride'; known are axis, keep"),
        ("sum(x, axis=v)", "expected a number here; got 'v'"),
        (r"\prod_i x_i", "'prod' over an index is not computed here"),
        (r"\sum_{i=1}^{9} x_i", "the sum goes from 1 to 9, but there are 3 entries"),
        (r"\sum_k x", "what does 'k' count?"),
        ("1/0", "a division by zero"),
        (r"\int x dx", "has no meaning in a network's formula"),
        ("A^{-1} v", "the inverse of a matrix is not computed here"),
        ("10^{10^{10}}", "no real number that can be computed with"),
        (r"\sum_i v_i x_i", "what does 'i' count?"),
    ],
)
def test_a_formula_that_can_not_be_computed_says_why_and_where(formula: str, told: str) -> None:
    found = faults({"y": formula})
    assert len(found) == 1
    assert told in found[0]
    assert found[0].startswith("nodes.y: ")
    assert "^" in found[0]


NAMES = [
    "e", "E", "T", "i", "N", "pi", "x'", r"\hat{y}", "w_new", "out_h1", "d_w5", "var", "dY", "step", "I", "mean_x",
    "sum_exp", "log_p", "max_x", "T_1", "relu_1", "dE_dw", "KL", "lim",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_problem_may_call_a_quantity_what_it_likes(name: str) -> None:
    assert value(f"2*{name} + 1", inputs={name: 3.0}) == pytest.approx(7.0)
    assert value(f"2*{name} + 1", inputs={"net_t": 1.0, "n": 1.0, "t": 1.0, name: 3.0}) == pytest.approx(7.0)


def test_a_name_that_begins_like_a_function_leaves_the_function_alone() -> None:
    inputs = {"sum_exp": 5.0, "max_x": 7.0, "log_p": 2.0, "x": [1.0, 3.0]}
    assert value("sum(x) + sum_exp", inputs=inputs) == pytest.approx(9.0)
    assert value(r"\sum_i x_i + sum_exp", inputs=inputs) == pytest.approx(9.0)
    assert value("max(x, 2) + max_x", inputs=inputs) == pytest.approx([9.0, 10.0])
    assert value("log(x) + log_p", inputs=inputs) == pytest.approx(np.log([1, 3]) + 2)


def test_names_that_differ_in_case_are_two() -> None:
    assert value("x - X", inputs={"x": 3.0, "X": 1.0}) == pytest.approx(2.0)


def test_names_whose_letters_are_names_too_stay_whole() -> None:
    assert value(
        "net_h1 * out", inputs={"n": 9, "e": 9, "t": 9, "o": 9, "u": 9, "net_h1": 2, "out": 3}
    ) == pytest.approx(6.0)


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("+".join(["x"] * 2100), "more than 2000"),
        ("(" * 150 + "x" + ")" * 150, "deep"),
        ("outer(outer(x, x) @ x, x)" + "+ sum(x)" * 1200, "more than"),
    ],
)
def test_what_goes_past_a_bound_is_told(formula: str, told: str) -> None:
    assert told in faults({"y": formula})[0]


def test_a_quantity_of_too_many_numbers_is_told() -> None:
    assert "at most 100000" in faults({"y": "outer(u, u)"}, inputs={"u": [1.0] * 400})[0]


def test_a_function_that_is_a_row_of_the_table_needs_no_operation_of_its_own() -> None:
    x = np.array(INPUTS["x"])
    cdf = 0.5 * (1.0 + np.vectorize(erf)(x / np.sqrt(2.0)))
    np.testing.assert_allclose(value("gelu(x)"), x * cdf, rtol=1e-14)
    np.testing.assert_allclose(value("gelu'(x)"), cdf + x * np.exp(-(x**2) / 2.0) / np.sqrt(2.0 * np.pi), rtol=1e-14)
    np.testing.assert_allclose(value("elu(x, 0.5)"), np.where(x > 0, x, 0.5 * (np.exp(x) - 1.0)), rtol=1e-14)
    np.testing.assert_allclose(value(r"\log_2 3"), np.log2(3.0), rtol=1e-14)


@pytest.mark.parametrize("formula", [r"\exp_2(x)", r"\sigma_2(x)", r"\tanh_3 x", "sigmoid''(x)"])
def test_a_mark_on_a_function_that_is_not_understood_is_refused(formula: str) -> None:
    assert "is no function that is known here" in faults({"y": formula})[0]
