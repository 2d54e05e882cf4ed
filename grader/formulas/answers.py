"""A student's formula: its text, its members, what it uses, and what it is worth at a problem's sample points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, product

import numpy as np

from grader.calculus.budget import Budget
from grader.formulas.errors import FormulaError
from grader.formulas.evaluate import tensors
from grader.formulas.indices import Letter, bases_of, chain, letters_in, padding, ranges_of, spread, value_of
from grader.formulas.literal import literal
from grader.formulas.names import SAMPLE, Meaning, Names, Used, gradient_of
from grader.formulas.points import Points, points
from grader.formulas.scope import Scope
from grader.formulas.settings import Setting
from grader.formulas.tensors import Axis, Tensor
from grader.language.syntax import Chain, Index, Name, Node
from grader.language.trees import walk
from reference.graph import Array, Graph

MAX_READINGS = 3000


@dataclass(frozen=True, eq=False)
class Formula:
    """A formula as read: an optional left side, and its members; the last one counts."""

    left: Node | None
    members: tuple[Node, ...]

    @property
    def last(self) -> Node:
        """The member that counts."""
        return self.members[-1]


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


def members_of(statement: Chain, asked: Asked) -> Formula:
    """Split a chain into its left side and its members; sides that only name the asked quantity are left sides."""
    sides = list(statement.members)
    left = None
    while sides and (len(sides) > 1 or statement.left is None) and _names_asked(sides[0], asked):
        left = sides.pop(0)
    while len(sides) > 1 and _names_asked(sides[-1], asked):
        sides.pop()
    return Formula(None if asked.entry else left, tuple(sides))


def _names_asked(side: Node, asked: Asked) -> bool:
    """Whether a side is the asked quantity by name, whole, at indices, or part by part."""
    parts = getattr(side, "items", (side,))
    return all(_is_asked(part, asked) for part in parts)


def _is_asked(node: Node, asked: Asked) -> bool:
    base, _ = chain(node)
    gradient = gradient_of(node, asked.names, asked.loss) or gradient_of(base, asked.names, asked.loss)
    if gradient is not None:
        return asked.used == Used(gradient.node, gradient=True)
    meaning = asked.names.meaning(base)
    return meaning is not None and asked.used == Used(meaning.node)


@dataclass(frozen=True, eq=False)
class Trial:
    """Of what quantity a formula is tried, at which sample points, and how many operations that may still take."""

    asked: Asked
    points: Points
    budget: Budget


def worth(member: Node, formula: Formula, trial: Trial) -> Iterator[Tensor]:
    """All that a member may be worth, axes in the asked order; samples come first where they are left over.

    Raises `FormulaError` where parts have no meaning, or do not fit together, and `OverBudgetError`.
    """
    written = _as_written(member, trial) if trial.asked.names.declared else None
    if written is not None:
        yield written
    try:
        yield from _freely(member, formula, trial)
    except FormulaError:
        if written is None:
            raise
    except ValueError as error:  # what NumPy says of shapes that can't be brought together
        told = "its parts do not fit together: an index or a list runs over axes of different sizes"
        if written is None:
            raise FormulaError(told, member.span) from error


def _as_written(member: Node, trial: Trial) -> Tensor | None:
    """A member read as the problem's own formulas are."""
    asked = trial.asked
    tensor = literal(member, Scope(trial.points, asked.names, {}, 0, channel_last=False, budget=trial.budget))
    if tensor is None:
        return None
    shape = trial.points.value(asked.used.node).shape[1 + len(asked.entry) :]
    return Tensor(tensor.data, asked.axes) if tensor.data.shape[1:] == shape else _in_order(tensor, asked)


def _freely(member: Node, formula: Formula, trial: Trial) -> Iterator[Tensor]:
    asked = trial.asked
    written = (member,) if formula.left is None else (formula.left, member)
    bases = bases_of(written, from_zero=asked.names.declared)
    orders = (False, True) if _has_indices(member) else (False,)
    for base, channel_last in product(bases, orders):
        scope = _scope(member, formula, asked, Scope(trial.points, asked.names, {}, base, channel_last, trial.budget))
        for tensor in islice(tensors(member, scope, asked.kinds), MAX_READINGS):
            found = _in_order(_placed(tensor, formula, asked, scope), asked)
            if found is not None:
                yield found


def _has_indices(node: Node) -> bool:
    return any(isinstance(part, Index) and len(chain(part)[1]) > 1 for part in walk(node))


def _scope(member: Node, formula: Formula, asked: Asked, scope: Scope) -> Scope:
    """The scope with the letters that a member is written with."""
    left = chain(formula.left)[1] if formula.left is not None else []
    letters = {**_axis_letters(member, scope), **_left_letters(left, asked, scope)}
    for name, size in ranges_of(member):
        known = letters.get(name)
        letters[name] = Letter(scope.base, size or (known.size if known else 1))
    kept = frozenset(name for index, _ in left for name in letters_in(index))
    return replace(scope, letters=letters, kept=kept)


