"""What the parts of the compiler see of each other: how a tree becomes a part, and how a node is added."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, NoReturn

from grader.language.syntax import Node
from grader.networks.parts import Builder, Part


class Reading(ABC):
    """The reading of one formula into a builder; `after` says whether it is computed after the backward pass."""

    def __init__(self, builder: Builder, loss: str | None, *, after: bool = False) -> None:
        self.builder = builder
        self.loss = loss
        self.after = after

    @abstractmethod
    def part(self, tree: Node) -> Part:
        """A tree as a part."""

    def emit(self, op: str, parents: Iterable[Part], tree: Node, **attributes: Any) -> Part:
        """An operation, told as the formula has it."""
        return self.builder.emit(op, tuple(parents), attributes, self.text(tree), tree.span)

    def text(self, tree: Node) -> str:
        """How a part is written in the formula."""
        return self.builder.text[tree.span.start : tree.span.end].strip()

    def fail(self, message: str, tree: Node) -> NoReturn:
        """Stop at a part of the formula."""
        self.builder.fail(message, tree.span)
