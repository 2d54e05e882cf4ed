import pytest

from grader.errors import RubricError
from grader.rubric import parse_rubric
from tests.homework6 import ROOT, hw6

TEXT = (ROOT / "rubrics" / "hw6.yaml").read_text()
FIRST_SHOWN = '    shown: "h_0 = \\\\text{ReLU}(w_0^T z + b_0)"\n'


def faults(text: str) -> list[tuple[int, str]]:
    with pytest.raises(RubricError) as caught:
        parse_rubric(text)
    return [(fault.line, fault.message) for fault in caught.value.faults]


def line_of(part: str, text: str = TEXT) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_homework_six_is_sixty_points_and_every_item_has_a_prompt() -> None:
    assert hw6().max_score == 60
    assert all(len(item.prompt) > 10 for item in hw6().items)
    assert hw6().answer_ids.count("p3.derivation") == 1


def test_the_version_depends_on_what_the_rubric_says_and_not_on_its_layout() -> None:
    assert parse_rubric(TEXT + "\n# a comment\n").version == hw6().version
    assert parse_rubric(TEXT.replace("credit: 0.5", "credit: 0.25")).version != hw6().version


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    loss: L\n", "    loss: L\n    graph: gan\n", "unknown key 'graph'; known are after"),
        (
            "reshape(h_0, channel",
            "reshape(h_0, chanel",
            "'chanel' is not a name in this problem; did you mean 'channel'?",
        ),
        ("reshape(h_0, channel", "reshape(h_0, channel + 1", "'channel + 1' is no size; sizes are numbers and names"),
        ("reshape(h_0, channel, row", "reshape(h_0, channel, row/4", "'row/4' is 1/2; a size is a whole number"),
        ("sizes: {row: 2, ", "sizes: {row: 3, ", "'h_0' has 8 entries, which do not fill 2 x 3 x 2"),
        ("    sizes: {row: 2, column: 2}\n", "", "what sizes have row and column? Say it under `sizes`"),
        (
            "sizes: {row: 2, column: 2}",
            "sizes: {row: 2, column: 2, p: 2}",
            "'p' is a quantity; give the size another name",
        ),
        ("sizes: {row: 2, column: 2}", "sizes: {row: 2, column: 0}", "greater than or equal to 1; got '0'"),
        ("by=columns", "by=axis", "goes by=rows or by=columns, and takes nothing else by name"),
        (
            "b_1: {axes: [image_row, ",
            "b_1: {axes: [row, ",
            "'row' is no size: it is 2 in `sizes`, 4 in b_1; give the axes",
        ),
        ("H_2: {axes: [pixel]}", "H_2: {axes: [channel]}", "'channel', a size that formulas name, is 16 here"),
        ("points: 2", "points: -2", "greater than or equal to 0; got '-2'"),
        ("points: 2", "points: 1.3", "multiple of 0.5"),
        ("value_of: h_2\n    axes", "value_of: h_9\n    axes", "unknown quantity 'h_9'; did you mean"),
        ("    axes: [unit]", "    axis: [unit]", "unknown key 'axis'; did you mean 'axes'?"),
        ("z: [0.4, 0.8]", "z: [0.4, x]", "not a number, a list of numbers"),
        ("z: [0.4, 0.8]", "z: [0.4, 0.8, 0.1]", "not a product of matrices: 'w_0^T' is a grid of 8 x 2"),
        ("      b_2: 0.3\n", "", "'b_2' is not a name in this problem"),
        ("axes: [channel, row, column]", "axes: [channel, row]", "2 axes are named; the quantity has 3"),
        ("also: [[row, column, channel]]\n    prompt", "also: []\n    axes: []\n    prompt", "stands twice"),
        ("      h_0: {axes: [unit]}", "      h_9: {axes: [unit]}", "unknown quantity 'h_9'"),
        ("upper: channel", "upper: chanel", "unknown axis 'chanel'; did you mean 'channel'?"),
        ("standing: [[h, w_1]]", "standing: [[h, w_7]]", "unknown symbol 'w_7'"),
        ("also: [[row, column, channel]]", "also: [[row, column]]", "not the axes channel, row, column in another"),
        ("kind: value", "kind: vlaue", "unknown kind 'vlaue'; did you mean 'value'?"),
        ("id: p1.forward.h1.value", "id: p1.forward.h0.value", "stands twice"),
        (FIRST_SHOWN, "", "the key 'shown' is missing"),
        ("    value_of: p\n    probability", "    value_of: p\n    gradient_of: p\n    probability", "one of them"),
        ("relative_tolerance: 0.005", "relative_tolerance: 0.5", "less than 0.1"),
        ("min_entries: 4", "min_entries: x", "valid integer"),
        ("problem: autoencoder", "problem: autoencodr", "unknown problem 'autoencodr'; did you mean"),
        ("milestone: jensen", "milestone: jenson", "unknown milestone 'jenson'; did you mean 'jensen'?"),
        ("answer: p3.derivation", "answer: p3.derivatoin", "unknown derivation 'p3.derivatoin'; did you mean"),
        ("shown_by:", "shown_bi:", "unknown key 'shown_bi'; did you mean 'shown_by'?"),
        ("upper: [evidence]", "uper: [evidence]", "unknown key 'uper'; did you mean 'upper'?"),
        ("upper: [evidence]", "upper: [evidance]", "input should be"),
        ("at_most: 4", "at_most: 1", "is less than what one step costs"),
        ("minor: 3", "minor: 6", "a minor mistake would earn 6 points of 5; give less"),
        ('title: "', "title: #", "title: expected a text; got nothing"),
        ('      evidence: "p(x|phi)"\n', "", "must say how the evidence is written"),
    ],
)
def test_a_fault_is_told_with_its_line_and_what_was_meant(old: str, new: str, message: str) -> None:
    found = faults(TEXT.replace(old, new, 1))
    assert any(message in told for _, told in found), found


