"""What a student reads about a value: which entry, compared with what, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from grader.following.accounts import Account
from grader.following.explain import Answered
from grader.following.quantities import Quantity
from grader.following.sheet import Sheet
from grader.reading.entries import Entry
from grader.slips.values import Misreading


def place_of(answered: Answered, flat: int) -> str:
    """Where an entry stands, counted from 1 in the student's own order of axes: `row 2, column 3, channel 1`."""
    index = np.unravel_index(flat, answered.asked.truth.shape)
    axes = answered.asked.item.axes or tuple(f"axis {axis + 1}" for axis in range(len(index)))
    if len(index) == 0:
        return "the number"
    if len(index) == 1:
        return f"entry {int(index[0]) + 1}"
    return ", ".join(f"{axes[axis]} {int(index[axis]) + 1}" for axis in answered.reading.layout)


def written(entry: Entry) -> str:
    """What the student wrote, or what is wrong with it."""
    return entry.fault or f"you wrote {entry.text}"


def reason(misread: Iterable[Misreading]) -> str:
    """What misreadings explain an answer, as one sentence."""
    return "This is what comes out if " + " and ".join(one.sentence for one in sorted(misread)) + "."


def names_of(quantities: Iterable[Quantity], sheet: Sheet) -> list[str]:
    """The answer ids of quantities, in the order of the rubric."""
    wanted = frozenset(quantities)
    return [asked.item.id for asked in sheet.asked if asked.quantity in wanted]


def listed(names: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def right(answered: Answered) -> str:
    """A right answer, and how it was read where that is not obvious."""
    layout = answered.reading.layout
    size = len(answered.reading.entries)
    count = "Right." if size == 1 else f"Right: all {size} entries agree."
    if layout == tuple(range(len(layout))):
        return count
    axes = answered.asked.item.axes
    return f"{count} Read as {' x '.join(axes[axis] for axis in layout)}; {' x '.join(axes)} is as good."


def against(source: list[str], reading: Iterable[Misreading] = ()) -> str:
    """What a wrong answer was compared with: one reading must hold throughout a submission."""
    origin = f"what follows from your own {listed(source)}" if source else "what follows from the given inputs"
    known = "; ".join(one.sentence for one in sorted(reading))
    return f"{origin}, read as in your other answers ({known})" if known else origin


def wrong(answered: Answered, near: NDArray[np.bool_], compared: str, *, release: bool) -> str:
    """The first wrong entry, what it was compared with, and, if the key is released, what is right."""
    missed = np.flatnonzero(~near)
    flat = int(missed[0])
    shown = f" (right is {answered.asked.truth.ravel()[flat]:.6g})" if release else ""
    first = f"{place_of(answered, flat)} is wrong: {written(answered.reading.entries[flat])}{shown}"
    rest = f" It is the first of {len(missed)} wrong entries out of {near.size}." if near.size > 1 else ""
    return f"{first[:1].upper()}{first[1:]}; it was compared with {compared}.{rest}"


def slip(answered: Answered, flat: int, source: list[str], *, release: bool) -> str:
    """One bad entry among good ones."""
    near = np.arange(len(answered.reading.entries)) != flat
    told = wrong(answered, near, against(source), release=release).split(" It is the first")[0]
    return f"{told} The other {near.size - 1} entries are right, so this is a slip."


def follow_through(account: Account, source: list[str]) -> str:
    """Why an answer that differs from the right one has all its points."""
    again = sorted(one.sentence for one in account.errors if isinstance(one, Misreading))
    own = f"This is what the right method gives from your own {listed(source)}" if source else "This is consistent"
    also = f", with the same reading as before ({'; '.join(again)})" if again else ""
    return f"{own}{also}. An error is paid for once, so nothing is lost here."


def payment(account: Account, sheet: Sheet) -> str:
    """Why an answer that follows from something unpaid has no points, and that the matter ends there."""
    misread = [one for one in account.pays if isinstance(one, Misreading)]
    elsewhere = names_of((one for one in account.pays if isinstance(one, Quantity)), sheet)
    parts = [reason(misread)] if misread else []
    if elsewhere:
        parts.append(f"It follows from the error in your {listed(elsewhere)}, which carries no points of its own.")
    return " ".join([*parts, "The error is paid for here; what follows from it consistently keeps its points."])


def read_back(commands: Sequence[str]) -> str:
    """What is said of commands that single backslashes have broken, and that were read as they were meant."""
    if not commands:
        return ""
    shown = ", ".join(f"`{command}`" for command in commands[:3])
    return (
        f"Single backslashes in double quotes had made other signs of {shown}; this was read back. Double them there."
    )
