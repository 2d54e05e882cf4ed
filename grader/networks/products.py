"""Products as their shapes read them: of numbers, entry by entry, of matrices, inner and outer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from grader.language.errors import Span
from grader.networks.parts import Builder, Part, number
from grader.reading.shapes import describe

Join: TypeAlias = Callable[[Builder, Part, Part, Span], Part]


def entrywise(builder: Builder, left: Part, right: Part, span: Span) -> Part:
    """Entry by entry, broadcast as in NumPy; two numbers are multiplied at once."""
    if left.number is not None and right.number is not None:
        return number(left.number * right.number)
    label = f"{_factor(left)} * {_factor(right)}"
    return builder.emit("multiply", (left, right), label=label, span=span)


def _factor(part: Part) -> str:
    """How a part is written as a factor: a sum in brackets."""
    return f"({part.label})" if {"+", "-"} & set(part.label) and not part.label.endswith(")") else part.label


def matrices(builder: Builder, left: Part, right: Part, span: Span) -> Part:
    """`@`, as in NumPy: a vector on the left is a row, on the right a column; a column by a row is an outer product."""
    if right.row and not left.row and len(left.shape) == 1 and left.shape != right.shape:
        return _outer(builder, left, right, span)
    if not left.shape or not right.shape:
        builder.fail("`@` is the product of matrices, and one of the two is a single number; write `*`", span)
    return builder.emit("matmul", (left, right), label=f"{_factor(left)} @ {_factor(right)}", span=span)


def by_shape(builder: Builder, left: Part, right: Part, span: Span) -> Part:
    """Without a sign, or with one that has several meanings: of numbers, or of matrices where they fit as such."""
    if left.is_scalar or right.is_scalar:
        return replace(entrywise(builder, left, right, span), row=left.row or right.row)
    if len(left.shape) == len(right.shape) == 1:
        return _vectors(builder, left, right, span)
    if len(left.shape) <= 2 and len(right.shape) <= 2 and left.shape[-1] != right.shape[0]:
        sizes = f"{left.label!r} is {describe(left.shape)}, {right.label!r} is {describe(right.shape)}"
        builder.fail(f"not a product of matrices: {sizes}; write `*` for a product entry by entry", span)
    product = matrices(builder, left, right, span)
    return replace(product, row=left.row and len(product.shape) == 1)


def _vectors(builder: Builder, left: Part, right: Part, span: Span) -> Part:
    if left.row and not right.row:
        return builder.emit("inner", (left, right), label=f"{_factor(left)} {_factor(right)}", span=span)
    if right.row and not left.row:
        return _outer(builder, left, right, span)
    return builder.fail(
        f"which product of the vectors {left.label!r} and {right.label!r} is meant? "
        "Write `*` for one entry by entry, a^T b for the inner product, a b^T for the outer product",
        span,
    )


def _outer(builder: Builder, left: Part, right: Part, span: Span) -> Part:
    if len(left.shape) != 1 or len(right.shape) != 1:
        builder.fail("an outer product is one of two vectors", span)
    return builder.emit("outer", (left, right), label=f"outer({left.label}, {right.label})", span=span)


# By the sign that was written; without a sign it is the empty text.
SIGNS: Mapping[str, Join] = {
    "": by_shape,
    "cdot": by_shape,
    "times": by_shape,
    ".": by_shape,
    "*": entrywise,
    "odot": entrywise,
    "@": matrices,
    "otimes": _outer,
}
