"""Where a formula is evaluated: sample points, names, and what index letters count."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from grader.calculus.budget import Budget, array_work
from grader.formulas.errors import FormulaError
from grader.formulas.indices import Letter
from grader.formulas.names import Meaning, Names
from grader.formulas.points import Points
from grader.formulas.tensors import Tensor
from grader.language.errors import NOWHERE
from grader.language.syntax import Node

Want: TypeAlias = tuple[str, ...] | None

# What it is counted as to go to a part of a formula, or through one combination of its terms.
PART = 20


class _Once:
    """Readings that are worked out once, as far as anybody asks; `node` is held, as its identity is the key."""

    def __init__(self, readings: Iterator[Tensor], node: Node) -> None:
        self._readings, self._node = readings, node
        self._known: list[Tensor] = []
        self._error: FormulaError | None = None

    def __iter__(self) -> Iterator[Tensor]:
        place = 0
        while place < len(self._known) or self._more():
            yield self._known[place]
            place += 1

    def _more(self) -> bool:
        if self._error is not None:
            raise self._error
        try:
            following = next(self._readings, None)
        except FormulaError as error:
            self._error = error
            raise
        if following is not None:
            self._known.append(following)
        return following is not None


@dataclass(frozen=True, eq=False)
class Scope:
    """Where a formula is evaluated.

    `base` is where index letters start, `channel_last` the order of axes of indexed arrays, `kept` the letters of the
    formula's left side. `found` holds what parts were read as, so that none is read anew wherever it is asked for.
    """

    points: Points
    names: Names
    letters: Mapping[str, Letter]
    base: int
    channel_last: bool
    budget: Budget
    kept: frozenset[str] = frozenset()
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

    def once(self, node: Node, want: Want, read: Callable[[Node, Scope, Want], Iterator[Tensor]]) -> Iterator[Tensor]:
        """The readings of a part, worked out once and counted. Raises what `read` does, and `OverBudgetError`."""
        key = (id(node), want)
        if key not in self.found:
            self.found[key] = _Once(self._counted(read(node, self, want)), node)
        return iter(self.found[key])

    def _counted(self, readings: Iterator[Tensor]) -> Iterator[Tensor]:
        self.budget.spend(PART)
        for tensor in readings:
            self.budget.spend(PART + array_work(tensor.data.size))
            yield tensor

    @property
    def samples(self) -> int:
        """How many samples there are; 1 in a problem without."""
        for meaning in self.names.meanings.values():
            for place, axis in enumerate(meaning.axes):
                if axis.kind == "sample":
                    return int(self.value(meaning).data.shape[place + 1])
        return 1
