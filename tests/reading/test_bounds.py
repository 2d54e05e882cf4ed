"""Hostile texts: the work grows as their length does, counted in lines of code that are run, and nothing crashes."""

from __future__ import annotations

import math
import sys
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.equality.tolerance import agreement
from grader.reading import shapes
from grader.reading.answers import MAX_TEXT
from grader.reading.shapes import ShapeError
from grader.reading.tokens import ReadingError

REPEATED = (
    "~", "[", "(", "{", "<", "]", "[[", "[]", "[1]", "(1)", "{1}", "-", "+", "--", "- ", " -1", "1-", "9", "1 ", "1,",
    "1;", "1\n", "\n", ",", ";", "&", "|", "'", "^", "^T", "*", "* ", "/", "=", ":", ": ", "a:", "a=", "a = 1\n",
    "a:1\n", "dtype:1\n", "a b\n", "a,", "a ", "1 a\n", ".", "..", "1.", ".5", "1e", "1e5", "e", "e5", "_", "1_000",
    "1'000", "1,234", "1,5;", "0,5 ", "\\", "\\\\", "\\\\[2pt]", r"\begin{bmatrix}", r"\end{bmatrix}",
    r"\begin{bmatrix}1\end{bmatrix}", r"\frac", r"\frac{1}{2}", r"\sqrt{", r"\text{", r"\text{a}", r"\hspace{",
    r"\begin{array}{", r"\pmatrix{", "$", "`", '"', "#", "# \n", "%", "1%", "% ", "//", "// \n", "array(",
    "array([1])", "tensor([1], dtype=float32)", "np.float64(1) ", "c(", "<a", "<a:1>", "<tf.Tensor: ", ">>> ",
    ">>> 1\n", "... ", "In [1]: 1\n", "[1] 1\n", "[1,] 1\n", "[,1] ", "Columns 1 through 2\n1 2\n", "---", "|---|\n",
    "| 1 | 2 |\n", "+---+\n", "⎡1⎤\n", "⁻¹", "10⁻¹ ", "×", "1×10-7 ", "1 - ", "1 + 1 ", "1*\n", "1 *", "*1", " * 1",
    "&minus;", "&nbsp;", "&a;", "\u2009", "1\u2009", "１", "sin ", "ln 2 ", "exp(1) ", "1!", "pi ", "nan ", "inf,",
    "x 10^", "1x10^2 ", ".T", "[1].T", "[1]'", "{,}", "1{,}5 ", "a_{1} = 1\n", "0.3 nats\n", "and ", "1 and ",
    "\u200b", "\ufeff",
)  # fmt: skip
ENCLOSED = (
    ("[1]", "'"), ("[1]", "*2"), ("[1]", "^T"), ("[1]", ".T"), ("[1]", "%"), ("h = ", "1 "), ("[", "1 -2 "),
    ("[", "1\n"),
    ("array([1]", ", a=1"), ("array(", "1, "), ("<tf.Tensor: ", "a "), ("1 - ", "(1 - "), (r"\frac{1}{", r"\frac{1}{"),
    (">>> x\n", "1 "), ("1.0e-3 *\n", "1 2\n"), ("a b\n", "1 2\n"), ("0 1\n", "0 1 2\n"), ("dtype: x\n", "1 2\n"),
)  # fmt: skip
HOSTILE = [("", piece) for piece in REPEATED] + list(ENCLOSED)


def steps(answer: Any) -> int:
    """How many lines of this project's code reading and comparing an answer runs."""
    count = 0

    def line(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        count += event == "line" and bool(frame)
        return line

    def call(frame: FrameType, event: str, argument: Any) -> Any:
        return line(frame, event, argument) if "grader" in frame.f_code.co_filename else None

    before = sys.gettrace()
    sys.settrace(call)
    try:
        (reading, *_) = shapes.read(answer, (2,), ((0,),), 2)
        agreement(reading, reading.values[None], 0.005)
    except (ReadingError, ShapeError):
        pass
    finally:
        sys.settrace(before)
    return count


def told(text: str) -> str:
    """What the student is told of a text that is not two numbers, if anything."""
    try:
        shapes.read(text, (2,), ((0,),), 2)
    except (ReadingError, ShapeError) as error:
        return str(error)
    return ""


@pytest.mark.parametrize(("start", "piece"), HOSTILE)
def test_work_grows_as_the_text_does(start: str, piece: str) -> None:
    short, long = (steps(start + piece * (size // len(piece))) for size in (1_000, 3_000))
    assert long <= 3.5 * short + 3_000


@pytest.mark.parametrize(("start", "piece"), HOSTILE)
def test_the_longest_text_is_read_or_refused(start: str, piece: str) -> None:
    text = (start + piece * MAX_TEXT)[:MAX_TEXT]
    assert len(told(text)) < 400


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("~" * (MAX_TEXT - 1) + "1", ""),
        ("1" * MAX_TEXT, "longer than a number of 60 characters"),
        ("-" * 19_000 + "1", "longer than an expression of 200 characters"),
        ("(" * 19_000 + "1", "nested more than 40 deep"),
        ("[" * 9 + "1" + "]" * 9, "nested more than 8 deep"),
        ("1+" * 150 + "1", "longer than an expression of 200 characters"),
        (", ".join(f"1/{n} + sqrt({n})" for n in range(1, 1001)), "more work than one answer may"),
        ("[1]" + "^T" * 9, "at most 8 scales and transposition signs"),
        ("1 " * MAX_TEXT, "at most 20000 are read"),
        ("9^9^9^9^9^9^9^9^9^9", "no finite value"),
        ("(10^9)!", "no finite value"),
        ("+".join(["0.5"] * 13), "more than 12 decimals"),
    ],
)
def test_each_bound_is_told(text: str, words: str) -> None:
    if not words:
        assert shapes.read(text, (), ((),), 2)[0].values == 1.0
        return
    with pytest.raises((ReadingError, ShapeError), match=words):
        raise_fault(shapes.read(text, (), ((),), 2)[0].entries[0].fault)


def raise_fault(fault: str) -> None:
    raise ReadingError(fault)


PIECES = st.lists(st.sampled_from([piece for _, piece in HOSTILE] + [start for start, _ in ENCLOSED]), max_size=12)


@given(PIECES.map("".join), st.sampled_from([(), (2,), (2, 2)]))
@settings(max_examples=1_500, deadline=None, derandomize=True)
def test_whatever_is_put_together_is_read_or_refused_in_words(text: str, shape: tuple[int, ...]) -> None:
    try:
        found = shapes.read(text, shape, (tuple(range(len(shape))),), 2)
    except (ReadingError, ShapeError) as error:
        assert str(error)  # noqa: PT017 - most texts are no numbers, and all that are not say why
    else:
        assert all(entry.fault or math.isfinite(entry.value) for entry in found[0].entries)


def test_a_hundred_expressions_are_within_an_answer_s_budget() -> None:
    text = ", ".join(f"{n}/7 - 0.5" for n in range(100))
    (reading,) = shapes.read(text, (100,), ((0,),), 2)
    assert not reading.bad.any()
