"""Homeworks that declare their graphs, and formulas for them by hand: right in several notations, and wrong."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from grader.assignment import Assignment

PROBLEMS: Mapping[str, Mapping[str, Any]] = {
    "classifier": {
        "inputs": {
            "x": [0.5, -1.2, 0.3],
            "W": [[0.2, -0.4, 0.1], [0.7, 0.3, -0.5]],
            "b": [0.1, -0.2],
            "V": [[0.3, -0.6], [0.5, 0.2], [-0.1, 0.4], [0.9, -0.3]],
            "c": [0.0, 0.1, -0.1, 0.2],
            "t": [0.0, 1.0, 0.0, 0.0],
            "eta": 0.1,
        },
        "nodes": {
            "a": "W x + b",
            "h": r"\text{ReLU}(a)",
            "z": "V h + c",
            "p": r"\text{softmax}(z)",
            "L": r"-\text{sum}(t \odot \log p)",
        },
        "loss": "L",
        "after": {"delta": "p - t", "W_new": r"W - \eta \nabla W"},
        "symbols": {"p": {"also": [r"\hat{y}"]}},
    },
    "rnn": {
        "inputs": {
            "x_1": [0.4, -0.3],
            "x_2": [0.1, 0.8],
            "h_0": [0.0, 0.2, -0.1],
            "W": [[0.3, -0.2], [0.1, 0.5], [-0.4, 0.6]],
            "U": [[0.2, 0.1, -0.3], [0.4, -0.5, 0.2], [0.1, 0.3, 0.6]],
            "V": [[0.5, -0.1, 0.2], [0.3, 0.7, -0.6]],
            "b": [0.1, 0.0, -0.2],
            "t": [0.3, -0.4],
        },
        "nodes": {
            "h_1": r"\tanh(W x_1 + U h_0 + b)",
            "h_2": r"\tanh(W x_2 + U h_1 + b)",
            "y": "V h_2",
            "L": r"\frac{1}{2} \text{sum}((y - t)^2)",
        },
        "loss": "L",
    },
    "scalars": {
        "inputs": {"i1": 0.3, "w1": 0.2, "w2": -0.5, "w3": 0.4, "w4": 0.7, "b1": 0.1, "t1": 0.9, "t2": 0.1, "eta": 0.5},
        "nodes": {
            "net_h1": "w1*i1 + b1",
            "out_h1": "sigmoid(net_h1)",
            "net_h2": "w2*i1 + b1",
            "out_h2": "sigmoid(net_h2)",
            "net_o1": "w3*out_h1 + w4*out_h2",
            "out_o1": "sigmoid(net_o1)",
            "E": "0.5*(t1 - out_o1)**2",
        },
        "loss": "E",
        "after": {"delta_o1": "(out_o1 - t1)*out_o1*(1 - out_o1)", "w1_new": "w1 - eta*d_w1"},
        "same": {"delta_o1": "grad_net_o1"},
    },
    "batch_norm": {
        "inputs": {
            "X": [[1.0, 2.0], [0.5, -1.0], [3.0, 0.5]],
            "gamma": [1.2, 0.8],
            "beta": [0.1, -0.1],
            "R": [[0.3, -0.2], [0.5, 0.1], [-0.4, 0.6]],
            "eps": 1e-5,
        },
        "nodes": {
            "mu": "mean(X, axis=0)",
            "v": "var(X, axis=0)",
            "n": "(X - mu) / sqrt(v + eps)",
            "Y": r"\gamma \odot n + \beta",
            "L": "sum(R * Y)",
        },
        "loss": "L",
        "symbols": {"X": {"axes": ["sample", "feature"]}},
    },
    "convolution": {
        "inputs": {
            "X": [[1.0, 0.5, -0.3, 0.2], [0.1, 0.4, 0.7, -0.6], [0.9, -0.2, 0.3, 0.8], [-0.5, 0.6, 0.2, 0.1]],
            "K": [[0.2, -0.1], [0.4, 0.3]],
            "b": 0.05,
            "R": [[0.3, -0.2, 0.1], [0.5, 0.1, 0.7], [-0.4, 0.6, 0.2]],
        },
        "nodes": {"Z": "conv2d(X, K) + b", "H": "relu(Z)", "L": "sum(R * H)"},
        "loss": "L",
    },
    "attention": {
        "inputs": {
            "X": [[0.1, 0.2, -0.3], [0.4, -0.5, 0.6]],
            "W_q": [[0.3, 0.1], [-0.2, 0.4], [0.5, -0.6]],
            "W_k": [[0.2, -0.4], [0.1, 0.3], [-0.5, 0.7]],
            "W_v": [[0.6, 0.2], [0.3, -0.1], [0.4, 0.5]],
            "d": 2.0,
        },
        "nodes": {
            "Q": "X W_q",
            "K": "X W_k",
            "V": "X W_v",
            "S": r"\frac{Q K^T}{\sqrt{d}}",
            "A": r"\text{softmax}(S)",
            "O": "A V",
        },
    },
    "regression": {
        "inputs": {
            "x": [[0.2, 0.9, 0.4], [0.7, 0.1, 0.5]],
            "w": [[0.3, -0.2], [0.5, 0.4], [-0.1, 0.6]],
            "t": [[0.1, 0.2], [0.4, -0.3]],
        },
        "nodes": {"y": r"\sigma(x w)", "L": "sum((y - t)^2)"},
        "loss": "L",
        "symbols": {
            "x": {"axes": ["sample", "feature"], "matrix": ["X"]},
            "y": {"axes": ["sample", "output"], "matrix": ["Y"]},
            "t": {"axes": ["sample", "output"], "matrix": ["T"]},
        },
    },
}

# By problem and what is asked: `d_x` is the gradient by x.
RIGHT: Mapping[str, tuple[str, ...]] = {
    "classifier h": (
        r"\max(0, W x + b)",
        "relu(x W^T + b)",
        r"h_i = \text{ReLU}(\sum_j W_{ij} x_j + b_i)",
        "(a + |a|)/2",
    ),
    "classifier p": (
        r"\text{softmax}(V h + c)",
        r"\frac{e^z}{\sum_j e^{z_j}}",
        "exp(z) / sum(exp(z))",
        "softmax(V @ relu(a) + c)",
    ),
    "classifier L": (
        r"-\sum_i t_i \log p_i",
        "-t^T log(p)",
        "-sum(t * log(softmax(z)))",
        r"-t^T z + \log \sum_k e^{z_k}",
    ),
    "classifier d_z": (
        "p - t",
        r"\hat{y} - t",
        r"\nabla z = \text{softmax}(z) - t",
        "-(t - p)",
    ),
    "classifier d_V": (
        "(p - t) h^T",
        "h (p - t)^T",
        r"\delta h^T",
        r"\nabla z \otimes h",
        r"\nabla V_{ij} = (p_i - t_i) h_j",
        "outer(delta, h)",
    ),
    "classifier d_h": (
        "V^T (p - t)",
        r"\nabla h = V^T \delta",
        "(p - t) @ V",
        r"\frac{\partial z}{\partial h} \nabla z",
    ),
    "classifier d_a": (
        r"V^T \delta \odot \text{ReLU}'(a)",
        r"(V^T (p - t)) \odot \mathbf{1}[a > 0]",
        r"\nabla h * (h > 0)",
    ),
    "classifier d_W": (
        r"(V^T (p - t) \odot \mathbf{1}[a > 0]) x^T",
        r"\nabla a x^T",
        r"x (\nabla a)^T",
    ),
    "classifier W_new": (
        r"W - \eta \nabla a x^T",
        r"W - \eta \frac{\partial L}{\partial W}",
        "W - eta * d_W",
    ),
    "classifier delta": (
        "p - t",
        r"\text{softmax}(V h + c) - t",
    ),
    "rnn h_2": (
        r"\tanh(W x_2 + U h_1 + b)",
        r"\tanh(x_2 W^T + U h_1 + b)",
    ),
    "rnn d_h_2": (
        "V^T (y - t)",
        "(y - t) V",
    ),
    "rnn d_h_1": (
        r"U^T ((1 - h_2^2) \odot \nabla h_2)",
        r"U^T \text{diag}(1 - h_2^2) V^T (y - t)",
        r"\frac{\partial h_2}{\partial h_1} \nabla h_2",
    ),
    "rnn d_U": (
        r"(\nabla h_2 \odot (1 - h_2^2)) h_1^T + (\nabla h_1 \odot (1 - h_1^2)) h_0^T",
        "outer(d_h_2 * (1 - h_2**2), h_1) + outer(d_h_1 * (1 - h_1**2), h_0)",
    ),
    "rnn d_b": (r"(1 - h_2 \odot h_2) \odot \nabla h_2 + (1 - h_1^2) \odot \nabla h_1",),
    "scalars d_w3": (
        r"(out_{o1} - t_1) \times out_{o1} \times (1 - out_{o1}) \times out_{h1}",
        r"\delta_{o1} out_{h1}",
        "-(t1 - out_o1)*out_o1*(1-out_o1)*out_h1",
    ),
    "scalars d_w1": (
        r"\delta_{o1} w_3 out_{h1} (1 - out_{h1}) i_1",
        "d_net_h1 * i1",
        r"\frac{\partial E}{\partial out_{h1}} out_{h1} (1 - out_{h1}) i_1",
    ),
    "scalars d_b1": (
        r"\delta_{o1} (w_3 out_{h1} (1 - out_{h1}) + w_4 out_{h2} (1 - out_{h2}))",
        "d_net_h1 + d_net_h2",
    ),
    "scalars w1_new": (
        r"w_1 - \eta \frac{\partial E}{\partial w_1}",
        "w1 - eta*d_net_h1*i1",
    ),
    "batch_norm Y": (
        r"\gamma \odot \frac{X - \mu}{\sqrt{v + eps}} + \beta",
        r"Y_{ij} = \gamma_j n_{ij} + \beta_j",
    ),
    "batch_norm d_gamma": (
        "sum0(R * n)",
        r"\sum_i R_{ij} n_{ij}",
        "np.sum(R * n, axis=0)",
    ),
    "batch_norm d_beta": (
        r"\sum_i R_{ij}",
        "sum(R, axis=0)",
    ),
    "batch_norm d_v": (r"-\frac{1}{2} (v + eps)^{-1.5} \odot sum(R * gamma * (X - mu), axis=0)",),
    "batch_norm d_X": (
        "gamma / sqrt(v + eps) * (R - mean(R, axis=0) - n * mean(R * n, axis=0))",
        r"\frac{1}{3} \frac{\gamma}{\sqrt{v + eps}} * (3 R - sum0(R) - n * sum0(R * n))",
    ),
    "convolution Z": (
        r"Z[r][c] = \sum_i \sum_j K[i][j] X[r+i][c+j] + b",
        "conv2d(X, K) + b",
        r"Z_{rc} = b + \sum_{i=1}^2 \sum_{j=1}^2 K_{ij} X_{r+i-1,c+j-1}",
    ),
    "convolution d_K": (
        r"\nabla K[i][j] = \sum_r \sum_c X[r+i][c+j] \nabla Z[r][c]",
        "conv2d(X, d_Z)",
        "corr(X, R * (Z > 0))",
    ),
    "convolution d_b": (
        r"\sum_r \sum_c \nabla Z[r][c]",
        "sum(d_Z)",
        r"sum(R \odot \mathbf{1}[Z > 0])",
    ),
    "convolution d_X": (
        r"\nabla X[r+i][c+j] = \sum K[i][j] \nabla Z[r][c]",
        "corr(pad(d_Z, 1), rot180(K))",
    ),
    "attention S": (
        r"\frac{Q K^T}{\sqrt{d}}",
        "X W_q (X W_k)^T / sqrt(d)",
        r"S_{ij} = \frac{1}{\sqrt{d}} \sum_k Q_{ik} K_{jk}",
    ),
    "attention A": (r"\text{softmax}(\frac{Q K^T}{\sqrt{d}})",),
    "attention O": (
        r"\text{softmax}(\frac{Q K^T}{\sqrt{d}}) V",
        "A X W_v",
        r"O_{ij} = \sum_k A_{ik} V_{kj}",
    ),
    "regression d_w": (
        r"\sum_i 2 x_i ((y_i - t_i) \odot y_i \odot (1 - y_i))^T",
        "X^T (2 * (Y - T) * Y * (1 - Y))",
        r"\sum_n x_n \otimes (\nabla y_n \odot y_n \odot (1 - y_n))",
    ),
    "regression d_y": (
        "2(y_i - t_i)",
        "2 (Y - T)",
    ),
}

WRONG: Mapping[str, tuple[str, ...]] = {
    "classifier h": (
        "W x + b",
        "ReLU(W x)",
        "relu(W x - b)",
        "h",
    ),
    "classifier p": (
        r"\text{softmax}(V h)",
        r"\frac{e^z}{\sum_j z_j}",
        "sigmoid(z)",
        "p",
    ),
    "classifier L": (
        r"-\sum_i t_i p_i",
        r"\sum_i t_i \log p_i",
        "-log(p)",
    ),
    "classifier d_z": (
        "t - p",
        "p",
        "p (1 - p) (p - t)",
        r"\nabla z",
        r"\delta",
        r"\frac{\partial L}{\partial z}",
    ),
    "classifier d_V": (
        r"\delta x^T",
        r"\delta",
        "(p - t) z^T",
        r"\nabla V",
    ),
    "classifier d_h": (
        "V (p - t)^T t",
        r"W^T \delta",
        "V^T p",
    ),
    "classifier d_a": (
        r"V^T \delta",
        r"V^T \delta \odot \text{ReLU}(a)",
        r"V^T \delta \odot \mathbf{1}[a < 0]",
        r"V^T \delta \odot \mathbf{1}[h \geq 0]",
    ),
    "classifier d_W": (
        "V^T (p - t) x^T",
        r"\nabla a h^T",
        r"\nabla h x^T",
    ),
    "classifier W_new": (
        r"W + \eta \nabla W",
        r"W - \nabla W",
        r"\eta \nabla W",
        "W_new",
    ),
    "classifier delta": (
        r"\delta",
        r"\nabla z",
        "t - p",
    ),
    "rnn h_2": (
        r"\tanh(W x_1 + U h_1 + b)",
        r"\tanh(W x_2 + h_1 + b)",
        "W x_2 + U h_1 + b",
    ),
    "rnn d_h_2": (
        "V^T (t - y)",
        "V^T y",
        r"V^T (y - t) \odot (1 - h_2^2)",
    ),
    "rnn d_h_1": (
        r"U^T \nabla h_2",
        r"U^T ((1 - h_1^2) \odot \nabla h_2)",
        r"W^T ((1 - h_2^2) \odot \nabla h_2)",
    ),
    "rnn d_U": (
        r"(\nabla h_2 \odot (1 - h_2^2)) h_1^T",
        r"\nabla h_2 h_1^T + \nabla h_1 h_0^T",
    ),
    "rnn d_b": (
        r"\nabla h_2 + \nabla h_1",
        r"(1 - h_2^2) \odot \nabla h_2",
    ),
    "scalars d_w3": (
        r"\delta_{o1} out_{h2}",
        "(out_o1 - t1)*out_h1",
        "(t_1 - out_{o1}) out_{o1} (1 - out_{o1}) out_{h1}",
    ),
    "scalars d_w1": (
        r"\delta_{o1} w_4 out_{h1} (1 - out_{h1}) i_1",
        "d_net_h1",
        r"\delta_{o1} w_3 i_1",
    ),
    "scalars d_b1": (
        "d_net_h1",
        r"\delta_{o1} (w_3 + w_4)",
    ),
    "scalars w1_new": (
        "w1 + eta*d_w1",
        "w1 - d_w1",
        "w2 - eta*d_w1",
    ),
    "batch_norm Y": (
        "n",
        r"\gamma \odot n",
        r"\gamma \odot \frac{X - \mu}{v + eps} + \beta",
    ),
    "batch_norm d_gamma": (
        "R * n",
        "sum0(R)",
        "sum1(R * n)",
        "sum0(R * X)",
    ),
    "batch_norm d_beta": (
        "R",
        "mean(R, axis=0)",
        "sum(R)",
    ),
    "batch_norm d_v": ("sum(R * gamma * (X - mu), axis=0) / (v + eps)",),
    "batch_norm d_X": (
        "gamma / sqrt(v + eps) * R",
        "gamma / sqrt(v + eps) * (R - mean(R, axis=0))",
    ),
    "convolution Z": (
        r"Z[r][c] = \sum_i \sum_j K[i][j] X[r-i][c-j] + b",
        "conv2d(X, K)",
        "conv2d(X, rot180(K)) + b",
    ),
    "convolution d_K": (
        "conv2d(X, R)",
        "conv2d(X, H)",
        r"\nabla K[i][j] = \sum_r \sum_c X[r][c] \nabla Z[r][c]",
    ),
    "convolution d_b": (
        r"\nabla Z",
        "sum(R)",
        "1",
    ),
    "convolution d_X": (
        "corr(pad(d_Z, 1), K)",
        "corr(pad(R, 1), rot180(K))",
    ),
    "attention S": (
        "Q K^T",
        r"\frac{Q K^T}{d}",
        r"\frac{Q V^T}{\sqrt{d}}",
    ),
    "attention A": (
        r"\text{softmax}(Q K^T)",
        r"\text{softmax}(\frac{Q K^T}{\sqrt{d}}, axis=0)",
        "sigmoid(S)",
    ),
    "attention O": (
        "A K",
        r"\frac{Q K^T}{\sqrt{d}} V",
        "A^T",
    ),
    "regression d_w": (
        "2 x_i ((y_i - t_i) y_i (1 - y_i))^T",
        "X^T (2 * (Y - T))",
        "X^T (2 * (Y - T) * Y)",
    ),
    "regression d_y": (
        "(y_i - t_i)",
        "2 y_i",
    ),
}


@cache
def homework(*keys: str) -> Assignment:
    """A homework that asks for these quantities by formulas; without keys, for all that have cases."""
    asked = keys or tuple(RIGHT)
    names = dict.fromkeys(key.partition(" ")[0] for key in asked)
    return Assignment.model_validate(
        {
            "id": "declared",
            "title": "Declared",
            "values": {
                "relative_tolerance": 0.005,
                "significant_digits": 2,
                "slip": {"min_entries": 4, "credit": 0.5},
                "power_of_ten": 3,
            },
            "problems": {name: {"title": name, **PROBLEMS[name]} for name in names},
            "items": [_item(key) for key in asked],
        }
    )


def _item(key: str) -> dict[str, Any]:
    problem, _, asked = key.partition(" ")
    gradient = asked.startswith("d_")
    return {
        "id": identifier(key),
        "kind": "formula",
        "points": 2,
        "minor": 1,
        "prompt": f"A formula for {asked}.",
        "problem": problem,
        "gradient_of" if gradient else "value_of": asked.removeprefix("d_") if gradient else asked,
        "shown": RIGHT[key][0],
    }


def identifier(key: str) -> str:
    return key.replace(" ", ".")
