"""The gallery's homeworks worked out in plain NumPy, without the grader: an answer for every value item."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, TypeAlias

import numpy as np

Answers: TypeAlias = dict[str, Any]


def _sigmoid(a: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-a))


def classifier(g: Any) -> Answers:
    hidden = np.tanh(g.X @ g.W_1 + g.b_1)
    scores = hidden @ g.W_2 + g.b_2
    powers = np.exp(scores)
    p = powers / powers.sum(axis=1, keepdims=True)
    by_z = p - g.Y
    by_h = by_z @ g.W_2.T
    by_a = by_h * (1 - hidden**2)
    by_w = hidden.T @ by_z
    return {
        "forward.H": hidden, "forward.Z": scores, "forward.P": p, "forward.L": -(g.Y * np.log(p)).sum(),
        "backward.Z": by_z, "backward.W_2": by_w, "backward.b_2": by_z.sum(axis=0), "backward.H": by_h,
        "backward.A": by_a, "backward.W_1": g.X.T @ by_a, "backward.b_1": by_a.sum(axis=0),
        "step.W_2": g.W_2 - g.eta * by_w,
    }  # fmt: skip


def _laid_over(image: Any, kernel: Any) -> Any:
    places = range(image.shape[0] - kernel.shape[0] + 1)
    rows, columns = kernel.shape
    return np.array([[(image[r : r + rows, c : c + columns] * kernel).sum() for c in places] for r in places])


def convnet(g: Any) -> Answers:
    c = _laid_over(g.X, g.K) + g.b
    r = np.maximum(c, 0.0)
    pooled, by_c = np.zeros((2, 2)), np.zeros((4, 4))
    places = {}
    for i, j in np.ndindex(2, 2):
        window = r[2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
        row, column = divmod(int(window.argmax()), 2)
        pooled[i, j], places[i, j] = window.max(), (2 * i + row, 2 * j + column)
    s = g.w @ pooled.ravel() + g.c
    p = _sigmoid(s)
    by_s = p - g.t
    by_m = (by_s * g.w).reshape(2, 2)
    for window, place in places.items():
        by_c[place] = by_m[window]
    by_k = _laid_over(g.X, by_c)
    return {
        "forward.C": c, "forward.R": r, "forward.M": pooled, "forward.s": s, "forward.p": p,
        "forward.L": -np.log(p if g.t else 1 - p), "backward.s": by_s, "backward.w": by_s * pooled.ravel(),
        "backward.M": by_m, "backward.C": by_c, "backward.K": by_k, "backward.b": by_c.sum(),
        "step.K": g.K - g.eta * by_k,
    }  # fmt: skip


def recurrent(g: Any) -> Answers:
    states, steps, answers = [g.h_0], [], {}
    for number, x in enumerate((g.x_1, g.x_2), start=1):
        h = states[-1]
        z, r = _sigmoid(g.w_z * x + g.U_z @ h), _sigmoid(g.w_r * x + g.U_r @ h)
        new = np.tanh(g.w_g * x + g.U_g @ (r * h))
        states.append((1 - z) * h + z * new)
        steps.append((x, h, z, r, new))
        names = {"z": z, "r": r, "g": new, "h": states[-1]}
        answers |= {f"forward.{name}_{number}": value for name, value in names.items()}
    y = g.v @ states[-1]
    by_h = (y - g.t) * g.v
    answers |= {"forward.y": y, "forward.L": (y - g.t) ** 2 / 2, "backward.h_2": by_h}
    by_w, by_u = 0.0, 0.0
    for x, h, z, r, new in reversed(steps):
        answers.setdefault("backward.z_2", by_h * (new - h))
        answers.setdefault("backward.g_2", by_h * z)
        inside, gate = by_h * z * (1 - new**2), by_h * (new - h) * z * (1 - z)
        by_w, by_u = by_w + inside * x, by_u + np.outer(gate, h)
        through = g.U_g.T @ inside
        by_h = by_h * (1 - z) + g.U_z.T @ gate + r * through + g.U_r.T @ (through * h * r * (1 - r))
        answers.setdefault("backward.h_1", by_h)
    return answers | {"backward.w_g": by_w, "backward.U_z": by_u, "step.w_g": g.w_g - g.eta * by_w}


def vae(g: Any) -> Answers:
    m, s = g.W_m @ g.x + g.b_m, g.W_s @ g.x + g.b_s
    d = np.exp(s / 2)
    z = m + d * g.u
    y = g.W_d @ z + g.b_d
    error, divergence = ((y - g.x) ** 2).sum() / 2, (np.exp(s) + m**2 - s - 1).sum() / 2
    by_y = y - g.x
    by_z = g.W_d.T @ by_y
    by_m, by_s = by_z + m, by_z * g.u * d / 2 + (np.exp(s) - 1) / 2
    return {
        "forward.m": m, "forward.s": s, "forward.d": d, "forward.z": z, "forward.y": y, "forward.R": error,
        "forward.K": divergence, "forward.L": error + divergence, "backward.y": by_y,
        "backward.W_d": np.outer(by_y, z), "backward.z": by_z, "backward.m": by_m, "backward.s": by_s,
        "backward.W_m": np.outer(by_m, g.x), "backward.W_s": np.outer(by_s, g.x),
    }  # fmt: skip


METHODS: Mapping[str, Callable[[Any], Answers]] = {
    "classifier": classifier, "convnet": convnet, "recurrent": recurrent, "vae": vae,
}  # fmt: skip


def solved(name: str, inputs: Mapping[str, Any]) -> Answers:
    return METHODS[name](SimpleNamespace(**inputs))
