"""Readings of a written product: which axes of one kind in its factors are one index.

Where order, transposition and the kind of product are left to the reader, the axes of the factors are what is left to
read. A reading partitions the occurrences of each kind; a kind that the wanted quantity has keeps one of its indices,
all others are summed. Axes with a written index, and samples outside matrix form, are one index each and are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, permutations, product

from grader.calculus.budget import Budget, array_work
from grader.formulas.tensors import Axis, Tensor, contract

Place = tuple[int, int]
Blocks = tuple[tuple[Place, ...], ...]

MAX_READINGS = 3000
MAX_FACTORS = 16

# How many numbers one reading may multiply out, and how many occurrences of a kind are told apart: past these a
# reading is left out, since its cost would grow as a power of the formula's length.
_MAX_NUMBERS = 50_000
_MAX_OCCURRENCES = 7
# What it is counted as to look at one reading.
_CHOICE = 35


@dataclass(frozen=True, slots=True)
class _Choice:
    """One way to read the occurrences of a kind: its indices, and which are kept, in which order and as which axis."""

    blocks: Blocks
    kept: tuple[int, ...]
    axis: Axis

    @property
    def sums_a_lone_axis(self) -> bool:
        """Whether an index is summed that only one factor has."""
        return any(len(block) == 1 and number not in self.kept for number, block in enumerate(self.blocks))


def readings(factors: Sequence[Tensor], want: tuple[str, ...] | None, budget: Budget) -> Iterator[Tensor]:
    """All readings of a product, the plainest first, at most `MAX_READINGS`.

    `want` are the kinds of axes that the result should have, each as often as it has it; without it, kinds that repeat
    are tried kept and summed. No index is summed that only one factor has. Raises `OverBudgetError`.
    """
    choices = [[choice for choice in _choices(axes, want) if not choice.sums_a_lone_axis] for axes in _groups(factors)]
    for chosen in islice(product(*choices), MAX_READINGS):
        numbers = _numbers(factors, chosen)
        budget.spend(_CHOICE)
        if numbers <= _MAX_NUMBERS:
            budget.spend(array_work(numbers * len(factors)))
            yield _read(factors, chosen)


def _numbers(factors: Sequence[Tensor], chosen: Sequence[_Choice]) -> int:
    """How many numbers a reading multiplies out: the product of the sizes of all its indices."""
    numbers = 1
    for choice in chosen:
        for block in choice.blocks:
            factor, place = block[0]
            numbers *= factors[factor].data.shape[place + 1]
    return numbers


def _groups(factors: Sequence[Tensor]) -> list[list[tuple[Place, Axis]]]:
    """Occurrences of axes that may be one index: by tag where there is one, else by kind."""
    groups: dict[str, list[tuple[Place, Axis]]] = {}
    for number, factor in enumerate(factors):
        for place, axis in enumerate(factor.axes):
            groups.setdefault(f"#{axis.tag}" if axis.tag else axis.kind, []).append(((number, place), axis))
    return list(groups.values())


def _choices(group: list[tuple[Place, Axis]], want: tuple[str, ...] | None) -> Iterator[_Choice]:
    places = tuple(place for place, _ in group)
    axis = group[0][1]
    loose = all(axis.loose for _, axis in group)
    if axis.tag or (axis.kind == "sample" and not loose):
        yield _Choice((places,), (0,), Axis(axis.kind, axis.tag))
        return
    if want is None:
        yield from _natural(places, axis)
        return
    for blocks in _partitions(places):
        yield from (_Choice(blocks, kept, axis) for kept in permutations(range(len(blocks)), want.count(axis.kind)))


def _natural(places: tuple[Place, ...], axis: Axis) -> Iterator[_Choice]:
    """Where it is not known what is wanted: an axis that stands alone is kept, one that repeats is summed, or kept."""
    if len(places) > 1:
        yield _Choice((places,), (), axis)
    yield _Choice((places,), (0,), axis)


def _partitions(places: tuple[Place, ...]) -> Iterator[Blocks]:
    """All partitions of the occurrences, fewest indices first; of very many only the one with a single index."""
    if len(places) > _MAX_OCCURRENCES:
        yield (places,)
        return
    yield from sorted(_all_partitions(places), key=len)


def _all_partitions(places: tuple[Place, ...]) -> list[Blocks]:
    if not places:
        return [()]
    first, found = places[0], []
    for rest in _all_partitions(places[1:]):
        found.append(((first,), *rest))
        found += [(*rest[:i], (first, *block), *rest[i + 1 :]) for i, block in enumerate(rest)]
    return found


def _read(factors: Sequence[Tensor], chosen: Sequence[_Choice]) -> Tensor:
    names = [[0] * len(factor.axes) for factor in factors]
    kept: list[int] = []
    axes: list[Axis] = []
    name = 0
    for choice in chosen:
        kept += [name + block for block in choice.kept]
        axes += [choice.axis] * len(choice.kept)
        for block in choice.blocks:
            for factor, place in block:
                names[factor][place] = name
            name += 1
    return contract(factors, names, kept, axes)
