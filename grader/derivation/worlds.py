"""Random finite models: every density a table against a random base measure, many models as one array.

A variable takes a few values, each with a base measure mu > 0. A family of densities is one table over its variables,
normalised against mu; its marginals and conditionals follow. So densities can exceed 1 and entropies can be negative,
as they can for continuous variables; with plain probabilities false bounds would never be refuted.

Some worlds are placed where false bounds fall: the variational density at the posterior, at the prior, near a point.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache, reduce
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from grader.calculus.samples import Stream, spread, stream

Array: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

Factors: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
"""Variables, each with those that it depends on."""

COUNT = 40
LATENT, OBSERVED = 5, 2
MOST_VARIABLES = 8


class Axiom(StrEnum):
    """What worlds are built to satisfy, and may be built without: then another table stands for some densities.

    Independence: p(z) is p(z|phi). Marginal: p(x) is the joint's. Bayes: p(z|x) is the joint's. Normalisation: q
    integrates to 1.
    """

    INDEPENDENCE = "independence"
    MARGINAL = "marginal"
    BAYES = "bayes"
    NORMALISATION = "normalisation"


@dataclass(frozen=True)
class Family:
    """One table: a density of `of`, for each value of `given`; a product of `factors` if there are any."""

    name: str
    of: tuple[str, ...]
    given: tuple[str, ...] = ()
    factors: Factors = ()


@dataclass(frozen=True)
class Model:
    """What worlds are built from: variables, families, and which of them is the model and which approximates it."""

    latent: tuple[str, ...]
    observed: tuple[str, ...]
    families: tuple[Family, ...]
    truth: str = "p"
    variational: str = "q"

    @property
    def variables(self) -> tuple[str, ...]:
        """All variables, in the order of the arrays' axes."""
        return self.observed + self.latent

    def axis(self, variable: str) -> int:
        """The axis of a variable; axis 0 is the world."""
        return self.variables.index(variable) + 1

    def axes(self, variables: tuple[str, ...]) -> tuple[int, ...]:
        """The axes of several variables."""
        return tuple(map(self.axis, variables))

    def is_prior(self, family: str, of: tuple[str, ...], given: tuple[str, ...]) -> bool:
        """Whether a density is the model's prior of latents."""
        return family == self.truth and not given and set(of) <= set(self.latent)

    def is_posterior(self, family: str, of: tuple[str, ...], given: tuple[str, ...]) -> bool:
        """Whether a density is the model's posterior of latents."""
        return family == self.truth and bool(set(given) & set(self.observed)) and set(of) <= set(self.latent)

    def family(self, name: str) -> Family | None:
        """The family of a name."""
        return next((family for family in self.families if family.name == name), None)


@dataclass(frozen=True, eq=False)
class Worlds:
    """Base measures and tables of many models at once.

    `broken` are the axioms that they do not satisfy; `strange` has the tables of the densities that break them.
    """

    model: Model
    measures: Mapping[str, Array]
    tables: Mapping[str, Array]
    seed: int = 0
    broken: frozenset[Axiom] = frozenset()
    strange: Worlds | None = None

    @property
    def count(self) -> int:
        """How many worlds there are."""
        return COUNT

    def measure(self, variables: tuple[str, ...]) -> Array:
        """The base measure of several variables together."""
        return reduce(np.multiply, (self.measures[name] for name in variables), np.ones((1,) * self._rank))

    def density(self, family: str, of: tuple[str, ...], given: tuple[str, ...]) -> Array:
        """`family(of | given)`; what the family is not a density of is a condition, written or not."""
        own = self._family(family)
        below = tuple(name for name in given if name in own.of)
        kept = self.marginal(family, (*of, *below))
        return kept / self.marginal(family, below) if below else kept

    def marginal(self, family: str, variables: tuple[str, ...]) -> Array:
        """The family's table with all its other variables summed out."""
        gone = tuple(name for name in self._family(family).of if name not in variables)
        table = self.tables[family]
        return (table * self.measure(gone)).sum(axis=self.model.axes(gone), keepdims=True) if gone else table

    def scalar(self, name: str) -> Array:
        """Values of a number that nobody has said, one in each world, on both sides of 1."""
        values = spread(stream(self.seed, name), 0.0, 0.7, (self.count,))
        return values.reshape((-1,) + (1,) * (self._rank - 1))

    def _family(self, name: str) -> Family:
        family = self.model.family(name)
        if family is None:
            raise KeyError(name)
        return family

    @property
    def _rank(self) -> int:
        return len(self.model.variables) + 1


