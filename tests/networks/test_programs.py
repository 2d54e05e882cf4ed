"""Calls of array programs in a network's formulas, against NumPy's and the definitions' own values."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from grader.assignment import Problem
from grader.networks.compile import network
from grader.problems import solve

RNG = np.random.default_rng(5)
ARRAYS: Mapping[str, Any] = {
    "X": RNG.normal(size=(2, 3)), "Y": RNG.normal(size=(3, 4)), "Q": RNG.normal(size=(3, 3)), "u": RNG.normal(size=3),
    "w": RNG.normal(size=3), "I": RNG.normal(size=(4, 5)), "K": RNG.normal(size=(3, 3)),
    "J": RNG.normal(size=(2, 4, 5)),
    "M": RNG.normal(size=(2, 3, 3)),
}  # fmt: skip
X, Y, Q, u, w, I, K, J, M = ARRAYS.values()  # noqa: E741 - an image, as in the formulas


def problem(formula: str, **more: Any) -> Problem:
    inputs = {name: array.tolist() for name, array in ARRAYS.items()}
    return Problem(title="calls", inputs=inputs, nodes={"y": formula, **more.pop("nodes", {})}, **more)


def value(formula: str) -> Any:
    return solve(problem(formula)).values.computed["y"][0]


def slid(image: Any, kernel: Any, pad: tuple[int, int]) -> Any:
    """The correlation by its definition."""
    padded = np.pad(image, [(pad[0],) * 2, (pad[1],) * 2])
    rows, columns = (padded.shape[axis] - kernel.shape[axis] + 1 for axis in (0, 1))
    return np.array(
        [[(padded[r : r + 3, c : c + 3] * kernel).sum() for c in range(columns)] for r in range(rows)]
    )  # fmt: skip


CASES = [
    ("np.multiply(u, w)", u * w),
    ("np.add(u, w)", u + w),
    ("np.subtract(u, w)", u - w),
    ("np.divide(u, w)", u / w),
    ("np.power(u, 2)", u**2),
    ("torch.square(u)", u**2),
    ("np.negative(u)", -u),
    ("torch.reciprocal(u)", 1 / u),
    ("np.matmul(X, Y)", X @ Y),
    ("torch.mm(X, Y)", X @ Y),
    ("np.linalg.multi_dot([X, Y, Y.T])", X @ Y @ Y.T),
    ("np.dot(X, Y)", X @ Y),
    ("np.dot(u, w)", u @ w),
    ("np.dot(2, u)", 2 * u),
    ("X.dot(u)", X @ u),
    ("np.where(u > 0, u, w)", np.where(u > 0, u, w)),
    ("np.where(u > 0, u, 0)", np.maximum(u, 0)),
    ("np.clip(u, -0.3, 0.4)", np.clip(u, -0.3, 0.4)),
    ("u.clip(min=0)", np.maximum(u, 0)),
    ("torch.clamp(u, max=0.1)", np.minimum(u, 0.1)),
    ("np.clip(u, None, 0.1)", np.minimum(u, 0.1)),
    ("np.einsum('ij,jk->ik', X, Y)", X @ Y),
    ("np.einsum('ij,jk', X, Y)", X @ Y),
    ("np.einsum('ij->ji', X)", X.T),
    ("np.einsum('i,j->ji', u, w)", np.outer(w, u)),
    ("np.einsum('ij,j,jk->i', X, u, Y)", np.einsum("ij,j,jk->i", X, u, Y)),
    ("np.einsum('ij->', X)", X.sum()),
    ("np.tensordot(X, Y, axes=1)", X @ Y),
    ("np.tensordot(X, Y, axes=([1], [0]))", X @ Y),
    ("np.tensordot(u, w, axes=0)", np.outer(u, w)),
    ("np.squeeze(X[:, :1])", X[:, 0]),
    ("X[:, :1].squeeze(1)", X[:, 0]),
    ("np.expand_dims(u, 1)", u[:, None]),
    ("u.unsqueeze(0)", u[None]),
    ("u[:, None] * w[None, :]", np.outer(u, w)),
    ("X[:, 1:]", X[:, 1:]),
    ("X[-1]", X[-1]),
    ("u[::-1]", u[::-1]),
    ("X[0, ::2]", X[0, ::2]),
    ("X.transpose(1, 0)", X.T),
    ("np.transpose(X)", X.T),
    ("np.transpose(J, (1, 2, 0))", J.transpose(1, 2, 0)),
    ("np.transpose(J)", J.T),
    ("torch.transpose(J, 0, 2)", J.swapaxes(0, 2)),
    ("J.permute(2, 0, 1)", J.transpose(2, 0, 1)),
    ("X.t()", X.T),
    ("np.swapaxes(J, 1, 2)", J.swapaxes(1, 2)),
    ("np.moveaxis(J, 0, -1)", np.moveaxis(J, 0, -1)),
    ("np.flip(K)", K[::-1, ::-1]),
    ("torch.flip(M, [1, 2])", M[:, ::-1, ::-1]),
    ("np.fliplr(K)", np.fliplr(K)),
    ("np.rot90(K, 2)", np.rot90(K, 2)),
    ("correlate2d(I, K)", slid(I, K, (2, 2))),
    ("correlate2d(I, K, mode='valid')", slid(I, K, (0, 0))),
    ("correlate2d(I, K, 'same')", slid(I, K, (1, 1))),
    ("scipy.signal.convolve2d(I, K, mode='valid')", slid(I, K[::-1, ::-1], (0, 0))),
    ("F.conv2d(I, K, padding=1)", slid(I, K, (1, 1))),
    ("F.conv2d(I, K, padding='same')", slid(I, K, (1, 1))),
    ("F.conv2d(J, M, padding=1)", sum(slid(image, kernel, (1, 1)) for image, kernel in zip(J, M, strict=True))),
    ("F.conv2d(I, K, stride=2)", slid(I, K, (0, 0))[::2, ::2]),
    ("F.conv_transpose2d(I, K)", slid(I, K[::-1, ::-1], (2, 2))),
    ("F.conv_transpose2d(I, K, padding=1)", slid(I, K[::-1, ::-1], (1, 1))),
    ("np.diag(u)", np.diag(u)),
    ("np.diag(Q)", np.diag(Q)),
    ("np.trace(Q)", np.trace(Q)),
    ("X @ np.eye(3)", X),
    ("np.ones_like(u) + np.zeros_like(u)", np.ones(3)),
    ("np.linalg.norm(u)", np.linalg.norm(u)),
    ("np.linalg.norm(X, axis=1)", np.linalg.norm(X, axis=1)),
    ("np.sum(X) / len(X)", X.sum() / 2),
    ("np.sum(X) / X.shape[1]", X.sum() / 3),
    ("X.sum(dim=1, keepdim=True)", X.sum(axis=1, keepdims=True)),
    ("F.linear(u, X)", u @ X.T),
    ("(u > 0).astype(float)", (u > 0) * 1.0),
    ("np.reshape(X, (3, 2), order='F')", X.reshape((3, 2), order="F")),
    ("X.flatten(order='F')", X.flatten(order="F")),
    ("X.view(3, 2)", X.reshape(3, 2)),
    ("sum(u[k] * w[k] for k in range(3))", u @ w),
    ("np.sum([u[k] * w[k] for k in range(3)])", u @ w),
    ("np.stack([X[k] * u for k in range(2)])", X * u),
    ("np.array([u[k] ** 2 for k in range(1, 3)])", u[1:] ** 2),
]


@pytest.mark.parametrize(("formula", "right"), CASES)
def test_a_call_is_worth_what_it_is_worth_in_its_library(formula: str, right: Any) -> None:
    found = value(formula)
    assert found.shape == np.shape(right)
    np.testing.assert_allclose(found, right, atol=1e-12)


@pytest.mark.parametrize("formula", ["np.einsum('ij,jk->ik', X, Y)", "F.conv_transpose2d(I, K)", "np.diag(u) @ Y"])
def test_a_call_has_a_gradient_as_its_parts_have(formula: str) -> None:
    solved = solve(problem(formula, nodes={"L": "sum(y^2)"}, loss="L"))
    name = "I" if "conv" in formula else "Y"
    step = 1e-6
    moved = {**{key: array.tolist() for key, array in ARRAYS.items()}, name: (ARRAYS[name] + step).tolist()}
    far = solve(Problem(title="t", inputs=moved, nodes={"y": formula, "L": "sum(y^2)"}, loss="L"))
    rise = (far.values.computed["L"][0] - solved.values.computed["L"][0]) / step
    assert rise == pytest.approx(solved.gradients.computed[name].sum(), rel=1e-4)


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("np.einsum('ij,jk->il', X, Y)", "does not say which axes these 2 arrays have"),
        ("np.einsum('ij,jk->ik', X)", "does not say which axes these 1 arrays have"),
        ("np.einsum('ii', Q)", "names 2 different axes"),
        ("np.einsum(X, Y)", "write einsum('ij,j->i', A, x)"),
        ("np.clip(u, low=0)", "has no argument 'low'"),
        ("np.where(u > 0, u)", "takes 3 arguments; got 2"),
        ("np.squeeze(X, 0)", "only an axis of length one"),
        ("np.transpose(J, (0, 1, 1))", "name each"),
        ("np.expand_dims(u, 7)", "there are 1 axes"),
        ("np.rot90(K)", "only half a turn"),
        ("correlate2d(I, K, mode='wrap')", "its mode is full, valid, same"),
        ("correlate2d(I)", "takes 2 arguments; got 1"),
        ("F.conv2d(I, u)", "a correlation takes two grids"),
        ("F.conv_transpose2d(I, K, stride=2)", "is read with stride 1"),
        ("F.conv_transpose2d(I, K, padding=3)", "more padding than the kernel reaches"),
        ("np.diag(X)", "diag takes a vector, or a square matrix"),
        ("np.eye(1000)", "a whole number of at most 100"),
        ("np.linalg.norm(u, ord=1)", "only the Euclidean norm"),
        ("len(2)", "a single number has no axes"),
        ("np.reshape(X, (3, 2), order='K')", "its order is 'C' or 'F'"),
    ],
)
def test_a_call_that_can_not_be_made_says_why(formula: str, told: str) -> None:
    found = [message for _, message in network(problem(formula)).faults]
    assert len(found) == 1
    assert told in found[0]
