"""Mistakes of files: each is told at its place, with what was got, what was expected and what to do."""

from __future__ import annotations

import pytest

from grader.engine import grade
from grader.errors import EnvelopeError
from grader.report import Verdict
from grader.submission import Submission, parse, read_submission
from tests.homework6 import hw6

JSON = [
    ('{"a": ?}', "line 1, column 7: got '[?]'; expected a value: write the answer, or `null`"),
    ('{"a": 1,\n}', "line 2, column 1: got '}' after a comma; .* leave the comma before it out"),
    ("[1, 2,]", "line 1, column 7: got ']' after a comma"),
    (r'{"a": "\alpha"}', r"line 1, column 8: got a single backslash before `alpha`; .* write `\\\\alpha`"),
    (r'{"a": "x \underbrace{y}"}', r"single backslash before `underbrace`"),
    (r'{"a": "\{1\}"}', r"single backslash before `{`"),
    ("{'a': 1}", r'line 1, column 2: got "\'"; expected a key in double quotes'),
    ('{"a": True}', "line 1, column 7: got `True`; expected a value: JSON writes `true`"),
    ('{"a": None}', "got `None`; .* writes `null`"),
    ('{"a": nan}', "got `nan`; .* writes `NaN`"),
    ('{"a": inf}', "got `inf`; .* writes `Infinity`"),
    ('// mine\n{"a": 1}', "line 1, column 1: got '/'; .* JSON has no comments"),
    ('{"a": 1, # mine\n"b": 2}', "line 1, column 10: got '#'; expected a key in double quotes: JSON has no comments"),
    ("{“a”: 1}", "line 1, column 2: got '“'; .* typographic quote"),
    ('{"a": ‘x’}', "got '‘'; .* typographic quote"),
    ('\ufeff{"a": 1}', "line 1, column 1: got a byte order mark"),
    ('{"a": .5}', r"got '\.'; expected a value: a number has a digit before its point"),
    ('{"a": +1}', r"got '\+'; expected a value: a number has no plus"),
    ('{"a": -.5}', "got '-'; .* after a minus comes a digit"),
    ('{"a": [0.1 0.2]}', "got `0.2`; expected a comma .* separate entries with a comma"),
    ('{"a": 1 "b": 2}', "line 1, column 9: .* separate entries with a comma"),
    ('{"a": [1,,2]}', "got ','; .* an entry is missing before it"),
    ('{"a": 1/2}', "got '/'; .* a fraction is a text in double quotes"),
    ('{"a": 2x}', "got `x` after a number"),
    ('{"a": x + 1}', "got `x`; expected a value: a text stands in double quotes"),
    ('{"a": "say "so""}', "got `so` after the end of a text"),
    ('{"a": "x\ny"}', "got a line's end, or a tab, inside a text"),
    ('{"a": "x}', "line 1, column 7: got a quote that is never closed"),
    ('{"a": 1', "line 1, column 8: the text ends here; expected a comma or a closing bracket"),
    ('{"a": 1}}', "got '}'; expected the end of the text"),
    ("{a: 1}", "got `a`; expected a key in double quotes"),
    ('{"a" = 1}', "got '='; .* stands a colon"),
    ('{"a": 1; "b": 2}', "got ';'; .* told apart by commas"),
    ('{"a":\xa01}', "no-break blank"),
]
YAML = [
    ("?", "line 1, column 2: got a lone `[?]`"),
    ("a: ?", "line 1, column 4: got a lone `[?]`"),
    ("a: [?]", "got a lone `[?]`"),
    ("a:\n\t- 1", "line 2, column 1: a tab; indent with spaces"),
    ("a: 1\n \tb: 2", "a tab; indent with spaces"),
    ("a: |\n\tx", "line 2, column 1: a tab"),
    ('a: "\\mu"', r"line 1, column 6: in double quotes a backslash is doubled: write `\\\\m`"),
    ('a: "\\xi"', r"a backslash is doubled: write `\\\\x`"),
    ("“a”: 1", "line 1, column 1: got the typographic quote '“'"),
    ("a: [1,2],\nb: 1", "line 1, column 9: a comma after a value"),
    ("a:1\nb:2", "a blank follows a key's colon"),
    ("{a:1}", "got 'a:1' without a blank after its colon"),
    ("a: |x| + 1", "`[|]` and `>` begin a text of several lines"),
    ("a: > 3", "begin a text of several lines"),
    ("a: &= x", "got '&' where a value begins; put a text that begins with it in quotes"),
    ("- &a x", "anchors and aliases"),
    ("a: *x", "anchors and aliases"),
    ("a: **x**", "got '[*]' where a value begins"),
    ("a: @x", "got '@' where a value begins"),
    ("a: `x`", "got '`' where a value begins"),
    ("a: %x", "got '%' where a value begins"),
    ("a: {x}_1", "a list or object has ended before this: put a text that begins with a bracket"),
    ('a: "x" y', "a text has ended before this"),
    ('a: "x', "the quote that was opened in line 1, column 4 is not closed"),
    ("a: [1, 2", r"line 1, column 9: the text ends here, and '\[' from line 1, column 4 is still open"),
    ("a: 1\n- 2", "keys and a list's items stand on one level"),
    ("// mine\na: 1", "comments begin with #"),
    ("a: 1\n---\nb: 2", "line 2, column 1: a second document begins here"),
    ("a: 1\x00", "line 1, column 5: got the control character U\\+0000"),
    ("a: - 1", "got a dash where no list can begin"),
    ("a: 1\na: 2", "line 2, column 1: key 'a' stands twice"),
    (": 1", "a colon without a key before it"),
]