def test_all_faults_are_told_together_each_at_its_line() -> None:
    text = TEXT.replace("points: 2", "points: -2", 1).replace("sum((x - x')^2)", "sum((x - y)^2)")
    text = text.replace("value_of: h_1\n    axes", "value_of: h_7\n    axes")
    lines = [line for line, _ in faults(text)]
    assert lines == sorted(line_of(part, text) for part in ("points: -2", "sum((x - y)^2)", "value_of: h_7"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected keys and values"),
        ("- 1", "expected keys and values"),
        ("id: [", "line 1"),
        ("id: a\nid: b", "stands twice"),
        ("a: &x 1\nb: *x", "anchors"),
        ("a:\n\tb: 1", "line 2, column 1: a tab; indent with spaces"),
        (r'a: "\sigma(z)"', r"line 1, column 6: in double quotes a backslash is doubled: write `\\\\s`"),
        ("a:\n   b: 1\n  c: 1", "indented otherwise .*: that began in line 1, column 1; this in 3"),
        ("a:\n  - 1\n - 2", "indented otherwise .*: that began in line 1, column 1; this in 2"),
        ("a: one: two", "line 1, column 7: a colon where no key can stand: put a text"),
        ("a: {b: 1 c: 2}", "a comma or a closing bracket is missing before this"),
        ('a: "x\nb: "y"', "line 2, column 5: a text has ended before this: a quote is not closed"),
        ("a: 1\nb\nc: 1", "a key without its colon before this"),
    ],
)
def test_what_is_no_rubric_at_all_is_told_too(text: str, message: str) -> None:
    with pytest.raises(RubricError, match=message):
        parse_rubric(text)


def test_a_rubric_that_is_read_twice_is_one_assignment_also_after_its_inputs_were_used() -> None:
    text = (ROOT / "rubrics" / "classifier.yaml").read_text()
    one, other = parse_rubric(text), parse_rubric(text)
    for assignment in (one, other):
        assert all(problem.arrays for problem in assignment.problems.values())
    assert one == other
    assert one != parse_rubric(text.replace("relative_tolerance: 0.005", "relative_tolerance: 0.004"))
