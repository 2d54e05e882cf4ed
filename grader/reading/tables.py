"""Numbers without brackets: one, a row of them, or a table with its headings, as spreadsheets, pandas and R print it.

A line is a row, and so is what `;` ends. A first row of words is a heading, a first column of words names the rows.
Where the heading has one cell less than every row, the first column is an index.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from grader.reading.arrays import times
from grader.reading.brackets import stopped
from grader.reading.cursor import Cursor, Tree, opens_list, run_end
from grader.reading.entries import Entry
from grader.reading.runs import Run, entry_of, is_number_word
from grader.reading.tokens import Kind, ReadingError

Cells: TypeAlias = "list[list[Run]]"

LEAST_WITH_SLIP = 4  # numbers: where there are fewer, a bad one is not forgiven


class NoWayError(ReadingError):
    """An answer that can't be read in the way that was tried, but perhaps in another."""


def table(c: Cursor, start: int, end: int, *, indexed: bool) -> Tree:
    """The numbers between two places. `indexed`: a remark says that the first column is an index.

    Raises `ReadingError` where there is no number at all.
    """
    c.at = start
    blocks, scale = _blocks(c, end)
    _check_dashes(c, blocks)
    cells = _beside(c, [_without_names(block, indexed=indexed) for block in blocks])
    if c.way.counts:
        cells = _uncounted(cells)
    read = [tuple(entry_of(run, c.evaluator) for run in row) for row in cells]
    if all(entry.fault for row in read for entry in row):
        raise _no_number(c, start, end, read)
    _check_words(c, cells)
    if c.way.breaks:
        read = _unbroken(read)
    whole: Tree = tuple(read) if len(read) > 1 else read[0] if len(read[0]) > 1 else read[0][0]
    return times(whole, scale)


def _check_dashes(c: Cursor, blocks: Sequence[Cells]) -> None:
    """Raises `ReadingError` where each line begins with a dash and a blank: a sign, or the mark of a list."""
    first = [row[0] for block in blocks for row in block]
    if len(first) > 1 and all(len(run) > 1 and run[0].text == "-" and run[1].blank for run in first):
        raise c.stop("lines without a dash and a blank before each number; write -0.5 for a negative one")


def _check_words(c: Cursor, cells: Cells) -> None:
    """Raises `ReadingError` for words among so few numbers that none of them can be a slip."""
    runs = [run for row in cells for run in row]
    word = next((run for run in runs if _is_word(run)), None)
    if word is not None and len(runs) < LEAST_WITH_SLIP:
        c.at = next(at for at, token in enumerate(c.tokens) if token is word[0])
        raise c.stop("numbers alone, without words beside them")


def _no_number(c: Cursor, start: int, end: int, read: Sequence[Sequence[Entry]]) -> ReadingError:
    entries = [entry for row in read for entry in row]
    if len(entries) == 1 and any(token.kind is Kind.NUMBER or is_number_word(token) for token in c.tokens[start:end]):
        return ReadingError(entries[0].fault)
    place = next((at for at in range(start, end) if c.tokens[at].kind is not Kind.LINE), start)
    return stopped(c.tokens, place, "a number or a list of numbers")


def _blocks(c: Cursor, end: int) -> tuple[list[Cells], list[Entry]]:
    """The rows of runs, those under each heading over columns apart, and the scale that stands alone before them."""
    blocks: list[Cells] = [[[]]]
    scale: list[Entry] = []
    while (kind := c.kind(end)) is not None:
        rows = blocks[-1]
        if kind is Kind.BLOCK:
            blocks.append([[]])
        elif kind in (Kind.LINE, Kind.BREAK):
            rows.append([])
        elif kind is Kind.BAR and _is_absolute(c, end):
            rows[-1].append(c.tokens[c.at : c.at + _is_absolute(c, end)])
            c.at += _is_absolute(c, end) - 1
        elif kind not in _IGNORED:
            _cell(c, end, rows, scale)
            continue
        c.at += 1
    return [block for block in ([row for row in rows if _has_content(row)] for rows in blocks) if block], scale


_IGNORED = frozenset({Kind.COMMA, Kind.BAR, Kind.MARK, Kind.RULE})


