"""Budgets count operations, so that no verdict depends on a machine's load."""

from __future__ import annotations


class OverBudgetError(Exception):
    """More operations than a question may take."""


class Budget:
    """A number of operations that may still be spent."""

    def __init__(self, operations: int) -> None:
        self.left = operations

    def spend(self, operations: int) -> None:
        """Count operations. Raises `OverBudgetError` when there are none left."""
        self.left -= operations
        if self.left < 0:
            raise OverBudgetError