@pytest.mark.parametrize(("text", "message"), JSON)
def test_a_mistake_in_json_is_told_in_its_writers_words(text: str, message: str) -> None:
    with pytest.raises(EnvelopeError, match=message):
        parse(text, "json")


@pytest.mark.parametrize(("text", "message"), YAML)
def test_a_mistake_in_yaml_is_told_in_its_writers_words(text: str, message: str) -> None:
    with pytest.raises(EnvelopeError, match=message):
        read_submission(text, None, syntax="yaml")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: yes", "yes"),
        ("a: on", "on"),
        ("a: 0o7", "0o7"),
        ("a: 1:30", "1:30"),
        ("a: 1_000", "1_000"),
        ("a: 2026-01-01", "2026-01-01"),
        ("a: =", "="),
        ("a: <<", "<<"),
        ("a: True", True),
        ("a: ~", None),
        ("a: .5", ".5"),
        ("a: 010", "010"),
        ("a: !!str 1", "1"),
    ],
)
def test_plain_words_of_yaml_mean_what_they_do_in_its_version_1_2(text: str, value: object) -> None:
    assert parse(text, "yaml") == {"a": value}


def test_json_that_python_writes_is_yaml_too() -> None:
    assert parse('{"a":[1,-2.5e-3],"b":"x\\/y","c":null}', "yaml") == {"a": ("1", "-2.5e-3"), "b": "x/y", "c": None}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r'"\nabla p w_2"', r"\nabla p w_2"),
        (r'"\frac{1}{2} z"', r"\frac{1}{2} z"),
        (r'"z + \frac{1}{2}"', r"z + \frac{1}{2}"),
        (r'"\beta"', r"\beta"),
        (r'"z \times z"', r"z \times z"),
        (r'"\rho(z)"', r"\rho(z)"),
    ],
)
def test_a_command_that_a_single_backslash_has_broken_is_read_back(written: str, meant: str) -> None:
    def graded(answer: object) -> tuple[Verdict, str]:
        report = grade(Submission(answers={"p1.backward.h2.formula": answer}), hw6())
        item = next(one for one in report.items if one.id == "p1.backward.h2.formula")
        return item.verdict, item.feedback

    broken, whole = graded(parse(written, "json")), graded(meant)
    assert broken[0] == whole[0]
    assert broken[1].startswith(whole[1])
    if broken[0] is not Verdict.UNREADABLE:
        assert "this was read back" in broken[1]


def test_a_line_that_begins_like_the_rest_of_a_command_is_left_as_it_is() -> None:
    answer = "log p(x) = u\nu = v"
    report = grade(Submission(answers={"p3.derivation": answer}), hw6())
    assert not any("read back" in item.feedback for item in report.items)
