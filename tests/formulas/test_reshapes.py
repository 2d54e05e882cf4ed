"""Formulas on a homework with reshapes whose sizes have names: which order a student may write, and at which sizes."""

from functools import cache

import pytest

from grader.assignment import Assignment
from grader.engine import grade
from grader.formulas.settings import setting_of
from grader.rubric import parse_rubric
from grader.submission import Submission

RUBRIC = """
id: frames
title: "Frames of a film, flattened"
values: {relative_tolerance: 0.005, significant_digits: 2, slip: {min_entries: 4, credit: 0.5}, power_of_ten: 3}
problems:
  film:
    title: "A vector as frames"
    inputs:
      u: [0.1, -0.4, 0.3, 0.2, 0.5, -0.6, 0.7, 0.9, -0.8, 0.4, 0.3, 0.1]
      B: [[[0.3, 0.1], [0.2, -0.5], [0.4, 0.6]], [[0.7, 0.2], [-0.1, 0.3], [0.5, 0.8]]]
      k: [[0.2, -0.3], [0.6, 0.4], [0.1, 0.5]]
      v: [0.3, -0.2, 0.5, 0.1, 0.8, -0.7, 0.2, 0.4, -0.6, 0.9, 0.3, 0.1]
      c: 0.2
    symbols:
      u: {axes: [place]}
      B: {axes: [frame, high, wide], upper: frame}
      F: {axes: [frame, high, wide], upper: frame}
      G: {axes: [frame, high, wide], upper: frame}
      k: {axes: [high, wide]}
      g: {axes: [spot]}
      v: {axes: [spot]}
    nodes:
      F: "reshape(u, frame, high, wide)"
      G: "relu(F + B)"
      g: "reshape(G, frame * high * wide, by=columns)"
      s: "v^T g + c"
      L: "log(1 + exp(s))"
    loss: L
items:
  - {id: F, kind: formula, points: 1, problem: film, value_of: F, shown: "reshape(u)", prompt: "The frames F."}
  - {id: G, kind: formula, points: 1, problem: film, value_of: G, shown: "relu(F + B)", prompt: "The frames G."}
  - {id: g, kind: formula, points: 1, problem: film, value_of: g, shown: "reshape(G)", prompt: "The vector g."}
  - {id: d_G, kind: formula, points: 1, problem: film, gradient_of: G, shown: "reshape(d_g)", prompt: "By G."}
  - {id: d_F, kind: formula, points: 1, problem: film, gradient_of: F, shown: "d_G * step(F + B)", prompt: "By F."}
  - {id: d_u, kind: formula, points: 1, problem: film, gradient_of: u, shown: "reshape(d_F)", prompt: "By u."}
"""


@cache
def rubric() -> Assignment:
    return parse_rubric(RUBRIC)


def points(item: str, formula: str) -> float:
    report = grade(Submission(answers={item: formula}), rubric())
    return float(next(one.points or 0 for one in report.items if one.id == item))


def test_formulas_behind_a_reshape_are_compared_at_other_sizes() -> None:
    setting = setting_of(rubric().problems["film"])
    frames, high, wide = setting.trial.shapes["B"]
    assert setting.trial.shapes["u"] == setting.trial.shapes["v"] == (frames * high * wide,)
    assert setting.trial.shapes["k"] == (high, wide)
    assert len({frames, high, wide}) == 3


@pytest.mark.parametrize(
    ("item", "formula"),
    [
        ("F", "reshape(u)"),
        ("F", "F = u.reshape(2, 3, 2)"),
        ("F", "np.reshape(u, (2, 3, 2))"),
        ("F", "reshape(u, 2, 3, -1)"),
        ("G", r"G = \text{ReLU}(\text{reshape}(u) + B)"),
        ("G", "G[i][j][l] = max(0, F[i][j][l] + B[i][j][l])"),
        ("G", "G[l][i][j] = max(0, F[l][i][j] + B[l][i][j])"),
        ("G", "[relu(F^1 + B^1), relu(F^2 + B^2)]"),
        ("G", "relu(reshape(u, 2, 3, 2) + B)"),
        ("g", r"g = \text{reshape}(G)"),
        ("g", "G.reshape(12)"),
        ("g", "G.reshape(-1)"),
        ("g", "reshape(relu(F + B))"),
        ("d_G", "reshape(d_g)"),
        ("d_G", r"\text{reshape}(\sigma(s) v)"),
        ("d_G", r"\nabla g.reshape(2, 3, 2)"),
        ("d_F", r"\nabla G \odot \mathbf{1}[F + B > 0]"),
        ("d_u", "reshape(d_F)"),
        ("d_u", "flat(d_F)"),
        ("d_u", r"\text{reshape}(\nabla G \odot \mathbf{1}[F + B > 0])"),
    ],
)
def test_a_right_form_is_right(item: str, formula: str) -> None:
    assert points(item, formula) == 1


@pytest.mark.parametrize(
    ("item", "formula"),
    [
        ("F", "u.reshape(3, 2, 2)"),
        ("F", "u.reshape(2, 3, 4)"),
        ("F", "reshape(u, 2, 3, 2, by=columns)"),
        ("F", "2 reshape(u)"),
        ("G", "G[i][j][l] = max(0, F[j][i][l] + B[i][j][l])"),
        ("G", "[relu(F^2 + B^2), relu(F^1 + B^1)]"),
        ("G", "relu(F)"),
        ("g", "G.reshape(6)"),
        ("g", "reshape(F)"),
        ("d_G", "v.reshape(2, 3, 2)"),
        ("d_G", "reshape(d_g, 3, 2, 2)"),
        ("d_F", r"\nabla G"),
        ("d_u", "reshape(F)"),
    ],
)
def test_a_wrong_form_is_wrong(item: str, formula: str) -> None:
    assert points(item, formula) == 0
