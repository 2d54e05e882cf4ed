"""A homework with numbers of each student's own, drawn by a seed from the variant's name until they meet what is asked.

The seed is a hash of assignment, problem and variant, so the same name always has the same numbers. What fails a
condition is drawn again, a bounded number of times; `rubric check` sees to it that the bound is never met.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.random import PCG64
from numpy.typing import NDArray

from grader.assignment import Assignment, Problem
from grader.draws import Draw, Picks, attempts
from grader.language.errors import LanguageError
from grader.networks.conditions import Condition, compiled
from grader.problems import Solved, graph_of, solve, unknown
from grader.yaml_source import Path
from reference.graph import Array, Graph, Values, afterwards, batch, evaluate, gradients
from reference.ops.kinks import KINKS

# A variant is drawn at most so many times, so many at once.
MAX_DRAWS = 2048
_BLOCK = 16
# What `rubric check` draws, and how many of these must hold: with 1 in 50, `MAX_DRAWS` fail once in 10^17 variants.
_QUICK, _THOROUGH = 64, 1024
_ENOUGH = 1 / 50


class VariantError(ValueError):
    """A variant whose conditions no draw met; the message is for the author."""


def vary(assignment: Assignment, variant: str) -> Assignment:
    """The assignment with the numbers of a variant, any text; one without variants as it is.

    Raises `VariantError` where no draw meets the conditions, which a rubric that was checked does not have.
    """
    rubric = assignment.rubric
    if not rubric.has_variants:
        return rubric
    seeds = {name: _seed(rubric.id, name, variant) for name in rubric.problems}
    given = {name: _Drawing(problem).numbers(seeds[name]) for name, problem in rubric.problems.items()
             if problem.variants is not None}  # fmt: skip
    return rubric.varied(variant, given)


def _seed(*parts: str) -> int:
    return int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest()[:8])


def variant_faults(problems: Mapping[str, Problem]) -> Iterator[tuple[Path, str]]:
    """Yield (path, message) for what is wrong in sound problems' variants: names, conditions, and too few draws."""
    for name, problem in problems.items():
        if problem.variants is not None:
            for path, message in _faults(problem):
                yield ("problems", name, *path), message


def _faults(problem: Problem) -> Iterator[tuple[Path, str]]:
    variants = problem.variants
    assert variants is not None  # noqa: S101 - asked by the caller
    if not problem.draws:
        yield ("variants",), "none of the inputs is drawn; give one a `range` or `choices`"
    faulty = [(place, name) for place, name in enumerate(variants.from_) if name not in problem.draws]
    for place, name in faulty:
        yield ("variants", "from", place), unknown("drawn input", name, problem.draws)
    unread = tuple(_unread(problem))
    yield from unread
    if problem.draws and not faulty and not unread:
        yield from _rare(problem)


def _unread(problem: Problem) -> Iterator[tuple[Path, str]]:
    quantities = _quantities(solve(problem))
    for place, text in enumerate(problem.variants.conditions if problem.variants else ()):
        try:
            compiled(text, quantities)
        except LanguageError as error:
            yield ("variants", "conditions", place), str(error)


def _rare(problem: Problem) -> Iterator[tuple[Path, str]]:
    """What is wrong if too few draws hold, or the rubric's own numbers do not."""
    drawing = _Drawing(problem)
    for times in (_QUICK, _THOROUGH):
        tests = drawing.tests(dict(attempts(drawing.draws, PCG64(0), times)), times)
        if tests.held.mean() >= _ENOUGH:
            break
    else:
        yield (
            ("variants",),
            f"{tests.told}; at least {round(_ENOUGH * times)} are needed: widen the ranges, or ask for less",
        )
        return
    own = drawing.own_tests(problem.seed)
    if not own.held.all():
        seeds = [seed for seed in range(200) if drawing.own_tests(seed).held.all()]
        advice = f"seed: {', '.join(map(str, seeds[:3]))} would do" if seeds else "widen the ranges"
        yield ("seed",), f"the rubric's own numbers, of seed {problem.seed}, fail {own.failed}; {advice}"


@dataclass(frozen=True)
class _Tests:
    """What was asked of each draw, and which draws (columns) met it."""

    asked: Sequence[str]
    met: NDArray[np.bool_]

    @property
    def held(self) -> NDArray[np.bool_]:
        """Which draws met everything."""
        held: NDArray[np.bool_] = np.logical_and.reduce(self.met, axis=0)
        return held

    @property
    def failed(self) -> str:
        """What the first draw does not meet."""
        return ", ".join(text for text, met in zip(self.asked, self.met[:, 0], strict=True) if not met)

    @property
    def told(self) -> str:
        """How many draws met everything, and each thing by itself."""
        single = "; ".join(f"{text}: {met.sum()}" for text, met in zip(self.asked, self.met, strict=True))
        return f"{self.held.sum()} of {self.met.shape[1]} draws meet all conditions ({single})"


