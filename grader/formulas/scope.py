"""Where a formula is evaluated: sample points, names, and what index letters count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from grader.calculus.budget import Budget
from grader.formulas.errors import FormulaError
from grader.formulas.indices import Letter
from grader.formulas.names import COUNT, Meaning, Names
from grader.formulas.points import Points
from grader.formulas.tensors import Tensor
from grader.formulas.usual import SIZES
from grader.language.errors import NOWHERE


@dataclass(frozen=True, eq=False)
class Scope:
    """Where a formula is evaluated.

    `base` is where index letters start; with `upper_last` an axis that superscripts count stands last among indices;
    `kept` are the letters of the formula's left side, `sizes` the bounds of its sums that are names, `\\sum_{i=1}^n`.
    `found` holds what parts were read as, so that none is read anew wherever it is asked for.
    """

    points: Points
    names: Names
    letters: Mapping[str, Letter]
    base: int
    upper_last: bool
    budget: Budget
    kept: frozenset[str] = frozenset()
    sizes: Mapping[str, int] = field(default_factory=dict)
    found: dict[Any, Any] = field(default_factory=dict, init=False)

    def value(self, meaning: Meaning) -> Tensor:
        """The values of a named quantity."""
        return Tensor(self.points.value(meaning.node), meaning.axes)

    def gradient(self, meaning: Meaning) -> Tensor:
        """The gradient of the loss by a named quantity. Raises `FormulaError` where there is none."""
        slopes = self.points.gradients.computed
        if meaning.node not in slopes:
            raise FormulaError(f"there is no gradient by {meaning.node}: the loss does not depend on it", NOWHERE)
        return Tensor(slopes[meaning.node], meaning.axes)

    @property
    def all_sizes(self) -> Mapping[str, int]:
        """What names are that say how many entries an axis has: by a sum that runs to them, or as usual."""
        return {**_usual_sizes(self.points, self.names), **self.sizes}


@lru_cache(maxsize=64)
def _usual_sizes(points: Points, names: Names) -> Mapping[str, int]:
    lengths: dict[str, int] = {}
    for meaning in names.meanings.values():
        for axis, size in zip(meaning.axes, points.value(meaning.node).shape[1:], strict=True):
            lengths.setdefault(axis.kind, size)
    found = {COUNT: 1}
    for kind, letters in reversed([*SIZES.items()]):
        found |= dict.fromkeys(letters, lengths[kind]) if kind in lengths else {}
    return {name: size for name, size in found.items() if name not in names.meanings}
