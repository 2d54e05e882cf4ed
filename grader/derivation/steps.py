"""A derivation as text, read and judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from grader.calculus.budget import ANSWER, Budget
from grader.derivation.alternatives import HABITS, has_open_logs
from grader.derivation.densities import Cast, cast_of
from grader.derivation.evaluate import Evaluator
from grader.derivation.judging import Step, judged
from grader.derivation.lines import Side, joins_of
from grader.derivation.names import Names
from grader.derivation.terms import Term
from grader.derivation.worlds import MOST_VARIABLES, Axiom, build_worlds


@dataclass(frozen=True)
class Derivation:
    """A derivation as judged: its sides in reading order, their meanings, its steps, and the values behind them."""

    sides: tuple[Side, ...]
    terms: tuple[Term | None, ...]
    steps: tuple[Step, ...]
    cast: Cast
    evaluator: Evaluator


@dataclass(frozen=True)
class Setting:
    """What holds for a derivation before it is read.

    `hints` say how densities are written, role by role; `independent` that p(z) and p(z|phi) are one density; `seed`
    draws the worlds.
    """

    hints: Mapping[str, str]
    independent: bool = True
    seed: int = 0


def derivation_of(lines: Iterable[str], setting: Setting) -> Derivation:
    """Read and judge a derivation.

    An author writes logs in one way: where steps fail and the author's habit may be another one, the habit with which
    fewest fail is taken. Raises `OverBudgetError` for one that takes more than an answer may.
    """
    joins = joins_of(lines)
    trees = tuple(join.right.tree for join in joins if join.right.tree is not None)
    cast = cast_of(trees, setting.hints)
    if len(cast.model.variables) > MOST_VARIABLES:
        joins, trees, cast = tuple(join.unread() for join in joins), (), cast_of(())
    evaluator = _evaluator(cast, setting)
    evaluator.budget.spend(len(joins) ** 2 // 10)  # a chain looks back, from each side, at those before it
    best = judged(evaluator, Names(cast), joins)
    for habit in HABITS[1:] if best.failures and has_open_logs(trees) else ():
        best = min(best, judged(evaluator, Names(cast, habit), joins), key=lambda one: one.failures)
    return Derivation(tuple(join.right for join in joins), best.terms, best.steps, cast, evaluator)


def _evaluator(cast: Cast, setting: Setting) -> Evaluator:
    broken = frozenset() if setting.independent else frozenset({Axiom.INDEPENDENCE})
    return Evaluator(build_worlds(cast.model, setting.seed, broken), Budget(ANSWER))
