"""What a side shows by its form, whatever it is worth: the facts that milestones are conditions on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from grader.derivation.certificates import has_log_of_average
from grader.derivation.densities import VARIATIONAL, bound_of
from grader.derivation.evaluate import Evaluator
from grader.derivation.kernel import identical
from grader.derivation.terms import (
    Average,
    Constant,
    Density,
    Entropy,
    Exp,
    Log,
    Ratio,
    Relative,
    Term,
    Times,
    Total,
    children,
    negative,
    walk,
)
from grader.derivation.worlds import Model
from grader.milestones import Fact

_AVERAGES = (Average, Relative, Entropy)


@dataclass(frozen=True, eq=False)
class Facts:
    """Tells the facts of sides, in the worlds of one derivation."""

    evaluator: Evaluator
    _known: dict[Term, frozenset[Fact]] = field(default_factory=dict)

    def of(self, term: Term) -> frozenset[Fact]:
        """All facts that a side shows; looked for once."""
        if term not in self._known:
            self._known[term] = frozenset(fact for fact, holds in _FACTS.items() if holds(self, term))
        return self._known[term]

    @property
    def model(self) -> Model:
        """The variables and families of the derivation."""
        return self.evaluator.worlds.model

    @property
    def evidence(self) -> Density:
        """The density of what is observed."""
        return Density(self.model.truth, self.model.observed)

    def same(self, one: Term, other: Term) -> bool:
        """Whether two sides are equal in every world."""
        left, right = np.broadcast_arrays(self.evaluator(one), self.evaluator(other))
        return bool(np.isfinite(left).all() and np.isfinite(right).all()) and identical(left, right)

    def _is_evidence(self, term: Term) -> bool:
        own = set(self.model.observed)
        return isinstance(term, Density) and term.family == self.model.truth and set(term.of) == own and not term.given

    def start(self, term: Term) -> bool:
        """The side is p(x|phi) or its logarithm."""
        inner = _without_sign(term)
        return self._is_evidence(inner.of if isinstance(inner, Log) else inner)

    def has_evidence(self, term: Term) -> bool:
        """It holds p(x|phi) outside all averages, or is log p(x|phi) written without an average."""
        if any(self._is_evidence(part) for part in _outside_averages(term)):
            return True
        return not self.averaged(term) and any(self.same(term, one) for one in (Log(self.evidence), self.evidence))

    def evidence_averaged(self, term: Term) -> bool:
        """It holds log p(x|phi) under an average."""
        logs = (part for average in _averages(term) for part in walk(average.body) if isinstance(part, Log))
        return any(self._is_evidence(part) for log in logs for part in walk(log.of))

    def averaged(self, term: Term) -> bool:
        """It holds an expectation, integral or sum over latents; divergences and entropies are such."""
        latent = set(self.model.latent)
        return any(isinstance(part, _AVERAGES) and set(part.over) & latent for part in walk(term))

    def weighed(self, term: Term) -> bool:
        """One of its averages is weighed by q: as its measure, or as an explicit factor of its integrand."""
        return any(_weighed_by(part, VARIATIONAL) for part in walk(term))

    def log_of_average(self, term: Term) -> bool:
        """It holds the log of an average."""
        return has_log_of_average(term)

    def _prior(self, term: Term, *, bare: bool) -> bool:
        found = (part for part in walk(term) if isinstance(part, Density) and part.bare is bare)
        return any(self.model.is_prior(part.family, part.of, part.given) for part in found)

    def prior_given(self, term: Term) -> bool:
        """It holds the prior with its parameters, p(z|phi)."""
        return self._prior(term, bare=False)

    def prior_alone(self, term: Term) -> bool:
        """It holds the prior without parameters, p(z)."""
        return self._prior(term, bare=True)

    def bound(self, term: Term) -> bool:
        """It is the bound under q, in whatever form."""
        if not self.weighed(term):
            return False
        value = bound_of(self.model)
        return value is not None and any(self.same(term, one) for one in (value, Exp(value), negative(value)))


def _without_sign(term: Term) -> Term:
    return negative(term) if isinstance(term, Times) and term.factors[0] == Constant(-1.0) else term


def _outside_averages(term: Term) -> Iterator[Term]:
    if isinstance(term, _AVERAGES):
        return
    yield term
    for child in children(term):
        yield from _outside_averages(child)


def _averages(term: Term) -> Iterator[Average]:
    return (part for part in walk(term) if isinstance(part, Average))


def _weighed_by(term: Term, family: str) -> bool:
    if isinstance(term, Relative):
        return _is_of(term.left, family)
    if isinstance(term, Entropy):
        return _is_of(term.under, family)
    if not isinstance(term, Average):
        return False
    if term.measure is not None:
        return _is_of(term.measure, family)
    return any(_is_factor(part, family) for part in _summands(term.body))


def _is_factor(term: Term, family: str) -> bool:
    """Whether q is a factor of an integrand; not in a fraction that has q below as well, which is q/q."""
    for factor in _factors(term):
        above = factor.above if isinstance(factor, Ratio) else factor
        cancelled = isinstance(factor, Ratio) and any(_is_of(part, family) for part in walk(factor.below))
        if not cancelled and any(_is_of(one, family) for one in _factors(above)):
            return True
    return False


def _factors(term: Term) -> tuple[Term, ...]:
    return term.factors if isinstance(term, Times) else (term,)


def _summands(term: Term) -> tuple[Term, ...]:
    return term.terms if isinstance(term, Total) else (term,)


def _is_of(term: Term, family: str) -> bool:
    return isinstance(term, Density) and term.family.partition("@")[0] == family


_FACTS: Mapping[Fact, Callable[[Facts, Term], bool]] = {
    Fact.START: Facts.start,
    Fact.EVIDENCE: Facts.has_evidence,
    Fact.EVIDENCE_AVERAGED: Facts.evidence_averaged,
    Fact.AVERAGED: Facts.averaged,
    Fact.WEIGHED: Facts.weighed,
    Fact.LOG_OF_AVERAGE: Facts.log_of_average,
    Fact.PRIOR_GIVEN: Facts.prior_given,
    Fact.PRIOR_ALONE: Facts.prior_alone,
    Fact.BOUND: Facts.bound,
}
