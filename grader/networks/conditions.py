"""Conditions on a problem's quantities, `abs(a) > 0.05` or `0.1 < p < 0.9`: compiled once, checked on whole batches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from grader.calculus.operations import OPERATIONS
from grader.language.errors import LanguageError
from grader.language.statements import parse_statement
from grader.language.symbols import Symbols
from grader.networks import functions
from grader.networks.formulas import Reader
from grader.networks.names import table_of_names
from grader.networks.parts import Builder
from reference.graph import GRADIENT, Array, Graph, evaluate

# The relations that a condition may have.
_HOLDS = {">": np.greater, ">=": np.greater_equal, "<": np.less, "<=": np.less_equal, "!=": np.not_equal}


@dataclass(frozen=True)
class Condition:
    """A chain of relations that every entry has to meet; `members` are the nodes of its sides, from left to right."""

    text: str
    graph: Graph
    members: tuple[str, ...]
    relations: tuple[str, ...]

    def holds(self, quantities: Mapping[str, Array], times: int) -> NDArray[np.bool_]:
        """For each row of a batch of `times` rows, whether all entries meet the condition."""
        with np.errstate(all="ignore"):
            sides = evaluate(self.graph, quantities).computed
            held = np.ones(times, dtype=np.bool_)
            for left, relation, right in zip(self.members, self.relations, self.members[1:], strict=False):
                met = _HOLDS[relation](sides[left], sides[right])
                held &= met.reshape(len(met), -1).all(axis=1)
        return held


def compiled(text: str, quantities: Mapping[str, Array]) -> Condition:
    """Read a condition on quantities (by name, batch axis first; gradients as `grad_` and the name).

    Raises `LanguageError` for one that can't be read, or whose sides do not fit.
    """
    chain = parse_statement(text, _table(tuple(quantities)))
    relations = tuple(step.relation for step in chain.steps)
    if chain.left is None or not relations or not set(relations) <= set(_HOLDS):
        known = ", ".join(_HOLDS)
        raise LanguageError("unfit", f"a condition is two sides with one of {known} between them", text, chain.span)
    builder = Builder(quantities)
    members = []
    for place, side in enumerate(chain.members):
        builder.begin(f"side {place}", text)
        builder.finish(Reader(builder, None, after=True).part(side))
        members.append(f"side {place}")
    return Condition(text, Graph(tuple(quantities), tuple(builder.nodes), OPERATIONS), tuple(members), relations)


@lru_cache(maxsize=8)
def _table(quantities: tuple[str, ...]) -> Symbols:
    """The names for all conditions of a problem."""
    own = [name for name in quantities if not name.startswith(GRADIENT)]
    slopes = [name.removeprefix(GRADIENT) for name in quantities if name.startswith(GRADIENT)]
    return table_of_names(own, functions.names(), slopes)
