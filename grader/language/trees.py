"""Walking and rewriting trees, whatever their nodes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import fields, replace
from functools import cache
from typing import Any, cast

from grader.language.syntax import Name, Node


@cache
def _parts(kind: Hashable) -> tuple[str, ...]:
    """The fields of a kind of node in which nodes may stand."""
    return tuple(field.name for field in fields(cast("type[Node]", kind)) if field.compare)


def _kind(node: Node) -> Hashable:
    kind: Any = type(node)
    hashable: Hashable = kind
    return hashable


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below, in source order as far as their kind fixes it."""
    found: list[Node] = []
    for part in _parts(_kind(node)):
        value = getattr(node, part)
        if isinstance(value, Node):
            found.append(value)
        elif type(value) is tuple and value:
            _collect(value, found)
    return tuple(found)


def _collect(values: tuple[Any, ...], found: list[Node]) -> None:
    for value in values:
        if isinstance(value, Node):
            found.append(value)
        elif type(value) is tuple:
            _collect(value, found)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, parents before children."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))


def rebuild(node: Node, change: Callable[[Node], Node]) -> Node:
    """The node with `change` done to each of its children; the node itself where none of them changed."""
    parts = {part: getattr(node, part) for part in _parts(_kind(node))}
    changed = {part: new for part, old in parts.items() if (new := _changed(old, change)) is not old}
    return replace(node, **changed) if changed else node


def _changed(value: Any, change: Callable[[Node], Node]) -> Any:
    if isinstance(value, Node):
        return change(value)
    if isinstance(value, tuple):
        items = tuple(_changed(item, change) for item in value)
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    return value


def transform(node: Node, change: Callable[[Node], Node]) -> Node:
    """`change` done to every node from the leaves up."""
    return change(rebuild(node, lambda child: transform(child, change)))


def substitute(node: Node, old: Node, new: Node) -> Node:
    """The tree with every occurrence of `old` replaced by `new`; `new` itself is not searched."""
    return new if node == old else rebuild(node, lambda child: substitute(child, old, new))


def names(node: Node) -> frozenset[Name]:
    """All names in a tree, heads of applications and subscripts included."""
    return frozenset(part for part in walk(node) if isinstance(part, Name))
