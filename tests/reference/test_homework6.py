import numpy as np
import pytest

from reference.graph import batch, evaluate, gradients
from tests.homework6 import gan_sheet, load

NAMES = {"h0": "h_0", "h1": "h_1", "h2": "h_2", "H2": "H_2", "w0": "w_0", "w1": "w_1", "w2": "w_2"} | {
    "b0": "b_0", "b1": "b_1", "b2": "b_2", "deconv": "h_2#0", "p": "p",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(load("expected.json").keys() - {"one_minus_p"}))
def test_every_expected_value_is_reproduced_to_twelve_digits(name: str) -> None:
    graph = gan_sheet().graph
    values = evaluate(graph, batch(load("inputs.json")))
    found = gradients(graph, values) if name.startswith("grad_") else values
    expected = np.array(load("expected.json")[name])
    computed = found.computed[NAMES[name.removeprefix("grad_")]][0]
    assert computed.shape == expected.shape
    np.testing.assert_allclose(computed, expected, rtol=1e-12, atol=0)


def test_what_the_probability_lacks_to_one_keeps_its_digits_on_the_way_back() -> None:
    graph = gan_sheet().graph
    score = gradients(graph, evaluate(graph, batch(load("inputs.json")))).computed["p#1"]
    np.testing.assert_allclose(score[0], load("expected.json")["one_minus_p"], rtol=1e-12, atol=0)


def test_a_batch_of_inputs_is_evaluated_in_one_pass() -> None:
    graph = gan_sheet().graph
    inputs = batch(load("inputs.json"))
    many = {name: np.repeat(value, 3, axis=0) for name, value in inputs.items()}
    many["z"] = many["z"] * np.array([[1.0], [0.5], [2.0]])
    together = gradients(graph, evaluate(graph, many)).computed["w_1"]
    for row in range(3):
        alone = {name: value[row : row + 1] for name, value in many.items()}
        np.testing.assert_array_equal(gradients(graph, evaluate(graph, alone)).computed["w_1"][0], together[row])
