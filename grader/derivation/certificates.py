"""Why an inequality holds: upper minus lower is a combination of gaps that are never negative, with weights >= 0.

A gap is a KL divergence, or Jensen's: log E[f] - E[log f] under a density that integrates to 1. Nothing else is one.
That the combination is exact is an identity, checked in all worlds; that every gap is never negative is the theorem.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice, permutations

import numpy as np

from grader.calculus.budget import Budget, array_work
from grader.calculus.tolerances import CERTIFICATE, ROUNDING, TERM_ROUNDING
from grader.derivation.evaluate import Evaluator
from grader.derivation.terms import (
    Average,
    Constant,
    DataSum,
    Density,
    Log,
    Ratio,
    Relative,
    Term,
    negative,
    times,
    total,
    walk,
)
from grader.derivation.worlds import Array, Model

MOST_GAPS = 3
# Of how many rows a combination is tried first, how many combinations at once, and what one is counted as.
_SAMPLE = 48
_AT_ONCE = 2_000
_COMBINATION = 8
# What comparing the values of two gaps is counted as; most differ in their first number.
_COMPARED = 1


@dataclass(frozen=True)
class Gap:
    """Something that is never negative if all of its `densities` integrate to 1 over some variables.

    It is a KL divergence between two densities, or Jensen's gap under one.
    """

    kind: str
    term: Term
    densities: tuple[Term, ...]
    over: tuple[str, ...]


@dataclass(frozen=True)
class Certificate:
    """Weights and gaps; together they are upper minus lower."""

    parts: tuple[tuple[float, Gap], ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """Which theorems it rests on."""
        return tuple(dict.fromkeys(gap.kind for _, gap in self.parts))


def certify(evaluator: Evaluator, upper: Term, lower: Term) -> Certificate | None:
    """A proof that upper >= lower, or that log upper >= log lower where both are positive."""
    found = _combination(evaluator, upper, lower)
    if found is None and (evaluator(upper) > 0).all() and (evaluator(lower) > 0).all():
        found = _combination(evaluator, Log(upper), Log(lower))
    return found


def _combination(evaluator: Evaluator, upper: Term, lower: Term) -> Certificate | None:
    """Weights >= 0 with which gaps add up to upper minus lower."""
    difference = evaluator(upper) - evaluator(lower)
    outer = (*_outer_averages(evaluator.worlds.model, lower), *_outer_averages(evaluator.worlds.model, upper))
    proposed = proposals(evaluator.worlds.model, upper, lower)
    gaps = list(_distinct(evaluator, difference, (wrapped for gap in proposed for wrapped in _wrapped(gap, outer))))
    for size in range(1, MOST_GAPS + 1):
        for places in _promising(difference, [values for _, values in gaps], size, evaluator.budget):
            evaluator.budget.spend(array_work(size * difference.size))
            weights = _weights(difference, [gaps[place][1] for place in places])
            if weights is not None:
                return Certificate(tuple((w, gaps[place][0]) for w, place in zip(weights, places, strict=True)))
    return None


def _promising(difference: Array, columns: Sequence[Array], size: int, budget: Budget) -> Iterator[tuple[int, ...]]:
    """The places of so many columns each that may add up to the difference: those that do on a sample of its rows.

    What adds up in all rows does so in a sample, so nothing is lost. Raises `OverBudgetError`.
    """
    if len(columns) < size:
        return
    rows = np.linspace(0, difference.size - 1, min(_SAMPLE, difference.size)).astype(int)
    sampled = np.stack([column.ravel()[rows] for column in columns])
    target = difference.ravel()[rows]
    off = float(np.linalg.norm(CERTIFICATE * (1.0 + np.abs(target))))
    chosen = combinations(range(len(columns)), size)
    while block := list(islice(chosen, _AT_ONCE)):
        budget.spend(_COMBINATION * len(block))
        matrices = sampled[np.array(block)].transpose(0, 2, 1)
        basis, _ = np.linalg.qr(matrices)
        rest = target - np.einsum("cks,cs->ck", basis, np.einsum("cks,k->cs", basis, target))
        yield from (block[place] for place in np.flatnonzero(np.linalg.norm(rest, axis=1) <= off).tolist())


def _outer_averages(model: Model, term: Term) -> Iterator[Average]:
    """Averages over what is observed: a gap for every data point is averaged as they are."""
    for part in walk(term):
        if isinstance(part, Average) and part.measure is not None and set(part.over) <= set(model.observed):
            yield part


def _wrapped(gap: Gap, outer: Iterable[Average]) -> Iterator[Gap]:
    yield gap
    for average in dict.fromkeys(replace(one, body=Constant(0.0)) for one in outer):
        yield replace(gap, term=replace(average, body=gap.term))


def proposals(model: Model, upper: Term, lower: Term) -> Iterator[Gap]:
    """Gaps that may explain a step: what is written of divergences and averages, then all divergences of the densities.

    Where the upper side has averages but no log of one, a divergence was dropped: it is proposed before Jensen's.
    """
    jensen = [gap for term in (*walk(upper), *walk(lower)) for gap in _jensen_gaps(term)]
    dropped = any(isinstance(part, Average | Relative) for part in walk(upper)) and not has_log_of_average(upper)
    divergences = _divergences(model, upper, lower)
    yield from (*divergences, *jensen) if dropped else (*jensen, *divergences)


def has_log_of_average(term: Term) -> bool:
    """Whether a term holds the log of an average."""
    logs = (part for part in walk(term) if isinstance(part, Log))
    return any(isinstance(part, Average) for log in logs for part in walk(log.of))


def _jensen_gaps(term: Term) -> Iterator[Gap]:
    if isinstance(term, Log):
        for average in walk(term.of):
            if isinstance(average, Average):
                for weight, inner in weighings(average):
                    yield _jensen(weight, average.over, inner)
    if isinstance(term, Average):
        for weight, inner in weighings(term):
            for log in (part for part in walk(inner) if isinstance(part, Log)):
                yield _jensen(weight, term.over, log.of)


def _jensen(weight: Density, over: tuple[str, ...], inner: Term) -> Gap:
    outside = Log(Average(inner, over, weight))
    return Gap("jensen", total(outside, negative(Average(Log(inner), over, weight))), (weight,), over)


def weighings(average: Average) -> Iterator[tuple[Density, Term]]:
    """An average as an expectation: its measure, or a density among the factors of its integrand."""
    if isinstance(average.measure, Density):
        yield average.measure, average.body
        return
    factors = getattr(average.body, "factors", (average.body,))
    for i, factor in enumerate(factors):
        rest = (*factors[:i], *factors[i + 1 :])
        if isinstance(factor, Density) and factor.of == average.over:
            yield factor, times(*rest) if rest else Constant(1.0)
        if isinstance(factor, Ratio):
            above = getattr(factor.above, "factors", (factor.above,))
            for j, density in enumerate(above):
                if isinstance(density, Density) and density.of == average.over:
                    left = times(*above[:j], *above[j + 1 :]) if len(above) > 1 else Constant(1.0)
                    yield density, times(Ratio(left, factor.below), *rest)


def _divergences(model: Model, upper: Term, lower: Term) -> Iterator[Gap]:
    """KL divergences between all densities of the same latents."""
    written = [part for side in (upper, lower) for part in walk(side) if isinstance(part, Relative)]
    yield from map(_kl, written)
    for over in _latent_groups(model, (upper, lower)):
        densities = dict.fromkeys((*_densities_over(model, over), *_written_over(over, upper, lower)))
        for left, right in permutations(densities, 2):
            yield _kl(Relative(left, right, over))


def _kl(divergence: Relative) -> Gap:
    return Gap("kl", divergence, (divergence.left, divergence.right), divergence.over)


def _latent_groups(model: Model, sides: Iterable[Term]) -> tuple[tuple[str, ...], ...]:
    found = [part.over for side in sides for part in walk(side) if isinstance(part, Average | Relative)]
    return tuple(dict.fromkeys([model.latent, *found]))


def _written_over(over: tuple[str, ...], *sides: Term) -> Iterator[Density]:
    for side in sides:
        for part in walk(side):
            if isinstance(part, Density) and part.of == over:
                yield Density(part.family, part.of, part.given)


def _densities_over(model: Model, over: tuple[str, ...]) -> Iterator[Density]:
    """The variational densities, the posteriors and the prior of some variables."""
    for family in model.families:
        if set(over) <= set(family.of):
            below = tuple(name for name in model.observed if name not in over)
            yield Density(family.name, over, tuple(name for name in below if name in (*family.of, *family.given)))
            if family.name == model.truth:
                yield Density(family.name, over)


def _distinct(evaluator: Evaluator, difference: Array, gaps: Iterable[Gap]) -> Iterator[tuple[Gap, Array]]:
    """Each gap once by value, where its densities integrate to 1."""
    seen: list[Array] = []
    for gap in gaps:
        if not all(_is_normalised(evaluator, density, gap.over) for density in gap.densities):
            continue
        values = _fitted(evaluator, gap, difference)
        evaluator.budget.spend(array_work(difference.size) + _COMPARED * len(seen))
        if values is None or any(_same(values, one) for one in seen):
            continue
        seen.append(values)
        yield gap, values


def _is_normalised(evaluator: Evaluator, density: Term, over: tuple[str, ...]) -> bool:
    return bool(np.allclose(evaluator(Average(density, over)), 1.0, rtol=0.0, atol=ROUNDING))


def _fitted(evaluator: Evaluator, gap: Gap, difference: Array) -> Array | None:
    """A gap's values in the difference's shape: summed over the data where the difference is."""
    values = evaluator(gap.term)
    if not _fits(values, difference):
        values = evaluator(DataSum(gap.term))
    if not _fits(values, difference) or not np.isfinite(values).all() or np.abs(values).max() < CERTIFICATE:
        return None
    return np.broadcast_to(values, difference.shape)


def _fits(values: Array, difference: Array) -> bool:
    return all(mine in (1, yours) for mine, yours in zip(values.shape, difference.shape, strict=True))


def _same(one: Array, other: Array) -> bool:
    first, wanted = float(one.flat[0]), float(other.flat[0])
    near = abs(first - wanted) <= TERM_ROUNDING + ROUNDING * abs(wanted)
    return near and bool(np.allclose(one, other, rtol=ROUNDING, atol=TERM_ROUNDING))


def _weights(difference: Array, columns: list[Array]) -> tuple[float, ...] | None:
    """Positive weights with which the columns add up to the difference, in every world; None if there are none."""
    matrix = np.stack([column.ravel() for column in columns], axis=1)
    target = difference.ravel()
    weights, *_ = np.linalg.lstsq(matrix, target, rcond=None)
    exact = np.abs(matrix @ weights - target) <= CERTIFICATE * (1.0 + np.abs(target))
    return tuple(map(float, weights)) if exact.all() and (weights > CERTIFICATE).all() else None
