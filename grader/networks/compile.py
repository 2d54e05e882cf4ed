"""From a problem's declared formulas to a graph, with everything that is wrong in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from grader.assignment import Problem
from grader.calculus.operations import OPERATIONS
from grader.calculus.tolerances import AUTHORS_GRADIENT, ROUNDING
from grader.language.errors import LanguageError
from grader.language.parser import parse_expression
from grader.language.symbols import FREE, Symbol, Symbols
from grader.networks import functions
from grader.networks.formulas import Reader
from grader.networks.names import claim, table_of_names
from grader.networks.parts import Builder
from grader.networks.slopes import gradients_among
from grader.networks.uses import with_uses
from grader.reading.shapes import describe
from grader.yaml_source import Path
from reference.graph import GRADIENT, Array, Graph, Values, batch, evaluate, gradients


@dataclass(frozen=True)
class Network:
    """A problem's graph, or None and what is wrong: (path within the problem, message).

    `counted` are the sizes that its formulas name, as they are here; `table` is what the parser makes of its names.
    """

    graph: Graph | None
    faults: tuple[tuple[Path, str], ...]
    counted: Mapping[str, int] = field(default_factory=dict)
    table: Symbols = FREE


@dataclass(frozen=True)
class _Source:
    """A problem by all that its graph depends on: formulas and shapes, but not the inputs' values."""

    key: str
    problem: Problem = field(compare=False)


def network(problem: Problem) -> Network:
    """The graph of a problem that declares one; compiled once for all problems that differ in numbers only."""
    return _compiled(_Source(problem.structure, problem))


@lru_cache(maxsize=128)
def _compiled(source: _Source) -> Network:
    return _Compiler(source.problem).run()


def again(problem: Problem, before: Network) -> Graph | None:
    """The graph of the same formulas with inputs and sizes of other sizes; None where they do not fit."""
    return _Compiler(problem, before.table).run().graph


