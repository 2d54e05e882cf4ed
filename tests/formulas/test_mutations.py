"""Formulas altered at random that are truly different, by NumPy's own numbers: none is accepted.

Each formula is written once, in NumPy, which the engine reads as it is. Python's own parser alters it, and Python and
NumPy evaluate the original and the altered one; only those count that differ there.
"""

import ast
import random
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from grader.engine import grade
from grader.report import Verdict
from grader.submission import Submission
from tests.formulas.notations import NOTATIONS, written
from tests.homework6 import hw6

FORMULAS: Mapping[str, str] = {
    "p1.forward.h0.formula": "relu(w_0.T @ z + b_0)",
    "p1.forward.h1.formula": "reshape(h_0)",
    "p1.forward.h2.formula": "relu(corr(pad(h_1, 2), w_1) + b_1)",
    "p1.forward.p.formula": "1 / (1 + exp(-(w_2 @ H_2 + b_2)))",
    "p1.backward.y.formula": "(1 - p) * w_2",
    "p1.backward.h2.formula": "reshape(grad_H_2)",
    "p1.backward.w1.formula": "corr(pad(h_1, 2), grad_h_2)",
    "p1.backward.h1.formula": "corr(grad_h_2, rot180(w_1))",
    "p1.backward.w0.formula": "outer(z, grad_h_0)",
    "p2.x.formula": "2 * (Xh - X)",
    "p2.h.formula": "(2 * (Xh - X) * Xh * (1 - Xh)) @ w_2.T",
    "p2.w2.formula": "H.T @ (2 * (Xh - X) * Xh * (1 - Xh))",
    "p2.w1.formula": "2 * X.T @ (((Xh - X) * Xh * (1 - Xh)) @ w_2.T * (H > 0))",
}
NAMES = {
    "p1": [
        "z",
        "w_0",
        "b_0",
        "h_0",
        "h_1",
        "w_1",
        "b_1",
        "h_2",
        "w_2",
        "H_2",
        "b_2",
        "p",
        "grad_H_2",
        "grad_h_2",
        "grad_h_0",
    ],
    "p2": ["X", "Xh", "H", "w_1", "w_2", "b_1", "b_2"],
}
# How many in each notation; `bench/mutations.py` tries more.
MUTANTS = {"plain": 40, "latex": 15, "calls": 15, "defined": 15}


def columns(grid: Any) -> Any:
    """A vector as two channels filled column by column, or the other way round for a grid of pixels."""
    return grid.reshape(2, 2, 2).swapaxes(1, 2) if grid.size == 8 else grid.reshape(4, 4).T


def corr(image: Any, kernel: Any) -> Any:
    """The correlation without padding, by its definition, entry by entry."""
    if image.ndim == 3 and kernel.ndim == 3:
        return sum(corr(*channel) for channel in zip(image, kernel, strict=True))
    if image.ndim == 3 or kernel.ndim == 3:
        return np.array(
            [corr(one, kernel) for one in image] if image.ndim == 3 else [corr(image, one) for one in kernel]
        )
    rows, across = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    if min(rows, across) < 1:
        raise ValueError
    return np.array(
        [
            [(image[r : r + len(kernel), c : c + kernel.shape[1]] * kernel).sum() for c in range(across)]
            for r in range(rows)
        ]
    )


def pad(grid: Any, by: int) -> Any:
    return np.pad(grid, [(0, 0)] * (grid.ndim - 2) + [(by, by)] * 2)


FUNCTIONS: Mapping[str, Any] = {
    "relu": lambda a: np.maximum(a, 0),
    "exp": np.exp,
    "reshape": columns,
    "corr": corr,
    "pad": pad,
    "rot180": lambda a: a[..., ::-1, ::-1],
    "outer": np.outer,
}


def world(seed: int) -> dict[str, Any]:
    """Consistent values of both problems at one random point, worked out here from the definitions.

    Problem 1's layers are drawn apart from each other: a formula is one layer, whatever came before.
    """
    rng = np.random.default_rng(seed)
    shapes = {"z": 2, "w_0": (2, 8), "b_0": 8, "h_0": 8, "h_1": (2, 2, 2), "w_1": (2, 3, 3), "b_1": (4, 4), "H_2": 16}
    more = {"w_2": 16, "grad_H_2": 16, "h_2": (4, 4), "grad_h_2": (4, 4), "grad_h_0": 8, "b_2": ()}
    one: dict[str, Any] = {name: rng.normal(size=shape) / 2 for name, shape in {**shapes, **more}.items()}
    one["p"] = 1 / (1 + np.exp(-(one["w_2"] @ one["H_2"] + one["b_2"])))
    x, w_1, b_1 = rng.normal(size=(6, 4)), rng.normal(size=(4, 3)), rng.normal(size=3)
    w_2, b_2 = rng.normal(size=(3, 4)), rng.normal(size=4)
    h = np.maximum(x @ w_1 + b_1, 0)
    xh = 1 / (1 + np.exp(-(h @ w_2 + b_2)))
    two = {"X": x, "w_1": w_1, "b_1": b_1, "w_2": w_2, "b_2": b_2, "H": h, "Xh": xh}
    return {"p1": {**FUNCTIONS, **one}, "p2": {**FUNCTIONS, **two}}


