"""Homework 6, problem 1: a tiny GAN, from noise z to L = log p(y=0).

A fully connected generator layer, a reshape, a deconvolution with a bias map, and a binary discriminator; the layouts
and the direction of the kernel are those that the published solution's figures imply.
"""

from __future__ import annotations

from reference.graph import Graph, Node
from reference.ops import TABLE

GRAPH = Graph(
    inputs=("z", "w_0", "b_0", "w_1", "b_1", "w_2", "b_2"),
    nodes=(
        Node("a_0", "affine", ("w_0", "z", "b_0"), label="w_0^T z + b_0"),
        Node("h_0", "relu", ("a_0",)),
        Node("h_1", "reshape", ("h_0",), {"shape": (2, 2, 2)}),
        Node("deconv", "deconv", ("h_1", "w_1"), {"pad": 2}),
        Node("a_1", "add", ("deconv", "b_1"), label="the sum inside the ReLU of h_2"),
        Node("h_2", "relu", ("a_1",)),
        Node("H_2", "reshape", ("h_2",), {"shape": (16,)}),
        Node("a_2", "neuron", ("w_2", "H_2", "b_2"), label="w_2^T H_2 + b_2"),
        Node("p", "sigmoid", ("a_2",), label="p(y=0)"),
        Node("minus_a_2", "negate", ("a_2",)),
        Node("one_minus_p", "sigmoid", ("minus_a_2",)),
        Node("log_p", "log", ("p",), label="log p(y=0)"),
        Node("L", "objective", ("log_p",)),
    ),
    table=TABLE,
    loss="L",
)
