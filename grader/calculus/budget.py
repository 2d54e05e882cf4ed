"""Budgets count operations, so that no verdict depends on a machine's load.

One operation of an answer's budget is about a microsecond: a step of Python's, or a few hundred numbers of an array.
What each piece of work is counted as was measured where it is done; `bench/hostile.py` shows that the counts hold.
"""

from __future__ import annotations

# Half a second: what an answer may cost. The dearest of hundreds of honest ones costs three quarters of it, most others
# a thousandth.
ANSWER = 500_000
# About two seconds: what all values of a problem may cost together, as each may follow from any of the others.
VALUES = 2_000_000
# About five seconds: what all answers of a submission may cost together; a worker is stopped after 20 s.
GRADING = 5_000_000

# What it is counted as to go to one part of a formula, or through one combination of its terms.
PART = 20

OVER = (
    "Working this out takes more steps than one answer may take, so it was not decided; a person looks at it. A shorter"
    " form, with fewer brackets, factors or lines, is decided at once."
)
OVER_IN_ALL = (
    "The answers before this one took more steps than one submission may take together, so it was not decided; a person"
    " looks at it."
)


class OverBudgetError(Exception):
    """More operations than a question may take."""


class Budget:
    """A number of operations that may still be spent."""

    def __init__(self, operations: int) -> None:
        self.spent = 0
        self.left = operations

    def spend(self, operations: int) -> None:
        """Count operations. Raises `OverBudgetError` when there are none left."""
        self.spent += operations
        self.left -= operations
        if self.left < 0:
            raise OverBudgetError


def array_work(numbers: int) -> int:
    """What an operation of NumPy's on so many numbers is counted as: 8 µs to begin with, then 5 ns for each."""
    return 8 + numbers // 200
