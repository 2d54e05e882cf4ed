from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import pytest

from grader.problems import graph_of
from reference.check import graph_error, operation_error
from reference.graph import Array, Graph, Node, evaluate
from reference.operations import Operation
from reference.ops import TABLE
from tests.homework6 import hw6
from tests.reference.cases import BATCH, CASES, Case

TOLERANCE = 1e-7

VARIANTS = [
    (case, name)
    for case in CASES
    for name, variant in TABLE[case.op].variants.items()
    if variant.fits(*case.shapes, **case.attributes)
]
CONSISTENT = [
    (case, name)
    for case, name in VARIANTS
    if TABLE[case.op].variants[name].forward is not None and TABLE[case.op].variants[name].vjp is not None
]
WITH_PARENTS = [case for case in CASES if case.shapes]


def wrong(case: Case, name: str) -> Operation:
    operation, variant = TABLE[case.op], TABLE[case.op].variants[name]
    return Operation(variant.forward or operation.forward, variant.vjp or operation.vjp)


def outcome(operation: Operation, case: Case, arguments: Sequence[Array], seed: int = 0) -> list[Array]:
    """The value, then the gradients by the parents for a random gradient of the value."""
    out = operation.forward(*arguments, **case.attributes)
    g = np.random.default_rng(seed).standard_normal(out.shape[1:])[None]
    return [out, *operation.vjp(np.repeat(g, len(out), axis=0), out, *arguments, **case.attributes)]


def test_every_operation_and_every_variant_has_a_case() -> None:
    assert {case.op for case in CASES} == TABLE.keys()
    every = {(op, name) for op, operation in TABLE.items() for name in operation.variants}
    assert {(case.op, name) for case, name in VARIANTS} == every


@pytest.mark.parametrize("case", WITH_PARENTS, ids=str)
def test_the_vjp_agrees_with_finite_differences(case: Case) -> None:
    rng = np.random.default_rng(1)
    for seed in range(3):
        assert operation_error(TABLE[case.op], case.arguments(seed), case.attributes, rng) < TOLERANCE