@dataclass(frozen=True)
class _Rules:
    """A problem's conditions, compiled, over its graph; they depend on formulas and shapes only."""

    graph: Graph
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class _Source:
    """A problem by all that its rules depend on."""

    key: tuple[str, tuple[str, ...]]
    problem: Problem = field(compare=False)


@lru_cache(maxsize=128)
def _rules(source: _Source) -> _Rules:
    solved = solve(source.problem)
    quantities = _quantities(solved)
    return _Rules(graph_of(source.problem), tuple(compiled(text, quantities) for text in source.key[1]))


class _Drawing:
    """The drawing of one problem's numbers."""

    def __init__(self, problem: Problem) -> None:
        variants = problem.variants
        assert variants is not None  # noqa: S101 - only such problems are drawn
        named = variants.from_ or tuple(problem.draws)
        self.draws: Mapping[str, Draw] = {name: draw for name, draw in problem.draws.items() if name in named}
        self._problem = problem
        self._distance = variants.away_from_kinks
        self._rules = _rules(_Source((problem.structure, variants.conditions), problem))
        self._fixed = batch(problem.arrays)

    def numbers(self, seed: int) -> Mapping[str, Any]:
        """The first draw that holds, as printed. Raises `VariantError`."""
        bits = PCG64(seed)
        for _ in range(MAX_DRAWS // _BLOCK):
            picks = dict(attempts(self.draws, bits, _BLOCK))
            held = np.flatnonzero(self.tests(picks, _BLOCK).held)
            if len(held):
                return {name: draw.written(picks[name][held[0]]) for name, draw in self.draws.items()}
        raise VariantError(f"none of {MAX_DRAWS} draws meets the conditions; `gradebound rubric check` says which fail")

    def own_tests(self, seed: int) -> _Tests:
        """The tests of what the rubric's own numbers would be with a seed."""
        every = self._problem.draws
        values = {name: every[name].values(picks) for name, picks in attempts(every, PCG64(seed), 1)}
        return self._tested({**self._fixed, **values}, 1)

    def tests(self, picks: Mapping[str, Picks], times: int) -> _Tests:
        """The tests of as many draws at once."""
        values = {name: draw.values(picks[name]) for name, draw in self.draws.items()}
        return self._tested({**self._fixed, **values}, times)

    def _tested(self, inputs: Mapping[str, Array], times: int) -> _Tests:
        solved = _solved(self._rules.graph, inputs)
        conditions = self._rules.conditions
        quantities = _quantities(solved)
        rows = [_finite(solved.later.computed, times)]
        rows += [condition.holds(quantities, times) for condition in conditions]
        asked = ["every quantity is a finite number", *(f"`{condition.text}`" for condition in conditions)]
        if self._distance:
            rows.append(_away(solved, self._distance, times))
            asked.append(f"{self._distance:g} away from every kink")
        return _Tests(asked, np.array(rows))


def _solved(graph: Graph, inputs: Mapping[str, Array]) -> Solved:
    with np.errstate(all="ignore"):
        values = evaluate(graph, inputs)
        slopes = gradients(graph, values) if graph.loss is not None else Values({}, {})
        return Solved(graph, inputs, values, slopes, afterwards(graph, values, slopes))


def _quantities(solved: Solved) -> Mapping[str, Array]:
    """The quantities that a condition may name: inputs, nodes, what comes after, and gradients as `grad_`."""
    return {name: value for name, value in solved.later.computed.items() if "#" not in name and "@" not in name}


def _finite(quantities: Mapping[str, Array], times: int) -> NDArray[np.bool_]:
    finite = np.ones(times, dtype=np.bool_)
    for value in quantities.values():
        finite &= np.isfinite(value).reshape(len(value), -1).all(axis=1)
    return finite


def _away(solved: Solved, distance: float, times: int) -> NDArray[np.bool_]:
    """Which draws keep every argument of an operation with a kink so far away from it."""
    away = np.ones(times, dtype=np.bool_)
    for node in solved.graph.every:
        if node.op in KINKS:
            gaps = KINKS[node.op](*(solved.later.computed[parent] for parent in node.parents), **node.attributes)
            away &= (gaps >= distance).reshape(len(gaps), -1).all(axis=1)
    return away
