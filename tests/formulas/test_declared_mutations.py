"""Formulas for declared homeworks altered at random, truly different by NumPy's own numbers: none is accepted."""

import ast
import random
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from grader.report import Verdict
from tests.formulas.test_declared import result
from tests.formulas.test_mutations import Altered, corr, pad

FORMULAS: Mapping[str, str] = {
    "classifier h": "relu(W @ x + b)",
    "classifier p": "softmax(V @ h + c)",
    "classifier d_V": "outer(p - t, h)",
    "classifier d_W": "outer((V.T @ (p - t)) * (a > 0), x)",
    "classifier W_new": "W - eta * outer((V.T @ (p - t)) * (a > 0), x)",
    "rnn h_2": "tanh(W @ x_2 + U @ h_1 + b)",
    "rnn d_h_1": "U.T @ ((1 - h_2 ** 2) * (V.T @ (y - t)))",
    "rnn d_U": "outer(grad_h_2 * (1 - h_2 ** 2), h_1) + outer(grad_h_1 * (1 - h_1 ** 2), h_0)",
    "scalars d_w1": "(out_o1 - t1) * out_o1 * (1 - out_o1) * w3 * out_h1 * (1 - out_h1) * i1",
    "scalars w1_new": "w1 - eta * grad_net_h1 * i1",
    "batch_norm d_X": "gamma / sqrt(v + eps) * (R - sum0(R) / 3 - n * sum0(R * n) / 3)",
    "convolution d_K": "corr(X, R * (Z > 0))",
    "convolution d_X": "corr(pad(R * (Z > 0), 1), rot180(K))",
    "attention O": "softmax(Q @ K.T / sqrt(d)) @ V",
    "regression d_w": "x.T @ (2 * (y - t) * y * (1 - y))",
}
MUTANTS = 12
SHAPES: Mapping[str, Mapping[str, tuple[int, ...]]] = {
    "classifier": {"x": (3,), "W": (2, 3), "b": (2,), "V": (4, 2), "c": (4,), "t": (4,), "eta": ()},
    "rnn": {
        "x_1": (2,),
        "x_2": (2,),
        "h_0": (3,),
        "W": (3, 2),
        "U": (3, 3),
        "V": (2, 3),
        "b": (3,),
        "t": (2,),
        "grad_h_2": (3,),
        "grad_h_1": (3,),
    },
    "scalars": dict.fromkeys(("i1", "w1", "w2", "w3", "w4", "b1", "t1", "eta", "grad_net_h1"), ()),
    "batch_norm": {"X": (3, 2), "gamma": (2,), "beta": (2,), "R": (3, 2), "eps": ()},
    "convolution": {"X": (4, 4), "K": (2, 2), "b": (), "R": (3, 3)},
    "attention": {"Q": (2, 3), "K": (2, 3), "V": (2, 3), "d": ()},
    "regression": {"x": (5, 3), "w": (3, 2), "t": (5, 2)},
}


def sigmoid(a: Any) -> Any:
    return 1 / (1 + np.exp(-a))


def softmax(a: Any) -> Any:
    powers = np.exp(a - a.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


FUNCTIONS: Mapping[str, Any] = {
    "relu": lambda a: np.maximum(a, 0),
    "softmax": softmax,
    "outer": np.outer,
    "tanh": np.tanh,
    "sqrt": np.sqrt,
    "corr": corr,
    "pad": pad,
    "rot180": lambda a: a[::-1, ::-1],
    "sum0": lambda a: a.sum(axis=0),
}


def world(problem: str, seed: int) -> dict[str, Any]:
    """Random inputs, and the values that follow from them by the definitions."""
    rng = np.random.default_rng(seed)
    one: dict[str, Any] = {name: rng.normal(size=shape) for name, shape in SHAPES[problem].items()}
    if problem == "classifier":
        one["t"] = softmax(one["t"])
        one["a"] = one["W"] @ one["x"] + one["b"]
        one["h"] = np.maximum(one["a"], 0)
        one["p"] = softmax(one["V"] @ one["h"] + one["c"])
    elif problem == "rnn":
        one["h_1"] = np.tanh(one["W"] @ one["x_1"] + one["U"] @ one["h_0"] + one["b"])
        one["h_2"] = np.tanh(one["W"] @ one["x_2"] + one["U"] @ one["h_1"] + one["b"])
        one["y"] = one["V"] @ one["h_2"]
    elif problem == "scalars":
        one["out_h1"] = sigmoid(one["w1"] * one["i1"] + one["b1"])
        one["out_h2"] = sigmoid(one["w2"] * one["i1"] + one["b1"])
        one["out_o1"] = sigmoid(one["w3"] * one["out_h1"] + one["w4"] * one["out_h2"])
    elif problem == "batch_norm":
        one["eps"] = abs(one["eps"])
        one["mu"], one["v"] = one["X"].mean(axis=0), one["X"].var(axis=0)
        one["n"] = (one["X"] - one["mu"]) / np.sqrt(one["v"] + one["eps"])
    elif problem == "convolution":
        one["Z"] = corr(one["X"], one["K"]) + one["b"]
    elif problem == "attention":
        one["d"] = abs(one["d"])
    elif problem == "regression":
        one["y"] = sigmoid(one["x"] @ one["w"])
    return {**FUNCTIONS, **one}


def values(text: str, worlds: list[dict[str, Any]]) -> list[Any] | None:
    """What Python makes of a formula in each world; None where it makes nothing of it."""
    code = compile(text, "formula", "eval")
    try:
        with np.errstate(all="ignore"):
            return [np.asarray(eval(code, {"__builtins__": {}}, one)) for one in worlds]  # noqa: S307 - our own texts
    except (ValueError, TypeError, AttributeError, IndexError):
        return None


def mutants(key: str, count: int) -> Iterator[str]:
    """Altered formulas that evaluate, and differ from the original in some world."""
    rng = random.Random(key)  # noqa: S311 - repeatable, not secret
    problem = key.partition(" ")[0]
    worlds = [world(problem, seed) for seed in range(3)]
    names = [name for name in worlds[0] if name not in FUNCTIONS]
    right = values(FORMULAS[key], worlds)
    assert right is not None
    seen = {FORMULAS[key]}
    while len(seen) < 40 * count:
        tree: Any = ast.parse(FORMULAS[key], mode="eval")
        for _ in range(rng.choice([1, 1, 2])):
            size = sum(isinstance(node, ast.expr) for node in ast.walk(tree))
            tree = Altered(rng.randint(1, size), rng, names).visit(tree)
        altered = ast.unparse(ast.fix_missing_locations(tree))
        if altered in seen:
            continue
        seen.add(altered)
        found = values(altered, worlds)
        if found is not None and any(
            mine.shape != theirs.shape or not np.allclose(mine, theirs, rtol=1e-6)
            for mine, theirs in zip(found, right, strict=True)
        ):
            yield altered


@pytest.mark.parametrize("key", FORMULAS)
def test_the_original_is_right(key: str) -> None:
    found = result(key, FORMULAS[key])
    assert found.verdict is Verdict.CORRECT, found.feedback


def accepted(key: str, count: int) -> tuple[list[str], int]:
    """The altered formulas that are accepted, of how many."""
    tried = [text for text, _ in zip(mutants(key, count), range(count), strict=False)]
    return [text for text in tried if result(key, text).verdict is Verdict.CORRECT], len(tried)


@pytest.mark.parametrize("key", FORMULAS)
def test_no_formula_that_is_truly_different_is_accepted(key: str) -> None:
    assert accepted(key, MUTANTS) == ([], MUTANTS)
