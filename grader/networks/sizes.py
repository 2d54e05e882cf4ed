"""Sizes by name: what stands for the shape in `reshape(h, channel, row, column)`, and what follows for other sizes.

A size is a number, a name, or several of these multiplied and divided. A name is that of an axis in the problem's
`symbols`, or one of its `sizes`. Since a reshape keeps every entry, the product of the sizes before it is that of the
sizes behind it: an equation by which one of them follows from the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from grader.language.syntax import Name, Negative, Node, Number, Product, Quotient
from grader.networks.parts import Part
from grader.networks.reading import Reading

# Signs of a product of sizes; any other is one of arrays.
_TIMES = frozenset({"", "*", "cdot", "times"})


@dataclass(frozen=True, slots=True)
class Size:
    """A number times named sizes, each to a power."""

    number: Fraction
    powers: tuple[tuple[str, int], ...] = ()

    @property
    def name(self) -> str | None:
        """The name that it is, if it is nothing more."""
        plain = self.number == 1 and len(self.powers) == 1 and self.powers[0][1] == 1
        return self.powers[0][0] if plain else None

    def at(self, sizes: Mapping[str, int]) -> Fraction:
        """Its value. Raises `KeyError` for a name without one."""
        return prod((Fraction(sizes[name]) ** power for name, power in self.powers), start=self.number)


def shape_of(reading: Reading, array: Part, written: Sequence[Node]) -> tuple[tuple[int, ...], tuple[Size | None, ...]]:
    """The shape that is written for an array, in numbers and by name; None is what is left of it (`-1`).

    Of names one may be new: its size is what is left, too.
    """
    sizes = [None if _is_rest(tree) else _size(reading, tree) for tree in written]
    values = [None if size is None else _value(reading, size, tree) for size, tree in zip(sizes, written, strict=True)]
    known = prod(value for value in values if value is not None)
    whole = prod(array.shape)
    if values.count(None) > 1:
        unknown = [reading.text(tree) for tree, value in zip(written, values, strict=True) if value is None]
        reading.fail(f"what sizes have {' and '.join(unknown)}? Say it under `sizes`", written[0])
    if whole % known or (None not in values and whole != known):
        told = " x ".join("?" if value is None else str(value) for value in values)
        reading.fail(f"{array.label!r} has {whole} entries, which do not fill {told}", written[0])
    shape = tuple(whole // known if value is None else value for value in values)
    for size, value in zip(sizes, shape, strict=True):
        if size is not None and size.name is not None:
            reading.builder.call(size.name, value, reading.builder.owner)
    return shape, tuple(sizes)


def _is_rest(tree: Node) -> bool:
    return isinstance(tree, Negative) and tree.operand == Number("1")


def _value(reading: Reading, size: Size, tree: Node) -> int | None:
    """A size as a number; None for a name that none is known of."""
    try:
        value = size.at({name: reading.builder.size(name, tree.span) for name, _ in size.powers})
    except KeyError:
        if size.name is None:
            reading.fail(f"what size has each name in {reading.text(tree)!r}? Say it under `sizes`", tree)
        return None
    if value.denominator != 1 or value < 1:
        reading.fail(f"{reading.text(tree)!r} is {value}; a size is a whole number, at least 1", tree)
    return int(value)


def _size(reading: Reading, tree: Node) -> Size:
    powers: dict[str, int] = {}
    number = Fraction(1)
    for part, power in _factors(reading, tree, 1):
        if isinstance(part, Name) and part.base not in reading.builder.values:
            powers[part.base] = powers.get(part.base, 0) + power
        elif isinstance(part, Number) and part.value:
            number *= part.value**power
        else:
            what = "sizes are numbers and names of axes or `sizes`, multiplied and divided"
            reading.fail(f"{reading.text(part)!r} is no size; {what}", part)
    return Size(number, tuple(sorted((name, power) for name, power in powers.items() if power)))


def _factors(reading: Reading, tree: Node, power: int) -> Iterator[tuple[Node, int]]:
    if isinstance(tree, Product) and _TIMES.issuperset(tree.signs):
        for factor in tree.factors:
            yield from _factors(reading, factor, power)
    elif isinstance(tree, Quotient):
        yield from _factors(reading, tree.above, power)
        yield from _factors(reading, tree.below, -power)
    else:
        yield tree, power


@dataclass(frozen=True, slots=True)
class Tie:
    """An equation between sizes, each by a number of its own: `number` times all of them to their powers is 1."""

    number: Fraction
    powers: tuple[tuple[int, int], ...]

    def through(self, find: Callable[[int], int]) -> Tie:
        """The same equation where some sizes have become one."""
        powers: dict[int, int] = {}
        for size, power in self.powers:
            powers[find(size)] = powers.get(find(size), 0) + power
        return Tie(self.number, tuple((size, power) for size, power in powers.items() if power))


def following(ties: Iterable[Tie], free: Sequence[int]) -> frozenset[int]:
    """Which of the free sizes follow from the others by the equations; of several, an earlier one or a plain product.

    It is elimination as for linear equations, the powers being the coefficients.
    """
    solved: dict[int, dict[int, int]] = {}
    for tie in ties:
        powers = _eliminated(dict(tie.powers), solved)
        open_to = [size for size in free if abs(powers.get(size, 0)) == 1]
        if open_to:
            size = next((size for size in open_to if _is_product(size, powers)), open_to[0])
            own = powers.pop(size)
            solved[size] = {other: -own * power for other, power in powers.items()}
    return frozenset(solved)


def _is_product(size: int, powers: Mapping[int, int]) -> bool:
    return all(power * powers[size] < 0 for other, power in powers.items() if other != size)


def _eliminated(powers: dict[int, int], solved: Mapping[int, Mapping[int, int]]) -> dict[int, int]:
    """The powers with solved sizes replaced by what they follow from."""
    while solved.keys() & powers.keys():
        size = min(solved.keys() & powers.keys())
        power = powers.pop(size)
        for other, times in solved[size].items():
            powers[other] = powers.get(other, 0) + power * times
        powers = {other: times for other, times in powers.items() if times}
    return powers


def settle(sizes: dict[int, int], ties: Iterable[Tie]) -> None:
    """Work out the sizes that follow from known ones. Raises `ValueError` where an equation can't be met."""
    waiting, met = list(ties), True
    while waiting and met:
        met = False
        for tie in tuple(waiting):
            unknown = [(size, power) for size, power in tie.powers if size not in sizes]
            if len(unknown) > 1 or any(abs(power) > 1 for _, power in unknown):
                continue
            rest = prod(
                (Fraction(sizes[size]) ** power for size, power in tie.powers if size in sizes), start=tie.number
            )
            for size, power in unknown:
                sizes[size] = _whole(rest**-power)
            if not unknown and rest != 1:
                raise ValueError("the sizes before a reshape and behind it differ")
            waiting.remove(tie)
            met = True


def _whole(value: Fraction) -> int:
    if value.denominator != 1 or value < 1:
        raise ValueError(f"{value} is no size")
    return int(value)
