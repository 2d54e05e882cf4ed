"""Calls that slide one grid over another: SciPy's correlations and convolutions, PyTorch's, and their transposes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grader.language.syntax import (
    Apply,
    Node,
    Text,
)
from grader.networks.arguments import Arguments, Call, literal
from grader.networks.arrangements import turned
from grader.networks.parts import Part
from grader.networks.reading import Reading


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


SLIDING: Mapping[str, Call] = {
    **dict.fromkeys(("correlate2d", "correlate"), _slid(turns=False, mode="full")),
    **dict.fromkeys(("convolve2d", "convolve"), _slid(turns=True, mode="full")),
    "conv2d": _convolution,
    "conv_transpose2d": _transposed_convolution,
}
