"""Refutation by search: a world in which a claimed inequality fails, looked for by descent, not left to luck.

A KL divergence weighed by 0.9 in place of 1 is refuted by 0.03 % of random worlds. Worlds with the variational density
at the posterior refute it at once (see `worlds`); where none of the worlds at hand does, tables are changed at random
and kept when the difference goes down. Rounds and evaluations are counted, so that a verdict never depends on the time.
"""

from __future__ import annotations

from types import MappingProxyType

import numpy as np

from grader.calculus.budget import array_work
from grader.calculus.samples import Stream, spread, stream
from grader.calculus.tolerances import REFUTED
from grader.derivation.evaluate import Evaluator
from grader.derivation.terms import Term
from grader.derivation.worlds import Array, Worlds, normalised

ROUNDS = 60


def lowest(evaluator: Evaluator, upper: Term, lower: Term) -> tuple[float, tuple[int, ...]]:
    """The least value of upper minus lower relative to their size, and where it is."""
    above, below = np.broadcast_arrays(evaluator(upper), evaluator(lower))
    relative = (above - below) / (1.0 + np.abs(above) + np.abs(below))
    place = np.unravel_index(int(np.argmin(relative)), relative.shape)
    return float(relative[place]), tuple(map(int, place))


def search(evaluator: Evaluator, upper: Term, lower: Term) -> Worlds | None:
    """Worlds among which one refutes upper >= lower; None if so many rounds find none. Raises `OverBudgetError`."""
    worlds, budget = evaluator.worlds, evaluator.budget
    draw = stream(worlds.seed, 7)
    best, score = worlds, _scores(Evaluator(worlds, budget), upper, lower)
    moving = 5 * sum(array_work(table.size) for table in worlds.tables.values())
    for turn in range(ROUNDS):
        budget.spend(moving)
        trial = _moved(draw, best, 0.8 / (1 + turn % 8))
        found = _scores(Evaluator(trial, budget), upper, lower)
        best, score = _chosen(best, trial, found < score), np.minimum(score, found)
        if score.min() < -REFUTED:
            return best
    return None


def _scores(evaluator: Evaluator, upper: Term, lower: Term) -> Array:
    """For each world its least difference."""
    above, below = np.broadcast_arrays(evaluator(upper), evaluator(lower))
    relative = (above - below) / (1.0 + np.abs(above) + np.abs(below))
    return np.asarray(np.nan_to_num(relative, nan=np.inf).reshape(len(relative), -1).min(axis=1))


def _moved(draw: Stream, worlds: Worlds, size: float) -> Worlds:
    tables = {}
    for family in worlds.model.families:
        table = worlds.tables[family.name]
        moved = table if family.factors else table * spread(draw, 0.0, size, table.shape)
        tables[family.name] = normalised(worlds, family, moved)
    return Worlds(worlds.model, worlds.measures, MappingProxyType(tables), worlds.seed)


def _chosen(old: Worlds, new: Worlds, better: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Worlds:
    tables = {}
    for name, table in old.tables.items():
        pick = better.reshape((-1,) + (1,) * (table.ndim - 1))
        tables[name] = np.where(pick, new.tables[name], table)
    return Worlds(old.model, old.measures, MappingProxyType(tables), old.seed)
