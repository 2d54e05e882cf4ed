"""Where a formula is evaluated: sample points, names, and what index letters count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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

    def size(self, name: str) -> int | None:
        """What a name is that says how many entries an axis has: by a sum that runs to it, or as usual."""
        if name in self.sizes:
            return self.sizes[name]
        for kind, usual in SIZES.items():
            if name in usual and (found := self._length(kind)) is not None:
                return found
        return 1 if name == COUNT else None

    def _length(self, kind: str) -> int | None:
        for meaning in self.names.meanings.values():
            for place, axis in enumerate(meaning.axes):
                if axis.kind == kind:
                    return int(self.value(meaning).data.shape[place + 1])
        return None
