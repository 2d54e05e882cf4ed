"""Readings of what mathematics leaves open: how far a log without brackets reaches.

`\\log p(x|z) p(z)` is the log of the product, `\\log \\frac{p}{q} q dz` a weight after the log, and `log a / b` the log
of the ratio. A habit changes a node just before it is read. The usual one comes first; another counts only where it
makes a step hold that else would not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeAlias, TypeGuard

from grader.language.syntax import Apply, Node, Product, Quotient
from grader.language.trees import walk

Habit: TypeAlias = Callable[[Node], Node]

_LOGS = frozenset({"log", "ln"})


def has_open_logs(trees: Iterable[Node]) -> bool:
    """Whether any log in some trees can be read in several ways."""
    return any(_is_open(node) for tree in trees for node in walk(tree))


def _is_open(node: Node) -> bool:
    if isinstance(node, Quotient):
        return node.slash and _is_open_log(node.above)
    return _is_open_log(node) and isinstance(node.args[0], Product)


def _is_open_log(node: Node) -> TypeGuard[Apply]:
    return isinstance(node, Apply) and not node.bracket and len(node.args) == 1 and node.head.base in _LOGS


def usual(node: Node) -> Node:
    """`log a / b` with a slash is the log of the ratio."""
    if isinstance(node, Quotient) and node.slash and _is_open_log(node.above):
        return replace(node.above, args=(Quotient(node.above.args[0], node.below),))
    return node


def _as_parsed(node: Node) -> Node:
    return node


def _splitting(at: int) -> Habit:
    def split(node: Node) -> Node:
        """The log ends before factor `at`; the others stand beside it."""
        node = usual(node)
        if not (_is_open_log(node) and isinstance(node.args[0], Product)):
            return node
        inside = node.args[0]
        place = at % len(inside.factors)
        log = Apply(node.head, (_product(inside.factors[:place], inside.signs[: place - 1]),), bracket="(")
        return Product((log, *inside.factors[place:]), ("", *inside.signs[place:]))

    return split


def _product(factors: tuple[Node, ...], signs: tuple[str, ...]) -> Node:
    return factors[0] if len(factors) == 1 else Product(factors, signs)


HABITS: tuple[Habit, ...] = (usual, _splitting(-1), _splitting(1), _as_parsed)
