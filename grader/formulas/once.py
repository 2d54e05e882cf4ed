"""Readings that are worked out once, as far as anybody asks, and counted."""

from __future__ import annotations

from grader.calculus.budget import PART, Budget, array_work
from grader.formulas.errors import FormulaError
from grader.formulas.tensors import Tensor, Tensors
from grader.language.syntax import Node


class Once:
    """Readings that are worked out once, as far as anybody asks; `node` is held, as its identity is the key."""

    def __init__(self, readings: Tensors, node: Node) -> None:
        self._readings, self._node = readings, node
        self._known: list[Tensor] = []
        self._error: FormulaError | None = None

    def __iter__(self) -> Tensors:
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


def counted(readings: Tensors, budget: Budget) -> Tensors:
    """Readings, each paid for as it comes. Raises `OverBudgetError`."""
    budget.spend(PART)
    for tensor in readings:
        budget.spend(PART + array_work(tensor.data.size))
        yield tensor
