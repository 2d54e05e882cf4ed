"""Every spelling of the table, by every reader of formulas: the same value, or each of them refuses it.

The readers are that of terms (`gradebound equal`), that of declared networks, and that of formula items. What none of
them understands, a mark or a subscript on a function, none of them may drop.
"""

from __future__ import annotations

import numpy as np
import pytest

from grader.assignment import Assignment
from grader.calculus.budget import Budget
from grader.calculus.compiled import Compiler
from grader.calculus.functions import SPELLINGS, WORDS
from grader.engine import grade
from grader.equality.general import equal
from grader.language import LanguageError, parse_expression
from grader.meaning.lowering import lower
from grader.meaning.scope import NoMeaningError, Scope
from grader.report import Verdict
from grader.submission import Submission
from tests.networks.declared import faults, solved

PLACE = 0.4375


def term_value(formula: str) -> float | None:
    """The value of a formula in `s` as a term; None where it is refused."""
    try:
        term = lower(parse_expression(formula), Scope(declared=frozenset({"s"})))
    except (LanguageError, NoMeaningError):
        return None
    with np.errstate(all="ignore"):
        found = Compiler(complex_values=False, budget=Budget(10_000)).compile(term)({"s": np.array([PLACE])})
    return float(np.broadcast_to(found, (1,))[0])


def network_value(formula: str) -> float | None:
    """The same as a declared network has it."""
    problem = {"nodes": {"y": formula}, "inputs": {"s": PLACE}}
    return None if faults(**problem) else float(solved(**problem).values.computed["y"][0])


def formula_verdict(declared: str, written: str) -> Verdict:
    """What a formula item of which `declared` is right says of `written`."""
    policy = {"significant_digits": 2, "slip": {"min_entries": 4, "credit": 0.5}, "power_of_ten": 3}
    item = {"kind": "formula", "points": 1, "prompt": "y", "problem": "p", "value_of": "y", "shown": declared}
    homework = {
        "id": "readers",
        "title": "Readers",
        "values": {"relative_tolerance": 0.005, **policy},
        "problems": {"p": {"title": "p", "inputs": {"s": PLACE}, "nodes": {"y": declared}}},
        "items": [{"id": "y", **item}],
    }
    report = grade(Submission(answers={"y": written}), Assignment.model_validate(homework))
    return report.items[0].verdict


def written(word: str) -> list[str]:
    """A function of s as it may be written: as a command where LaTeX has one, without a bracket where it may be."""
    count = max(1, SPELLINGS[word].least)
    listed = ", ".join(["s", "2", "3"][:count])
    plain = [rf"\operatorname{{{word}}}({listed})"] if word.isalpha() else []
    return [f"{word}({listed})", *plain, *([f"{word} s"] if word in WORDS and count == 1 else [])]


@pytest.mark.parametrize("word", sorted(SPELLINGS))
def test_every_spelling_means_the_same_to_every_reader(word: str) -> None:
    for formula in written(word):
        term, network = term_value(formula), network_value(formula)
        assert term is not None, formula
        if network is not None:
            assert network == pytest.approx(term, rel=1e-9, nan_ok=True), formula
            assert formula_verdict(written(word)[0], formula) is Verdict.CORRECT or not np.isfinite(network), formula


@pytest.mark.parametrize(("base", "function"), [("10", "log10"), ("2", "log2"), ("e", "log"), ("3", None)])
def test_a_logarithm_keeps_its_base_with_every_reader(base: str, function: str | None) -> None:
    formula = rf"\log_{{{base}}}(s)"
    expected = np.log(PLACE) / np.log({"e": np.e}.get(base) or float(base))
    assert term_value(formula) == pytest.approx(expected)
    assert network_value(formula) == pytest.approx(expected)
    right = f"{function}(s)" if function else "log(s) / log(3)"
    assert formula_verdict(right, formula) is Verdict.CORRECT
    other = "log(s)" if base != "e" else "log10(s)"
    assert formula_verdict(other, formula) is not Verdict.CORRECT


# What is marked, and the function without its mark.
MARKED = [
    (r"\exp_2(s)", "exp"), (r"\exp_{10} s", "exp"), (r"\sigma_2(s)", "sigmoid"), (r"\sin_3(s)", "sin"),
    (r"\tanh_1(s)", "tanh"), (r"\text{ReLU}_6(s)", "relu"), (r"\bar{\exp}(s)", "exp"), (r"\hat{\sigma}(s)", "sigmoid"),
    (r"\tilde{\tanh}(s)", "tanh"), (r"\exp(s; 2)", "exp"), (r"\exp(s | 2)", "exp"), (r"\log_{10,2}(s)", "log"),
    (r"\sqrt_2(s)", "sqrt"), (r"\cos_{\theta}(s)", "cos"), (r"\max_2(0, s)", "relu"), ("|s|_3", "abs"),
    (r"\text{softplus}_{\beta}(s)", "softplus"),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "function"), MARKED)
def test_a_mark_that_no_reader_understands_is_dropped_by_none(formula: str, function: str) -> None:
    right = f"{function}(s)"
    assert network_value(formula) is None
    assert equal({"a": formula, "b": right})["verdict"] != "same"
    assert formula_verdict(right, formula) is not Verdict.CORRECT
