"""One written number: its value, and how exactly it claims to be known."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

MAX_LENGTH = 60

_NUMBER = re.compile(r"([-+]?)([0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE]([-+]?[0-9]{1,4}))?")

# A float32 has 7 to 9 digits. A number of 12 or more that lies on one is its print by something that holds doubles; one
# that lies within a float32's reach of at most 5 digits was computed from float32s (by chance one in 200 does, and
# moves by less than their precision).
_NOISE_DIGITS = 12
_ROUND_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """A number as written.

    `half_unit` is half a unit of its last written digit (0 for an exact expression), `digits` its significant digits.
    A bad entry has the value NaN and says in `fault` what is wrong with it.
    """

    text: str
    value: float
    half_unit: float = 0.0
    digits: int = 0
    fault: str = ""


def bad_entry(text: str, fault: str) -> Entry:
    """An entry that counts as wrong in its own place."""
    return Entry(text[:MAX_LENGTH], math.nan, fault=fault)


def literal(text: str) -> Entry:
    """Read a number without a blank or a scale; what is none becomes a bad entry, never an error.

    A float32 that was printed with a double's digits has its own shortest ones: `0.38000000536441803` is 0.38.
    """
    if len(text) > MAX_LENGTH:
        return bad_entry(text, f"{text[:20]}... is longer than a number of {MAX_LENGTH} characters")
    match = _NUMBER.fullmatch(text)
    if match is None:
        return bad_entry(text, f"{text!r} is not a number" if text else "an entry is empty")
    value, half_unit, digits = _known(match)
    if not math.isfinite(value):
        return bad_entry(text, f"{text} is not a finite number")
    if digits >= _NOISE_DIGITS and (shortest := _single(value, half_unit)):
        return replace(literal(shortest), text=text)
    return Entry(text, value, half_unit, digits)


def _known(match: re.Match[str]) -> tuple[float, float, int]:
    """The value, half a unit of the last digit, and the count of significant digits."""
    _, mantissa, exponent = match.groups()
    whole, _, decimals = mantissa.partition(".")
    unit = int(exponent or 0) - len(decimals)
    return float(match[0]), 0.5 * _power(unit), len((whole + decimals).lstrip("0"))


def _power(exponent: int) -> float:
    """Ten to `exponent`, 0 or infinity past the range of a double."""
    return float(f"1e{exponent}")


def _single(value: float, half_unit: float) -> str:
    """The shortest digits of the float32 that a long number shows, if it shows one and means no rounder number."""
    if not _LEAST <= abs(value) <= _MOST:
        return ""
    single = np.float32(value)
    shortest = str(single)
    shown = abs(float(single) - value) <= max(half_unit, math.ulp(value)) or literal(shortest).digits <= _ROUND_DIGITS
    return shortest if shown and float(shortest) != value else ""


_LEAST, _MOST = float(np.finfo(np.float32).tiny), float(np.finfo(np.float32).max)


def scaled(entry: Entry, scale: Entry) -> Entry:
    """An entry times a scale: the unit of its last digit is scaled with it, its digits stay."""
    if scale.fault:
        return bad_entry(entry.text, scale.fault)
    value = entry.value * scale.value
    if entry.fault or math.isfinite(value):
        return Entry(entry.text, value, entry.half_unit * abs(scale.value), entry.digits, entry.fault)
    return bad_entry(entry.text, f"{entry.text} times {scale.text} is not a finite number")


_TYPES: Mapping[str, Callable[[float], float]] = MappingProxyType(
    dict.fromkeys(("float32", "single"), lambda value: 0.5 * float(np.spacing(np.float32(abs(value)))))
    | dict.fromkeys(("float16", "half"), lambda value: 2.0**-11 * abs(value))
    | {"bfloat16": lambda value: 2.0**-8 * abs(value)}
)


def typed(entry: Entry, dtype: str) -> Entry:
    """An entry of a type that a print names: it is known to half the distance of that type's numbers at best."""
    known = _TYPES.get(dtype)
    if known is None or not _LEAST <= abs(entry.value) <= _MOST:
        return entry
    return replace(entry, half_unit=max(entry.half_unit, known(entry.value)))