class _Compiler:
    """Compiles node after node, and goes on behind a faulty one with what does not need it."""

    def __init__(self, problem: Problem, table: Symbols | None = None) -> None:
        self._problem = problem
        self._faults: list[tuple[Path, str]] = []
        self._broken: set[str] = set()
        self._builder = Builder(batch(problem.arrays))
        self._table = table or FREE

    def run(self) -> Network:
        problem, builder = self._problem, self._builder
        sizes = self._sizes()
        if self._table is FREE:
            names = (*problem.inputs, *problem.nodes, *problem.after)
            self._check_names(names)
            if self._faults:
                return self._result(None)
            self._table = table_of_names(names, functions.names(), (*problem.inputs, *problem.nodes), sizes)
        for name in problem.inputs:
            self._call(name)
        for name, formula in problem.nodes.items():
            self._add(("nodes", name), formula)
        graph = self._forward()
        if graph is not None and graph.loss is not None:
            self._add_slopes(graph)
        before = len(builder.nodes)
        for name, formula in problem.after.items():
            self._add(("after", name), formula)
        if graph is None or self._faults:
            return self._result(None)
        after = tuple(builder.nodes[before:])
        self._check_same()
        whole = replace(graph, after=after)
        unnamed = frozenset(problem.after) - frozenset(problem.same)
        found = gradients_among(whole, batch(problem.arrays), unnamed)
        return self._result(replace(whole, same={**found, **self._same()}))

    def _result(self, graph: Graph | None) -> Network:
        counted = {name: next(iter(self._builder.sizes[name])) for name in self._counted}
        return Network(None if self._faults else graph, tuple(self._faults), counted, self._table)

    @property
    def _counted(self) -> list[str]:
        """The names that formulas use as sizes."""
        return sorted(self._builder.counted & self._builder.sizes.keys())

    def _sizes(self) -> tuple[str, ...]:
        """The names that sizes have: those of `sizes`, and what axes run over."""
        for name, size in self._problem.sizes.items():
            self._builder.call(name, size, "`sizes`")
        labels = (label for symbol in self._problem.symbols.values() for label in symbol.axes)
        return tuple(dict.fromkeys((*self._problem.sizes, *labels)))

    def _call(self, name: str) -> None:
        """Make the sizes of a quantity's axes known by the names that the axes have."""
        symbol, shape = self._problem.symbols.get(name), self._builder.values[name].shape[1:]
        if symbol is not None and len(symbol.axes) == len(shape):
            for label, size in zip(symbol.axes, shape, strict=True):
                self._builder.call(label, size, name)
                if label in self._counted and len(self._builder.sizes[label]) > 1:
                    told = f"{label!r}, a size that formulas name, is {size} here and another one elsewhere"
                    self._fault(("symbols", name, "axes"), f"{told}; give one of the axes another name")

    def _check_names(self, names: tuple[str, ...]) -> None:
        for name in self._problem.sizes.keys() & set(names):
            self._fault(("sizes", name), f"{name!r} is a quantity; give the size another name")
        claimed: dict[str, Symbol] = {}
        for place, name in enumerate(names):
            part = next(part for part in ("inputs", "nodes", "after") if name in getattr(self._problem, part))
            if name in names[:place]:
                self._fault(("after" if name in self._problem.after else "nodes", name), f"{name!r} stands twice")
                continue
            try:
                claim(claimed, name)
            except ValueError as error:
                self._fault((part, name), str(error))
                return

    def _fault(self, path: Path, message: str) -> None:
        self._faults.append((path, message))

    def _add(self, path: tuple[str, str], formula: str) -> None:
        """Compile one formula; what rests on a faulty one is left out without a word."""
        builder, name = self._builder, path[1]
        mark = builder.mark()
        builder.begin(name, formula)
        reader = Reader(builder, self._problem.loss, after=path[0] == "after")
        try:
            tree = parse_expression(formula, self._table)
            builder.finish(reader.part(tree), loss=name == self._problem.loss)
            self._call(name)
        except LanguageError as error:
            builder.back(mark)
            if not self._follows(path, formula, error):
                self._fault(path, str(error))
            self._broken.add(name)

    def _follows(self, path: tuple[str, ...], formula: str, error: LanguageError) -> bool:
        """Whether a fault is only that of a formula before it: gradients are none while there is any."""
        rests = any(_mentions(formula, broken) for broken in self._broken)
        return error.code == "unfit" and (rests or (path[0] == "after" and bool(self._faults)))

    def _forward(self) -> Graph | None:
        """The graph up to the loss; None if a formula or the loss is at fault."""
        loss, builder = self._problem.loss, self._builder
        if loss is not None and loss not in (*self._problem.inputs, *self._problem.nodes):
            self._fault(("loss",), f"{loss!r} is none of the nodes; name the one that gradients are taken of")
        elif loss in builder.values and builder.values[loss].ndim > 1:
            self._fault(("loss",), f"the loss is one number; {loss!r} is {describe(builder.values[loss].shape[1:])}")
        if self._faults:
            return None
        nodes = with_uses(tuple(self._problem.inputs), tuple(builder.nodes), loss)
        return Graph(tuple(self._problem.inputs), nodes, OPERATIONS, loss)

    def _add_slopes(self, graph: Graph) -> None:
        """Make the gradients known by name to what comes after them."""
        slopes = _solved(graph, self._builder)
        known = (*self._problem.inputs, *self._problem.nodes)
        self._builder.values.update({GRADIENT + name: slopes[name] for name in known if name in slopes})

    def _same(self) -> Mapping[str, str]:
        return {name: gradient.removeprefix(GRADIENT) for name, gradient in self._problem.same.items()}

    def _check_same(self) -> None:
        for name, gradient in self._problem.same.items():
            if name not in self._problem.after:
                self._fault(("same", name), f"{name!r} is none of the quantities under `after`")
            elif not gradient.startswith(GRADIENT) or gradient not in self._builder.values:
                self._fault(("same", name), f"{gradient!r} is no gradient of the loss; write grad_ and a node or input")
            else:
                self._compare(name, self._builder.values[name], self._builder.values[gradient])

    def _compare(self, name: str, own: Array, slope: Array) -> None:
        gradient = self._problem.same[name]
        if own.shape != slope.shape:
            shapes = f"{describe(own.shape[1:])}, the gradient is {describe(slope.shape[1:])}"
            self._fault(("same", name), f"{name!r} is not {gradient}: it is {shapes}")
        elif not np.allclose(
            own, slope, rtol=AUTHORS_GRADIENT, atol=ROUNDING * float(np.abs(slope).max(initial=0.0)), equal_nan=True
        ):
            worst = int(np.argmax(np.abs(own - slope)))
            got, right = own.ravel()[worst], slope.ravel()[worst]
            self._fault(
                ("same", name), f"{name!r} is not {gradient}: its formula gives {got:.6g} where that is {right:.6g}"
            )


def _solved(graph: Graph, builder: Builder) -> Mapping[str, Array]:
    inputs = {name: builder.values[name] for name in graph.inputs}
    with np.errstate(all="ignore"):
        values: Values = evaluate(graph, inputs)
        return gradients(graph, values).computed


def _mentions(formula: str, name: str) -> bool:
    return re.search(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])", formula) is not None
