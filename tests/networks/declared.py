"""Problems by formulas, for tests."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.assignment import Problem
from grader.networks.compile import network
from grader.problems import Solved, solve
from reference.graph import Graph

INPUTS = {
    "W": [[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]],
    "A": [[1.0, 2.0], [3.0, 4.0]],
    "x": [1.0, -2.0, 0.5],
    "v": [0.3, 0.7],
    "b": [0.05, -0.15],
    "t": [1.0, 0.0],
    "s": 2.0,
    "eta": 0.5,
}


def problem(nodes: Mapping[str, str], **more: Any) -> Problem:
    return Problem(**{"title": "declared", "inputs": INPUTS, "nodes": nodes, **more})


def graph(nodes: Mapping[str, str], **more: Any) -> Graph:
    found = network(problem(nodes, **more))
    assert found.graph is not None, found.faults
    return found.graph


def faults(nodes: Mapping[str, str], **more: Any) -> list[str]:
    return [f"{'.'.join(map(str, path))}: {message}" for path, message in network(problem(nodes, **more)).faults]


def solved(nodes: Mapping[str, str], **more: Any) -> Solved:
    return solve(problem(nodes, **more))


def value(formula: str, **more: Any) -> NDArray[np.float64]:
    return solved({"y": formula}, **more).values.computed["y"][0]


def operations(formula: str, **more: Any) -> list[str]:
    return [node.op for node in graph({"y": formula}, **more).nodes]