def _axis_letters(member: Node, scope: Scope) -> dict[str, Letter]:
    """Letters that stand alone in a place, with the size of the axis there."""
    letters: dict[str, Letter] = {}
    for part in walk(member):
        if isinstance(part, Index):
            base, at = chain(part)
            meaning = scope.names.meaning(base) or gradient_of(base, scope.names, str(scope.points.graph.loss))
            if meaning is not None:
                _note(letters, at, meaning, scope)
    return letters


def _left_letters(left: list[tuple[Node, str]], asked: Asked, scope: Scope) -> dict[str, Letter]:
    letters: dict[str, Letter] = {}
    _note(letters, left, asked.names.meanings[asked.used.node], scope)
    return letters


def _note(letters: dict[str, Letter], at: list[tuple[Node, str]], meaning: Meaning, scope: Scope) -> None:
    """Letters that stand alone in a place, with the size of the axis there; superscripts have an axis of their own."""
    sizes = dict(zip((axis.kind for axis in meaning.axes), scope.value(meaning).data.shape[1:], strict=True))
    above = [index for index, style in at if style == "^"]
    below = [index for index, style in at if style != "^"]
    kinds = [kind for kind in sizes if not above or kind != meaning.upper]
    if scope.channel_last and not above and len(below) == len(kinds) and kinds[:1] == ["channel"]:
        kinds = [*kinds[1:], kinds[0]]
    while scope.names.declared and len(at) < len(kinds) and sizes[kinds[0]] == 1:
        kinds = kinds[1:]
    for index, kind in zip(below, kinds, strict=False):
        if isinstance(index, Name):
            letters.setdefault(index.base, Letter(scope.base, sizes[kind]))
    for index in above:
        if isinstance(index, Name) and meaning.upper is not None:
            letters.setdefault(index.base, Letter(1, sizes[meaning.upper]))


def _placed(tensor: Tensor, formula: Formula, asked: Asked, scope: Scope) -> Tensor:
    """Give letters the axes that they have on the left side; scatter where the left side has index expressions."""
    left = chain(formula.left)[1] if formula.left is not None else []
    below = [index for index, style in left if style != "^"]
    above = [index for index, style in left if style == "^"]
    upper = asked.names.meanings[asked.used.node].upper
    axes = asked.axes
    if above:
        axes = (*(axis for axis in axes if axis.kind != upper), *(axis for axis in axes if axis.kind == upper))
        below = [*below, *above]
    elif scope.channel_last and len(below) == len(axes) and axes[:1] == (Axis("channel"),):
        axes = (*axes[1:], axes[0])
    if any(not isinstance(index, Name) for index in below):
        return _scattered(tensor, below, axes, asked, scope)
    kinds = {index.base: axis for index, axis in zip(below, axes, strict=False) if isinstance(index, Name)}
    return Tensor(tensor.data, tuple(Axis(kinds[a.tag].kind) if a.tag in kinds else Axis(a.kind) for a in tensor.axes))


def _scattered(tensor: Tensor, below: list[Node], axes: tuple[Axis, ...], asked: Asked, scope: Scope) -> Tensor:
    """Add up, at each entry of the left side, all that its index expressions send there."""
    tags = [axis.tag for axis in tensor.axes]
    if len(below) != len(axes) or not frozenset(tags).issuperset(name for index in below for name in letters_in(index)):
        return tensor
    sizes = dict(zip([axis.kind for axis in asked.axes], scope.points.value(asked.used.node).shape[1:], strict=True))
    grid = tensor.data.shape[1:]
    target = np.zeros((len(tensor.data), *(sizes[axis.kind] for axis in axes)))
    positions, inside = [], np.ones(grid, dtype=np.bool_)
    for index, axis in zip(below, axes, strict=True):
        values = np.broadcast_to(spread(value_of(index, scope.letters), letters_in(index), tags), grid)
        place = values - scope.base - padding(values, sizes[axis.kind])
        inside &= (place >= 0) & (place < sizes[axis.kind])
        positions.append(np.clip(place, 0, sizes[axis.kind] - 1))
    for row in range(len(target)):
        np.add.at(target[row], tuple(positions), np.where(inside, tensor.data[row], 0.0))
    return Tensor(target, axes)


def _in_order(tensor: Tensor, asked: Asked) -> Tensor | None:
    """The tensor with its axes as asked, a sample axis that is left over first; None if other axes differ."""
    kinds = tensor.kinds
    order = [*([SAMPLE] if SAMPLE in kinds and SAMPLE not in asked.kinds else []), *asked.kinds]
    if sorted(kinds) != sorted(order):
        return None
    places: dict[str, list[int]] = {}
    for place, kind in enumerate(kinds):
        places.setdefault(kind, []).append(place + 1)
    data: Array = tensor.data.transpose(0, *(places[kind].pop(0) for kind in order))
    return Tensor(data, tuple(Axis(kind) for kind in order))