@lru_cache(maxsize=256)
def build_worlds(model: Model, seed: int = 0, broken: frozenset[Axiom] = frozenset()) -> Worlds:
    """Worlds for a model, without the axioms in `broken`."""
    draw = stream(seed, 20180414)
    measures = {name: _measure(draw, model, name) for name in model.variables}
    worlds = Worlds(model, MappingProxyType(measures), MappingProxyType({}), seed)
    tables = {family.name: _table(draw, worlds, family) for family in model.families}
    tables |= _placed(draw, Worlds(model, worlds.measures, MappingProxyType(tables), seed))
    others = {family.name: _table(draw, worlds, family) for family in model.families} if broken else {}
    strange = Worlds(model, worlds.measures, MappingProxyType(others), seed) if broken else None
    return Worlds(model, worlds.measures, MappingProxyType(tables), seed, broken, strange)


def _measure(draw: Stream, model: Model, name: str) -> Array:
    """Base measures: small ones make densities large; every other world has fewer latent values."""
    size = OBSERVED if name in model.observed else _latent_size(model)
    values = spread(draw, -0.8, 1.2, (COUNT, size))
    if name in model.latent:
        values[1::2, max(2, size - 2) :] = 0.0
    shape = [1] * (len(model.variables) + 1)
    shape[0], shape[model.axis(name)] = COUNT, size
    return values.reshape(shape)


def _latent_size(model: Model) -> int:
    """Fewer values for more latents, so that arrays stay small."""
    return max(2, LATENT - max(0, len(model.latent) - 2))


def _table(draw: Stream, worlds: Worlds, family: Family) -> Array:
    model = worlds.model
    if family.factors:
        parts = [_table(draw, worlds, Family(name, (name,), parents)) for name, parents in family.factors]
        return reduce(np.multiply, parts)
    shape = [1] * (len(model.variables) + 1)
    shape[0] = COUNT
    for name in (*family.of, *family.given):
        shape[model.axis(name)] = worlds.measures[name].shape[model.axis(name)]
    return normalised(worlds, family, spread(draw, 0.0, 1.3, tuple(shape)))


def normalised(worlds: Worlds, family: Family, table: Array) -> Array:
    """The table scaled to a density of the family's variables."""
    return np.asarray(table / (table * worlds.measure(family.of)).sum(axis=worlds.model.axes(family.of), keepdims=True))


def _placed(draw: Stream, worlds: Worlds) -> dict[str, Array]:
    """The variational table, moved in some worlds to the posterior, to the prior and near single points."""
    model = worlds.model
    truth, own = model.family(model.truth), model.family(model.variational)
    if truth is None or own is None or not set(own.of) <= set(truth.of):
        return {}
    table = worlds.tables[own.name].copy()
    observed = tuple(name for name in truth.of if name in model.observed and name not in own.of)
    posterior = _at_first(worlds.density(truth.name, own.of, observed), worlds, own)
    prior = _at_first(worlds.marginal(truth.name, own.of), worlds, own)
    points = table ** draw.choice([4.0, 8.0], (COUNT,) + (1,) * (table.ndim - 1))
    for start, place in enumerate((posterior, prior, points)):
        chosen = slice(COUNT // 2 + start * 6, COUNT // 2 + start * 6 + 6)
        table[chosen] = np.broadcast_to(place, table.shape)[chosen]
    return {own.name: normalised(worlds, own, table)}


def _at_first(table: Array, worlds: Worlds, family: Family) -> Array:
    """The table at the first value of every variable that the family does not depend on."""
    known = {*family.of, *family.given}
    for name in worlds.model.variables:
        if name not in known:
            table = np.take(table, [0], axis=worlds.model.axis(name))
    return table
