"""One written number: its value, and how exactly it claims to be known.

entry   := factor ("*" factor)*          a mantissa and powers of ten, in any order
factor  := number ["/" number]           0.38, -.5, 5e-06, 3/8
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

MAX_LENGTH = 60

_NUMBER = re.compile(r"([-+]?)(\d+\.?\d*|\.\d+)(?:[eE]([-+]?\d{1,4}))?", re.ASCII)
_POWER_OF_TEN = re.compile(r"1e[-+]?\d{1,4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """A number as written.

    `half_unit` is half a unit of its last written digit (0 for a fraction), `digits` its significant digits. A bad
    entry has the value NaN and says in `fault` what is wrong with it.
    """

    text: str
    value: float
    half_unit: float = 0.0
    digits: int = 0
    fault: str = ""


def bad_entry(text: str, fault: str) -> Entry:
    """An entry that counts as wrong in its own place."""
    return Entry(text[:MAX_LENGTH], math.nan, fault=fault)


def read_entry(text: str) -> Entry:
    """Read one number; what is none becomes a bad entry, never an error."""
    if len(text) > MAX_LENGTH:
        return bad_entry(text, f"{text[:20]}... is longer than a number of {MAX_LENGTH} characters")
    factors = text.split("*")
    mantissa = next((factor for factor in factors if not _POWER_OF_TEN.fullmatch(factor)), factors[0])
    entry = _factor(mantissa)
    factors.remove(mantissa)
    for factor in factors:
        entry = scaled(entry, _factor(factor))
    if entry.fault:
        return bad_entry(text, entry.fault)
    if not math.isfinite(entry.value):
        return bad_entry(text, f"{text} is not a finite number")
    return Entry(text, entry.value, entry.half_unit, entry.digits)


def scaled(entry: Entry, scale: Entry) -> Entry:
    """An entry times a scale: the unit of its last digit is scaled with it, its digits stay."""
    if scale.fault:
        return bad_entry(entry.text, scale.fault)
    return Entry(entry.text, entry.value * scale.value, entry.half_unit * abs(scale.value), entry.digits, entry.fault)


def _factor(text: str) -> Entry:
    if "/" in text:
        return _fraction(text)
    match = _NUMBER.fullmatch(text)
    if match is None:
        return bad_entry(text, f"{text!r} is not a number" if text else "an entry is empty")
    _, mantissa, exponent = match.groups()
    whole, _, decimals = mantissa.partition(".")
    unit = int(exponent or 0) - len(decimals)
    return Entry(text, float(text), 0.5 * _power(unit), len((whole + decimals).lstrip("0")))


def _fraction(text: str) -> Entry:
    above, _, below = text.partition("/")
    top, bottom = (_factor(part) if "/" not in part else bad_entry(part, "") for part in (above, below))
    if not (math.isfinite(top.value) and math.isfinite(bottom.value)) or bottom.value == 0:
        return bad_entry(text, f"{text!r} is not a number")
    return Entry(text, top.value / bottom.value)


def _power(exponent: int) -> float:
    """Ten to `exponent`, 0 or infinity past the range of a double."""
    return float(f"1e{exponent}")
