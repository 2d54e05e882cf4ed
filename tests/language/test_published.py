# ruff: noqa: E501 (formulas stand as they are printed)
"""Homework 6's published solution and the formulas of its sample submissions, as printed."""

from __future__ import annotations

import pytest

from grader.language import LanguageError, Role, Symbol, Upper, parse_expression, parse_statement, table_of, to_latex
from grader.language import syntax as s

PUBLISHED = [
    r"z = (0.4, 0.8)^T",
    r"h_0 = \text{ReLU}(w_0^T z + b_0)",
    r"h_1 = \text{reshape}(h_0) = [h_1^1, h_1^2]",
    r"h_1^1 = \begin{bmatrix} 0.38 & 0.96 \\ 1.40 & 1.06 \end{bmatrix}",
    r"h_2 = \text{ReLU}(\text{Deconv}(h_1, w_1, b_1))",
    r"p(y=0) = \sigma(w_2^T H_2 + b_2) = 0.999994394742746",
    r"L = \log p(y=0)",
    r"\nabla H_2 = \frac{p(y=0)[1-p(y=0)]w_2}{p(y=0)}",
    r"\nabla h_2 = \text{reshape}(\nabla H_2)",
    r"\nabla w_1 = \frac{\partial h_2}{\partial w_1} \nabla h_2",
    r"\nabla w_1[i][j][k] = \sum_{r=1}^4 \sum_{c=1}^4 h_1[r+i-1][c+j-1][k] \nabla h_2[r][c]",
    r"\nabla w_1 = [\nabla w_1^1, \nabla w_1^2]",
    r"\nabla h_1[r+i-1][c+j-1][l] = \sum w_1[i][j][l] \nabla h_2[r][c]",
    r"\nabla w_0 = \nabla h_0 z_1^T",
    r"h = \text{ReLU}(w_1^T x + b_1)",
    r"x' = \sigma(w_2^T h + b_2)",
    r"w_1, w_2 = \arg \min_{w_1, w_2} \sum_{i=1}^N (x_i - x'_i)^2",
    r"\nabla x'_j = \frac{\partial \sum_{i=1}^N (x_i - x'_i)^2}{\partial x'_j} = 2(x'_j - x_j)",
    r"\nabla h_j = \frac{\partial x'_j}{\partial h_j} \nabla x'_j = 2(x'_j - x_j) x'_j (1 - x'_j) w_2",
    r"\nabla w_2 = \sum_{i=1}^N \frac{\partial x'_i}{\partial h_i} \nabla x'_i = \sum_{i=1}^N 2(x'_i - x_i) x'_i (1 - x'_i) h_i",
    r"\nabla w_1 = 2 \sum_{i=1}^N \frac{\partial h_i}{\partial w_1} (x'_i - x_i) x'_i (1 - x'_i) w_2",
    r"\frac{\partial h_i}{\partial w_1} = \begin{cases} x_i & \text{if } w_1^T x_i + b_1 > 0 \\ 0 & \text{else} \end{cases}",
    r"\log p(x|\phi) = \log \mathbb{E}_{p(z|\phi)} \{p(x|z, \phi)\} \quad (1)",
    r"= \log \mathbb{E}_{p(z|\phi)} \left\{ \frac{q(z|x, \theta)}{q(z|x, \theta)} p(x|z, \phi) \right\} \quad (2)",
    r"= \log \mathbb{E}_{q(z|x, \theta)} \left\{ \frac{p(z|\phi)}{q(z|x, \theta)} p(x|z, \phi) \right\} \quad (3)",
    r"\geq \mathbb{E}_{q(z|x, \theta)} \left\{ \log \left( \frac{p(z|\phi)}{q(z|x, \theta)} p(x|z, \phi) \right) \right\} \quad (4)",
    r"= \mathbb{E}_{q(z|x, \theta)} \left\{ \log \left( \frac{p(z|\phi)}{q(z|x, \theta)} \right) \right\} + \mathbb{E}_{q(z|x, \theta)} \{ \log (p(x|z, \phi)) \} \quad (5)",
    r"= \mathbb{E}_{q(z|x, \theta)} \{ \log p(x|z, \phi) \} - KL(q(z|x, \theta) \| p(z|\phi)) \quad (6)",
    r"= \mathbb{E}_{q(z|x, \theta)} \{ \log p(x|z, \phi) \} - KL(q(z|x, \theta) \| p(z)) \quad (7)",
]

