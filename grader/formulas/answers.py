"""A student's formula, what it states, and at which sample points it is tried."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from grader.calculus.budget import Budget
from grader.formulas.names import Names, Used
from grader.formulas.points import Points, points
from grader.formulas.settings import Setting
from grader.formulas.tensors import Axis
from grader.language.syntax import Node
from reference.graph import Graph


@dataclass(frozen=True, eq=False)
class Formula:
    """A formula as read: an optional left side, and its members; the last one counts.

    `written` is that one as it was written, before the student's own names were put back to what they stand for;
    `said` are sentences about what stands beside it and costs nothing, `behind` the values that follow it.
    """

    left: Node | None
    members: tuple[Node, ...]
    written: Node | None = None
    said: tuple[str, ...] = ()
    behind: tuple[Node, ...] = ()

    @property
    def last(self) -> Node:
        """The member that counts."""
        return self.members[-1]

    @property
    def shown(self) -> Node:
        """The member that counts, as it was written."""
        return self.written if self.written is not None else self.last


@dataclass(frozen=True)
class Asked:
    """The quantity that a formula states, or one entry of it, in the setting of its problem."""

    setting: Setting
    used: Used
    open_gates: bool
    entry: tuple[int, ...] = ()

    @property
    def names(self) -> Names:
        """The problem's names."""
        return self.setting.names

    @property
    def graph(self) -> Graph:
        """The problem's graph."""
        return self.setting.own.graph

    @property
    def loss(self) -> str:
        """The name of the loss."""
        return str(self.graph.loss)

    @cached_property
    def late(self) -> frozenset[str]:
        """What is computed after the backward pass."""
        return frozenset(node.name for node in self.graph.after)

    @property
    def is_late(self) -> bool:
        """Whether the quantity itself is."""
        return not self.used.gradient and self.used.node in self.late

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The axes of the quantity."""
        return self.names.meanings[self.used.node].axes[len(self.entry) :]

    @property
    def kinds(self) -> tuple[str, ...]:
        """What each axis of the quantity runs over."""
        return tuple(axis.kind for axis in self.axes)

    def points(self, *, own_sizes: bool) -> Points:
        """The sample points at which formulas for the quantity are compared."""
        return points(self.setting, own_sizes=own_sizes, open_gates=self.open_gates)


@dataclass(frozen=True, eq=False)
class Trial:
    """Of what quantity a formula is tried, at which sample points, and how many operations that may still take."""

    asked: Asked
    points: Points
    budget: Budget
