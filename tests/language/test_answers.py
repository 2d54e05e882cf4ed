"""Whole answers: what the formula is, what it rests on, what is only said beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.language import LanguageError, Symbol, Upper, parse_answer, parse_expression, table_of, to_latex
from grader.language import syntax as s

TABLE = table_of(
    {
        Symbol("z"): [],
        Symbol("w_0"): [],
        Symbol("b_0"): [],
        Symbol("h_0"): [],
        Symbol("h_1", upper=Upper.INDEX): [],
        Symbol("w_1", upper=Upper.INDEX): [],
        Symbol("b_1"): [],
        Symbol("h_2"): [],
        Symbol("h"): [],
        Symbol("H_2"): [],
        Symbol("w_2"): [],
        Symbol("b_2"): [],
        Symbol("x"): [],
        Symbol("x'"): [r"\hat{x}"],
        Symbol("p(y=0)", scalar=True): ["p"],
    },
    indices="ijklrc",
)

# The text, its main formula, the names that it defines.
ANSWERS = [
    ("h_0 = relu(w_0^T z + b_0)", "relu(w_0^T z + b_0)", []),
    (r"p(y=0) = \sigma(s), where s = w_2^T H_2 + b_2", r"\sigma(s)", ["s"]),
    (r"p(y=0) = \sigma(s), \quad s = w_2^T H_2 + b_2", r"\sigma(s)", ["s"]),
    (r"p(y=0) = \sigma(s) \text{ where } s = w_2^T H_2 + b_2", r"\sigma(s)", ["s"]),
    (r"p(y=0) = \sigma(s) \text{ with } s := w_2^T H_2 + b_2", r"\sigma(s)", ["s"]),
    ("p = sigma(s)\nwhere s = w_2^T H_2 + b_2", "sigma(s)", ["s"]),
    ("p = sigma(s)\ns = w_2^T H_2 + b_2", "sigma(s)", ["s"]),
    ("s = w_2^T H_2 + b_2\np = sigma(s)", "sigma(s)", ["s"]),
    ("s = w_2^T H_2 + b_2; p = sigma(s)", "sigma(s)", ["s"]),
    ("let a = w_0^T z + b_0, h_0 = relu(a)", "relu(a)", ["a"]),
    (r"a_2 = \text{Deconv}(h_1, w_1) + b_1, \quad h_2 = \text{ReLU}(a_2)", r"\text{ReLU}(a_2)", ["a_2"]),
    (r"\nabla h_j = w_2 \delta_j, \text{where } \delta_j = 2(x'_j - x_j)", r"w_2 \delta_j", [r"\delta_j"]),
    (
        r"\nabla h_j = w_2 \delta_j e, where \delta_j = x_j and e = x'_j",
        r"w_2 \delta_j e",
        [r"\delta_j", "e"],
    ),
    (r"\boxed{p(y=0)=\sigma(w_2^TH_2+b_2)}", r"\sigma(w_2^TH_2+b_2)", []),
    ("h_0 = relu(w_0^T z\n + b_0)", "relu(w_0^T z + b_0)", []),
    ("h_0 = relu(w_0^T z +\n b_0)", "relu(w_0^T z + b_0)", []),
    ("h_0 = relu(w_0^T z + b_0) (since relu is monotone)", "relu(w_0^T z + b_0)", []),
    ("h_0 = relu(w_0^T z + b_0)  # the first layer", "relu(w_0^T z + b_0)", []),
    ("relu(w_0^T z + b_0)", "relu(w_0^T z + b_0)", []),
    (r"h_0 = \text{ReLU}(w_0^T z + b_0) \quad \blacksquare", "ReLU(w_0^T z + b_0)", []),
    (r"\frac{\partial \mathcal{L}}{\partial x'_j} = 2(x'_j-x_j)", "2(x'_j-x_j)", []),
    ("dW = z b_0", "z b_0", []),
    ("out = relu(w_0^T z)", "relu(w_0^T z)", []),
    ("My answer: h_0 = relu(w_0^T z)", "relu(w_0^T z)", []),
    (r"w_1, w_2 = x", "x", []),
    (r"h_0 \leftarrow w_0^T z", "w_0^T z", []),
    ("h_0 <- w_0^T z", "w_0^T z", []),
]


def _plain(node: s.Node | None) -> str:
    """LaTeX without braces, in which a name of the table and one that keeps its scripts look alike."""
    return to_latex(node).replace("{", "").replace("}", "") if node is not None else ""


@pytest.mark.parametrize(("text", "formula", "own"), ANSWERS, ids=[text for text, _, _ in ANSWERS])
def test_an_answer_is_its_formula_and_what_it_rests_on(text: str, formula: str, own: list[str]) -> None:
    answer = parse_answer(text, TABLE)
    open_table = replace(TABLE, closed=False)
    assert _plain(answer.main.members[-1]) == _plain(parse_expression(formula, open_table, latex="\\" in text))
    assert [_plain(chain.left) for chain in answer.definitions] == [
        _plain(parse_expression(name, open_table)) for name in own
    ]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("dW = z b_0", "'dW' has a name that this problem does not have"),
        (r"\frac{\partial J}{\partial x} = x", "has a name that this problem does not have"),
        ("my own * = x", "could not be read; it was left out of account"),
        ("h_0 = x # as in class", "as in class"),
        ("h_0 = x (since it is so)", "(since it is so)"),
        (r"h_0 = x \text{ for every sample}", "for every sample"),
        ("h_0 = x, because nothing else is left", "because nothing else is left"),
    ],
)
def test_what_is_said_beside_an_answer_is_noted(text: str, note: str) -> None:
    assert any(note in one for one in parse_answer(text, TABLE).notes)


def test_values_and_remarks_at_a_chains_end_stay_members() -> None:
    chain = parse_answer(r"p = \sigma(w_2^T H_2 + b_2) \approx 0.99999", TABLE).main
    assert [step.relation for step in chain.steps] == ["=", "approx"]
    assert [step.relation for step in parse_answer(r"h_0 = relu(x) \ge 0", TABLE).main.steps] == ["=", ">="]


def test_further_statements_about_known_names_stand_beside_the_first() -> None:
    answer = parse_answer(r"h_1^1 = [x, x], \quad h_1^2 = [x', x']", TABLE)
    assert (len(answer.others), answer.definitions) == (1, ())


@pytest.mark.parametrize("text", ["h_0 = relu(v z)", "h_0 = ", "h_0 = relu(w_0", "where s = x, h_0 = v s", ""])
def test_what_counts_in_an_answer_has_to_be_readable(text: str) -> None:
    with pytest.raises(LanguageError):
        parse_answer(text, TABLE)


def test_a_name_that_an_answer_only_uses_is_not_defined_by_its_own_left_side() -> None:
    with pytest.raises(LanguageError, match="is not a name in this problem"):
        parse_answer("v = v x", TABLE)
