import numpy as np
import pytest

from grader.networks.compile import network
from grader.problems import solve
from grader.slips.values import misreadings
from reference.check import graph_error
from reference.graph import batch
from tests.networks.declared import INPUTS, faults, graph, problem, solved

LAYERS = {"h": r"\tanh(W x + b)", "y": "softmax(A h)", "L": "-sum(t * log(y))"}


def test_gradients_of_declared_formulas_agree_with_differences() -> None:
    declared = problem(LAYERS, loss="L")
    found = graph(LAYERS, loss="L")
    assert graph_error(found, batch(declared.arrays), np.random.default_rng(1)) < 1e-7


def test_what_comes_after_the_backward_pass_uses_gradients_in_every_spelling() -> None:
    after = {
        "one": "W - eta * grad_W",
        "two": r"W - \eta \nabla W",
        "three": r"W - \eta \frac{\partial L}{\partial W}",
        "four": "W - eta d_W",
        "five": r"W - \eta \nabla_W L",
        "again": "softmax(A tanh(one x + b))",
    }
    found = solved(LAYERS, loss="L", after=after)
    stepped = found.inputs["W"] - 0.5 * found.gradients.computed["W"]
    for name in ("one", "two", "three", "four", "five"):
        assert found.later.computed[name] == pytest.approx(stepped)
    h = np.tanh(stepped[0] @ INPUTS["x"] + INPUTS["b"])
    right = np.exp(np.array(INPUTS["A"]) @ h)
    assert found.later.computed["again"][0] == pytest.approx(right / right.sum())


def test_a_quantity_that_is_a_gradient_is_checked_to_be_it() -> None:
    logits = {"h": "tanh(W x + b)", "z": "A h", "y": "softmax(z)", "L": "-sum(t * log(y))"}
    assert faults(logits, loss="L", after={"delta": "y - t"}, same={"delta": "grad_z"}) == []
    told = faults(logits, loss="L", after={"delta": "t - y"}, same={"delta": "grad_z"})[0]
    assert told.startswith("same.delta: 'delta' is not grad_z: its formula gives ")
    assert "a list of 2 numbers" in faults(logits, loss="L", after={"delta": "x"}, same={"delta": "grad_z"})[0]
    assert "no gradient of the loss" in faults(logits, loss="L", after={"delta": "y - t"}, same={"delta": "z"})[0]
    assert "none of the quantities under `after`" in faults(logits, loss="L", same={"delta": "grad_z"})[0]


@pytest.mark.parametrize(
    ("nodes", "more", "told"),
    [
        ({"y": "x"}, {"loss": "q"}, "loss: 'q' is none of the nodes"),
        ({"y": "2 x"}, {"loss": "y"}, "loss: the loss is one number; 'y' is a list of 3 numbers"),
        ({"x": "2 v"}, {}, "nodes.x: 'x' stands twice"),
        ({"y": "z", "z": "x"}, {}, "nodes.y: 'z' is not computed yet here; nodes stand in the order of computation"),
        (
            {"y": "softmax(A, axis=2)"},
            {},
            "nodes.y: the shapes do not fit for softmax: 'A' is a grid of 2 x 2 numbers (there is no axis 2: axes",
        ),
        (
            {"y": "sum(v, axis=-2)"},
            {},
            "nodes.y: the shapes do not fit for sum: 'v' is a list of 2 numbers (there is no axis -2",
        ),
        (
            {"y": "mean(s, axis=0)"},
            {},
            "nodes.y: the shapes do not fit for mean: 's' is a single number (there is no axis 0",
        ),
        ({"y": "mean(bce(t, v))"}, {}, "nodes.y: 'bce(t, v)' is one number, the sum over all entries; divide by"),
        ({"a b+": "x"}, {}, "nodes.a b+: 'a b+' is no name that formulas can use"),
        ({"w_1": "x", "w1": "x"}, {}, "nodes.w1: 'w1' and 'w_1' are one name in formulas; rename one of them"),
    ],
)
def test_a_declaration_that_is_at_fault_says_where(nodes: dict[str, str], more: dict[str, str], told: str) -> None:
    assert faults(nodes, **more)[0].startswith(told)


def test_what_rests_on_a_faulty_formula_is_not_told_again() -> None:
    assert len(faults({"h": "W @ q", "y": "softmax(h)", "z": "x +"})) == 2


def test_a_graph_is_compiled_once_for_all_inputs_of_its_shapes() -> None:
    other = {**INPUTS, "x": [9.0, 8.0, 7.0]}
    assert network(problem(LAYERS)).graph is network(problem(LAYERS, inputs=other)).graph
    here, there = (solve(problem(LAYERS, inputs=inputs)).values.computed["h"] for inputs in (INPUTS, other))
    assert here != pytest.approx(there)
    longer = {**INPUTS, "W": [[1.0]], "x": [1.0]}
    assert network(problem({"h": "W x"})).graph is not network(problem({"h": "W x"}, inputs=longer)).graph


RECURRENT = {
    "h1": "tanh(w*s + eta)",
    "h2": "tanh(w*h1 + eta)",
    "h3": "tanh(w*h2 + eta)",
    "L": "0.5*(h3 - 1)**2",
}


def test_a_shared_weight_can_lose_the_contribution_of_each_place() -> None:
    inputs = {"w": 0.5, "s": 1.0, "eta": 0.1}
    found = solved(RECURRENT, loss="L", inputs=inputs)
    known = [one.sentence for one in misreadings(found.graph, found.later.computed)]
    assert "the contribution of w by way of h2 is lost" in known
    assert "of the gradient by w only the part by way of h3 is counted" in known


def test_a_misreading_may_hold_in_every_step_of_a_recurrence() -> None:
    inputs = {"w": 0.5, "s": 1.0, "eta": 0.1}
    found = solved(RECURRENT, loss="L", inputs=inputs)
    known = misreadings(found.graph, found.later.computed)
    everywhere = [one for one in known if one.variant == "derivative_lost" and len(one.nodes) == 3]
    assert [one.nodes for one in everywhere] == [("h1", "h2", "h3")]
    assert everywhere[0].sentence.endswith("and likewise in h2, h3")


@pytest.mark.parametrize("formula", [r"\sqrt{2} W_Q1 x", r"\sqrt{2} W_{Q1} x", "sqrt(2) W_Q1 @ x"])
def test_a_script_of_several_letters_is_known_with_latex_beside_it(formula: str) -> None:
    inputs = {"W_Q1": INPUTS["W"], "x": INPUTS["x"]}
    value = solved({"y": formula}, inputs=inputs).values.computed["y"][0]
    assert value == pytest.approx(2**0.5 * np.array(INPUTS["W"]) @ INPUTS["x"])
