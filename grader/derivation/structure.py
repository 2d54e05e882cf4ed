"""Which variables of the model depend on which, as the densities that an author writes say.

`p(x|z) p(y|z) p(z)` says that x and y are independent given z, if nothing written makes one depend on the other.
Each variable's widest written condition are its parents, latents' among latents only, since their conditions on what
is observed are posteriors. A variable without one depends on all before it; without an order there is no structure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from grader.derivation.mentions import Mention
from grader.derivation.worlds import Factors, Model

_Parents = Mapping[str, frozenset[str]]


def factors_of(model: Model, mentions: Iterable[Mention]) -> Factors:
    """Each variable with its parents, in an order in which parents come first; empty where all depends on all."""
    order = _ordered(model, _widest(model, mentions))
    full = all(len(parents) == place for place, (_, parents) in enumerate(order))
    return () if full or len(order) < len(model.variables) else order


def _widest(model: Model, mentions: Iterable[Mention]) -> _Parents:
    """The widest condition of each variable that is written alone left of a bar."""
    widest: dict[str, frozenset[str]] = {}
    for one in mentions:
        given = frozenset(one.given) & set(model.variables)
        if len(one.of) == 1 and _is_factor(model, one.of[0], given):
            widest[one.of[0]] = widest.get(one.of[0], frozenset()) | given
    return widest


def _is_factor(model: Model, name: str, given: frozenset[str]) -> bool:
    """Whether a density is a factor of the joint: not an evidence, and not a posterior."""
    return bool(given) if name in model.observed else name in model.latent and given <= set(model.latent)


def _ordered(model: Model, widest: _Parents) -> Factors:
    """Variables with parents known first, each after its parents; then the others, each after everything."""
    order: dict[str, tuple[str, ...]] = {}
    waiting = [name for name in (*model.latent, *model.observed) if name in widest]
    while ready := next((name for name in waiting if widest[name] <= set(order)), None):
        order[ready] = tuple(sorted(widest[ready]))
        waiting.remove(ready)
    for name in model.variables:
        if name not in widest:
            order[name] = tuple(order)
    return tuple(order.items())
