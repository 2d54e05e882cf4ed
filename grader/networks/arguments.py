"""What stands in the brackets of a function: arrays in order, and further arguments in order or by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from grader.language.syntax import Apply, Chain, Items, Name, Node
from grader.networks.parts import Part
from grader.networks.reading import Reading


@dataclass(frozen=True, slots=True)
class Arguments:
    """What stands in a function's brackets: in order, and by name."""

    arrays: tuple[Node, ...]
    named: Mapping[str, Node]


Call: TypeAlias = Callable[[Reading, Apply, Arguments], Part]

# Names of arguments that libraries give to one thing.
_SPELLED: Mapping[str, str] = {
    "keepdims": "keep", "keepdim": "keep", "padding": "pad", "dim": "axis", "strides": "stride",
}  # fmt: skip


def arguments(tree: Apply) -> Arguments:
    """Sort the arguments of an application into those in order and those with a name."""
    arrays, named = [], {}
    for one in tree.args:
        if isinstance(one, Chain) and isinstance(one.left, Name) and [step.relation for step in one.steps] == ["="]:
            named[_SPELLED.get(one.left.base, one.left.base)] = one.steps[0].right
        else:
            arrays.append(one)
    return Arguments(tuple(arrays), named)


def arranged(reading: Reading, tree: Apply, given: Arguments, count: int) -> tuple[Node, ...]:
    """Exactly so many arguments, none by name. Raises `LanguageError`."""
    if len(given.arrays) != count or given.named:
        plural = "" if count == 1 else "s"
        reading.fail(f"{tree.head.base!r} takes {count} argument{plural}; got {len(given.arrays)}", tree)
    return given.arrays


def literal(reading: Reading, node: Node) -> Any:
    """A number, a truth value, or a tuple of these, as an argument that is no array."""
    if isinstance(node, Items):
        return tuple(literal(reading, item) for item in node.items)
    if isinstance(node, Name) and node.base in {"True", "False"}:
        return node.base == "True"
    part = reading.part(node)
    if part.number is None:
        reading.fail(f"expected a number here; got {reading.text(node)!r}", node)
    return int(part.number) if part.number == int(part.number) else part.number