WORLDS = [world(seed) for seed in range(3)]


def values(text: str, problem: str) -> list[Any] | None:
    """What Python makes of a formula in each world; None where it makes nothing of it."""
    code = compile(text, "formula", "eval")
    found = []
    for one in WORLDS:
        try:
            with np.errstate(all="ignore"):
                found.append(np.asarray(eval(code, {"__builtins__": {}}, one[problem])))  # noqa: S307 - our own texts
        except (ValueError, TypeError, AttributeError, IndexError):
            return None
    return found


class Altered(ast.NodeTransformer):
    """Alters one place, counted from the root."""

    def __init__(self, place: int, rng: random.Random, names: list[str]) -> None:
        self.left, self.rng, self.names = place, rng, names

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if isinstance(node, ast.expr):
            self.left -= 1
            if self.left == 0:
                return self.alter(node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """The function of a call stays, its arguments are altered."""
        node.args = [self.visit(argument) for argument in node.args]
        self.left -= 1
        return self.alter(node) if self.left == 0 else node

    def alter(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Constant):
            return ast.Constant(self.rng.choice([node.value + 1, node.value * 3, -node.value]))
        if isinstance(node, ast.Name) and self.rng.random() < 0.7 and node.id in self.names:
            return ast.Name(self.rng.choice(self.names))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            return ast.BinOp(node.left, ast.Sub() if isinstance(node.op, ast.Add) else ast.Add(), node.right)
        if isinstance(node, ast.BinOp) and self.rng.random() < 0.5:
            return self.rng.choice([node.left, node.right])
        factor = ast.Constant(self.rng.choice([2, 3, -1]))
        return self.rng.choice([ast.BinOp(factor, ast.Mult(), node), ast.BinOp(node, ast.Add(), ast.Constant(1))])


def mutants(item: str, count: int) -> Iterator[str]:
    """Altered formulas that evaluate, and differ from the original in some world."""
    rng = random.Random(item)  # noqa: S311 - repeatable, not secret
    text, problem = FORMULAS[item], item[:2]
    right = values(text, problem)
    assert right is not None
    seen = {text}
    for _ in range(200 * count):
        tree = ast.parse(text, mode="eval")
        for _ in range(rng.choice([1, 1, 1, 2])):
            size = sum(isinstance(node, ast.expr) for node in ast.walk(tree))
            tree = Altered(rng.randint(1, size), rng, NAMES[problem]).visit(tree)
        altered = ast.unparse(ast.fix_missing_locations(tree))
        if altered in seen:
            continue
        seen.add(altered)
        found = values(altered, problem)
        if found is not None and any(
            mine.shape != theirs.shape or not np.allclose(mine, theirs, rtol=1e-6)
            for mine, theirs in zip(found, right, strict=True)
        ):
            yield altered
        if len(seen) > 40 * count:
            return


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("item", FORMULAS)
def test_the_original_is_right(item: str, notation: str) -> None:
    report = grade(Submission(answers={item: written(FORMULAS[item], notation)}), hw6())
    found = next(one for one in report.items if one.id == item)
    assert found.verdict is Verdict.CORRECT, found.feedback


def accepted(item: str, count: int, notation: str = "plain") -> tuple[list[str], int]:
    """The altered formulas that are accepted, of how many, in a notation."""
    wrong, tried = [], 0
    for text in mutants(item, count):
        report = grade(Submission(answers={item: written(text, notation)}), hw6())
        if next(one for one in report.items if one.id == item).verdict is Verdict.CORRECT:
            wrong.append(text)
        tried += 1
        if tried == count:
            break
    return wrong, tried


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("item", FORMULAS)
def test_no_formula_that_is_truly_different_is_accepted(item: str, notation: str) -> None:
    wrong, tried = accepted(item, MUTANTS[notation], notation)
    assert wrong == []
    assert tried == MUTANTS[notation]
