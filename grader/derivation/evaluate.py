"""The value of a term in every world at once: an array over worlds and the variables that the term leaves free."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from grader.calculus.budget import Budget, array_work
from grader.derivation.terms import (
    Average,
    Constant,
    DataSum,
    Density,
    Entropy,
    Exp,
    Log,
    Raised,
    Ratio,
    Relative,
    Scalar,
    Term,
    Times,
    Total,
)
from grader.derivation.worlds import Array, Axiom, Model, Worlds

UNNORMALISED = 1.7


class Evaluator:
    """Values of terms in given worlds; each term is worked out once, and counted in a budget."""

    def __init__(self, worlds: Worlds, budget: Budget) -> None:
        self.worlds = worlds
        self.budget = budget
        self._values: dict[Term, Array] = {}

    def __call__(self, term: Term) -> Array:
        """The value of a term; NaN or infinite where it has none. Raises `OverBudgetError`."""
        if term not in self._values:
            with np.errstate(all="ignore"):
                value = _RULES[type(term)](self, term)
            self.budget.spend(array_work(value.size))
            self._values[term] = value
        return self._values[term]

    def sum_over(self, body: Array, over: tuple[str, ...]) -> Array:
        """A sum over variables against their base measure."""
        model = self.worlds.model
        return np.asarray((body * self.worlds.measure(over)).sum(axis=model.axes(over), keepdims=True))

    def scalar(self, term: Scalar) -> Array:
        """A number that nobody has said."""
        return self.worlds.scalar(term.name)

    def constant(self, term: Constant) -> Array:
        """A number, in every world."""
        return np.full((1,) * (len(self.worlds.model.variables) + 1), term.value)

    def density(self, term: Density) -> Array:
        """A density; from other tables where it is one that breaks an axiom."""
        worlds = self.worlds
        self.budget.spend(array_work(2 * worlds.tables[term.family].size))  # its marginals are summed out of the table
        if worlds.strange is None or not any(_BREAKS[axiom](worlds.model, term) for axiom in worlds.broken):
            return worlds.density(term.family, term.of, term.given)
        scale = UNNORMALISED if Axiom.NORMALISATION in worlds.broken else 1.0
        return scale * worlds.strange.density(term.family, term.of, term.given)

    def total(self, term: Total) -> Array:
        """A sum."""
        return np.asarray(sum(map(self, term.terms)))

    def times(self, term: Times) -> Array:
        """A product."""
        value = self(term.factors[0])
        for factor in term.factors[1:]:
            value = value * self(factor)
        return value

    def average(self, term: Average) -> Array:
        """A sum, an integral or an expectation: the same weighing."""
        body = self(term.body) if term.measure is None else self(term.body) * self(term.measure)
        return self.sum_over(body, term.over)

    def data_sum(self, term: DataSum) -> Array:
        """A sum over all observed values, one data point each."""
        model = self.worlds.model
        shape = tuple(self.worlds.measures[name].shape[model.axis(name)] for name in model.observed)
        body = self(term.body)
        wide = np.broadcast_to(body, (body.shape[0], *shape, *body.shape[1 + len(shape) :]))
        return np.asarray(wide.sum(axis=model.axes(model.observed), keepdims=True))

    def relative(self, term: Relative) -> Array:
        """A KL divergence, by its definition."""
        left = self(term.left)
        return self.sum_over(left * (np.log(left) - np.log(self(term.right))), term.over)

    def entropy(self, term: Entropy) -> Array:
        """An entropy or cross-entropy, by its definition."""
        return self.sum_over(-self(term.under) * np.log(self(term.of)), term.over)


_BREAKS: Mapping[Axiom, Callable[[Model, Density], bool]] = {
    Axiom.INDEPENDENCE: lambda model, term: term.bare and model.is_prior(term.family, term.of, term.given),
    Axiom.MARGINAL: lambda model, term: (
        term.family == model.truth and set(term.of) == set(model.observed) and not term.given
    ),
    Axiom.BAYES: lambda model, term: model.is_posterior(term.family, term.of, term.given),
    Axiom.NORMALISATION: lambda model, term: term.family == model.variational,
}

_RULES: Mapping[type[Term], Callable[[Evaluator, Any], Array]] = {
    Constant: Evaluator.constant,
    Scalar: Evaluator.scalar,
    Density: Evaluator.density,
    Total: Evaluator.total,
    Times: Evaluator.times,
    Ratio: lambda self, term: self(term.above) / self(term.below),
    Raised: lambda self, term: self(term.base) ** self(term.exponent),
    Log: lambda self, term: np.log(self(term.of)),
    Exp: lambda self, term: np.exp(self(term.of)),
    Average: Evaluator.average,
    DataSum: Evaluator.data_sum,
    Relative: Evaluator.relative,
    Entropy: Evaluator.entropy,
}
