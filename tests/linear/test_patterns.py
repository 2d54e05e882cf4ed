"""Every regular expression of the project takes steps by the length of a text, whatever the text."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from tests.linear.patterns import Found, patterns, written
from tests.linear.steps import TooManyStepsError, pumps, steps

LENGTHS = (12, 24, 48)
# Four times the text may take four times the steps, and what a short text's ends take beside.
MOST_GROWTH = 2.5
ENDS = ("", "\x01", "}", "\n\x01")
MOST_PIECES = 10
STACK = 256 * 1024 * 1024


def grows(found: Found) -> str | None:
    """A text whose repetition takes steps faster than it gets longer; None if there is none among those made for it."""
    for text in attacks(found.pattern):
        try:
            counts = [steps(found.pattern, text(n), everywhere=found.everywhere) for n in LENGTHS]
        except (TooManyStepsError, RecursionError):
            return text(LENGTHS[0])
        if counts[2] - counts[1] > MOST_GROWTH * max(counts[1] - counts[0], LENGTHS[0]):
            return text(LENGTHS[0])
    return None


def attacks(pattern: re.Pattern[str]) -> Iterator[Callable[[int], str]]:
    pieces = list(pumps(pattern))[:MOST_PIECES]
    for before in ("", *pieces[:1]):
        for piece in pieces or ["a"]:
            for end in ENDS:
                yield lambda n, parts=(before, piece, end): parts[0] + parts[1] * n + parts[2]  # type: ignore[misc]


def deeply(action: Callable[[], str | None]) -> str | None:
    """Do it with room for a deep recursion: the counting matcher takes a frame for each step of a repetition."""
    found: list[str | None] = []
    limit, size = sys.getrecursionlimit(), threading.stack_size(STACK)
    sys.setrecursionlimit(200_000)
    thread = threading.Thread(target=lambda: found.append(action()))
    try:
        thread.start()
        thread.join()
    finally:
        sys.setrecursionlimit(limit)
        threading.stack_size(size)
    return found[0]


OURS = patterns()


@pytest.mark.parametrize("name", OURS, ids=lambda name: name[:60])
def test_a_pattern_takes_steps_by_the_length_of_the_text(name: str) -> None:
    assert deeply(lambda: grows(OURS[name])) is None


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?:\s*(?:so|then)\s*)+(?=\S.*=)",
        r"\s*\n\s*",
        r"(a+)+$",
        r"(?:a|a)*b",
        r"(?:\\,|~)+$",
        r".*[-+].*$",
        r"\.same\.(\S+):",
        r"\s*&?\s*=",
        r"(\w+\s?)*:",
        r"x*y*x*z",
        r"[^=]*,[^=]*=",
        r"(?:[^{}]|\{[^{}]*)*\}",
    ],
)
def test_a_pattern_that_takes_more_is_found_out(pattern: str) -> None:
    assert deeply(lambda: grows(Found(re.compile(pattern)))) is not None


@pytest.mark.parametrize(
    ("pattern", "text", "count"),
    [("a", "b" * 5, 6), ("ab*c", "abbb", None), (r'"(?:[^"\\]|\\.)*+"?', '"a\\"b" "', None), ("(a|b)+", "abab", None)],
)
def test_the_counting_matcher_goes_through_a_text_once_where_nothing_repeats(
    pattern: str, text: str, count: int | None
) -> None:
    counted = steps(re.compile(pattern), text)
    assert counted == count if count else counted < 8 * len(text)


def test_patterns_are_found_in_tables_in_calls_and_in_models() -> None:
    names = patterns()
    assert len(names) > 100
    assert any(name.startswith("grader.derivation.dress: (?<!") for name in names)  # in a table
    assert any(name.startswith("grader.language.printer: [A-Za-z]") for name in names)  # in a call
    assert any(name == "app.api.overrides: \\S" for name in names)  # in a model
    source = 'import re\nre.sub(r"a+b", "", x)\nre.search(rf"(?<!a){re.escape(name)}", x)\nField(pattern=r"\\S")'
    assert [one.pattern for one in written(source)] == ["a+b", "(?<!a)name", r"\S"]
