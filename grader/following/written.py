"""From answers to readings: what was written for each asked value, in the layout that fits it best."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.assignment import ValueItem, ValuePolicy
from grader.calculus.tolerances import ROUNDING
from grader.equality.tolerance import agreement
from grader.following.sheet import Asked
from grader.reading import shapes
from grader.reading.shapes import Reading, ShapeError
from grader.reading.tokens import ReadingError
from grader.report import Verdict
from reference.graph import Array


@dataclass(frozen=True, slots=True)
class Unread:
    """An answer that there is nothing to compare with: its item, its verdict and a sentence for the student."""

    item: ValueItem
    verdict: Verdict
    message: str


def read(asked: Asked, answers: Mapping[str, Any], policy: ValuePolicy) -> tuple[Reading, ...] | Unread:
    """Read the answer to one item in every layout that its shape allows, the likeliest first; never raises.

    A layout is likelier if all entries, or all but one, agree with the truth or with it under one misreading.
    """
    answer = answers.get(asked.item.answer)
    if answer is None or (isinstance(answer, str) and not answer.strip()):
        return Unread(asked.item, Verdict.MISSING, "No answer was handed in.")
    try:
        found = shapes.read(answer, asked.truth.shape, asked.layouts, policy.significant_digits)
    except ReadingError as error:
        return Unread(asked.item, Verdict.UNREADABLE, f"This could not be read as numbers: {error}.")
    except ShapeError as error:
        return Unread(asked.item, Verdict.INCORRECT, f"The shape is not the one asked for: {error}.")
    if asked.truth.shape == () and found[0].entries[0].fault:
        fault = found[0].entries[0].fault
        return Unread(asked.item, Verdict.UNREADABLE, f"This could not be read as a number: {fault}.")
    return found if len(found) == 1 else tuple(sorted(found, key=lambda one: not _fits(one, asked, policy)))


def _fits(reading: Reading, asked: Asked, policy: ValuePolicy) -> bool:
    misread = asked.singles.of(asked.quantity)
    agrees = agreement(reading, misread, policy.relative_tolerance, probability=asked.item.probability)
    return int(agrees.reshape(len(agrees), -1).sum(axis=1).max()) >= reading.values.size - 1


def rich_enough(values: Array, truth: Array) -> NDArray[np.bool_]:
    """Whether values (batch axis first) may be followed from: half as many different non-zero entries as the truth."""
    return (2 * variety(values) >= variety(truth[None])) & np.isfinite(values).reshape(len(values), -1).any(axis=1)


def variety(values: Array) -> NDArray[np.int_]:
    """How many different non-zero finite values each row has, to nine digits, so that rounding makes no difference."""
    flat = values.reshape(len(values), -1)
    known = np.sort(np.where(np.isfinite(flat), flat, 0.0), axis=1)
    apart = np.diff(known, axis=1) > ROUNDING * np.abs(known[:, 1:])
    count: NDArray[np.int_] = 1 + apart.sum(axis=1) - (known == 0.0).any(axis=1)
    return count
