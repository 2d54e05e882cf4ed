"""How exactly a number claims to be known: its digits, an expression's, a type's, and a float32's own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.reading import shapes
from grader.reading.entries import Entry
from grader.reading.runs import read_entry


def read(answer: Any, shape: tuple[int, ...] = ()) -> tuple[Entry, ...]:
    return shapes.read(answer, shape, (tuple(range(len(shape))),), 2)[0].entries


@pytest.mark.parametrize(
    ("text", "digits", "half_unit"),
    [
        ("3/7", 0, 0.0),
        ("e^15/(e^15+1)", 0, 0.0),
        (r"\sqrt{2}/2", 0, 0.0),
        ("1 - 2^-20", 0, 0.0),
        ("1 - 5.44e-6", 8, 5e-9),
        ("1-5e-6", 6, 5e-7),
        ("1 - 0.25", 2, 5e-3),
        ("0.25 + 0.5", 1, 5.5e-2),
        ("2 * 0.38", 2, 1e-2),
        ("0.38/2", 2, 2.5e-3),
        ("0.5 * 0.76", 1, 4.05e-2),
        ("3.0^2", 2, 0.3),
        ("exp(-2.0)", 1, 6.7696e-3),
        ("5.44 * 10^-7", 3, 5e-10),
        ("10^-7 * 5.44", 3, 5e-10),
        ("(1/3) * 10^-7", 0, 0.0),
        ("1.5 - 1.5", 0, 0.1),
        ("1.50 - 1.49", 0, 1e-2),
    ],
)
def test_an_expression_is_known_as_well_as_its_decimals_are(text: str, digits: int, half_unit: float) -> None:
    entry = read_entry(text)
    assert entry.fault == ""
    assert (entry.digits, entry.half_unit) == (digits, pytest.approx(half_unit, rel=1e-3))


@pytest.mark.parametrize(
    ("text", "value", "digits"),
    [
        (repr(float(np.float32(0.38))), 0.38, 2),
        (repr(float(np.float32(1.566))), 1.566, 4),
        (repr(float(np.float32(-5.44e-7))), -5.44e-7, 3),
        (repr(float(np.float32(0.99999456))), 0.9999946, 7),
        (f"{float(np.float32(0.38)):.18f}", 0.38, 2),
        ("0.38000000536441803", 0.38, 2),
        ("0.4000000059604645", 0.4, 1),
        ("0.3799999952316284", 0.38, 2),
    ],
)
def test_a_float32_printed_as_a_double_has_its_own_digits(text: str, value: float, digits: int) -> None:
    entry = read_entry(text)
    assert (entry.text, entry.value, entry.digits) == (text, value, digits)


@pytest.mark.parametrize(
    "text", ["0.9999945604022324", "0.3333333333333333", "0.500000000000000", "0.38", "0.3800001", "1234567890123"]
)
def test_a_double_s_digits_are_its_own(text: str) -> None:
    entry = read_entry(text)
    assert entry.value == float(text)
    assert entry.digits == len(text.replace("0.", "").lstrip("0"))


@pytest.mark.parametrize(
    ("text", "half_unit"),
    [
        ("np.float32(0.99999994)", 2.0**-25),
        ("array(0.99999994, dtype=float32)", 2.0**-25),
        ("tensor(0.9999, dtype=torch.float16)", 0.9999 * 2.0**-11),
        ("tensor(0.38, dtype=torch.float64)", 5e-3),
        ("Array(0.38, dtype=float32)", 5e-3),
        ("Array(0.9999, dtype=bfloat16)", 0.9999 * 2.0**-8),
    ],
)
def test_a_type_that_is_named_is_no_finer_than_its_numbers(text: str, half_unit: float) -> None:
    (entry,) = read(text)
    assert entry.half_unit == pytest.approx(half_unit)


@pytest.mark.parametrize("text", ["[1/4, 0.5 * 0.76]", ["1/4", "0.5 * 0.76"], "1/4 & 0.5 * 0.76"])
def test_an_expression_is_known_alike_wherever_it_stands(text: Any) -> None:
    answer = tuple(text) if isinstance(text, list) else text
    assert [entry.digits for entry in read(answer, (2,))] == [0, 1]
