"""Convolutions as neural networks have them: cross-correlation, padded with zeros, with a stride.

out[o, r, s] = sum_{c,i,j} padded_x[c, u r + i, v s + j] k[o, c, i, j], for strides u and v (Dumoulin and Visin, "A
guide to convolution arithmetic", 2016). dL/dk correlates the padded x with g; dL/dx adds k[o, c, i, j] g[o, r, s] to
each place that a window met.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from reference.operations import Operation, Rule, Variant
from reference.ops.batching import Array, Shape, contract
from reference.ops.windows import Steps, pair, scattered, windows

Kernel: TypeAlias = Callable[[Array], Array]


def turn(k: Array) -> Array:
    """A kernel turned by 180 degrees in each channel."""
    return k[..., ::-1, ::-1]


def _transpose(k: Array) -> Array:
    return k.swapaxes(-1, -2)


def _conv(x: Array, k: Array, stride: Steps = 1, pad: Steps = 0) -> Array:
    return contract("...crsij,...ocij->...ors", windows(x, k.shape[-2:], stride, pad), k)


def _conv_vjp(g: Array, _: Array, x: Array, k: Array, **steps: Steps) -> tuple[Array, Array]:
    by_k = contract("...crsij,...ors->...ocij", windows(x, k.shape[-2:], **steps), g)
    parts = contract("...ors,...ocij->...crsij", g, k)
    return scattered(parts, x.shape[-2:], **steps), by_k


# --- one channel in, one out: X (H, W), K (I, J).


def _conv2d(x: Array, k: Array, **steps: Steps) -> Array:
    return _conv(x[:, None], k[:, None, None], **steps)[:, 0].copy()


def _conv2d_vjp(g: Array, out: Array, x: Array, k: Array, **steps: Steps) -> tuple[Array, Array]:
    by_x, by_k = _conv_vjp(g[:, None], out, x[:, None], k[:, None, None], **steps)
    return by_x[:, 0], by_k[:, 0, 0]


# --- Deconv: several channels in, h (K, R, C) and w (K, I, J), and one out, without a stride. Without `pad` a side gets
# as many zeros as the kernel has entries, less one, so that every place that it meets counts.


def _full(w: Array) -> tuple[int, int]:
    return w.shape[-2] - 1, w.shape[-1] - 1


def _deconv(h: Array, w: Array, pad: Steps | None = None) -> Array:
    return contract("...krcij,...kij->...rc", windows(h, w.shape[-2:], 1, _full(w) if pad is None else pad), w)


def _deconv_vjp(g: Array, out: Array, h: Array, w: Array, pad: Steps | None = None) -> tuple[Array, Array]:
    by_h, by_w = _conv_vjp(g[:, None], out, h, w[:, None], stride=1, pad=_full(w) if pad is None else pad)
    return by_h, by_w[:, 0]


# --- misreadings: the kernel is taken for a changed one (each change undoes itself), or only on the way back


def _changed(forward: Rule, vjp: Rule, change: Kernel) -> tuple[Rule, Rule]:
    """The rules with the kernel changed before, and its gradient changed back."""

    def back(g: Array, out: Array, x: Array, k: Array, **steps: Steps) -> tuple[Array, Array]:
        by_x, by_k = vjp(g, out, x, change(k), **steps)
        return by_x, change(by_k)

    return lambda x, k, **steps: forward(x, change(k), **steps), back


def _not_turned_back(vjp: Rule) -> Rule:
    def back(g: Array, out: Array, x: Array, k: Array, **steps: Steps) -> tuple[Array, Array]:
        return vjp(g, out, x, turn(k), **steps)[0], vjp(g, out, x, k, **steps)[1]

    return back


def _square_kernel(_: Shape, k: Shape, **__: Any) -> bool:
    return k[-1] == k[-2]


def _several_channels(x: Shape, _: Shape, **__: Any) -> bool:
    return x[0] > 1


def _outputs(x: int, k: int, stride: int, pad: int) -> int:
    return (x + 2 * pad - k) // stride + 1


def _same_unpadded(x: Shape, k: Shape, stride: Steps = 1, pad: Steps = 0) -> bool:
    """Whether the output has its size without padding too: the stride may skip what padding adds."""
    sides = zip(x[-2:], k[-2:], *map(pair, (stride, pad)), strict=True)
    return pair(pad) != (0, 0) and all(a >= b and _outputs(a, b, s, p) == _outputs(a, b, s, 0) for a, b, s, p in sides)


def _unpadded(rule: Rule) -> Rule:
    def changed(*arguments: Array, stride: Steps = 1, pad: Steps = 0) -> Any:
        del pad
        return rule(*arguments, stride=stride, pad=0)

    return changed


_TURNED = "the kernel {parents[1]} is turned by 180 degrees"


def _first_channel(forward: Rule, vjp: Rule) -> tuple[Rule, Rule]:
    """The rules with all channels but the first left out."""

    def back(g: Array, out: Array, x: Array, k: Array, **steps: Steps) -> tuple[Array, Array]:
        by_x, by_k = vjp(g, out, x, k, **steps)
        by_x[:, 1:], by_k[:, :, 1:] = 0.0, 0.0
        return by_x, by_k

    return lambda x, k, **steps: forward(x[:, :1], k[:, :, :1], **steps), back


def _misread(forward: Rule, vjp: Rule) -> dict[str, Variant]:
    return {
        "kernel_turned": Variant(
            f"{_TURNED}, as in mathematics but not in networks",
            *_changed(forward, vjp, turn),
        ),
        "kernel_transposed": Variant(
            "the kernel {parents[1]} is transposed: its rows are taken for its columns",
            *_changed(forward, vjp, _transpose),
            _square_kernel,
        ),
        "padding_lost": Variant(
            "the padding of {parents[0]} is left out", _unpadded(forward), _unpadded(vjp), _same_unpadded
        ),
        "not_turned_back": Variant(
            "the kernel {parents[1]} is not turned by 180 degrees on the way back to {parents[0]}",
            None,
            _not_turned_back(vjp),
        ),
    }


CONVOLUTION: Mapping[str, Operation] = {
    "conv2d": Operation(_conv2d, _conv2d_vjp, _misread(_conv2d, _conv2d_vjp)),
    "conv": Operation(
        _conv,
        _conv_vjp,
        {
            **_misread(_conv, _conv_vjp),
            "first_channel_only": Variant(
                "the sum over the channels of {parents[0]} is missing",
                *_first_channel(_conv, _conv_vjp),
                _several_channels,
            ),
        },
    ),
    "deconv": Operation(
        _deconv,
        _deconv_vjp,
        {
            "kernel_turned": Variant(
                f"{_TURNED} (a library's transposed convolution does that)", *_changed(_deconv, _deconv_vjp, turn)
            ),
            "channels_swapped": Variant(
                "the channels of the kernel {parents[1]} are swapped",
                *_changed(_deconv, _deconv_vjp, lambda w: w[:, ::-1]),
            ),
            "not_turned_back": Variant(
                "on the way back to {parents[0]} the kernel {parents[1]} has to be turned by 180 degrees",
                None,
                _not_turned_back(_deconv_vjp),
            ),
        },
    ),
}
