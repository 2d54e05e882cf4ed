"""Reading takes linear time: twice the text takes about twice the calls, whatever stands in it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

import pytest

from grader.language import LanguageError, Symbol, parse_answer, parse_statement, readings, table_of

TABLE = table_of(
    {Symbol("p(y=0)", scalar=True): ["p"], Symbol("a^{(1)}"): [], Symbol("x"): [], Symbol("xy"): [], Symbol("w_0"): []},
    indices="ij",
)

PATTERNS = [
    "p(y=1) ",
    "(x) ",
    "( x )",
    "{x}",
    "a^{(2)} ",
    "|x| ",
    "||x||+",
    "x'+",
    r"\int x dx +",
    "x_{i}+",
    "x[1]",
    r"\frac{x}{x}",
    r"\text{if x}",
    r"\sum_i x_i+",
    "Σ_i x_i+",
    "xyxyxy+",
    "sinx+",
    r"\hat{x}",
    "x̂+",
    "xᵢ²+",
    "&alpha;+",
    "x, x = x, ",
    "s = x\n",
    "x where s = x, ",
    "2 x 10^3+",
    r"\varphi+",
    "x.sum()+",
    "A[:, 0]+",
    r"\(x\)",
    "1_{x>0}+",
    "x # y\n+",
    "f(x)+",
    "E[x]",
    r"\begin{cases} x & x>0 \end{cases}+",
    "'x' ",
    '"x',
    "np.exp(x)+",
    "x - - ",
    "{{x}}+",
]


def _calls(work: Callable[[], Any]) -> int:
    """How many functions of the language are called."""
    count = 0

    def profile(frame: FrameType, event: str, _: Any) -> None:
        nonlocal count
        count += event == "call" and "language" in frame.f_code.co_filename

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        with suppress(LanguageError):
            work()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("reader", [parse_statement, parse_answer, readings])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_twice_the_text_takes_twice_the_calls(pattern: str, reader: Callable[..., Any]) -> None:
    once, twice = (_calls(lambda n=n: reader(pattern * n + "x", TABLE)) for n in (40, 80))
    assert twice <= 2.3 * once + 100


@pytest.mark.parametrize("nest", ["p(%s)", "(%s)", "{%s}", "a^{(%s)}", "|%s|", r"\sqrt{%s}", "x_{%s}", "f(%s)", "[%s]"])
def test_nesting_takes_no_more_than_that(nest: str) -> None:
    def nested(depth: int) -> str:
        text = "x"
        for _ in range(depth):
            text = nest % text
        return text

    once, twice = (_calls(lambda n=n: parse_statement(nested(n), TABLE)) for n in (20, 40))
    assert twice <= 2.3 * once + 100
