"""Keys of declared networks with planted errors: what is found, and what follows from what."""

import json
from collections.abc import Mapping
from typing import Any

from grader.audit import audit
from grader.drafts import draft
from grader.report import Figure
from grader.rubric import parse_rubric
from grader.submission import read_submission


def audited(example: Mapping[str, Any]) -> dict[str, Figure]:
    drafted = draft(json.dumps(example))
    assignment = parse_rubric(drafted.rubric)
    key = read_submission(drafted.key, assignment.answer_ids, syntax="yaml", bare=True)
    return {figure.key: figure for figure in audit(key, assignment).figures}


def verdicts(example: Mapping[str, Any]) -> dict[str, str]:
    return {key: figure.verdict.value for key, figure in audited(example).items()}


def steps(**formulas: str) -> list[dict[str, str]]:
    return [{"name": name, "formula": formula} for name, formula in formulas.items()]


# The delta rule on one sigmoid unit; every figure to four decimals, exact but where a test says otherwise.
UNIT = {
    "inputs": {"x": [0.5, -1.5], "w": [0.8, 0.3], "b": 0.2, "t": 1, "eta": 0.5},
    "graph": steps(a="sum(w*x) + b", y="sigmoid(a)", L="0.5*(t - y)**2"),
    "loss_node": "L",
    "backward": steps(delta="(y - t)*y*(1 - y)"),
    "derived": {"w_new": "w - eta*delta*x", "b_new": "b - eta*delta", "y_new": "sigmoid(sum(w_new*x) + b_new)"},
    "published": {
        "a": "0.1500",
        "y": "0.5374",
        "L": "0.1070",
        "delta": "-0.1150",
        "w_new": ["0.8287", "0.2138"],
        "b_new": "0.2575",
        "y_new": "0.5869",
    },
}


def published(**changes: Any) -> dict[str, Any]:
    return {**UNIT, "published": {**UNIT["published"], **changes}}


def test_a_right_key_is_right_but_for_what_is_carried_or_cut_off() -> None:
    assert set(verdicts(UNIT).values()) == {"right"}


def test_an_error_is_wrong_once_and_what_follows_from_it_says_so() -> None:
    found = audited(published(y="0.5734", L="0.0910", delta="-0.1044"))
    assert found["y"].verdict.value == "wrong"
    assert found["y"].note == "a, as printed, gives 0.5374 here"
    assert (found["L"].verdict.value, found["L"].from_) == ("follows", ("y",))
    assert (found["delta"].verdict.value, found["delta"].from_) == ("follows", ("y",))


def test_a_chain_of_ones_own_is_a_gradient_without_being_declared_one() -> None:
    drafted = draft(
        json.dumps({**UNIT, "published": {"delta": "-0.1150", "d_b": "-0.1150", "d_w": ["-0.0575", "0.1725"]}})
    )
    assignment = parse_rubric(drafted.rubric)
    wrong = read_submission('{"delta": -0.2000, "d_w": [-0.1000, 0.3000]}', assignment.answer_ids, bare=True)
    found = {figure.key: figure for figure in audit(wrong, assignment).figures}
    assert found["d_w[0]"].from_ == ("delta",)
    assert found["d_w[0]"].verdict.value == "follows"


def test_a_second_forward_pass_follows_from_the_printed_weights() -> None:
    found = audited(published(b_new="0.3575", y_new="0.6109"))
    assert found["b_new"].verdict.value == "wrong"
    assert (found["y_new"].verdict.value, found["y_new"].from_) == ("follows", ("b_new",))


def test_only_the_wrong_entries_that_decide_a_figure_are_named() -> None:
    example = {
        "inputs": {"x": [1, 2, 3]},
        "graph": steps(u="x*x", v="2*u"),
        "published": {"u": ["1", "5", "8"], "v": ["2", "10", "16"]},
    }
    found = audited(example)
    assert found["v[0]"].verdict.value == "right"
    assert (found["v[1]"].from_, found["v[2]"].from_) == (("u[1]",), ("u[2]",))


def test_a_figure_is_carried_where_the_rounded_figures_before_it_give_it() -> None:
    example = {
        "inputs": {"x": 1.0, "k": 30.0},
        "graph": steps(u="sigmoid(x)", v="k*u"),
        "published": {"u": "0.73", "v": "21.90"},
    }
    assert verdicts(example) == {"u": "right", "v": "carried"}


