"""Other readings of what mathematics leaves open: how far a log without brackets reaches.

`\\log p(x|z) p(z)` is the log of the product, `\\log \\frac{p}{q} q \\, dz` a weight after the log, and `log a / b` the log
of the ratio. The usual reading comes first; another one counts only where it makes a step hold that else would not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from grader.language.syntax import Apply, Node, Product, Quotient
from grader.language.trees import transform

Habit: TypeAlias = Callable[[Node], Node]

_LOGS = frozenset({"log", "ln"})


def readings(node: Node, habit: Habit | None = None) -> Iterator[Node]:
    """The usual reading of a side, or that of a habit, then the others, each once."""
    seen: set[Node] = set()
    for change in (habit or usual, *HABITS):
        tree = transform(node, change)
        if tree not in seen:
            seen.add(tree)
            yield tree


def habits_in(trees: Iterable[Node]) -> tuple[Habit, ...]:
    """The habits other than the usual one that would read any of these trees in another way."""
    usually = [(tree, transform(tree, usual)) for tree in trees]
    return tuple(habit for habit in HABITS[1:] if any(transform(tree, habit) != read for tree, read in usually))


def _is_open_log(node: Node) -> bool:
    return isinstance(node, Apply) and node.head.base in _LOGS and not node.bracket and len(node.args) == 1


def usual(node: Node) -> Node:
    """`log a / b` with a slash is the log of the ratio."""
    if isinstance(node, Quotient) and node.slash and _is_open_log(node.above) and isinstance(node.above, Apply):
        return Apply(node.above.head, (Quotient(node.above.args[0], node.below),), bracket="")
    return node


def _as_parsed(node: Node) -> Node:
    return node


def _splitting(at: int) -> Habit:
    def split(node: Node) -> Node:
        """The log ends before factor `at`; the others stand beside it."""
        node = usual(node)
        if not (isinstance(node, Apply) and _is_open_log(node) and isinstance(node.args[0], Product)):
            return node
        inside = node.args[0]
        place = at % len(inside.factors)
        log = Apply(node.head, (_product(inside.factors[:place], inside.signs[: place - 1]),), bracket="")
        return Product((log, *inside.factors[place:]), ("", *inside.signs[place:]))

    return split


def _product(factors: tuple[Node, ...], signs: tuple[str, ...]) -> Node:
    return factors[0] if len(factors) == 1 else Product(factors, signs)


HABITS: tuple[Habit, ...] = (usual, _splitting(-1), _splitting(1), _as_parsed)
