"""Reading an answer into nested rows of entries, by a small grammar over plain text (see `text.plain`).

text     := line+                        lines of bare numbers are rows; one line is a vector
sequence := scaled ("," scaled)*         several arrays one after another are stacked
scaled   := (entry "*")* array "'"* ("*" entry)*
array    := "[" rows "]" | "(" rows ")" | "{" rows "}" | "⟦" rows "⟧"
rows     := row (";" row)*
row      := (scaled | entry) ((","| blank) (scaled | entry))*
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from grader.answers import Number
from grader.reading.entries import Entry, bad_entry, read_entry, scaled
from grader.reading.text import plain

Tree: TypeAlias = "Entry | tuple[Tree, ...]"

MAX_TEXT = 20_000
MAX_ENTRIES = 10_000
MAX_DEPTH = 8

_CLOSING = {"[": "]", "(": ")", "{": "}", "⟦": "⟧"}
_ENTRY = re.compile(r"[^\s,;'\[\](){}⟦⟧*]+(?:\*[^\s,;'\[\](){}⟦⟧*]+)*")
_BLANK = re.compile(r"\s*")
_TOKENS_LEFT_OUT = ("...", "\u2026", r"\dots", r"\ldots", r"\cdots")


class ReadingError(Exception):
    """An answer that can't be read as numbers; the message is for the student and says where reading stopped."""


def read_tree(answer: Any) -> Tree:
    """Read an answer, whatever it is, into rows of entries.

    Raises `ReadingError` where no structure can be made out; a bad entry inside a structure is an `Entry` with a fault.
    """
    tree = _tree(answer, 0)
    if _count(tree) > MAX_ENTRIES:
        raise ReadingError(f"more than {MAX_ENTRIES} numbers")
    return tree


def _tree(answer: Any, depth: int) -> Tree:
    if isinstance(answer, Number):
        return read_entry(answer.replace("Infinity", "inf"))
    if isinstance(answer, str):
        return _read_text(answer, depth)
    if isinstance(answer, tuple):
        _deeper(depth)
        return tuple(_tree(item, depth + 1) for item in answer)
    if isinstance(answer, Mapping) and depth == 0:
        raise ReadingError("got an object with keys; expected a number, a list of numbers, or a text of numbers")
    return bad_entry(str(answer), "an entry is missing" if answer is None else f"{answer!r} is not a number")


def _deeper(depth: int) -> None:
    if depth >= MAX_DEPTH:
        raise ReadingError(f"lists are nested more than {MAX_DEPTH} deep")


def _count(tree: Tree) -> int:
    return 1 if isinstance(tree, Entry) else sum(map(_count, tree))


def _read_text(text: str, depth: int) -> Tree:
    if len(text) > MAX_TEXT:
        raise ReadingError(f"a text of {len(text)} characters; at most {MAX_TEXT} are read")
    left_out = next((token for token in _TOKENS_LEFT_OUT if token in text), None)
    if left_out is not None:
        raise ReadingError(f"reading stopped at {left_out!r}: entries are left out there; write all of them")
    undressed = plain(text)
    if not any(bracket in undressed for pair in _CLOSING.items() for bracket in pair):
        return _bare(undressed, depth)
    return _Reader(undressed, depth).read()


def _bare(text: str, depth: int) -> Tree:
    """Numbers without brackets: one, a vector in one line, or rows in several (at `;` or at line ends)."""
    rows = [re.findall(r"[^\s,]+", line) for line in re.split(r"[;\n]", text) if line.strip(" ,")]
    if not rows:
        return bad_entry(text, "an entry is empty")
    read = tuple(tuple(map(read_entry, row)) for row in rows)
    if all(entry.fault for row in read for entry in row):
        if depth > 0:
            return bad_entry(text, f"{text[:40]!r} is not a number")
        raise ReadingError(f"reading stopped at {text[:40]!r}: expected a number or a list of numbers")
    return (read[0] if len(read[0]) > 1 else read[0][0]) if len(read) == 1 else read


