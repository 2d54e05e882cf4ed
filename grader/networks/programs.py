"""Calls of NumPy, SciPy, PyTorch and JAX, put into the operations that a network has.

What the operations have no word for is made of those that they have: `einsum` is transposes, a product and a sum, a
turned kernel is an array read backwards, `where` is a weighted sum. So each has its gradient, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import Any, TypeAlias

from grader.language.syntax import (
    Apply,
    Chain,
    Indicator,
    Items,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Text,
    Transpose,
)
from grader.networks.arguments import Arguments, arranged, literal
from grader.networks.parts import Part, number
from grader.networks.reading import Reading

Call: TypeAlias = Callable[[Reading, Apply, Arguments], Part]

# Letters and operands of one einsum: more are an attempt to make it dear.
_MAX_LETTERS, _MAX_OPERANDS = 8, 6


# Calls that an operator of two operands stands for, and of one.
_BINARY: Mapping[str, Callable[[Node, Node], Node]] = {
    **dict.fromkeys(("multiply", "mul", "hadamard"), lambda a, b: Product((a, b), ("odot",))),
    **dict.fromkeys(("matmul", "mm", "bmm", "mv"), lambda a, b: Product((a, b), ("@",))),
    "add": lambda a, b: Sum((a, b)),
    **dict.fromkeys(("subtract", "sub"), lambda a, b: Sum((a, Negative(b)))),
    **dict.fromkeys(("divide", "true_divide", "div"), Quotient),
    **dict.fromkeys(("power", "pow", "float_power"), Power),
}
_UNARY: Mapping[str, Callable[[Node], Node]] = {
    "square": lambda a: Power(a, Number("2")),
    **dict.fromkeys(("negative", "neg"), Negative),
    "reciprocal": lambda a: Quotient(Number("1"), a),
}
# Calls that change nothing but how numbers are kept.
_KEPT = frozenset({"astype", "float", "double", "detach", "numpy", "copy", "item", "asarray", "array", "tensor"})


def rewritten(tree: Apply) -> Node | None:
    """A call as the operator that it stands for; None where it is none, or has other arguments."""
    word, args = tree.head.base, tree.args
    if tree.head.sub or tree.head.primes or tree.head.marks or tree.given or tree.params:
        return None
    if word in _BINARY and len(args) == 2:
        return replace(_BINARY[word](*args), span=tree.span)
    if word in _UNARY and len(args) == 1:
        return replace(_UNARY[word](*args), span=tree.span)
    plain = word in _KEPT and args and not isinstance(args[0], Items) and all(_is_type(one) for one in args[1:])
    return args[0] if plain else None


def _is_type(node: Node) -> bool:
    """Whether an argument is a type of numbers, as in `astype(float)`."""
    value = node.steps[0].right if isinstance(node, Chain) and len(node.steps) == 1 else node
    return isinstance(value, Name) and value.base in {"float", "int", "float32", "float64", "bool"}


def _operator(reading: Reading, tree: Apply, given: Arguments) -> Part:
    found = rewritten(tree)
    if found is None:
        count = 2 if tree.head.base in _BINARY else 1
        reading.fail(f"{tree.head.base!r} takes {count} arguments; got {len(given.arrays)}", tree)
    return reading.part(found)


def _linear(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """PyTorch's `linear(x, W, b)`, which is x W^T + b."""
    if not 2 <= len(given.arrays) <= 3 or given.named:
        reading.fail("write linear(x, W, b)", tree)
    array, weight, *bias = given.arrays
    found: Node = Product((array, Transpose(weight)), ("@",), span=tree.span)
    return reading.part(Sum((found, *bias), span=tree.span) if bias else found)


