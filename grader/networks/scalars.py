"""Functions of numbers in a network: each is one operation, entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce

from grader.calculus.functions import ArityError, Function
from grader.calculus.operations import OPERATIONS, operation_of
from grader.language.syntax import Apply, Node
from grader.networks.parts import Part
from grader.networks.reading import Reading


def scalar(reading: Reading, function: Function, tree: Apply, given: Sequence[Node]) -> Part:
    """A function of its arguments, or with a prime its derivative. Raises `LanguageError`."""
    parts = [reading.part(node) for node in given]
    try:
        function.check(len(parts))
    except ArityError as error:
        reading.fail(f"{tree.head.base!r} {error}", tree)
    if function.name in _FOLDED:
        return reduce(lambda left, right: _FOLDED[function.name](reading, left, right, tree), parts)
    name = operation_of(function, len(parts), tree.head.primes)
    if name not in OPERATIONS:
        reading.fail(f"{reading.text(tree.head)!r} has no derivative that is known, so that no network has it", tree)
    return reading.emit(name, parts, tree)


def _largest(reading: Reading, left: Part, right: Part, tree: Node) -> Part:
    """The larger of two; of anything and 0 it is a ReLU."""
    others = [part for part in (left, right) if part.number != 0]
    return reading.emit("relu", others, tree) if len(others) == 1 else reading.emit("maximum", (left, right), tree)


def _smallest(reading: Reading, left: Part, right: Part, tree: Node) -> Part:
    return reading.emit("minimum", (left, right), tree)


# What is computed of two at a time, of however many.
_FOLDED: Mapping[str, Callable[[Reading, Part, Part, Node], Part]] = {"max": _largest, "min": _smallest}
