"""Sums over an index, written out term by term."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from grader.language.syntax import Index, Name, Negative, Node, Number, Range, Series, Sum
from grader.language.trees import children, substitute
from grader.networks.parts import Part
from grader.networks.reading import Reading

MAX_TERMS = 200


def series(reading: Reading, tree: Series) -> Part:
    """A sum as its terms; without an index it is the sum of all entries of what is summed."""
    if tree.operator != "sum":
        reading.fail(f"{tree.operator!r} over an index is not computed here", tree)
    if not tree.ranges:
        return reading.emit("sum", (reading.part(tree.body),), tree)
    counted = [_places(reading, one, tree.body) for one in tree.ranges]
    terms = []
    for places in product(*counted):
        terms.append(tree.body)
        for one, place in zip(tree.ranges, places, strict=True):
            terms[-1] = substitute(terms[-1], one.index, Number(str(place)))
        if len(terms) > MAX_TERMS:
            reading.fail(f"a sum of more than {MAX_TERMS} terms; write it with sum(...) and `@`", tree)
    return reading.part(Sum(tuple(terms), span=tree.span))


def _places(reading: Reading, one: Range, body: Node) -> range:
    """The places that an index takes, from 0, whether the formula counts from 0 or from 1."""
    sizes = set(_sizes(reading, one.index, body))
    bounded = one.lower is not None and one.upper is not None
    if not sizes or (len(sizes) > 1 and not bounded) or one.condition is not None:
        reading.fail(
            f"what does {reading.text(one.index)!r} count? Give it to one axis, `x_i`, without a condition", body
        )
    size = min(sizes)
    if one.lower is None or one.upper is None:
        return range(size)
    low, high = (_bound(reading, bound) for bound in (one.lower, one.upper))
    base = 1 if low >= 1 and high >= size else 0
    if not 0 <= low - base <= high - base < size:
        reading.fail(f"the sum goes from {low} to {high}, but there are {size} entries", body)
    return range(low - base, high - base + 1)


def _sizes(reading: Reading, index: Node, body: Node) -> Iterator[int]:
    """How many entries each axis has that the index counts along."""
    if isinstance(body, Index):
        axes, inner = 0, body
        while isinstance(inner.of, Index):
            inner = inner.of
            axes += len(inner.at)
        shape = reading.part(inner.of).shape if isinstance(inner.of, Name) else ()
        yield from (shape[axes + axis] for axis, at in enumerate(body.at) if at == index and axes + axis < len(shape))
    for child in children(body):
        yield from _sizes(reading, index, child)


def _bound(reading: Reading, tree: Node) -> int:
    text = tree.text if isinstance(tree, Number) else ""
    if not text.isdigit():
        what = "whole numbers" if not isinstance(tree, Negative) else "no negative numbers"
        reading.fail(f"the bounds of a sum are {what}; leave them out for all entries", tree)
    return int(text)
