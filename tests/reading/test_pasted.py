"""Numbers as people paste them: every row of the tables in `cases` is read as it says, or refused with its words."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest

from grader.reading import shapes
from grader.reading.entries import Entry
from grader.reading.shapes import ShapeError
from grader.reading.tokens import ReadingError
from tests.reading.cases import KINDS, Refused

ROWS = [(kind, text, expected) for kind, rows in KINDS.items() for text, expected in rows]
READ = [row for row in ROWS if not isinstance(row[2], Refused)]
REFUSED = [row for row in ROWS if isinstance(row[2], Refused)]


def read(answer: Any, shape: tuple[int, ...]) -> tuple[Entry, ...]:
    return shapes.read(answer, shape, (tuple(range(len(shape))),), 2)[0].entries


def said(text: str, shape: tuple[int, ...]) -> str:
    """What the student is told, or nothing."""
    try:
        entries = read(text, shape)
    except (ReadingError, ShapeError) as error:
        return str(error)
    return next((entry.fault for entry in entries if entry.fault), "")


@pytest.mark.parametrize(("kind", "text", "expected"), READ)
def test_numbers_are_read_as_they_were_pasted(kind: str, text: str, expected: Any) -> None:
    del kind
    asked = np.array(expected, dtype=object)
    for entry, right in zip(read(text, asked.shape), asked.ravel(), strict=True):
        if isinstance(right, str):
            assert right in entry.fault
        else:
            assert entry.fault == ""
            assert math.isclose(entry.value, right, rel_tol=1e-12)


@pytest.mark.parametrize(("kind", "text", "expected"), REFUSED)
def test_what_is_not_read_is_told_in_words(kind: str, text: str, expected: Refused) -> None:
    del kind
    told = said(text, expected.shape)
    assert told
    assert re.search(expected.words, told), told


def test_each_kind_has_twenty_siblings() -> None:
    assert {kind: len(rows) for kind, rows in KINDS.items() if len(rows) < 20} == {}
