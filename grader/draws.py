"""Numbers that are drawn instead of written down: what a rubric says of them, and the drawing.

A draw picks, for every entry, one of finitely many numbers, each with the decimals that it is printed with; so what a
student reads is what is computed with. The bits come from NumPy's PCG64, whose stream stays the same from version to
version (NEP 19), and are turned into picks here, so that a student keeps their numbers when NumPy is renewed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, TypeAlias

import numpy as np
from numpy.random import PCG64
from numpy.typing import NDArray
from pydantic import Field, model_validator

from grader.answers import Number
from grader.frozen import Frozen

Picks: TypeAlias = NDArray[np.uint64]

MAX_ENTRIES = 10_000
MAX_CHOICES = 1_000
MAX_STEPS = 10**9


class Draw(Frozen):
    """An input that is drawn: an array of `shape`, or one number, every entry by itself.

    Either from a `range`, both ends included, with so many `decimals` (0 for whole numbers), or one of `choices`:
    numbers, or lists of one length, a vector then being one choice. `nonzero` leaves zero out.
    """

    shape: tuple[Annotated[int, Field(ge=1)], ...] = Field(default=(), max_length=4)
    range: tuple[Decimal, Decimal] | None = None
    decimals: Annotated[int, Field(ge=0, le=8)] = 1
    choices: tuple[Any, ...] = Field(default=(), max_length=MAX_CHOICES)
    nonzero: bool = False

    @model_validator(mode="after")
    def _can_be_drawn(self) -> Draw:
        if (self.range is None) == (not self.choices):
            raise ValueError("give either `range`, [least, greatest], or `choices`, a list of numbers, one of them")
        if self.range is not None:
            self._check_range(*self.range)
        elif self._choices.dtype.kind != "f":
            raise ValueError("each of `choices` is a number, or each is a list of numbers, all of one length")
        if self.count < 1:
            raise ValueError("nothing is left to draw when zero is left out")
        if np.prod(self.shape) > MAX_ENTRIES:
            raise ValueError(f"at most {MAX_ENTRIES} numbers are drawn for one input")
        return self

    def _check_range(self, least: Decimal, greatest: Decimal) -> None:
        unit = Decimal(1).scaleb(-self.decimals)
        if not (least.is_finite() and greatest.is_finite() and least <= greatest):
            raise ValueError(f"a range goes from the least number to the greatest; got [{least}, {greatest}]")
        if least % unit or greatest % unit:
            raise ValueError(f"the ends {least} and {greatest} have more than {self.decimals} decimals (`decimals`)")
        if (greatest - least) / unit > MAX_STEPS:
            raise ValueError(f"more than {MAX_STEPS} numbers to choose from; take fewer decimals")

    @cached_property
    def _choices(self) -> NDArray[Any]:
        try:
            return np.array(self._kept, dtype=np.float64)
        except (ValueError, TypeError):
            return np.array([], dtype=np.str_)

    @cached_property
    def _kept(self) -> tuple[Any, ...]:
        """The choices; without zero where it is left out."""
        return tuple(one for one in self.choices if not (self.nonzero and isinstance(one, str) and float(one) == 0.0))

    @cached_property
    def _least(self) -> int:
        """The least number of the range, in units of the last decimal."""
        return int((self.range or (Decimal(0),))[0].scaleb(self.decimals))

    @cached_property
    def _hole(self) -> int | None:
        """The pick at which zero would stand, where it is left out of the range."""
        inside = self.range is not None and self.range[0] <= 0 <= self.range[1]
        return -self._least if self.nonzero and inside else None

    @cached_property
    def count(self) -> int:
        """How many numbers an entry can be."""
        if self.range is None:
            return len(self._kept)
        greatest = int(self.range[1].scaleb(self.decimals))
        return greatest - self._least + 1 - (self._hole is not None)

    def picks(self, bits: PCG64, times: int) -> Picks:
        """Draw `times` times: which of its numbers each entry is, times first."""
        size = (times, *self.shape)
        raw = np.asarray(bits.random_raw(int(np.prod(size))), dtype=np.uint64)
        return raw.reshape(size) % np.uint64(self.count)

    def values(self, picks: Picks) -> NDArray[np.float64]:
        """The picked numbers."""
        if self.range is None:
            chosen: NDArray[np.float64] = self._choices[picks]
            return chosen
        return self._units(picks) / 10.0**self.decimals

    def written(self, picks: Picks) -> Any:
        """The picked numbers as they are printed, in nested tuples."""
        if self.range is None:
            return _nested(picks, lambda pick: self._kept[pick])
        return _nested(self._units(picks), lambda unit: Number(f"{Decimal(unit).scaleb(-self.decimals):f}"))

    def _units(self, picks: Picks) -> NDArray[np.int64]:
        whole = picks.astype(np.int64)
        return self._least + whole + (0 if self._hole is None else whole >= self._hole)


def _nested(picks: NDArray[Any], tell: Any) -> Any:
    if picks.ndim == 0:
        return tell(int(picks))
    return tuple(_nested(part, tell) for part in picks)


def drawn(draws: Mapping[str, Draw], bits: PCG64) -> Mapping[str, Any]:
    """Every input that is drawn, once, in the order of the draws, as printed."""
    return {name: draw.written(draw.picks(bits, 1)[0]) for name, draw in draws.items()}


def attempts(draws: Mapping[str, Draw], bits: PCG64, times: int) -> Iterator[tuple[str, Picks]]:
    """Every input that is drawn, `times` times at once."""
    for name, draw in draws.items():
        yield name, draw.picks(bits, times)
