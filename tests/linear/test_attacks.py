"""Every attack, and what is like it, costs steps by its length: calls of functions are counted, never seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.pieces import elements
from grader.calculus.budget import ANSWER, OVER, OVER_IN_ALL, Budget
from grader.derivation.dress import rows_of
from grader.derivation.lines import read_line
from grader.engine import grade
from grader.errors import EnvelopeError, RubricError
from grader.items.derivations import MOST_CHARACTERS, grade_derivations
from grader.items.formulas import grade_formulas
from grader.language import LanguageError, parse_answer
from grader.language.escapes import restored
from grader.report import Verdict
from grader.rubric import parse_rubric
from grader.submission import Submission, parse
from tests.homework6 import hw6
from tests.linear.attacks import BODIES, DERIVATIONS, FORMULAS

# Calls that reading a text may take for each of its characters, and to begin with.
EACH, AT_FIRST = 40, 20_000
# Calls that an answer may take: some for each operation of its budget, beside those of reading it.
OF_AN_ANSWER = 5 * ANSWER


class TooManyCallsError(Exception):
    """More calls than are allowed."""


def calls_of(action: Callable[[], object], most: int) -> int:
    """How many functions are called. Raises `TooManyCallsError` beyond `most`."""
    count = 0

    def seen(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in {"call", "c_call"}
        if count > most:
            sys.setprofile(None)
            raise TooManyCallsError

    sys.setprofile(seen)
    try:
        action()
    finally:
        sys.setprofile(None)
    return count


def refused(text: str, syntax: str) -> None:
    try:
        parse(text, syntax)
    except EnvelopeError:
        return


@pytest.mark.parametrize(
    ("syntax", "text"), [(syntax, text) for syntax, texts in BODIES.items() for text in texts], ids=lambda one: one[:12]
)
def test_a_hostile_body_is_read_or_refused_in_calls_by_its_length(syntax: str, text: str) -> None:
    calls_of(lambda: refused(text, syntax), EACH * len(text) + AT_FIRST)


@pytest.mark.parametrize("text", DERIVATIONS, ids=lambda text: text[:12])
def test_a_hostile_derivation_is_judged_within_an_answers_budget(text: str) -> None:
    hw6()
    calls_of(lambda: grade_derivations({"p3.derivation": text}, hw6()), OF_AN_ANSWER + EACH * len(text))


@pytest.mark.parametrize("item", ["p1.forward.h0.formula", "p2.h.formula"])
@pytest.mark.parametrize("text", FORMULAS, ids=lambda text: text[:12])
def test_a_hostile_formula_is_judged_within_an_answers_budget(item: str, text: str) -> None:
    grade_formulas({item: "z"}, hw6())
    calls_of(lambda: grade_formulas({item: text}, hw6()), OF_AN_ANSWER + EACH * len(text))


def test_nested_brackets_do_not_double_the_work_for_each_level() -> None:
    def depth(levels: int) -> int:
        text = "(" * levels + "w_0 w_0 + z" + ") z + b_0" * levels
        return calls_of(lambda: grade_formulas({"p1.forward.p.formula": text}, hw6()), OF_AN_ANSWER)

    depth(2)
    assert depth(12) < 4 * depth(6)


UNDECIDABLE = "z z w_0 w_0 b_0 + " * 40 + "z"


def test_what_goes_past_an_answers_budget_is_undecided_and_says_so_and_what_comes_after_is_graded() -> None:
    item, other = "p1.forward.h1.formula", "p1.forward.h2.formula"
    first = grade_formulas({item: UNDECIDABLE, other: "?"}, hw6())
    again = grade_formulas({item: UNDECIDABLE, other: "?"}, hw6())
    assert first == again
    if first[item].verdict is Verdict.UNDECIDED:
        assert OVER in first[item].feedback
        assert first[item].points is None
    assert first[other].verdict is Verdict.UNREADABLE


def test_a_submission_has_one_budget_for_all_its_answers() -> None:
    spent = Budget(0)
    found = grade_formulas({"p1.forward.h0.formula": "w_0 z"}, hw6(), spent)["p1.forward.h0.formula"]
    assert (found.verdict, found.points) == (Verdict.UNDECIDED, None)
    assert found.feedback == OVER_IN_ALL
    steps = grade_derivations({"p3.derivation": r"\log p(x) = \log \int p(x,z) dz"}, hw6(), Budget(0))
    assert {one.verdict for one in steps.values()} == {Verdict.UNDECIDED}


def test_a_derivation_past_its_budget_waits_for_a_person() -> None:
    line = r"\log p(x,y) \geq E_{q(a,b,c,d)}[\log p(x,y|a,b,c,d)] - KL(q(a) \| p(a)) - KL(q(a,b) \| p(a,b)) - "
    text = "\n".join(f"{line}{number}" for number in range(99))
    found = grade_derivations({"p3.derivation": text}, hw6())
    assert {one.verdict for one in found.values()} == {Verdict.UNDECIDED}
    assert {one.feedback for one in found.values()} == {OVER}


def test_a_hundred_honest_lines_are_decided() -> None:
    line = r"\log p(x|\phi) = \mathbb{E}_{q(z|x,\theta)}[\log p(x|z,\phi)] - KL(q(z|x,\theta) \| p(z|\phi)) + "
    gap = r"KL(q(z|x,\theta) \| p(z|x,\phi))"
    found = grade_derivations({"p3.derivation": "\n".join([line + gap] * 100)}, hw6())
    assert Verdict.UNDECIDED not in {one.verdict for one in found.values()}


def test_a_derivation_longer_than_is_read_is_told_how_much_is() -> None:
    found = grade_derivations({"p3.derivation": "x" * (MOST_CHARACTERS + 1)}, hw6())
    assert all(f"{MOST_CHARACTERS} characters" in one.feedback for one in found.values())


def test_all_answers_wrong_at_random_are_within_the_budget_of_values() -> None:
    answers = {item.answer: "0.123 4.56" for item in hw6().items if item.kind == "value"}
    report = grade(Submission(answers=answers), hw6())
    assert Verdict.UNDECIDED not in {item.verdict for item in report.items}


SIGNS = "(){}[]\"'\\&-a1.,:|#$!%@`*~^? \n\t"
WORDS = ["so ", " by ab", "{\n", "\\,", "= ", "- ", "? ", "&a ", "\\frac{", "\\frac", "\\text{", "therefore ", "\\geq "]
PIECES = st.sampled_from([*SIGNS, *WORDS, "E_q[", "\\sqrt", "\\hat", "_{", "\\int "])
TEXTS = st.lists(PIECES, min_size=1, max_size=4).flatmap(
    lambda some: st.tuples(st.integers(20, 400), st.lists(PIECES, max_size=3)).map(
        lambda rest: "".join(some) * rest[0] + "".join(rest[1])
    )
)


def rubric(text: str) -> None:
    try:
        parse_rubric(text)
    except RubricError:
        return


def formula(text: str) -> None:
    try:
        parse_answer(restored(text)[0])
    except LanguageError:
        return


def batch(text: str) -> None:
    from app.errors.submitting import BadBatchError  # noqa: PLC0415

    try:
        list(elements(text))
    except BadBatchError:
        return


READERS: tuple[Callable[[str], object], ...] = (
    lambda text: refused(text, "json"),
    lambda text: refused(text, "yaml"),
    rubric,
    formula,
    batch,
    lambda text: [read_line(row, 0) for row in rows_of(text)[:100]],
)


@settings(deadline=None, derandomize=True, max_examples=150)
@given(TEXTS, st.sampled_from(range(len(READERS))))
def test_every_reader_takes_calls_by_the_length_of_a_text(text: str, reader: int) -> None:
    calls_of(lambda: READERS[reader](text), 100 * len(text) + AT_FIRST)
