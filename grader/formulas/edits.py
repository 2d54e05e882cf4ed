"""Slips of writing that no variant of the graph is: a name or an index swapped for another, a bias left out.

They are found by mending the student's own formula in one place and seeing whether it then agrees.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.formulas.answers import Asked
from grader.formulas.references import Slip
from grader.language.syntax import Apply, Chain, Name, Node, Sum
from grader.language.trees import rebuild, walk

MAX_EDITS = 40

_NO_DIGITS = str.maketrans("", "", "0123456789")


def edits(member: Node, asked: Asked, added: frozenset[str]) -> Iterator[tuple[Node, Slip]]:
    """The formula mended in one place, with the slip that the mending undoes; `added` are the problem's biases."""
    places = [node for node in walk(member) if isinstance(node, Name)]
    yield from _with_bias(member, asked, added)
    for place in places[:MAX_EDITS]:
        for other in _like(place, asked):
            where = (asked.used.node, str(asked.used.gradient))
            slip = Slip(("swap", *where, place.base, other.base), f"{place.base} stands where {other.base} is right")
            yield _replaced(member, place, other), slip


def _like(name: Name, asked: Asked) -> Iterator[Name]:
    """Names that may have been meant: of a quantity with the same axes in any order, or numbered otherwise."""
    meaning = asked.names.meaning(name)
    if meaning is None:
        return
    for base, other in asked.names.meanings.items():
        alike = sorted(other.axes, key=str) == sorted(meaning.axes, key=str)
        if base != name.base and alike and (other.axes or _unnumbered(base) == _unnumbered(name.base)):
            yield Name(base)


def _unnumbered(name: str) -> str:
    return name.translate(_NO_DIGITS)


def _replaced(tree: Node, old: Node, new: Node) -> Node:
    """The tree with one node, found by identity, replaced."""
    return new if tree is old else rebuild(tree, lambda child: _replaced(child, old, new))


def _with_bias(member: Node, asked: Asked, added: frozenset[str]) -> Iterator[tuple[Node, Slip]]:
    """A bias added inside a gate's condition or an activation."""
    for place in walk(member):
        inner = _pre_activation(place)
        if inner is None or {part.base for part in walk(inner) if isinstance(part, Name)} & added:
            continue
        for base in sorted(added & asked.names.meanings.keys()):
            slip = Slip(("bias", asked.used.node, str(asked.used.gradient), base), f"the bias {base} is left out")
            yield _replaced(member, inner, Sum((inner, Name(base)))), slip


def _pre_activation(node: Node) -> Node | None:
    if isinstance(node, Chain) and node.left is not None:
        return node.left
    if isinstance(node, Apply) and len(node.args) == 1:
        return node.args[0]
    return None
