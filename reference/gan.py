"""Homework 6, problem 1: a tiny GAN, from noise z to L = log p(y=0).

A fully connected generator layer, a reshape, a deconvolution with a bias map, and a binary discriminator; the layouts
and the direction of the kernel are those that the published solution's figures imply. The same network can be built
at other sizes, on which formulas are tried.
"""

from __future__ import annotations

from collections.abc import Mapping

from reference.graph import Graph, Node
from reference.ops import TABLE

Shape = tuple[int, ...]


def graph(grid: Shape = (2, 2, 2), image: Shape = (4, 4), pad: Shape = (2, 2)) -> Graph:
    """The network for h_1 of shape `grid` (channel, row, column) and h_2 of shape `image`, padded by `pad`."""
    return Graph(
        inputs=("z", "w_0", "b_0", "w_1", "b_1", "w_2", "b_2"),
        nodes=(
            Node("a_0", "affine", ("w_0", "z", "b_0"), written="w_0^T z + b_0"),
            Node("h_0", "relu", ("a_0",)),
            Node("h_1", "reshape", ("h_0",), {"shape": grid}),
            Node("deconv", "deconv", ("h_1", "w_1"), {"pad": pad}),
            Node("a_1", "add", ("deconv", "b_1"), label="the sum inside the ReLU of h_2"),
            Node("h_2", "relu", ("a_1",)),
            Node("H_2", "reshape", ("h_2",), {"shape": (image[0] * image[1],)}),
            Node("a_2", "neuron", ("w_2", "H_2", "b_2"), written="w_2^T H_2 + b_2"),
            Node("p", "sigmoid", ("a_2",), label="p(y=0)"),
            Node("minus_a_2", "negate", ("a_2",)),
            Node("one_minus_p", "sigmoid", ("minus_a_2",)),
            Node("log_p", "log", ("p",), label="log p(y=0)"),
            Node("L", "objective", ("log_p",)),
        ),
        table=TABLE,
        loss="L",
    )


def resized(grid: Shape, kernel: Shape) -> tuple[Graph, Mapping[str, Shape]]:
    """The network at other sizes, and the shapes of its inputs. The padding is full: a kernel's size less one."""
    channels, rows, columns = grid
    image = (rows + kernel[0] - 1, columns + kernel[1] - 1)
    units, pixels = channels * rows * columns, image[0] * image[1]
    shapes = {"z": (3,), "w_0": (3, units), "b_0": (units,), "w_1": (channels, *kernel), "b_1": image, "w_2": (pixels,)}
    return graph(grid, image, (kernel[0] - 1, kernel[1] - 1)), {**shapes, "b_2": ()}


GRAPH = graph()
SHAPES = {"z": (2,), "w_0": (2, 8), "b_0": (8,), "w_1": (2, 3, 3), "b_1": (4, 4), "w_2": (16,), "b_2": ()}