TABLE = table_of(
    {
        Symbol("z"): ["z_1"],
        Symbol("w_0"): [],
        Symbol("b_0"): [],
        Symbol("h_0"): [],
        Symbol("h_1", upper=Upper.INDEX): [],
        Symbol("w_1", upper=Upper.INDEX): [],
        Symbol("h_2"): [],
        Symbol("H_2"): [],
        Symbol("w_2"): [],
        Symbol("b_2"): [],
        Symbol("x"): [],
        Symbol("x'"): [r"\hat{x}"],
        Symbol("N", scalar=True): [],
        Symbol("p(y=0)", scalar=True): ["p"],
        Symbol("sigma", role=Role.FUNCTION): ["sigmoid"],
    },
    indices="ijklrc",
)


@pytest.mark.parametrize("text", PUBLISHED)
def test_the_published_solution_is_read_as_printed(text: str) -> None:
    chain = parse_statement(text)
    assert chain.steps
    assert parse_statement(to_latex(chain)) == chain


@pytest.mark.parametrize("text", ["w_0", "w0", "w_{0}", "W_0", "W0", r"\mathbf{w}_0", "w₀"])
def test_every_spelling_of_a_name_is_the_tables(text: str) -> None:
    assert parse_expression(text, TABLE) == s.Name("w_0")


def test_h_2_and_its_reshape_stay_apart() -> None:
    assert parse_expression("h_2", TABLE) != parse_expression("H_2", TABLE)


def test_a_superscript_is_a_channel_where_the_table_says_so() -> None:
    assert parse_expression("h_1^1", TABLE) == s.Index(s.Name("h_1"), (s.Number("1"),), "^")
    assert parse_expression("x_i^2", TABLE) == s.Power(s.Index(s.Name("x"), (s.Name("i"),), "_"), s.Number("2"))
    assert parse_expression(r"\nabla w_1^2", TABLE) == s.Index(s.Gradient(s.Name("w_1")), (s.Number("2"),), "^")


def test_a_prime_belongs_to_the_name() -> None:
    assert parse_expression("x'_{ij}", TABLE) == s.Index(s.Name("x'"), (s.Name("i"), s.Name("j")), "_")
    assert parse_expression(r"\hat{x}_i", TABLE) == parse_expression("x'_i", TABLE)


def test_entries_of_a_gradient_are_taken_of_the_gradient() -> None:
    assert parse_expression(r"\nabla x'_j", TABLE) == s.Index(s.Gradient(s.Name("x'")), (s.Name("j"),), "_")


@pytest.mark.parametrize("text", ["p(y=0)[1-p(y=0)]w_2", "p(1-p)w_2", "p (1 - p) w_2", r"p(y = 0) (1 - p(y=0)) w_2"])
def test_a_probability_is_a_name_and_a_bracket_after_it_a_factor(text: str) -> None:
    probability = s.Name("p(y=0)")
    complement = s.Sum((s.Number("1"), s.Negative(probability)))
    assert parse_expression(text, TABLE) == s.Product((probability, complement, s.Name("w_2")), ("", ""))


@pytest.mark.parametrize("text", [r"\sigma(x)", r"\sigma x", "sigmoid(x)", "sigmoid x"])
def test_a_function_of_the_table_is_applied_with_and_without_brackets(text: str) -> None:
    assert parse_expression(text, TABLE) == s.Apply(s.Name("sigma"), (s.Name("x"),))


def test_names_run_together_are_parted() -> None:
    assert parse_expression("w_2H_2", TABLE) == parse_expression("w_2 H_2", TABLE)


def test_what_a_sum_runs_over_is_known_inside_it() -> None:
    assert isinstance(parse_expression(r"\sum_{n=1}^N x_n", TABLE), s.Series)


@pytest.mark.parametrize(("text", "guess"), [("w_3 z", "w_2"), ("h_3", "h_2"), ("b_1", "b_2")])
def test_an_unknown_name_is_refused_with_a_guess(text: str, guess: str) -> None:
    with pytest.raises(LanguageError, match="is not a name in this problem; did you mean") as caught:
        parse_expression(text, TABLE)
    assert caught.value.code == "unknown_name"
    assert caught.value.span.start == 0
    assert guess[0] in caught.value.message


def test_a_table_refuses_one_spelling_for_two_symbols() -> None:
    with pytest.raises(ValueError, match="spells both"):
        table_of({Symbol("a"): ["c"], Symbol("b"): ["c"]})
