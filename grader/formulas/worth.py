"""What a formula is worth at a problem's sample points: every reading, with its axes as they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product

import numpy as np

from grader.formulas.answers import Asked, Formula, Trial
from grader.formulas.errors import FormulaError
from grader.formulas.evaluate import tensors
from grader.formulas.indices import (
    Letter,
    bases_of,
    bounds_of,
    chain,
    letters_in,
    padding,
    raised_first,
    ranges_of,
    spread,
    value_of,
)
from grader.formulas.literal import literal
from grader.formulas.names import SAMPLE, Meaning, gradient_of
from grader.formulas.points import Points
from grader.formulas.scope import Scope
from grader.formulas.tensors import Axis, Tensor
from grader.language.syntax import Index, Name, Node, Number
from grader.language.trees import walk
from reference.graph import Array

MAX_READINGS = 3000


def worth(member: Node, formula: Formula, trial: Trial) -> Iterator[Tensor]:
    """All that a member may be worth, axes in the asked order; samples come first where they are left over.

    Raises `FormulaError` where parts have no meaning, or do not fit together, and `OverBudgetError`.
    """
    written = list(_as_written(member, trial))
    yield from written
    try:
        yield from _freely(member, formula, trial)
    except FormulaError:
        if not written:
            raise
    except ValueError as error:  # what NumPy says of shapes that can't be brought together
        told = "its parts do not fit together: an index or a list runs over axes of different sizes"
        if not written:
            raise FormulaError(told, member.span) from error


def _as_written(member: Node, trial: Trial) -> Iterator[Tensor]:
    """A member read as the problem's own formulas are; an axis that superscripts count may stand last."""
    asked = trial.asked
    tensor = literal(member, Scope(trial.points, asked.names, {}, 0, upper_last=False, budget=trial.budget))
    if tensor is None:
        return
    shape = trial.points.value(asked.used.node).shape[1 + len(asked.entry) :]
    if _without_ones(tensor.data.shape[1:]) == _without_ones(shape):  # a row or a column is a vector
        yield Tensor(tensor.data.reshape(-1, *shape), asked.axes)
    elif (found := _in_order(tensor, asked)) is not None:
        yield found
    upper = asked.names.meanings[asked.used.node].upper
    if upper in asked.kinds[:-1] and tensor.data.ndim == 1 + len(shape):
        turned: Array = np.moveaxis(tensor.data, -1, asked.kinds.index(str(upper)) + 1)
        if turned.shape[1:] == shape:
            yield Tensor(turned, asked.axes)


def _without_ones(shape: tuple[int, ...]) -> list[int]:
    return [size for size in shape if size != 1]


def _freely(member: Node, formula: Formula, trial: Trial) -> Iterator[Tensor]:
    asked = trial.asked
    written = (member,) if formula.left is None else (formula.left, member)
    bases = bases_of(written, from_zero=True)
    if bases == (0,) and _reaches_the_end(written, asked, trial.points):
        bases = (1,)
    orders = (False, True) if asked.names.has_upper and _has_indices(member) else (False,)
    for base, upper_last in product(bases, orders):
        scope = _scope(member, formula, asked, Scope(trial.points, asked.names, {}, base, upper_last, trial.budget))
        for tensor in islice(tensors(member, scope, asked.kinds), MAX_READINGS):
            found = _in_order(_placed(tensor, formula, asked, scope), asked)
            if found is not None:
                yield found


def _reaches_the_end(written: tuple[Node, ...], asked: Asked, at: Points) -> bool:
    """Whether numbers that pick entries count from 1, as one does that is the size of its axis."""
    for part in (part for member in written for part in walk(member) if isinstance(part, Index)):
        base, indices = chain(part)
        meaning = asked.names.meaning(base) or gradient_of(base, asked.names, asked.loss)
        shape = at.value(meaning.node).shape[1:] if meaning is not None else ()
        pairs = zip((index for index, style in indices if style != "^"), shape, strict=False)
        if any(isinstance(index, Number) and index.text == str(size) for index, size in pairs):
            return True
    return False


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
    sizes = {upper: letters[name].size for name, upper in bounds_of(member) if name in letters}
    return replace(scope, letters=letters, kept=kept, sizes=sizes)


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
    at, sampled = raised_first(at, meaning.upper)
    above = [index for index, style in at if style == "^"]
    below = [index for index, style in at if style != "^"]
    kinds = [axis.kind for axis in meaning.axes if not above or axis.kind != meaning.upper]
    if sampled:
        kinds.sort(key=lambda kind: kind != SAMPLE)
    if scope.upper_last and not above and len(below) == len(kinds):
        kinds.sort(key=lambda kind: kind == meaning.upper)
    while len(at) < len(kinds) and sizes[kinds[0]] == 1:
        kinds = kinds[1:]
    for index, kind in zip(below, kinds, strict=False):
        if isinstance(index, Name):
            letters.setdefault(index.base, Letter(scope.base, sizes[kind]))
    for index in above:
        if isinstance(index, Name) and meaning.upper is not None:
            letters.setdefault(index.base, Letter(1, sizes[meaning.upper]))


def _placed(tensor: Tensor, formula: Formula, asked: Asked, scope: Scope) -> Tensor:
    """Give letters the axes that they have on the left side; scatter where the left side has index expressions."""
    upper = asked.names.meanings[asked.used.node].upper
    left, sampled = raised_first(chain(formula.left)[1] if formula.left is not None else [], upper)
    below = [index for index, style in left if style != "^"]
    above = [index for index, style in left if style == "^"]
    axes = tuple(sorted(asked.axes, key=lambda axis: axis.kind != SAMPLE)) if sampled else asked.axes
    if above:
        front = tuple(axis for axis in axes if axis.kind != upper)
        axes = (*front[: len(below)], *(axis for axis in axes if axis.kind == upper))
        below = [*below, *above]
    elif scope.upper_last and len(below) == len(axes):
        axes = tuple(sorted(axes, key=lambda axis: axis.kind == upper))
    if any(not isinstance(index, Name) for index in below):
        return _scattered(tensor, below, axes, asked, scope)
    kinds = {index.base: axis for index, axis in zip(below, axes, strict=False) if isinstance(index, Name)}
    tensor = _in_written_order(tensor, list(kinds))
    return Tensor(tensor.data, tuple(Axis(kinds[a.tag].kind) if a.tag in kinds else Axis(a.kind) for a in tensor.axes))


def _in_written_order(tensor: Tensor, letters: list[str]) -> Tensor:
    """The tensor with the axes that have the left side's letters in their order, wherever they stand."""
    tags = [axis.tag for axis in tensor.axes]
    places = sorted(tags.index(letter) for letter in letters if letter in tags)
    order = list(range(len(tags)))
    for place, letter in zip(places, (letter for letter in letters if letter in tags), strict=True):
        order[place] = tags.index(letter)
    data: Array = tensor.data.transpose(0, *(place + 1 for place in order))
    return Tensor(data, tuple(tensor.axes[place] for place in order))


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
