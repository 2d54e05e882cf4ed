"""Each operation of the table as PyTorch has it, in functions that are given the module, so that none is needed here.

Where PyTorch has the operation under a name of its own, that is called; the rest is composed of PyTorch's functions and
differentiated by its autograd.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Peer = Callable[..., Any]


def _columns(_: Any, a: Any, shape: tuple[int, ...]) -> Any:
    flat = a.mT if a.ndim > 1 else a
    return flat.reshape(*shape[:-2], *shape[-2:][::-1]).mT if len(shape) > 1 else flat.reshape(shape)


def _dims(a: Any, axis: Any) -> tuple[int, ...]:
    return tuple(range(a.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)


def _reduced(name: str, **fixed: Any) -> Peer:
    def peer(torch: Any, a: Any, axis: Any = None, *, keep: bool = False) -> Any:
        return getattr(torch, name)(a, dim=_dims(a, axis), keepdim=keep, **fixed)

    return peer


def _named(name: str) -> Peer:
    return lambda torch, *parents: getattr(torch, name)(*parents)


def _loss(name: str, reduction: str) -> Peer:
    """A loss of (prediction, target), which are brought to one shape first."""

    def peer(torch: Any, *parents: Any) -> Any:
        return getattr(torch.nn.functional, name)(*torch.broadcast_tensors(*parents), reduction=reduction)

    return peer


def _transpose(_: Any, a: Any, axes: tuple[int, ...] | None = None) -> Any:
    if axes is not None:
        return a.permute(axes)
    return a.mT if a.ndim > 1 else a


def _pool(name: str) -> Peer:
    def peer(torch: Any, x: Any, size: Any, stride: Any = None) -> Any:
        deep = x.reshape(1, -1, *x.shape[-2:])
        out = getattr(torch.nn.functional, name)(deep, size, stride)
        return out.reshape(*x.shape[:-2], *out.shape[-2:])

    return peer


def _conv2d(torch: Any, x: Any, k: Any, stride: Any = 1, pad: Any = 0) -> Any:
    return torch.nn.functional.conv2d(x[None, None], k[None, None], stride=stride, padding=pad)[0, 0]


def _conv(torch: Any, x: Any, k: Any, stride: Any = 1, pad: Any = 0) -> Any:
    return torch.nn.functional.conv2d(x[None], k, stride=stride, padding=pad)[0]


def _deconv(torch: Any, h: Any, w: Any, pad: Any) -> Any:
    return torch.nn.functional.conv2d(h[None], w[None], padding=pad)[0, 0]


def _attention(torch: Any, *parents: Any, causal: bool = False) -> Any:
    deep = [one.reshape(1, -1, *one.shape[-2:]) for one in parents]
    out = torch.nn.functional.scaled_dot_product_attention(*deep, is_causal=causal)
    return out.reshape(*parents[0].shape[:-1], parents[2].shape[-1])


def _batch_norm(torch: Any, x: Any, gamma: Any, beta: Any, eps: float) -> Any:
    # PyTorch 2.13 reads a weight of stride 0 beyond its end on the way back, so it gets one that is laid out.
    weights = [one.expand(x.shape[1]).contiguous() for one in (gamma, beta)]
    return torch.nn.functional.batch_norm(x, None, None, *weights, training=True, eps=eps)


def _layer_norm(torch: Any, x: Any, gamma: Any, beta: Any, eps: float) -> Any:
    return torch.nn.functional.layer_norm(x, x.shape[-1:], gamma, beta, eps)


def _chosen(torch: Any, p: Any, index: Any) -> Any:
    return torch.nn.functional.nll_loss(p.log(), torch.tensor(index), reduction="sum")


PEERS: Mapping[str, Peer] = {
    **{
        name: _named(name)
        for name in ["relu", "sigmoid", "tanh", "exp", "log", "log10", "sqrt", "square", "sin", "cos"]
    },
    **{name: _named(name) for name in ["reciprocal", "add", "subtract", "multiply", "divide", "maximum", "minimum"]},
    **{name: _named(name) for name in ["matmul", "outer"]},
    "negate": _named("neg"),
    "use": lambda _, a, **__: a.clone(),
    "absolute": _named("abs"),
    "power": _named("pow"),
    "inner": lambda torch, a, b: torch.linalg.vecdot(a, b),
    "objective": _named("clone"),
    "softplus": lambda torch, a: torch.nn.functional.softplus(a),
    "erf": lambda torch, a: torch.erf(a),
    "step": lambda _, a: (a > 0).to(a.dtype) + 0.0 * a,
    "blend": lambda torch, z, old, new: torch.lerp(*torch.broadcast_tensors(old, new, z)),
    "transpose": _transpose,
    "constant": lambda torch, value: torch.tensor(value, dtype=torch.float64),
    "reshape": _columns,
    "reshape_rows": lambda torch, a, shape: torch.reshape(a, shape),
    "flat": lambda torch, a: torch.flatten(a),
    "concat": lambda torch, *parts, axis=0: torch.cat(parts, dim=axis),
    "stack": lambda torch, *parts, axis=0: torch.stack(parts, dim=axis),
    "index": lambda _, a, index: a[index],
    "embedding": lambda torch, table, rows: torch.nn.functional.embedding(torch.tensor(rows), table),
    "sum": _reduced("sum"),
    "mean": _reduced("mean"),
    "variance": _reduced("var", correction=0),
    "softmax": lambda torch, a, axis=-1: torch.softmax(a, dim=axis),
    "log_softmax": lambda torch, a, axis=-1: torch.log_softmax(a, dim=axis),
    "squared_error": _loss("mse_loss", "sum"),
    "half_squared_error": lambda torch, *parents: _loss("mse_loss", "sum")(torch, *parents) / 2,
    "mean_squared_error": _loss("mse_loss", "mean"),
    "hinge": lambda torch, scores, target: torch.clamp(1 - target * scores, min=0).sum(),
    "cross_entropy": lambda torch, target, p: -torch.special.xlogy(target, p).sum(),
    "cross_entropy_index": _chosen,
    "softmax_cross_entropy": lambda torch, target, a: torch.nn.functional.cross_entropy(a, target, reduction="sum"),
    "binary_cross_entropy": lambda torch, t, p: torch.nn.functional.binary_cross_entropy(p, t, reduction="sum"),
    "conv2d": _conv2d,
    "conv": _conv,
    "deconv": _deconv,
    "max_pool": _pool("max_pool2d"),
    "avg_pool": _pool("avg_pool2d"),
    "attention": _attention,
    "batch_norm": _batch_norm,
    "layer_norm": _layer_norm,
    "sgd": lambda torch, w, g, eta: torch.addcmul(w, g, eta, value=-1),
    "momentum_velocity": lambda torch, v, g, mu: torch.addcmul(g, v, mu),
    "adam_first": lambda torch, m, g, beta: torch.lerp(*torch.broadcast_tensors(g, m, beta)),
    "adam_second": lambda torch, v, g, beta: torch.lerp(*torch.broadcast_tensors(g.square(), v, beta)),
    "bias_correction": lambda torch, m, beta, t: m / -torch.expm1(t * beta.log()),
    "adam_step": lambda torch, w, m, v, eta, eps: torch.addcdiv(w, -eta * m, v.sqrt() + eps),
}


def adam(torch: Any, w: list[float], slopes: list[list[float]], rates: Mapping[str, float]) -> list[float]:
    """The weights after a step of `torch.optim.Adam` for each of the slopes."""
    weights = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    betas = (rates["beta1"], rates["beta2"])
    optimizer = torch.optim.Adam([weights], lr=rates["eta"], betas=betas, eps=rates["eps"])
    for slope in slopes:
        weights.grad = torch.tensor(slope, dtype=torch.float64)
        optimizer.step()
    stepped: list[float] = weights.detach().tolist()
    return stepped
