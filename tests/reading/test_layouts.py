from typing import Any

import pytest

from grader.answers import Number, parse_json
from grader.reading.answers import MAX_ENTRIES, MAX_TEXT, read_tree
from grader.reading.arrays import Tree
from grader.reading.entries import Entry
from grader.reading.runs import read_entry
from grader.reading.shapes import ShapeError, readings, shape_of
from grader.reading.tokens import ReadingError

ROWS = [[0.38, 0.96], [1.40, 1.06]]


def values(tree: Tree) -> Any:
    return tree.value if isinstance(tree, Entry) else [values(item) for item in tree]


@pytest.mark.parametrize(
    ("text", "digits", "half_unit"),
    [
        ("0.380", 3, 5e-4),
        ("5e-06", 1, 5e-7),
        ("5.0e-06", 2, 5e-8),
        ("-.25", 2, 5e-3),
        ("1400", 4, 0.5),
        ("0.00", 0, 5e-3),
        ("0.0544*1e-5", 3, 5e-10),
        ("1e-5*0.0544", 3, 5e-10),
        ("3/8", 0, 0.0),
    ],
)
def test_digits_are_counted_in_the_text_as_it_was_written(text: str, digits: int, half_unit: float) -> None:
    entry = read_entry(text)
    assert (entry.digits, entry.half_unit) == (digits, pytest.approx(half_unit))


@pytest.mark.parametrize(
    "text", ["", "1..4", "abc", "NaN", "inf", "1e999", "1/0", "--1", "1e5e5", "0x10", "١٢", "9" * 61]
)
def test_what_is_no_number_is_a_bad_entry_with_a_reason(text: str) -> None:
    assert read_entry(text).fault


