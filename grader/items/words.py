"""What a student reads about a value: which entry, compared with what, and why.

The words are given what the student sent, and of the key only a `Secret`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from grader.following.accounts import Account
from grader.following.quantities import Quantity
from grader.following.sheet import Sheet
from grader.items.secrets import Secret, Words
from grader.reading.entries import Entry
from grader.reading.shapes import Reading
from grader.slips.values import Misreading


def place_of(reading: Reading, axes: tuple[str, ...], flat: int) -> str:
    """Where an entry stands, counted from 1 in the student's own order of axes: `row 2, column 3, channel 1`."""
    index = np.unravel_index(flat, reading.values.shape)
    axes = axes or tuple(f"axis {axis + 1}" for axis in range(len(index)))
    if len(index) == 0:
        return "the number"
    if len(index) == 1:
        return f"entry {int(index[0]) + 1}"
    return ", ".join(f"{axes[axis]} {int(index[axis]) + 1}" for axis in reading.layout)


def written(entry: Entry) -> str:
    """What the student wrote, or what is wrong with it."""
    return entry.fault or f"you wrote {entry.text}"


def reason(misread: Iterable[Misreading]) -> str:
    """What misreadings explain an answer, as one sentence."""
    return f"This is what comes out if {' and '.join(one.sentence for one in sorted(misread))}."


def written_reason(misread: Iterable[Misreading]) -> str:
    """The same for who has the key, with the author's formulas."""
    return f"This is what comes out if {' and '.join(one.written for one in sorted(misread))}."


def names_of(quantities: Iterable[Quantity], sheet: Sheet) -> list[str]:
    """The answer ids of quantities, in the order of the rubric."""
    wanted = frozenset(quantities)
    return [asked.item.id for asked in sheet.asked if asked.quantity in wanted]


def listed(names: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def right(reading: Reading, axes: tuple[str, ...]) -> str:
    """A right answer, and how it was read where that is not obvious."""
    layout = reading.layout
    size = len(reading.entries)
    count = "Right." if size == 1 else f"Right: all {size} entries agree."
    if layout == tuple(range(len(layout))):
        return count
    return f"{count} Read as {' x '.join(axes[axis] for axis in layout)}; {' x '.join(axes)} is as good."


def against(source: list[str], reading: Iterable[Misreading] = ()) -> str:
    """What a wrong answer was compared with: one reading must hold throughout a submission."""
    origin = f"what follows from your own {listed(source)}" if source else "what follows from the given inputs"
    known = "; ".join(one.sentence for one in sorted(reading))
    return f"{origin}, read as in your other answers ({known})" if known else origin


def wrong(place: str, entry: Entry, right: Secret, compared: str) -> Words:
    """A wrong entry, what is right (a secret), and what it was compared with."""
    first = f"{place[:1].upper()}{place[1:]} is wrong: {written(entry)}"
    return first, Secret(f" (right is {right.value:.6g})"), f"; it was compared with {compared}."


def first_of(wrong: int, size: int) -> str:
    """How many entries are wrong, of those of an answer with several."""
    return f" It is the first of {wrong} wrong entries out of {size}." if size > 1 else ""


def slip(size: int) -> str:
    """One bad entry among good ones."""
    return f" The other {size - 1} entries are right, so this is a slip."


def follow_through(account: Account, source: list[str], *, told: bool) -> str:
    """Why an answer that differs from the right one has all its points."""
    again = sorted(one.sentence for one in account.errors if told and isinstance(one, Misreading))
    own = f"This is what the right method gives from your own {listed(source)}" if source else "This is consistent"
    also = f", with the same reading as before ({'; '.join(again)})" if again else ""
    return f"{own}{also}. An error is paid for once, so nothing is lost here."


def payment(account: Account, sheet: Sheet, *, told: bool) -> str:
    """Why an answer that follows from something unpaid has no points, and that the matter ends there."""
    misread = [one for one in account.pays if told and isinstance(one, Misreading)]
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