class _Reader:
    """One pass over a plain text with brackets."""

    def __init__(self, text: str, depth: int) -> None:
        self._text = text
        self._at = 0
        self._depth = depth

    def read(self) -> Tree:
        """sequence := scaled ("," scaled)*"""
        arrays = [self._scaled()]
        while self._skip(",;"):
            if self._peek() not in _CLOSING:
                raise self._stop("a list of numbers, or the end")
            arrays.append(self._scaled())
        return arrays[0] if len(arrays) == 1 else tuple(arrays)

    def _skip(self, separators: str) -> bool:
        """Step over blanks and separators; whether anything follows."""
        while self._at < len(self._text) and (self._text[self._at].isspace() or self._text[self._at] in separators):
            self._at += 1
        return self._at < len(self._text)

    def _peek(self) -> str:
        self._skip("")
        return self._text[self._at : self._at + 1]

    def _stop(self, expected: str) -> ReadingError:
        rest = self._text[self._at : self._at + 20].split("\n")[0]
        before = self._text[max(0, self._at - 20) : self._at].split("\n")[-1]
        return ReadingError(f"reading stopped at {rest or 'the end'!r} (after {before!r}): expected {expected}")

    def _scaled(self) -> Tree:
        """scaled := (entry "*")* array "'"* ("*" entry)*, or an entry alone"""
        scales: list[Entry] = []
        while self._peek() not in _CLOSING:
            entry = self._entry()
            if self._peek() == "*" or self._peek() in _CLOSING:
                self._skip("*")
                scales.append(entry)
            elif scales:
                raise self._stop("a list of numbers after a scale")
            else:
                return entry
        tree = self._array()
        while self._peek() == "'":
            self._at += 1
            tree = _transposed(tree)
        while self._peek() == "*":
            self._at += 1
            scales.append(self._entry())
        return _times(tree, scales)

    def _entry(self) -> Entry:
        self._skip("")
        match = _ENTRY.match(self._text, self._at)
        if match is None:
            raise self._stop("a number or a list of numbers")
        self._at = match.end()
        return read_entry(match[0])

    def _array(self) -> Tree:
        """array := "[" rows "]", and the other brackets; brackets around one array are only brackets"""
        _deeper(self._depth)
        self._depth += 1
        opening = self._text[self._at]
        self._at += 1
        rows = self._rows(_CLOSING[opening])
        self._depth -= 1
        if opening == "⟦":
            return _matrix(rows)
        tree = rows if len(rows) > 1 else rows[0]
        wraps = opening in "([{" and len(tree) == 1 and isinstance(tree[0], tuple) and self._wraps_matrix(opening)
        return tree[0] if wraps else tree

    def _wraps_matrix(self, opening: str) -> bool:
        """Whether the bracket just closed held one matrix environment, or was a round bracket around one array."""
        return opening == "(" or self._text[: self._at - 1].rstrip().endswith("⟧")

    def _rows(self, closing: str) -> tuple[tuple[Tree, ...], ...]:
        rows: list[tuple[Tree, ...]] = []
        row: list[Tree] = []
        while (character := self._peek()) != closing:
            if not character:
                raise self._stop(f"{closing!r}")
            if character == ";":
                self._at += 1
                rows.append(tuple(row))
                row = []
            elif character == ",":
                self._at += 1
                if self._peek() == ",":
                    row.append(bad_entry("", "an entry is empty"))
            else:
                row.append(self._scaled() if character != ")" else self._refuse(closing))
        self._at += 1
        return tuple(rows) if rows and not row else (*rows, tuple(row))

    def _refuse(self, closing: str) -> Tree:
        raise self._stop(f"{closing!r}")


def _matrix(rows: tuple[tuple[Tree, ...], ...]) -> Tree:
    """A matrix environment is always rows by columns; a row of matrices (one cell a row, or one row) is a list."""
    if all(isinstance(cell, tuple) for row in rows for cell in row):
        return tuple(cell for row in rows for cell in row)
    return rows


def _transposed(tree: Tree) -> Tree:
    """Rows for columns; a vector stays as it is."""
    if isinstance(tree, Entry) or not all(isinstance(row, tuple) for row in tree):
        return tree
    rows: list[tuple[Tree, ...]] = [row for row in tree if isinstance(row, tuple)]
    return tuple(zip(*rows, strict=True)) if len({len(row) for row in rows}) == 1 else tree


def _times(tree: Tree, scales: list[Entry]) -> Tree:
    if isinstance(tree, tuple):
        return tuple(_times(item, scales) for item in tree) if scales else tree
    for scale in scales:
        tree = scaled(tree, scale)
    return tree
