"""A quoted line with its place, on a terminal of any width and on the page."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest
from rich.cells import cell_len
from rich.console import Console

from app.cli.render import Said, table_of
from app.reports.quoted import laid_out, without_quote
from grader.items.formulas import grade_formulas
from grader.language.errors import LanguageError, Span
from tests.homework6 import hw6

LINES = (
    "2 (x'_j - x_j) x'_j (1 - x'_j) w_2 + w_9",
    "漢字 (x'_j - x_j) + 漢字漢字漢字漢字漢字 w_2 (1 - x'_j) x_j 漢",
    "e\u0301e\u0301 x\u0302_j (x\u0302_j - x_j) + x\u0304\u0304 w_9 " + "a\u0308 " * 30,
    "a" * 99,
    "\uff0b\uff1d x ^^ ^ y",
    "^^",
)


def _error(line: str, start: int, end: int) -> str:
    return f"This could not be read: {LanguageError('x', 'no name', line, Span(start, end))}"


def _columns(rows: list[str]) -> list[str]:
    """The characters above each run of carets; wide ones take two columns."""
    above = []
    for row, carets in pairwise(rows):
        if carets.strip() and not carets.strip(" ^") and row.strip():
            spread = "".join(one + "\0" * (cell_len(one) - 1) for one in row if cell_len(one))
            above.append(spread[carets.index("^") : len(carets.rstrip())].replace("\0", ""))
    return above


@pytest.mark.parametrize("width", [7, 20, 33, 80, 200])
@pytest.mark.parametrize("line", LINES)
def test_carets_stand_under_their_place_at_any_width(line: str, width: int) -> None:
    visible = [at for at, character in enumerate(line) if cell_len(character)]
    for start, end in zip(visible, [*visible[2:], len(line), len(line)], strict=True):
        rows = laid_out(_error(line, start, end), width).split("\n")
        marked = "".join(one for one in line[start:end] if cell_len(one))
        assert "".join(_columns(rows[1:])) == marked
        assert max(map(cell_len, rows[1:])) <= width


@pytest.mark.parametrize("line", LINES)
def test_a_quote_is_taken_apart_as_it_was_put_together(line: str) -> None:
    for start in (at for at, character in enumerate(line) if cell_len(character)):
        message, quote = without_quote(_error(line, start, start + 1))
        assert message == "This could not be read: no name"
        assert quote is not None
        assert quote.before + quote.marked + quote.after in line
        assert line[:start].endswith(quote.before)
        assert quote.marked.startswith(line[start])


def test_a_place_at_a_combining_mark_is_that_of_its_character() -> None:
    _, quote = without_quote(_error("ab\u0301c", 2, 3))
    assert quote is not None
    assert (quote.before, quote.marked) == ("a", "b\u0301")


def test_a_text_without_a_quote_stays_as_it_is() -> None:
    for text in ("Right.", "a\nb", "a\n^^"):
        assert without_quote(text) == (text, None)
        assert laid_out(text, 3) == text


@pytest.mark.parametrize("width", [46, 60, 79, 120, 200])
def test_the_table_on_a_terminal_keeps_carets_under_what_is_unknown(width: int) -> None:
    answer = r"2 \sum_{i=1}^N (x'_i - x_i) x'_i (1 - x'_i) w_2 x_i^T + w_9 x"
    item = grade_formulas({"p2.h.formula": answer}, hw6())["p2.h.formula"]
    console = Console(file=io.StringIO(), width=width, color_system=None)
    table = table_of("item", ">points", "verdict", "feedback")
    table.add_row("p2.h.formula", "0 / 5", "unreadable", Said({"feedback": item.feedback}))
    console.print(table)
    assert isinstance(console.file, io.StringIO)
    rows = console.file.getvalue().split("\n")
    assert "".join(_columns(rows)) == "w_9"
