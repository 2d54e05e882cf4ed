"""Points on both sides of every kink: relu, |x|, max, signs and cases are looked at where they change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from grader.calculus import terms as t
from grader.calculus.compiled import Compiler, Evaluator
from grader.calculus.functions import FUNCTIONS, Bend
from grader.calculus.special import Array
from grader.calculus.terms import Call, Term

MAX_KINKS = 12


def kink_points(sides: tuple[Term, ...], points: Mapping[str, Array], compiler: Compiler) -> Iterator[dict[str, Array]]:
    """For each kink that shows one side only at `points`, points on the other side where one is found.

    A kink is where its argument is zero. The zero is sought along each variable by the secant through two points,
    which is exact for arguments that are linear in that variable.
    """
    for argument in _arguments(sides)[:MAX_KINKS]:
        bend = compiler.compile(argument)
        values = np.broadcast_to(np.real(bend(points)), (len(next(iter(points.values()))),))
        if not (np.any(values > 0) and np.any(values < 0)):
            for key in sorted(t.variables(argument)):
                yield _beside(bend, points, key)


def _arguments(sides: tuple[Term, ...]) -> list[Term]:
    found: dict[Term, None] = {}
    for side in sides:
        bound = {part.key for part in t.walk(side) if isinstance(part, t.Total)}
        for part in t.walk(side):
            if isinstance(part, Call) and FUNCTIONS[part.name].bend:
                for argument in _zeros(part):
                    if t.variables(argument) and not t.variables(argument) & bound:
                        found[argument] = None
    return list(found)


def _zeros(part: Call) -> list[Term]:
    if FUNCTIONS[part.name].bend is Bend.ZERO:
        return [part.args[0]]
    return [t.add(one, t.negative(other)) for one, other in zip(part.args, part.args[1:], strict=False)]


def _beside(bend: Evaluator, points: Mapping[str, Array], key: str) -> dict[str, Array]:
    """The points moved along one variable to about the zero, some below it and some above."""
    here, there = points[key], points[key] + 1.0
    first, second = np.real(bend(points)), np.real(bend({**points, key: there}))
    zero = here - first / (second - first)
    spread = np.resize(np.array([-2.0, -0.5, -0.0625, 0.0625, 0.5, 2.0]), here.shape)
    moved = np.round((zero + spread * np.maximum(1.0, np.abs(zero) / 4)) * 256.0) / 256.0
    return {**points, key: np.where(np.isfinite(moved), moved, here)}
