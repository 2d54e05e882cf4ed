"""What a formula is made of while it is compiled: numbers and nodes with their shapes, and the graph that grows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import numpy as np

from grader.calculus.operations import OPERATIONS
from grader.language.errors import NOWHERE, LanguageError, Span
from grader.reading.shapes import describe
from reference.graph import Array, Node

# What one problem may have, over all of its formulas, and how many numbers one of its quantities may hold.
MAX_NODES = 2_000
MAX_ENTRIES = 100_000


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a formula: a node of the graph by its name, or a number that is no node yet.

    `row` marks a vector with a transposition sign, which a product takes for a row. `label` is how it was written.
    """

    name: str
    shape: tuple[int, ...] = ()
    label: str = ""
    number: float | None = None
    row: bool = False

    @property
    def is_scalar(self) -> bool:
        """Whether it is one number."""
        return self.shape == ()


def number(value: float, label: str = "") -> Part:
    """A number that stands in a formula."""
    return Part("", (), label or f"{value:g}", value)


class Builder:
    """A growing list of nodes, each evaluated at the problem's inputs as it is added, so that its shape is known.

    `values` are all quantities by name, batch axis first, `given` the names of the inputs. `sizes` are by name, too,
    each with where it was met; `counted` are those that formulas use.
    `owner` is the declared node whose formula is being read, `text` that formula.
    """

    def __init__(self, known: Mapping[str, Array]) -> None:
        self.values: dict[str, Array] = dict(known)
        self.given = frozenset(known)
        self.nodes: list[Node] = []
        self.sizes: dict[str, dict[int, str]] = {}
        self.counted: set[str] = set()
        self.owner = ""
        self.text = ""
        self._first = 0

    def begin(self, owner: str, text: str) -> None:
        """Begin with the formula of a declared node."""
        self.owner, self.text, self._first = owner, text, len(self.nodes)

    def finish(self, part: Part, *, loss: bool = False) -> None:
        """Give the node that a formula ends in the declared name; a loss is the objective that gradients are of."""
        if loss:
            part = self._objective(part)
        if len(self.nodes) == self._first or self.nodes[-1].name != part.name:
            part = self.emit("use", (part,), {"owner": self.owner}, part.label)
        last = self.nodes.pop()
        self.nodes.append(replace(last, name=self.owner, written=""))
        self.values[self.owner] = self.values.pop(last.name)

    def _objective(self, part: Part) -> Part:
        """What is minimised or maximised; the operation that gives it is told by the name, too."""
        if len(self.nodes) > self._first and self.nodes[-1].name == part.name:
            self.nodes[-1] = replace(self.nodes[-1], label=self.owner)
        return self.emit("objective", (part,))

    def named(self, name: str, label: str = "") -> Part:
        """A quantity that is known by name."""
        return Part(name, self.values[name].shape[1:], label or name)

    def emit(
        self,
        op: str,
        parents: tuple[Part, ...],
        attributes: Mapping[str, Any] | None = None,
        label: str = "",
        span: Span = NOWHERE,
    ) -> Part:
        """Add an operation over parts. Raises `LanguageError` where their shapes do not fit."""
        given = [self._made(part) for part in parents]
        name = f"{self.owner}#{len(self.nodes) - self._first}"
        node = Node(name, op, tuple(part.name for part in given), dict(attributes or {}), kind=op, written=label)
        self.values[name] = self._evaluated(node, given, span)
        self.nodes.append(node)
        if len(self.nodes) > MAX_NODES:
            self.fail(f"more than {MAX_NODES} operations in one problem; leave some of its nodes out", span)
        return Part(name, self.values[name].shape[1:], label)

    def call(self, name: str, size: int, where: str) -> None:
        """Note that a size has a name."""
        self.sizes.setdefault(name, {}).setdefault(size, where)

    def size(self, name: str, span: Span) -> int:
        """A size by name. Raises `KeyError` for one that is not known, `LanguageError` for one that is not one size."""
        met = self.sizes.get(name, {})
        self.counted.add(name)
        if len(met) > 1:
            told = ", ".join(f"{size} in {where}" for size, where in met.items())
            self.fail(f"{name!r} is no size: it is {told}; give the axes different names", span)
        if not met:
            raise KeyError(name)
        return next(iter(met))

    def mark(self) -> int:
        """A place to come back to."""
        return len(self.nodes)

    def back(self, mark: int) -> None:
        """Forget what was added since a place was marked."""
        for node in self.nodes[mark:]:
            del self.values[node.name]
        del self.nodes[mark:]

    def fail(self, message: str, span: Span) -> NoReturn:
        """Stop, with the place in the formula."""
        raise LanguageError("unfit", message, self.text, span)

    def _made(self, part: Part) -> Part:
        """A part as a node: a number becomes a constant."""
        if part.number is None:
            return part
        return self.emit("constant", (), {"value": part.number}, part.label)

    def _evaluated(self, node: Node, given: list[Part], span: Span) -> Array:
        arguments = [self.values[part.name] for part in given]
        try:
            with np.errstate(all="ignore"):
                value: Array = OPERATIONS[node.op].forward(*arguments, **node.attributes)
        except (ValueError, IndexError, TypeError) as error:
            sizes = "; ".join(f"{part.label or part.name!r} is {describe(part.shape)}" for part in given)
            reason = f" ({error})" if isinstance(error, IndexError) else ""
            self.fail(f"the shapes do not fit for {node.op}: {sizes}{reason}", span)
        if value.size > MAX_ENTRIES:
            self.fail(f"{value.size} numbers in one quantity; at most {MAX_ENTRIES} are computed with", span)
        return value