@pytest.mark.parametrize("case", WITH_PARENTS, ids=str)
def test_a_parent_of_one_row_is_that_row_in_every_scenario(case: Case) -> None:
    for rows in product([1, BATCH], repeat=min(len(case.shapes), 3)):
        mixed = case.arguments(2, (*rows, *(1,) * (len(case.shapes) - 3)))
        whole = [np.repeat(one, BATCH // len(one), axis=0) for one in mixed]
        for few, many in zip(outcome(TABLE[case.op], case, mixed), outcome(TABLE[case.op], case, whole), strict=True):
            np.testing.assert_allclose(np.broadcast_to(few, many.shape), many, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("case", WITH_PARENTS, ids=str)
def test_rows_do_not_know_each_other(case: Case) -> None:
    arguments = case.arguments(3)
    together = outcome(TABLE[case.op], case, arguments)
    for row in range(BATCH):
        alone = outcome(TABLE[case.op], case, [one[row : row + 1] for one in arguments])
        for one, all_rows in zip(alone, together, strict=True):
            np.testing.assert_allclose(one[0], all_rows[row], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("case", WITH_PARENTS, ids=str)
def test_a_gradient_of_one_row_goes_back_to_every_row(case: Case) -> None:
    arguments, operation = case.arguments(3), TABLE[case.op]
    out = operation.forward(*arguments, **case.attributes)
    g = np.random.default_rng(0).standard_normal((1, *out.shape[1:]))
    few = operation.vjp(g, out, *arguments, **case.attributes)
    many = operation.vjp(np.repeat(g, BATCH, axis=0), out, *arguments, **case.attributes)
    for one, all_rows in zip(few, many, strict=True):
        np.testing.assert_allclose(np.broadcast_to(one, all_rows.shape), all_rows, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_arguments_stay_as_they_are_and_are_not_handed_on(case: Case) -> None:
    arguments = case.arguments(4)
    before = [one.copy() for one in arguments]
    for name in [None, *(name for other, name in VARIANTS if other is case)]:
        value, *_ = outcome(wrong(case, name) if name else TABLE[case.op], case, arguments)
        assert not any(np.shares_memory(value, one) for one in arguments)
    assert all(np.array_equal(one, old) for one, old in zip(arguments, before, strict=True))


@pytest.mark.parametrize(("case", "name"), CONSISTENT, ids=str)
def test_a_variant_that_changes_both_ways_is_a_consistent_operation_of_its_own(case: Case, name: str) -> None:
    rng = np.random.default_rng(0)
    assert operation_error(wrong(case, name), case.arguments(0), case.attributes, rng) < TOLERANCE


@pytest.mark.parametrize(("case", "name"), VARIANTS, ids=str)
def test_a_variant_keeps_all_shapes(case: Case, name: str) -> None:
    arguments = case.arguments(1)
    right, other = outcome(TABLE[case.op], case, arguments), outcome(wrong(case, name), case, arguments)
    assert [one.shape for one in right] == [one.shape for one in other]


@pytest.mark.parametrize(("op", "name"), sorted({(case.op, name) for case, name in VARIANTS}))
def test_every_variant_differs_from_the_truth(op: str, name: str) -> None:
    def differs(case: Case) -> bool:
        arguments = case.arguments(1)
        pairs = zip(outcome(TABLE[op], case, arguments), outcome(wrong(case, name), case, arguments), strict=True)
        return any(not np.allclose(a, b, rtol=0.01) for a, b in pairs)

    assert any(differs(case) for case, other in VARIANTS if (case.op, other) == (op, name))


@pytest.mark.parametrize("case", [case for case in WITH_PARENTS if case.op != "step"], ids=str)
def test_the_tester_catches_a_rule_that_is_wrong_by_a_twentieth_of_a_percent(case: Case) -> None:
    right, rng = TABLE[case.op], np.random.default_rng(0)
    planted = Operation(right.forward, lambda *a, **k: tuple(1.0005 * share for share in right.vjp(*a, **k)))
    errors = [operation_error(planted, case.arguments(seed), case.attributes, rng) for seed in range(3)]
    assert max(errors) > 1000 * TOLERANCE


def test_the_tester_is_not_content_with_a_right_gradient_by_one_parent_only() -> None:
    right = TABLE["matmul"]
    planted = Operation(right.forward, lambda *a: (right.vjp(*a)[0], 1.0005 * right.vjp(*a)[1]))
    rng = np.random.default_rng(0)
    assert operation_error(planted, Case("matmul", ((2, 3), (3, 4))).arguments(0), {}, rng) > 1000 * TOLERANCE


@pytest.mark.parametrize("seed", range(3))
def test_both_problems_gradients_agree_with_finite_differences(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shapes = {
        "gan": {"z": (2,), "w_0": (2, 8), "b_0": (8,), "w_1": (2, 3, 3), "b_1": (4, 4), "w_2": (16,), "b_2": ()},
        "autoencoder": {"x": (4, 5), "w_1": (5, 3), "b_1": (3,), "w_2": (3, 5), "b_2": (5,)},
    }
    for problem, inputs in shapes.items():
        point = {name: rng.uniform(-1, 1, (2, *shape)) for name, shape in inputs.items()}
        assert graph_error(graph_of(hw6().problems[problem]), point, rng) < 1e-6


@pytest.mark.parametrize(
    ("op", "name", "shapes", "attributes", "fits"),
    [
        ("matmul", "first_transposed", [(4, 5), (5, 2)], {}, False),
        ("matmul", "first_transposed", [(3, 3), (3, 2)], {}, True),
        ("matmul", "second_transposed", [(2, 3), (3, 3)], {}, True),
        ("matmul", "entrywise", [(3, 3), (3,)], {}, False),
        ("matmul", "averaged", [(4,), (4, 5)], {}, False),
        ("outer", "order_exchanged", [(3,), (4,)], {}, False),
        ("transpose", "forgotten", [(3, 4)], {}, False),
        ("transpose", "forgotten", [(3, 4, 3)], {"axes": (2, 1, 0)}, True),
        ("sum", "other_axis", [(2, 3)], {"axis": 0}, False),
        ("sum", "other_axis", [(3, 3)], {"axis": 0}, True),
        ("sum", "other_axis", [(3, 3)], {"axis": 0, "keep": True}, False),
        ("sum", "other_axis", [(3, 3)], {}, False),
        ("sum", "mean", [(1, 3)], {"axis": 0}, False),
        ("softmax", "other_axis", [(4,)], {"axis": -1}, False),
        ("concat", "order_exchanged", [(4,)], {}, False),
        ("index", "from_one", [(4,)], {"index": (0,)}, False),
        ("index", "from_one", [(4,)], {"index": (slice(1, 3),)}, False),
        ("index", "row_and_column_exchanged", [(3, 4)], {"index": (0, 1)}, False),
        ("embedding", "from_one", [(4, 2)], {"rows": (0, 1)}, False),
        ("embedding", "last_use_only", [(4, 2)], {"rows": (0, 1)}, False),
        ("cross_entropy_index", "from_one", [(2, 4)], {"index": (1, 0)}, False),
        ("cross_entropy_index", "mean", [(4,)], {"index": 1}, False),
        ("cross_entropy_index", "mean", [(1, 4)], {"index": (1,)}, False),
        ("softmax_cross_entropy", "mean", [(1, 4), (1, 4)], {}, False),
        ("softmax_cross_entropy", "mean", [(4,), (4,)], {}, False),
        ("conv2d", "padding_lost", [(5, 5), (2, 2)], {"stride": 3, "pad": 1}, True),
        ("conv2d", "padding_lost", [(5, 5), (2, 2)], {"stride": 2, "pad": 1}, False),
        ("conv2d", "padding_lost", [(5, 5), (2, 2)], {"stride": 3}, False),
        ("conv2d", "padding_lost", [(2, 2), (3, 3)], {"stride": 3, "pad": 1}, False),
        ("conv2d", "kernel_transposed", [(5, 5), (2, 3)], {}, False),
        ("conv", "first_channel_only", [(1, 5, 5), (2, 1, 2, 2)], {}, False),
        ("attention", "mask_lost", [(3, 4), (3, 4), (3, 2)], {}, False),
        ("attention", "other_axis", [(2, 4), (3, 4), (3, 2)], {"causal": True}, False),
        ("batch_norm", "unbiased", [(1, 4), (4,), (4,)], {}, False),
        ("layer_norm", "other_axis", [(4,), (4,), (4,)], {}, False),
    ],
)
def test_a_misreading_is_made_only_where_it_keeps_the_shape_and_can_matter(
    op: str, name: str, shapes: list[tuple[int, ...]], attributes: dict[str, Any], *, fits: bool
) -> None:
    assert TABLE[op].variants[name].fits(*shapes, **attributes) is fits


def test_a_switched_on_misreading_that_does_not_fit_leaves_the_truth() -> None:
    graph = Graph(("a", "b"), (Node("c", "matmul", ("a", "b")),), TABLE)
    point = {"a": np.ones((1, 2, 3)), "b": np.ones((1, 3, 2))}
    values = evaluate(graph, point, switches={"c": {"first_transposed": np.array([True])}})
    np.testing.assert_array_equal(values.computed["c"], np.full((1, 2, 2), 3.0))


def test_every_sentence_has_a_place_only_for_parents_that_are_there() -> None:
    for case, name in VARIANTS:
        parents = [f"p_{i}" for i in range(len(case.shapes))]
        sentence = TABLE[case.op].variants[name].sentence.format(node="y", parents=parents, **case.attributes)
        assert "{" not in sentence
        assert not sentence.endswith(".")
