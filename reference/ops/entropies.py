"""Cross-entropies, summed over all entries: of a distribution, of an index, of yes and no.

The slope of -sum t log p by p is -t/p. Where t = 0 the term is 0 whatever p is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from reference.operations import Operation, Rule, Variant
from reference.ops.batching import Array, Shape
from reference.ops.elementwise import LN_10
from reference.ops.losses import Term, back, summed

Rules: TypeAlias = tuple[Rule, Rule]

BASE_TEN = "the logarithm in {node} is taken to base 10; log is the natural logarithm here"
SIGN = "the minus sign of the cross-entropy {node} is left out"
MEAN_OF_ROWS = "the cross-entropy {node} is averaged over the rows, not summed"


def _times_log(t: Array, p: Array) -> Array:
    """t log p, which is 0 where t is 0."""
    return t * np.log(np.where(t == 0.0, 1.0, p))


def _ratio(t: Array, p: Array) -> Array:
    """t / p, which is 0 where t is 0."""
    return t / np.where(t == 0.0, 1.0, p)


def _entropy(factor: float = 1.0) -> Term:
    """factor times -t log p, of t and p."""
    return (
        lambda t, p: -factor * _times_log(t, p),
        lambda t, p: (-factor * np.log(p), -factor * _ratio(t, p)),
    )


def _yes_no(factor: float = 1.0) -> Term:
    """factor times -(t log p + (1 - t) log(1 - p)), of t and p."""
    return (
        lambda t, p: -factor * (_times_log(t, p) + _times_log(1.0 - t, 1.0 - p)),
        lambda t, p: (
            factor * (np.log1p(-p) - np.log(p)),
            factor * (_ratio(1.0 - t, 1.0 - p) - _ratio(t, p)),
        ),
    )


def _exchanged(term: Term) -> Rules:
    """The rules with target and prediction exchanged."""
    function, slopes = term
    return summed(lambda t, p: function(p, t), lambda t, p: slopes(p, t)[::-1])


def _misread(term: Callable[..., Term]) -> dict[str, Variant]:
    """The misreadings of an entropy that is given by its factor."""
    return {
        "sign": Variant(SIGN, *summed(*term(-1.0))),
        "base_ten": Variant(BASE_TEN, *summed(*term(1.0 / LN_10))),
        "mean": Variant(
            "the cross-entropy {node} is averaged over the entries, not summed", *summed(*term(), mean=True)
        ),
        "exchanged": Variant("the target and the prediction are exchanged in {node}", *_exchanged(term())),
        "sign_lost_back": Variant(
            "the minus sign of the cross-entropy {node} is left out of the gradient", None, back(term(-1.0)[1])
        ),
    }


_PLAIN, _BINARY = summed(*_entropy()), summed(*_yes_no())

# --- the target is an index: a number for a vector of probabilities, a number for each row of a matrix of them.

Classes: TypeAlias = int | tuple[int, ...]


def _of_index(rules: Rules, shift: int = 0) -> Rules:
    """Rules of (target, p) as rules of p and an index, from which `shift` is taken away."""
    forward, vjp = rules

    def target(p: Array, index: Classes) -> Array:
        classes = np.array(index)[None, ..., None] - shift
        return np.where(np.arange(p.shape[-1]) == classes, 1.0, 0.0)

    def by_p(g: Array, out: Array, p: Array, index: Classes) -> tuple[Array]:
        return (vjp(g, out, target(p, index), p)[1],)

    return lambda p, index: forward(target(p, index), p), by_p


def _row_mean(rules: Rules) -> Rules:
    """The mean over the rows of what is a sum over them."""
    forward, vjp = rules
    return (
        lambda *given, **fixed: forward(*given, **fixed) / given[-1].shape[1],
        lambda g, out, *given, **fixed: tuple(share / given[-1].shape[1] for share in vjp(g, out, *given, **fixed)),
    )


def _positive(_: Shape, index: Classes) -> bool:
    return int(np.min(index)) > 0


def _several_rows(*shapes: Shape, **_: Any) -> bool:
    return len(shapes[-1]) > 1 and shapes[-1][0] > 1


_PROBABILITY: Term = (lambda t, p: -t * p, lambda t, p: (-p, -t))

ENTROPIES: Mapping[str, Operation] = {
    "cross_entropy": Operation(
        *_PLAIN,
        {
            **_misread(_entropy),
            "mean_of_rows": Variant(MEAN_OF_ROWS, *_row_mean(_PLAIN), _several_rows),
            "other_classes": Variant(
                "a term of the other class, which belongs to two classes only, is added in {node}", *_BINARY
            ),
        },
    ),
    "cross_entropy_index": Operation(
        *_of_index(_PLAIN),
        {
            "from_one": Variant("the classes are counted from 1, not from 0", *_of_index(_PLAIN, 1), _positive),
            "sign": Variant(SIGN, *_of_index(summed(*_entropy(-1.0)))),
            "base_ten": Variant(BASE_TEN, *_of_index(summed(*_entropy(1.0 / LN_10)))),
            "mean": Variant(MEAN_OF_ROWS, *_row_mean(_of_index(_PLAIN)), _several_rows),
            "logarithm_forgotten": Variant(
                "the logarithm of the probability is left out in {node}", *_of_index(summed(*_PROBABILITY))
            ),
        },
    ),
    "binary_cross_entropy": Operation(
        *_BINARY,
        {
            **_misread(_yes_no),
            "second_term_lost": Variant("the term of the other class of {node} is left out", *_PLAIN),
            "second_slope_lost": Variant(
                "the term of the other class of {node} is left out of the gradient", None, _PLAIN[1]
            ),
        },
    ),
}
