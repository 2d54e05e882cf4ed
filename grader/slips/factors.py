"""A constant factor by which an answer is off, in words: one that is missing, or too much, or the size of something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

Sizes = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Factor:
    """What an answer is times what is right: `number`, times or divided by how many there are of `counted`.

    `power` is 1 or -1 where something is counted, else 0.
    """

    number: Fraction
    counted: str = ""
    power: int = 0

    def __str__(self) -> str:
        """The factor as a student reads it: what is missing in the answer, or what it has too much."""
        grown = self.power > 0 if self.power else abs(self.number) > 1
        size = abs(self.number) if grown else 1 / abs(self.number)
        turned = "the sign is turned"
        if not self.counted and size == 1:
            return turned
        several = f"{size} times " if size != 1 else ""
        what = f"a factor of {several}the number of {self.counted}s" if self.counted else f"a factor {size}"
        return f"{what} is {'too much' if grown else 'missing'}{f', and {turned}' if self.number < 0 else ''}"


def factor(here: Fraction, own: Fraction | None, sizes: Sizes, own_sizes: Sizes) -> Factor:
    """The factor that is `here` at some sizes and `own` at those of the homework (None where it is not known there).

    What differs between the two is the size of an axis; one without a name, or of none, is told as it is in the
    homework's own sizes.
    """
    if own is None or own == here:
        return Factor(here)
    for kind in sorted(sizes.keys() & own_sizes.keys()):
        for power in (1, -1):
            number = here / Fraction(sizes[kind]) ** power
            if number == own / Fraction(own_sizes[kind]) ** power and kind.isidentifier():
                return Factor(number, kind.replace("_", " "), power)
    return Factor(own)
