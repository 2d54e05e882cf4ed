"""Calls that multiply arrays and add up along axes: `einsum`, `tensordot`, `dot`, diagonals and traces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.language.syntax import (
    Apply,
    Items,
    Node,
    Number,
    Product,
    Text,
)
from grader.networks.arguments import Arguments, Call, arranged, literal
from grader.networks.arrangements import shaped
from grader.networks.parts import Part
from grader.networks.reading import Reading

# Letters and operands of one einsum: more are an attempt to make it dear.
_MAX_LETTERS, _MAX_OPERANDS = 8, 6


def _dot(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """The inner product of vectors, the product of matrices, or a multiple."""
    left, right = (reading.part(one) for one in arranged(reading, tree, given, 2))
    if left.is_scalar or right.is_scalar:
        return reading.emit("multiply", (left, right), tree)
    both = len(left.shape) == len(right.shape) == 1
    return reading.emit("inner" if both else "matmul", (left, right), tree)


def _einsum(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """`einsum('ij,j->i', A, x)`; without an arrow the letters that stand once are kept, in their order."""
    written, *operands = given.arrays
    if not isinstance(written, Text) or given.named or not 1 <= len(operands) <= _MAX_OPERANDS:
        reading.fail("write einsum('ij,j->i', A, x)", tree)
    spelled, arrow, result = written.text.replace(" ", "").partition("->")
    inputs = spelled.split(",")
    letters = sorted(set("".join(inputs)))
    if not arrow:
        result = "".join(letter for letter in letters if "".join(inputs).count(letter) == 1)
    sound = len(inputs) == len(operands) and all(one.isalpha() for one in letters) and len(letters) <= _MAX_LETTERS
    if not sound or not set(result) <= set(letters) or len(set(result)) != len(result):
        reading.fail(f"{written.text!r} does not say which axes these {len(operands)} arrays have", tree)
    return contracted(reading, tree, list(zip(inputs, map(reading.part, operands), strict=True)), result)


def contracted(reading: Reading, tree: Node, operands: Sequence[tuple[str, Part]], result: str) -> Part:
    """The sum of products over all letters that the result does not have."""
    letters = result + "".join(sorted({one for spelled, _ in operands for one in spelled} - set(result)))
    whole = [_spread(reading, tree, spelled, part, letters) for spelled, part in operands]
    found = whole[0]
    for part in whole[1:]:
        found = reading.emit("multiply", (found, part), tree)
    gone = tuple(range(len(result), len(letters)))
    return reading.emit("sum", (found,), tree, axis=gone) if gone else found


def _spread(reading: Reading, tree: Node, spelled: str, part: Part, letters: str) -> Part:
    """An array with an axis for each letter, of length one where it has none."""
    if len(part.shape) != len(spelled) or len(set(spelled)) != len(spelled):
        reading.fail(f"{spelled!r} names {len(spelled)} different axes, and {part.label!r} has {len(part.shape)}", tree)
    present = [letter for letter in letters if letter in spelled]
    order = tuple(spelled.index(letter) for letter in present)
    if order != tuple(range(len(order))):
        part = reading.emit("transpose", (part,), tree, axes=order)
    sizes = dict(zip(present, part.shape, strict=True))
    return shaped(reading, tree, part, tuple(sizes.get(letter, 1) for letter in letters))


def _tensordot(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """`tensordot(a, b, axes)`: so many axes from a's end and b's beginning, or one list of them for each."""
    if not 2 <= len(given.arrays) <= 3 or given.named.keys() - {"axes", "axis"}:
        reading.fail("write tensordot(a, b, axes=...)", tree)
    left, right = (reading.part(one) for one in given.arrays[:2])
    axes = [*given.arrays[2:], *given.named.values(), Number("2")][0]
    pairs = literal(reading, axes)
    if isinstance(pairs, int):
        pairs = tuple(range(len(left.shape) - pairs, len(left.shape))), tuple(range(pairs))
    first, second = (one if isinstance(one, tuple) else (one,) for one in pairs)
    names = [chr(97 + place) for place in range(len(left.shape) + len(right.shape))]
    one, other = names[: len(left.shape)], names[len(left.shape) :]
    for here, there in zip(first, second, strict=False):
        other[there] = one[here]
    kept = [letter for letter in (*one, *other) if (letter in one) != (letter in other)]
    return contracted(reading, tree, [("".join(one), left), ("".join(other), right)], "".join(kept))


def _diagonal(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """The matrix with a vector on its diagonal, or the vector on that of a matrix."""
    part = reading.part(*arranged(reading, tree, given, 1))
    if not 1 <= len(part.shape) <= 2 or (len(part.shape) == 2 and part.shape[0] != part.shape[1]):
        reading.fail("diag takes a vector, or a square matrix", tree)
    unit = _unit(reading, tree, part.shape[0])
    column = shaped(reading, tree, part, (part.shape[0], 1)) if len(part.shape) == 1 else part
    found = reading.emit("multiply", (column, unit), tree)
    return found if len(part.shape) == 1 else reading.emit("sum", (found,), tree, axis=1)


def _trace(reading: Reading, tree: Apply, given: Arguments) -> Part:
    return reading.emit("sum", (_diagonal(reading, tree, given),), tree)


def _unit(reading: Reading, tree: Node, size: int) -> Part:
    rows = tuple(tuple(float(row == column) for column in range(size)) for row in range(size))
    return reading.emit("constant", (), tree, value=rows)


def _identity(reading: Reading, tree: Apply, given: Arguments) -> Part:
    size = literal(reading, *arranged(reading, tree, given, 1))
    if not isinstance(size, int) or not 1 <= size <= _MOST_ROWS:
        reading.fail(f"eye takes a whole number of at most {_MOST_ROWS}", tree)
    return _unit(reading, tree, size)


_MOST_ROWS = 100


def _multiplied(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """`multi_dot([A, B, C])`."""
    listed = given.arrays[0].items if len(given.arrays) == 1 and isinstance(given.arrays[0], Items) else given.arrays
    return reading.part(Product(tuple(listed), ("@",) * (len(listed) - 1), span=tree.span))


CONTRACTED: Mapping[str, Call] = {
    "dot": _dot,
    "multi_dot": _multiplied,
    "einsum": _einsum,
    "tensordot": _tensordot,
    **dict.fromkeys(("diag", "diagflat"), _diagonal),
    **dict.fromkeys(("trace", "tr", "Tr"), _trace),
    **dict.fromkeys(("eye", "identity"), _identity),
}
