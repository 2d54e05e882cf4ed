from __future__ import annotations

import pytest

from grader.assignment import Assignment
from grader.rubric import parse_rubric
from grader.statements import filled, statement_faults
from grader.variants import vary
from tests.variants.cases import TEXT, classes

TWO = TEXT.replace(
    "items:", '  other:\n    title: o\n    inputs: {x: [1, 2.50], k: 3, \\eta: 0.5}\n    nodes: {s: "sum(x)"}\nitems:'
)


def two() -> Assignment:
    return parse_rubric(TWO)


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("{{ k }}", "3"),
        ("{{other.x}}", "[1, 2.50]"),
        ("{{ other.x[1] }}", "2.50"),
        ("{{ other.x | matrix }}", r"\begin{bmatrix} 1 \\ 2.50 \end{bmatrix}"),
        ("{{ other.x|row }}", r"\begin{bmatrix} 1 & 2.50 \end{bmatrix}"),
        ("{{ k | matrix }}", "3"),
        ("{{ points }} points, {{ title }}", "3 points, Two classes"),
        (r"$\frac{a}{b}$ and {x}", r"$\frac{a}{b}$ and {x}"),
    ],
)
def test_places_are_filled_in(place: str, shown: str) -> None:
    assert filled(place, two()) == shown


def test_a_statement_has_the_numbers_of_the_variant() -> None:
    varied = vary(classes(), "ann")
    rows = varied.problems["net"].given["W"]
    matrix = r" \\ ".join(" & ".join(row) for row in rows)
    assert filled("{{ W | matrix }} {{ variant }}", varied) == rf"\begin{{bmatrix}} {matrix} \end{{bmatrix}} ann"
    assert filled("{{ W }}", varied) != filled("{{ W }}", classes())


def test_an_entry_of_a_matrix_is_named_in_both_ways() -> None:
    entry = str(classes().problems["net"].given["W"][1][2])
    assert filled("{{ W[1][2] }} {{ W[1, 2] }}", classes()) == f"{entry} {entry}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("one\n  {{ kk }}", "line 2, column 3: unknown place 'kk'; did you mean 'k'?"),
        ("{{ x }}", "line 1, column 1: several problems have an input 'x'; write problem.x"),
        ("{{ k | big }}", "line 1, column 1: unknown form 'big' of 'k'; known are plain, matrix, row"),
        ("{{ other.x[2] }}", "line 1, column 1: 'other.x' has no entry [2]; entries count from 0"),
        ("{{ eta }}", "line 1, column 1: unknown place 'eta'; did you mean '\\eta'?"),
        ("a {{ k + 1 }}", "line 1, column 3: 'k + 1' is no place; write the name of an input,"),
        ("{{ a }}", "line 1, column 1: unknown place 'a'; known are title, points, variant, net.x,"),
    ],
)
def test_what_is_wrong_in_a_statement_is_told(text: str, told: str) -> None:
    (fault,) = statement_faults(text, two())
    assert str(fault).startswith(told)


def test_nothing_that_is_computed_can_stand_in_a_statement() -> None:
    assert list(statement_faults("{{ a }} {{ p }} {{ L }}", classes()))
