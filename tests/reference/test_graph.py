import numpy as np
import pytest

from reference.graph import Given, Graph, GraphError, Node, batch, evaluate, gradients
from reference.ops import TABLE

CHAIN = Graph(
    inputs=("w", "x", "b"),
    nodes=(
        Node("p", "sigmoid", ("a",)),
        Node("a", "add", ("s", "b")),
        Node("s", "inner", ("w", "x")),
        Node("L", "log", ("p",)),
    ),
    table=TABLE,
    loss="L",
)
POINT = batch({"w": [0.3, -0.2], "x": [1.0, 2.0], "b": 0.1})


def test_nodes_are_evaluated_parents_first_whatever_the_order_they_are_written_in() -> None:
    assert [node.name for node in CHAIN.order] == ["s", "a", "p", "L"]
    assert evaluate(CHAIN, POINT).computed["a"] == pytest.approx(0.0)


def test_gradients_are_pure_so_that_asking_twice_gives_the_same() -> None:
    values = evaluate(CHAIN, POINT)
    assert np.array_equal(gradients(CHAIN, values).computed["w"], gradients(CHAIN, values).computed["w"])


def test_a_node_that_is_used_twice_collects_both_gradients() -> None:
    graph = Graph(("x",), (Node("y", "add", ("x", "x")), Node("L", "log", ("y",))), TABLE, "L")
    assert gradients(graph, evaluate(graph, batch({"x": 4.0}))).computed["x"] == pytest.approx(0.25)


def test_a_chain_of_five_thousand_nodes_is_no_deeper_than_one() -> None:
    nodes = tuple(Node(f"n{i}", "negate", (f"n{i - 1}" if i else "x",)) for i in range(5000))
    graph = Graph(("x",), nodes, TABLE, "n4999")
    assert gradients(graph, evaluate(graph, batch({"x": 1.0}))).computed["x"] == pytest.approx(1.0)


def test_a_given_value_stands_in_for_a_node_in_the_rows_of_its_mask() -> None:
    given = Given(np.array([[0.5]]), np.array([[True], [False]]))
    graph = Graph(("x",), (Node("y", "negate", ("x",)), Node("L", "log", ("y",))), TABLE, "L")
    values = evaluate(graph, {"x": np.full((2, 1), -2.0)}, {"y": (given,)})
    assert values.computed["y"].ravel().tolist() == [2.0, 2.0]
    assert values.used["y"].ravel().tolist() == [0.5, 2.0]
    assert gradients(graph, values).computed["x"].ravel() == pytest.approx([-2.0, -0.5])


def test_a_given_gradient_stands_in_upstream_and_leaves_its_own_computed_value() -> None:
    values = evaluate(CHAIN, POINT)
    held = gradients(CHAIN, values, {"a": (Given(np.array([10.0]), np.array([True])),)})
    assert held.computed["a"] == pytest.approx(0.5)
    assert held.computed["b"] == pytest.approx(10.0)


def test_a_variant_is_switched_on_row_by_row_forward_and_backward() -> None:
    switches = {"p": {"complement": np.array([False, True])}}
    point = {**POINT, "x": np.repeat(POINT["x"], 2, axis=0), "b": np.array([1.0, 1.0])}
    values = evaluate(CHAIN, point, switches=switches)
    p = values.computed["p"]
    assert p[0] + p[1] == pytest.approx(1.0)
    slopes = gradients(CHAIN, values, switches=switches).computed["b"]
    assert slopes == pytest.approx([1 - p[0], -(1 - p[1])])


@pytest.mark.parametrize(
    ("nodes", "loss", "message"),
    [
        ((Node("x", "negate", ("x",)),), None, "names that stand twice: x"),
        ((Node("y", "negate", ("z",)),), None, "unknown parents: z"),
        ((Node("y", "nope", ("x",)),), None, "unknown operations: nope"),
        ((Node("y", "negate", ("x",)),), "q", "an unknown loss: q"),
    ],
)
def test_a_graph_that_can_not_be_evaluated_says_why(nodes: tuple[Node, ...], loss: str | None, message: str) -> None:
    with pytest.raises(GraphError, match=message):
        Graph(("x",), nodes, TABLE, loss)


def test_a_cycle_is_refused_with_its_members() -> None:
    graph = Graph(("x",), (Node("a", "negate", ("b",)), Node("b", "negate", ("a",))), TABLE)
    with pytest.raises(GraphError, match=r"wait for each other: (a, b, a|b, a, b)"):
        evaluate(graph, batch({"x": 1.0}))


def test_a_graph_without_a_loss_has_no_gradients() -> None:
    graph = Graph(("x",), (Node("y", "negate", ("x",)),), TABLE)
    with pytest.raises(GraphError, match="no loss"):
        gradients(graph, evaluate(graph, batch({"x": 1.0})))