@pytest.mark.parametrize(
    "text",
    [
        "[[0.38, 0.96], [1.40, 1.06]]",
        "[[0.38 0.96]\n [1.4  1.06]]",
        "array([[0.38, 0.96],\n       [1.4 , 1.06]])",
        "np.array([[0.38, 0.96], [1.4, 1.06]], dtype=np.float32)",
        "tensor([[0.38, 0.96], [1.4, 1.06]], grad_fn=<ReluBackward0>)",
        "[0.38 0.96; 1.40 1.06]",
        "[0.38, 0.96; 1.40, 1.06;]",
        "0.38 0.96\n1.40 1.06",
        "((0.38, 0.96), (1.40, 1.06))",
        r"\begin{bmatrix} 0.38 & 0.96 \\ 1.40 & 1.06 \end{bmatrix}",
        r"\begin{pmatrix}0.38&0.96\\[2pt]1.40&1.06\\\end{pmatrix}",
        r"$$h = \left[\begin{array}{cc} 0.38 & 0.96 \\ \hline 1.40 & 1.06 \end{array}\right]$$",
        r"h_1^1 = \text{reshape}(h_0) = \begin{bmatrix} 0.38 & 0.96 \\ 1.40 & 1.06 \end{bmatrix}.",
        "[[0.38, 1.40], [0.96, 1.06]]^T",
        "[[0.38, 1.40], [0.96, 1.06]].T",
        r"\begin{bmatrix} 0.38 & 1.40 \\ 0.96 & 1.06 \end{bmatrix}^{\top}",
        "[0.38 1.40; 0.96 1.06]'",
        "[[38, 96], [140, 106]] * 1e-2",
        "1e-2 * [[38, 96], [140, 106]]",
        r"10^{-2} \begin{bmatrix} 38 & 96 \\ 140 & 106 \end{bmatrix}",
        r"[[38, 96], [140, 106]] \times 10^{-2}",
        "[[38, 96], [140, 106]] × 10⁻²",
        "[[38, 96], [140, 106]] x 10^-2",
        "[[38, 96], [140, 106]]e-2",
        "[[3.8 × 10^-1, 9.6 * 10**-1], [1.40, 1.06]]",
        r"[[\frac{19}{50}, 96/100], [1.40, 1.06]]",
    ],
)
def test_a_matrix_is_read_in_every_dress(text: str) -> None:
    assert values(read_tree(text)) == [pytest.approx(row) for row in ROWS]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[0.38, 1.40, 0.96]", [0.38, 1.4, 0.96]),
        ("0.38, 1.40, 0.96", [0.38, 1.4, 0.96]),
        ("(0.38, 1.40)^T", [0.38, 1.4]),
        ("h_0 = [0.38 1.40]'", [0.38, 1.4]),
        ("[0.38 1.40\n 0.96]", [0.38, 1.4, 0.96]),
        ("[- 0.5, −0.3]", [-0.5, -0.3]),
        ("p(y=0) = 0.99", 0.99),
        (r"p(y=0) \approx 0.99", 0.99),
        ("99.5%", 0.995),
        (r"5.44 \times 10^{-7}", 5.44e-7),
        (r"h^1 = \begin{bmatrix} 1 & 2 \end{bmatrix}, h^2 = \begin{bmatrix} 3 & 4 \end{bmatrix}", [[[1, 2]], [[3, 4]]]),
        (r"\left[ \begin{bmatrix} 1 \\ 2 \end{bmatrix}, \begin{bmatrix} 3 \\ 4 \end{bmatrix} \right]",
         [[[1], [2]], [[3], [4]]]),
        ("A = [[1, 2], [3, 4]] * 1e-3\nB = [[5, 6], [7, 8]] * 1e-2",
         [[[1e-3, 2e-3], [3e-3, 4e-3]], [[5e-2, 6e-2], [7e-2, 8e-2]]]),
    ],
)  # fmt: skip
def test_texts_of_numbers(text: str, expected: Any) -> None:
    def flat(tree: Any) -> list[float]:
        return [leaf for item in tree for leaf in flat(item)] if isinstance(tree, list) else [tree]

    read = values(read_tree(text))
    assert flat(read) == pytest.approx(flat(expected))
    assert str(read).count("[") == str(expected).count("[")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hello", "reading stopped at 'hello'"),
        ("[1, 2", "reading stopped at 'the end'"),
        ("[1, 2)", r"expected '\]'"),
        ("[1, 2]]", "reading stopped at ']'"),
        ("[1, 2] and so on", "reading stopped at 'so on'"),
        ("[1 2 ... 3]", "entries are left out there"),
        (r"[1, \ldots, 3]", "entries are left out there"),
        ("[" * 9 + "1" + "]" * 9, "nested more than 8 deep"),
        ("1 " * (MAX_ENTRIES // 2 * 2 + 2), "characters"),
        ("1," * (MAX_TEXT // 2 - 2) + "1", ""),
    ],
)
def test_where_reading_stops_is_told(text: str, message: str) -> None:
    if not message:
        assert shape_of(read_tree(text)) == (MAX_TEXT // 2 - 1,)
        return
    with pytest.raises(ReadingError, match=message):
        read_tree(text)


def test_a_bad_entry_spoils_only_itself() -> None:
    tree = read_tree(parse_json('[0.38, "1..4", null, NaN, true, -Infinity, "1.06", {"a": 1}]'))
    assert isinstance(tree, tuple)
    assert [bool(entry.fault) for entry in tree if isinstance(entry, Entry)] == [0, 1, 1, 1, 1, 1, 0, 1]


def test_an_object_is_no_list_of_numbers() -> None:
    with pytest.raises(ReadingError, match="object with keys"):
        read_tree({"a": Number("1")})


@pytest.mark.parametrize("text", ["[[1, 2], [3, 4]]", "[1 2; 3 4]"])
def test_layouts_put_entries_into_the_asked_order(text: str) -> None:
    plain, turned = readings(read_tree(text), (2, 2), ((0, 1), (1, 0)), digits=1)
    assert plain.values.tolist() == [[1, 2], [3, 4]]
    assert turned.values.tolist() == [[1, 3], [2, 4]]


@pytest.mark.parametrize(
    ("text", "shape", "message"),
    [
        ("[1, 2, 3, 4]", (2, 2), "got a list of 4 numbers; expected a grid of 2 x 2 numbers; the order"),
        ("[[1, 2], [3, 4]]", (4,), "got a grid of 2 x 2 numbers; expected a list of 4 numbers"),
        ("[[1, 2], [3]]", (2, 2), "the list is ragged: its part 2 has a list of 1 number"),
        ("[1, 2]", (), "got a list of 2 numbers; expected a single number"),
        ("1", (2,), "got a single number; expected a list of 2 numbers"),
        ("[]", (2,), "got a list of 0 numbers"),
    ],
)
def test_a_wrong_shape_is_told_with_both_shapes(text: str, shape: tuple[int, ...], message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        readings(read_tree(text), shape, (tuple(range(len(shape))),), digits=2)


@pytest.mark.parametrize("text", ["[1, 2, 3]", "[[1], [2], [3]]", "[[1, 2, 3]]", "[1; 2; 3]", "[[1, 2, 3]]^T"])
def test_rows_and_columns_are_vectors(text: str) -> None:
    (reading,) = readings(read_tree(text), (3,), ((0,),), digits=1)
    assert reading.values.tolist() == [1, 2, 3]


@pytest.mark.parametrize("text", ["0.5", "[0.5]", "[[0.5]]"])
def test_a_list_of_one_number_is_that_number(text: str) -> None:
    (reading,) = readings(read_tree(text), (), ((),), digits=1)
    assert reading.values.tolist() == 0.5
