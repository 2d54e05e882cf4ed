"""Functions of formulas at sample points: entry by entry, from the one table of functions; and comparisons."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from grader.calculus.functions import spelled
from grader.calculus.operations import OPERATIONS, operation_of
from reference.graph import Array


def elementwise(word: str, primes: int) -> Callable[[Array], Array] | None:
    """The values of the function of one variable that a word spells, or of its derivative; None if it spells none."""
    function = spelled(word)
    if function is None or function.least != 1:
        return None
    operation = OPERATIONS.get(operation_of(function, 1, primes))
    return None if operation is None else operation.forward


COMPARISONS: Mapping[str, Callable[[Array, Array], Array]] = {
    ">": np.greater,
    ">=": np.greater_equal,
    "<": np.less,
    "<=": np.less_equal,
    "!=": np.not_equal,
}