def _step(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """`heaviside(x, 0)`; at zero itself it is 0."""
    if not 1 <= len(given.arrays) <= 2 or given.arrays[1:] not in {(), (Number("0"),), (Number("0.0"),)}:
        reading.fail("write heaviside(x, 0)", tree)
    return reading.emit("step", (reading.part(given.arrays[0]),), tree)


def _dot(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """The inner product of vectors, the product of matrices, or a multiple."""
    left, right = (reading.part(one) for one in arranged(reading, tree, given, 2))
    if left.is_scalar or right.is_scalar:
        return reading.emit("multiply", (left, right), tree)
    both = len(left.shape) == len(right.shape) == 1
    return reading.emit("inner" if both else "matmul", (left, right), tree)


def _where(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """`where(a > 0, b, c)`: b where the condition holds, c elsewhere."""
    condition, inside, outside = arranged(reading, tree, given, 3)
    holds = reading.part(condition if isinstance(condition, Indicator) else Indicator(condition, span=condition.span))
    first, second = reading.part(inside), reading.part(outside)
    kept = reading.emit("multiply", (holds, first), tree)
    if second.number == 0:
        return kept
    fails = reading.emit("subtract", (number(1.0), holds), tree)
    return reading.emit("add", (kept, reading.emit("multiply", (fails, second), tree)), tree)


def _clip(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """`clip(x, low, high)`, either end of which may be None or left out."""
    array, low, high = _bounds(reading, tree, given)
    found = reading.part(array)
    if low is not None:
        found = _at_least(reading, found, reading.part(low), tree)
    return found if high is None else reading.emit("minimum", (found, reading.part(high)), tree)


def _at_least(reading: Reading, of: Part, low: Part, tree: Node) -> Part:
    return reading.emit("relu", (of,), tree) if low.number == 0 else reading.emit("maximum", (of, low), tree)


_ENDS = {"min": 0, "a_min": 0, "max": 1, "a_max": 1}


def _bounds(reading: Reading, tree: Apply, given: Arguments) -> tuple[Node, Node | None, Node | None]:
    ends: list[Node | None] = [*given.arrays[1:3], None, None][:2]
    for name, node in given.named.items():
        if name not in _ENDS:
            reading.fail(f"{tree.head.base!r} has no argument {name!r}", tree)
        ends[_ENDS[name]] = node
    if not 1 <= len(given.arrays) <= 3:
        reading.fail(f"write {tree.head.base}(x, low, high)", tree)
    low, high = (None if isinstance(one, Name) and one.base == "None" else one for one in ends)
    return given.arrays[0], low, high


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
    return _shaped(reading, tree, part, tuple(sizes.get(letter, 1) for letter in letters))


def _shaped(reading: Reading, tree: Node, part: Part, shape: tuple[int, ...]) -> Part:
    """The same entries row by row in another shape."""
    return part if part.shape == shape else reading.emit("reshape_rows", (part,), tree, shape=shape)


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


def _squeezed(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """Without axes of length one: all of them, or the one that is named."""
    part, axes = _part_and_axes(reading, tree, given)
    shape = part.shape
    gone = {axis % len(shape) for axis in axes} if axes else {at for at, size in enumerate(shape) if size == 1}
    if any(shape[axis] != 1 for axis in gone):
        reading.fail("only an axis of length one can be taken away", tree)
    return _shaped(reading, tree, part, tuple(size for at, size in enumerate(shape) if at not in gone))


def _deepened(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """With a new axis of length one."""
    part, axes = _part_and_axes(reading, tree, given)
    if len(axes) != 1 or not -len(part.shape) - 1 <= axes[0] <= len(part.shape):
        reading.fail(f"write {tree.head.base}(x, axis)", tree)
    place = axes[0] % (len(part.shape) + 1)
    return _shaped(reading, tree, part, (*part.shape[:place], 1, *part.shape[place:]))


def _part_and_axes(reading: Reading, tree: Apply, given: Arguments) -> tuple[Part, tuple[int, ...]]:
    """An array, and the numbers that follow it, one by one, as a tuple or by a name for axes."""
    if not given.arrays or given.named.keys() - {"axis", "axes"}:
        reading.fail(f"write {tree.head.base}(x, axis)", tree)
    part = reading.part(given.arrays[0])
    found: list[int] = []
    for node in (*given.arrays[1:], *given.named.values()):
        value = literal(reading, node)
        found += value if isinstance(value, tuple) else (value,)
    rank = len(part.shape)
    if not all(isinstance(axis, int) and -rank - 1 <= axis <= rank for axis in found):
        reading.fail(f"there are {rank} axes, counted from 0", tree)
    return part, tuple(found)


def _turned_axes(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """`transpose(x)`, or with the order of all axes, or with two that are exchanged."""
    part, axes = _part_and_axes(reading, tree, given)
    rank = len(part.shape)
    if not axes or (rank == 1 and tree.head.base in {"t", "T"}):
        return replace(part, row=not part.row) if rank < 2 else backwards(reading, tree, part)
    if len(axes) == 2 != rank:
        return _exchanged(reading, tree, part, axes)
    if sorted(axis % rank for axis in axes) != list(range(rank)):
        reading.fail(f"name each of the {rank} axes once", tree)
    return reading.emit("transpose", (part,), tree, axes=axes)


def backwards(reading: Reading, tree: Node, part: Part) -> Part:
    """All axes the other way round, as NumPy's `T` has them."""
    if len(part.shape) < 2:
        return part
    return reading.emit("transpose", (part,), tree, axes=tuple(range(len(part.shape)))[::-1])


def _swapped(reading: Reading, tree: Apply, given: Arguments) -> Part:
    part, axes = _part_and_axes(reading, tree, given)
    if len(axes) != 2:
        reading.fail(f"write {tree.head.base}(x, one_axis, other_axis)", tree)
    return _exchanged(reading, tree, part, axes)


def _exchanged(reading: Reading, tree: Node, part: Part, axes: Sequence[int]) -> Part:
    rank = len(part.shape)
    order = list(range(rank))
    first, second = (axis % rank for axis in axes)
    order[first], order[second] = order[second], order[first]
    return reading.emit("transpose", (part,), tree, axes=tuple(order))


def _moved(reading: Reading, tree: Apply, given: Arguments) -> Part:
    part, axes = _part_and_axes(reading, tree, given)
    if len(axes) != 2:
        reading.fail("write moveaxis(x, from, to)", tree)
    order = list(range(len(part.shape)))
    order.insert(axes[1] % len(order), order.pop(axes[0] % len(order)))
    return reading.emit("transpose", (part,), tree, axes=tuple(order))


def _flipped(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """`flip(x)` along all axes or those that are named; `fliplr`, `flipud`."""
    part, axes = _part_and_axes(reading, tree, given)
    return turned(reading, tree, part, axes or _FLIPPED.get(tree.head.base, tuple(range(len(part.shape)))))


_FLIPPED: Mapping[str, tuple[int, ...]] = {"fliplr": (1,), "flipud": (0,), "rot180": (-2, -1)}


def _quarter_turns(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """`rot90(x, 2)` turns a grid by half a turn; no other is read."""
    part, turns = _part_and_axes(reading, tree, Arguments(given.arrays, {}))
    if turns[:1] != (2,):
        reading.fail("only half a turn, rot90(x, 2), is read here", tree)
    return turned(reading, tree, part, turns[1:] or (0, 1))


def turned(reading: Reading, tree: Node, part: Part, axes: Sequence[int]) -> Part:
    """An array read backwards along some axes."""
    rank = len(part.shape)
    along = {axis % rank for axis in axes} if rank else set()
    index = tuple(slice(None, None, -1 if axis in along else None) for axis in range(rank))
    return reading.emit("index", (part,), tree, index=index)


def _slid(*, turns: bool, mode: str) -> Call:
    """SciPy's correlation of two grids, or their convolution, for which the second is turned."""

    def call(reading: Reading, tree: Apply, given: Arguments) -> Part:
        image, kernel = _two(reading, tree, given)
        how = [*given.arrays[2:3], *(given.named.get(name) for name in ("mode",)), Text(mode)]
        said = next(one for one in how if one is not None)
        if not isinstance(said, Text) or said.text not in MODES or given.named.keys() - {"mode"}:
            reading.fail(f"its mode is {', '.join(MODES)}", tree)
        if turns:
            kernel = turned(reading, tree, kernel, (-2, -1))
        return correlated(reading, tree, image, kernel, pad=padding_of(said.text, kernel.shape))

    return call


MODES = ("full", "valid", "same")


def padding_of(mode: str, shape: Sequence[int]) -> tuple[int, int]:
    """How many zeros a mode puts on each side for a kernel of a shape."""
    full = [size - 1 for size in shape[-2:]]
    rows, columns = {"full": full, "valid": [0, 0], "same": [size // 2 for size in full]}[mode]
    return rows, columns


def correlated(reading: Reading, tree: Node, image: Part, kernel: Part, **steps: Any) -> Part:
    """A correlation of grids: of one channel, of several that are summed, or of several into several."""
    op = {(2, 2): "conv2d", (3, 3): "deconv", (3, 4): "conv"}.get((len(image.shape), len(kernel.shape)))
    if op is None:
        reading.fail("a correlation takes two grids, or one of as many channels as the kernel has", tree)
    if op == "deconv" and steps.pop("stride", 1) not in {1, (1, 1)}:
        reading.fail("a stride other than 1 is not read here", tree)
    return reading.emit(op, (image, kernel), tree, **steps)


def _two(reading: Reading, tree: Apply, given: Arguments) -> tuple[Part, Part]:
    """The grid and the kernel, which come first."""
    if len(given.arrays) < 2:
        reading.fail(f"{tree.head.base!r} takes 2 arguments; got {len(given.arrays)}", tree)
    return reading.part(given.arrays[0]), reading.part(given.arrays[1])


def _convolution(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """PyTorch's `conv2d(x, w, bias, stride, padding)`, which correlates; without a bias the third may be the stride."""
    parts, rest = _two(reading, tree, given), list(given.arrays[2:])
    steps: dict[str, Any] = {"stride": 1, "pad": 0}
    named = dict(given.named)
    bias = named.pop("bias", None)
    if rest and (len(rest) > 2 or reading.part(rest[0]).number is None):
        bias = rest.pop(0)
    for name, node in {**dict(zip(steps, rest, strict=False)), **named}.items():
        if name not in steps:
            reading.fail(f"{tree.head.base!r} has no argument {name!r}", tree)
        steps[name] = _steps_of(reading, node, parts[1])
    found = correlated(reading, tree, *parts, **steps)
    return found if bias is None else reading.emit("add", (found, reading.part(bias)), tree)


def _steps_of(reading: Reading, node: Node, kernel: Part) -> Any:
    if isinstance(node, Text) and node.text in MODES:
        return padding_of(node.text, kernel.shape)
    return literal(reading, node)


def _transposed_convolution(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """PyTorch's transposed convolution with stride 1: a full correlation with the kernel turned, less its padding."""
    image, kernel = _two(reading, tree, given)
    if given.named.keys() - {"pad", "bias"} or len(given.arrays) > 3:
        reading.fail("a transposed convolution is read with stride 1: conv_transpose2d(x, w, padding=...)", tree)
    less = literal(reading, given.named["pad"]) if "pad" in given.named else 0
    rows, columns = padding_of("full", kernel.shape)
    down, across = less if isinstance(less, tuple) else (less, less)
    if down > rows or across > columns:
        reading.fail("more padding than the kernel reaches", tree)
    backwards = turned(reading, tree, kernel, (-2, -1))
    found = correlated(reading, tree, image, backwards, pad=(rows - down, columns - across))
    added = [*given.arrays[2:], *(given.named[name] for name in ("bias",) if name in given.named)]
    return reading.emit("add", (found, reading.part(added[0])), tree) if added else found


def _diagonal(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """The matrix with a vector on its diagonal, or the vector on that of a matrix."""
    part = reading.part(*arranged(reading, tree, given, 1))
    if not 1 <= len(part.shape) <= 2 or (len(part.shape) == 2 and part.shape[0] != part.shape[1]):
        reading.fail("diag takes a vector, or a square matrix", tree)
    unit = _unit(reading, tree, part.shape[0])
    column = _shaped(reading, tree, part, (part.shape[0], 1)) if len(part.shape) == 1 else part
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


def _alike(value: float) -> Call:
    """An array of nothing but one number, in the shape of another."""

    def call(reading: Reading, tree: Apply, given: Arguments) -> Part:
        part = reading.part(*arranged(reading, tree, given, 1))
        zero = reading.emit("multiply", (part, number(0.0)), tree)
        return reading.emit("add", (zero, number(value)), tree)

    return call


def _norm(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """The Euclidean norm, of everything or along an axis."""
    order = given.named.get("ord", Number("2"))
    if len(given.arrays) != 1 or order != Number("2") or given.named.keys() - {"ord", "axis", "keep"}:
        reading.fail("only the Euclidean norm of one array is read here", tree)
    options = {name: literal(reading, node) for name, node in given.named.items() if name != "ord"}
    square = reading.emit("square", (reading.part(given.arrays[0]),), tree)
    return reading.emit("sqrt", (reading.emit("sum", (square,), tree, **options),), tree)


def _size(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """How many entries an axis has: `len(x)`, `x.size(0)`; `size(x)` counts all entries."""
    part, axes = _part_and_axes(reading, tree, given)
    if not part.shape or len(axes) > 1:
        reading.fail("a single number has no axes", tree)
    if tree.head.base == "len":
        return number(float(part.shape[0]))
    return number(float(part.shape[axes[0]] if axes else prod(part.shape)))


def _multiplied(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """`multi_dot([A, B, C])`."""
    listed = given.arrays[0].items if len(given.arrays) == 1 and isinstance(given.arrays[0], Items) else given.arrays
    return reading.part(Product(tuple(listed), ("@",) * (len(listed) - 1), span=tree.span))


def _all(call: Call, *names: str) -> Mapping[str, Call]:
    return dict.fromkeys(names, call)


CALLS: Mapping[str, Call] = {
    **_all(_operator, *_BINARY, *_UNARY, *(_KEPT - {"array"})),
    "linear": _linear,
    "heaviside": _step,
    "multi_dot": _multiplied,
    "dot": _dot,
    "where": _where,
    **_all(_clip, "clip", "clamp"),
    "einsum": _einsum,
    "tensordot": _tensordot,
    "squeeze": _squeezed,
    **_all(_deepened, "expand_dims", "unsqueeze"),
    **_all(_turned_axes, "transpose", "permute", "t"),
    **_all(_swapped, "swapaxes"),
    "moveaxis": _moved,
    **_all(_flipped, "flip", "fliplr", "flipud", "rot180"),
    "rot90": _quarter_turns,
    **_all(_slid(turns=False, mode="full"), "correlate2d", "correlate"),
    **_all(_slid(turns=True, mode="full"), "convolve2d", "convolve"),
    "conv2d": _convolution,
    **_all(_transposed_convolution, "conv_transpose2d"),
    **_all(_diagonal, "diag", "diagflat"),
    **_all(_trace, "trace", "tr", "Tr"),
    **_all(_identity, "eye", "identity"),
    "ones_like": _alike(1.0),
    "zeros_like": _alike(0.0),
    "norm": _norm,
    **_all(_size, "len", "size"),
}