def _is_absolute(c: Cursor, end: int) -> int:
    """How many tokens `|x|` takes where it is a whole line: an absolute value, not a table of one cell; else 0."""
    if c.at and c.tokens[c.at - 1].kind is not Kind.LINE:
        return 0
    line = next((at for at in range(c.at, end) if c.tokens[at].kind is Kind.LINE), end)
    bars = [at for at in range(c.at, line) if c.tokens[at].kind is Kind.BAR]
    alone = len(bars) == 2 and bars[-1] == line - 1 and not c.tokens[c.at + 1].blank
    return line - c.at if alone else 0


def _cell(c: Cursor, end: int, rows: Cells, scale: list[Entry]) -> None:
    start, c.at = c.at, run_end(c, end)
    run = c.tokens[start : c.at]
    if not run or (c.at < end and opens_list(c, c.at)):
        raise c.stop("a number, or one list of numbers in brackets")
    factor = run[-1].kind is Kind.LINE or _ends_in_factor(run)
    if factor:
        raise c.stop("numbers behind their scale")
    first = next((at for at, token in enumerate(run) if token.kind is Kind.LINE), 0)
    if first and run[first - 1].kind is Kind.TIMES and not (scale or any(rows)):
        scale.append(entry_of(run[: first - 1], c.evaluator))
        c.at = start + first
        return
    rows[-1].append(run)


def _ends_in_factor(run: Run) -> bool:
    return run[-1].kind is Kind.TIMES


def _has_content(row: Sequence[Run]) -> bool:
    """Whether there is more in a row than the lines of a drawn table."""
    return any(token.text not in "+-" for run in row for token in run)


def _beside(c: Cursor, blocks: Sequence[Cells]) -> Cells:
    """Blocks of columns, put together again."""
    if not blocks:
        return [[()]]
    if len({len(block) for block in blocks}) > 1:
        raise c.stop("as many rows under each heading of columns")
    return [[run for row in rows for run in row] for rows in zip(*blocks, strict=True)]


def _without_names(cells: Cells, *, indexed: bool) -> Cells:
    """The table without its heading, and without the column that names or counts its rows."""
    if len(cells) == 1:
        return [[(*cells[0][0], *cells[0][1])]] if _has_unit(cells[0]) else cells
    heading, *rows = cells
    shorter = all(len(row) == len(heading) + 1 for row in rows)
    if shorter and _is_index([row[0] for row in rows]) and (_is_index(heading) or all(map(_is_word, heading))):
        return [row[1:] for row in rows]
    if all(map(_is_word, heading)) and all(len(row) == len(heading) for row in rows):
        cells = rows
    counted = indexed and all(len(row) == 2 for row in cells)
    return [row[1:] for row in cells] if counted else _unnamed(cells)


def _has_unit(row: Sequence[Run]) -> bool:
    return len(row) == 2 and row[0][-1].kind is Kind.NUMBER and len(row[1]) == 1 and _is_word(row[1])


def _unnamed(cells: Cells) -> Cells:
    named = all(len(row) > 1 and _is_word(row[0]) for row in cells)
    return [row[1:] for row in cells] if named else cells


def _is_word(run: Run) -> bool:
    """Whether a cell begins as no number does."""
    first = next((token for token in run if token.kind is not Kind.OPEN), run[0])
    return first.kind in (Kind.WORD, Kind.COMMAND, Kind.OTHER) and not is_number_word(first)


def _is_index(column: Sequence[Run]) -> bool:
    return all(map(_is_word, column)) or _counts(column)


def _counts(column: Sequence[Run]) -> bool:
    """Whether cells count from 0 or 1."""
    texts = ["".join(token.text for token in run).strip("().") for run in column]
    return any(texts == [str(place + first) for place in range(len(texts))] for first in (0, 1))


def _uncounted(cells: Cells) -> Cells:
    """The table without a first column that counts. Raises `NoWayError` if there is none."""
    if len(cells) < 2 or any(len(row) < 2 for row in cells) or not _counts([row[0] for row in cells]):
        raise NoWayError("no column counts")
    return [row[1:] for row in cells]


def _unbroken(read: list[tuple[Entry, ...]]) -> list[tuple[Entry, ...]]:
    """The rows of a ragged table as one: a vector whose lines were broken anywhere."""
    ragged = len({len(row) for row in read}) > 1
    return [tuple(entry for row in read for entry in row)] if ragged else read
