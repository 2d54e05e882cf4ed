"""The names that people give to what an assignment need not name: its loss, the gradients by its quantities, sizes.

None stands for anything where the assignment has the name itself, where two quantities could be meant, or where the
student says what it is. All are keys, as `grader.language.symbols.key_of` gives them: marks, then the letters, then
subscripts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from grader.language.vocabulary import ACCENTS, ALPHABETS

# The loss, and how each of its names is written.
LOSSES: Mapping[str, str] = MappingProxyType(
    {
        **{f"cal {letter}": rf"\mathcal{{{letter}}}" for letter in "LJEC"},
        **{letter: letter for letter in "LJECl"},
        **{word: word for word in ("loss", "Loss", "cost", "Cost", "error", "Error", "err", "obj", "objective", "nll")},
        "ell": r"\ell",
    }
)

# Letters that say how many entries an axis has, by what the axis runs over.
SIZES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sample": ("N", "n", "m", "M", "B"),
        "class": ("K", "C"),
        "feature": ("d", "D"),
    }
)
# Capital letters that a sum may run to; small ones are letters of indices.
BOUNDS = ("N", "M", "K", "D", "C", "B", "P", "Q", "R", "S")
SIZE_NAMES = frozenset(BOUNDS).union(*SIZES.values())


def gradient_keys(key: str, losses: Iterable[str]) -> Iterator[str]:
    """What the gradient of a loss, called one of `losses`, by the quantity with this key may be called.

    As in programs (`dW2`, `dL_dx`, `grad_w`, `w_grad`), as a subscript (`L_w`, `g_w`, `\\delta_z`) or as an adjoint
    (`\\bar{w}`, Griewank and Walther, "Evaluating Derivatives", 2008, section 3.2).
    """
    letters = [loss for loss in losses if len(loss.rpartition(" ")[2]) == 1]
    for script in _scripts(key):
        yield from (f"{head}_{script}" for head in ("d", "g", "grad", "nabla", "delta", *letters))
    if _is_marked(key):
        return
    base, _, below = key.partition("_")
    yield from (f"d{key}", f"grad{key}", f"bar {key}", f"{key},grad" if below else f"{key}_grad")
    if below.isdigit():
        yield f"{base}{below}_grad"
    for loss in losses:
        if loss.isalpha():
            yield f"d{loss}d{key}"
            yield from (f"d{loss}_d{script}" for script in _scripts(key))


def other_spellings(key: str) -> Iterator[str]:
    """Keys of a name with an accent as programs have it, and the other way: `\\hat{y}`, y_hat, yhat; `x'`, x_prime."""
    base, _, below = key.partition("_")
    mark, _, letter = base.partition(" ")
    if letter and mark in _ACCENTS and letter.isalpha():
        rest = f",{below}" if below else ""
        yield from (f"{letter}_{mark}{rest}", f"{letter}{mark}{rest and '_' + below}", f"{mark}_{letter}{rest}")
    elif below in _ACCENTS and base.isalpha():
        yield from (f"{below} {base}", base + below)
    elif base.removesuffix(below) and any(base.endswith(mark) and base != mark for mark in _ACCENTS):
        found = next(mark for mark in sorted(_ACCENTS, key=len, reverse=True) if base.endswith(mark) and base != mark)
        yield f"{found} {base.removesuffix(found)}" + (f"_{below}" if below else "")
    if base.endswith("'") and base[:-1].isalpha() and not below:
        yield from (f"{base[:-1]}_prime", f"{base[:-1]}prime")


_ACCENTS = frozenset({"hat", "tilde", "bar"})


def _scripts(key: str) -> tuple[str, ...]:
    """A name as a subscript: in braces, or with its own subscripts behind one another, `d_w_2`."""
    base, _, below = key.partition("_")
    return (key, f"{base},{below}") if below and not _is_marked(key) else (key,)


def _is_marked(key: str) -> bool:
    return key.partition(" ")[0] in _MARKS or not key.replace("_", "").replace("'", "").replace(",", "").isalnum()


_MARKS = frozenset(ACCENTS.values()) | frozenset(ALPHABETS.values())