def test_a_figure_cut_off_is_told_from_one_that_is_off_by_a_unit() -> None:
    example = {"inputs": {"x": [0.5968, 0.02]}, "graph": steps(u="1*x"), "published": {"u": ["0.596", "0.01"]}}
    assert verdicts(example) == {"u[0]": "truncated", "u[1]": "wrong"}


def test_a_whole_number_among_decimals_has_lost_its_zeros() -> None:
    example = {
        "inputs": {"x": [0.24, 0.5647]},
        "graph": steps(u="1*x"),
        "published": {"u": ["0.24", "1"]},
    }
    assert verdicts(example) == {"u[0]": "right", "u[1]": "wrong"}


def test_figures_to_few_digits_and_to_all_of_a_double_are_right() -> None:
    example = {
        "inputs": {"x": [1234.0, 0.1], "y": 1.1, "z": 16.0},
        "graph": steps(u="x*3", d="y - 1.1", s="sigmoid(z)", c="s*(1 - s)"),
        "published": {
            "u": ["3702", "0.30000000000000004"],
            "d": "0",
            "s": "0.9999998874648379",
            "c": "1.1253514941370607e-07",
        },
    }
    assert set(verdicts(example).values()) == {"right"}


RECURRENT = {
    "inputs": {"x": [1.0, 0.5, -0.5], "w": 0.7, "u": 0.9, "t": 0.2},
    "graph": steps(h1="tanh(w*x[0])", h2="tanh(w*x[1] + u*h1)", h3="tanh(w*x[2] + u*h2)", L="0.5*(h3 - t)**2"),
    "loss_node": "L",
}


def test_a_misreading_is_told_where_it_first_shows_and_again_where_it_goes_on() -> None:
    # The derivative of tanh is left out on the way back: d_h2 = u d_h3, d_h1 = u d_h2.
    example = {**RECURRENT, "published": {"d_h3": "0.0840", "d_h2": "0.0756", "d_h1": "0.0680"}}
    found = audited(example)
    assert found["d_h3"].verdict.value == "right"
    assert found["d_h2"].verdict.value == "wrong"
    assert "h3" in found["d_h2"].note
    assert (found["d_h1"].verdict.value, found["d_h1"].from_) == ("follows", ("d_h2",))


def test_the_contribution_of_one_use_of_a_shared_weight_alone_is_named() -> None:
    for printed, named in (("0.05479", True), ("0.0548", False)):  # three digits are one of 297 things by chance
        published = {"h1": "0.6044", "h2": "0.7127", "h3": "0.2836", "d_u": printed}
        found = audited({**RECURRENT, "published": published})
        assert found["d_u"].verdict.value == "wrong"
        assert ("by way of h" in found["d_u"].note) is named


# A state that is wrong by 0.5 %, and what is computed from it.
STATE = {
    "inputs": {"x": 1.5296, "v": 1.2, "t": 1.0},
    "graph": steps(h="tanh(x)", s="1 - h**2", y="v*h", e="y - t", L="10*e**2"),
    "published": {"h": "0.906", "s": "0.179", "y": "1.087", "e": "0.087", "L": "0.076"},
}


def test_what_comes_from_a_figure_within_the_tolerance_is_carried_as_long_as_it_is_off_by_a_rounding() -> None:
    found = audited(STATE)
    assert [found[key].verdict.value for key in ("h", "y", "e")] == ["wrong", "carried", "carried"]
    assert (found["y"].from_, found["e"].from_) == (("h",), ("y",))


def test_what_is_off_by_more_than_a_rounding_follows_from_it() -> None:
    found = audited(STATE)
    assert [(found[key].verdict.value, found[key].from_) for key in ("s", "L")] == [
        ("follows", ("h",)),
        ("follows", ("e",)),
    ]
    further = audited({**STATE, "published": {"h": "0.901", "y": "1.081"}})
    assert [further[key].verdict.value for key in ("h", "y")] == ["wrong", "follows"]


def test_a_right_value_that_is_zero_is_told_without_a_minus() -> None:
    found = audited(
        {"inputs": {"a": 0.1, "b": 0.2, "c": 0.3}, "graph": steps(y="c - a - b"), "published": {"y": "0.05"}}
    )
    assert (found["y"].right, found["y"].verdict.value) == ("0.00", "wrong")
