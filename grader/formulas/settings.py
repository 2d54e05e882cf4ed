"""A problem as formulas see it: its graph at its own sizes and at others, and its names.

A problem's formulas say which axes must have one size; every set of such axes then has a size of its own
(`grader.networks.axes`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from grader.assignment import Problem, SymbolNames
from grader.formulas.names import Names, names_of
from grader.networks.axes import Axes, Labels, axes_of, trial_sizes
from grader.networks.compile import again, network
from grader.problems import solve
from reference.graph import Graph

Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Sized:
    """A graph with the shapes of its inputs."""

    graph: Graph
    shapes: Shapes


@dataclass(frozen=True, eq=False)
class Setting:
    """A problem at its own sizes and at others, with its names; `seed` is derived from all of it.

    `shares` are the inputs, or groups of scalar inputs, whose numbers are shares of one, as the targets of a
    classification are: what holds for these only is right.
    """

    own: Sized
    trial: Sized
    names: Names
    shares: tuple[tuple[str, ...], ...]
    seed: int


@dataclass(frozen=True)
class _Key:
    """A problem by all that its setting depends on; the inputs' numbers are not among it."""

    text: str
    problem: Problem = field(compare=False)


def setting_of(problem: Problem) -> Setting:
    """The setting of a problem that is sound; the same one for all that differ in numbers only."""
    symbols = {name: symbol.model_dump() for name, symbol in problem.symbols.items()}
    text = json.dumps([problem.structure, symbols, list(_shares(problem))])
    return _setting(_Key(text, problem))


@lru_cache(maxsize=64)
def _setting(key: _Key) -> Setting:
    problem = key.problem
    seed = int.from_bytes(hashlib.sha256(key.text.encode()).digest()[:6], "big")
    solved = solve(problem)
    told = {name: symbol.axes for name, symbol in problem.symbols.items() if symbol.axes}
    labels = Labels(network(problem).counted, told)
    axes = axes_of(solved.graph, {**solved.values.computed, **solved.later.computed}, labels)
    own = Sized(solved.graph, {name: array.shape for name, array in problem.arrays.items()})
    names = names_of(_symbols(problem, axes), solved.graph, network(problem).table)
    return Setting(own, _trial(problem, axes, own), names, tuple(_shares(problem)), seed)


def _trial(problem: Problem, axes: Axes, own: Sized) -> Sized:
    """The graph declared anew at other sizes; its own where it can have no others."""
    trial = trial_sizes(own.graph, axes)
    if trial is None:
        return own
    inputs = {name: np.ones(shape) for name, shape in trial.shapes.items()}
    sizes = {**problem.sizes, **{name: size for name, size in trial.sizes.items() if name in problem.sizes}}
    parts = {"nodes": problem.nodes, "loss": problem.loss, "after": problem.after, "symbols": problem.symbols}
    graph = again(Problem(title=problem.title, inputs=inputs, sizes=sizes, **parts), network(problem))
    same = graph is not None and [node.op for node in graph.every] == [node.op for node in own.graph.every]
    return Sized(graph, trial.shapes) if graph is not None and same else own


def _symbols(problem: Problem, axes: Axes) -> Mapping[str, SymbolNames]:
    """Every declared quantity as formulas may name it: as the author says, with axes by what they run over."""
    told = {name: symbol for name, symbol in problem.symbols.items() if symbol.axes}
    labels: dict[int, str] = {}
    for name, symbol in told.items():
        for root, label in zip(axes.of[name], symbol.axes, strict=True):
            labels.setdefault(root, label)
    for name in (*problem.inputs, *problem.nodes, *problem.after):
        for place, root in enumerate(axes.of[name]):
            labels.setdefault(root, _label(name, place, len(axes.of[name])))
    names = (*problem.inputs, *problem.nodes, *problem.after)
    return {name: told[name] if name in told else _symbol(problem, name, axes, labels) for name in names}


def _symbol(problem: Problem, name: str, axes: Axes, labels: Mapping[int, str]) -> SymbolNames:
    plain = problem.symbols.get(name, SymbolNames())
    return plain.model_copy(update={"axes": tuple(labels[root] for root in axes.of[name])})


def _label(name: str, place: int, count: int) -> str:
    """What an axis runs over, in words, by the first quantity that has it."""
    words = {1: ("entries",), 2: ("rows", "columns")}.get(count)
    return f"{words[place]} of {name}" if words else f"axis {place + 1} of {name}"


def _shares(problem: Problem) -> Iterator[tuple[str, ...]]:
    """Inputs whose last axis adds up to one, and scalars numbered alike of which one is 1 and the others are 0."""
    numbered: dict[str, list[str]] = {}
    for name, array in problem.arrays.items():
        if array.ndim and array.shape[-1] > 1 and (array >= 0).all() and np.allclose(array.sum(axis=-1), 1.0):
            yield (name,)
        elif not array.ndim and name[-1].isdigit() and float(array) in {0.0, 1.0}:
            numbered.setdefault(name.rstrip("0123456789"), []).append(name)
    for names in numbered.values():
        if len(names) > 1 and sum(float(problem.arrays[name]) for name in names) == 1.0:
            yield tuple(names)
