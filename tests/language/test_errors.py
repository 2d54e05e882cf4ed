"""Errors: the column, what was got, what was expected; and the bounds."""

from __future__ import annotations

import pytest

from grader.language import LanguageError, parse_expression, parse_statement

ESCAPED = r"a single backslash in double quotes has made another sign of `\%s`; write `\\%s` there"

FAULTS = [
    ("a +", 4, "unexpected", "got the end, expected a number, a name or a bracket"),
    ("a + )", 5, "unexpected", "got ')', expected a number, a name or a bracket"),
    ("(a + b", 7, "unexpected", "got the end, expected ')' or ','"),
    ("(a + b]", 7, "unexpected", "got ']', expected ')' or ','"),
    ("f(a b; c", 9, "unexpected", "got the end, expected ')' or ','"),
    (r"\frac{a}", 9, "unexpected", "got the end, expected an argument in braces"),
    (r"\frac{a}{b", 11, "unexpected", "got the end, expected '}'"),
    (r"a + \foo b", 5, "unknown_command", r"'\foo' is not a command that is read here"),
    ("2 3", 3, "unexpected", "got '3', expected an operator or the end"),
    ("a $ b ¤ c", 7, "unexpected", "a character that formulas do not have: currency sign"),
    ("x + \x00", 5, "unexpected", "a character that formulas do not have: u+0000"),
    ("x\u20e2", 1, "unexpected", "an accent that formulas do not have: combining enclosing screen"),
    ("\frac{1}{3} x", 1, "unexpected", ESCAPED % ("frac", "frac")),
    ("x +\b", 4, "unexpected", ESCAPED % ("b", "b")),
    ("W -\nabla W", 4, "unexpected", ESCAPED % ("nabla", "nabla")),
    ("2\tanh(x)", 2, "unexpected", ESCAPED % ("tanh", "tanh")),
    ("1 -\rho", 4, "unexpected", ESCAPED % ("rho", "rho")),
    ("|x", 3, "unexpected", "got the end, expected '|' to close the absolute value"),
    ("a * * b", 5, "unexpected", "got '*', expected a number, a name or a bracket"),
    (r"\begin{cases} x & x > 0", 24, "unexpected", r"got the end, expected '\\' or '\end{cases}'"),
    (r"\nabla", 7, "unexpected", "got the end, expected what the gradient is of"),
]


@pytest.mark.parametrize(("text", "column", "code", "message"), FAULTS)
def test_an_error_says_where_and_what(text: str, column: int, code: str, message: str) -> None:
    with pytest.raises(LanguageError) as caught:
        parse_expression(text)
    assert caught.value.column == column
    assert caught.value.code == code
    assert caught.value.message == message


@pytest.mark.parametrize("blank", ["a +\nb", "a\n+ nu", "a +\tt", "a +\r\nb"])
def test_blank_space_in_a_formula_is_no_escape(blank: str) -> None:
    assert parse_expression(blank) == parse_expression(blank.replace("\n", " ").replace("\t", " ").replace("\r", " "))


def test_an_error_draws_the_place() -> None:
    with pytest.raises(LanguageError) as caught:
        parse_statement("h = w +\n  z ] b")
    assert str(caught.value).splitlines() == ["got ']', expected a relation or the end", "      z ] b", "        ^"]


def test_a_long_line_is_shown_around_the_place() -> None:
    with pytest.raises(LanguageError) as caught:
        parse_expression("+".join(["abc"] * 200) + " + )")
    shown, caret = str(caught.value).splitlines()[1:]
    assert len(shown) <= 104
    assert shown[caret.index("^")] == ")"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x" + "+x" * 5_000, "too_long"),
        ("+".join(["x"] * 2_500), "too_large"),
        ("(" * 101 + "x" + ")" * 101, "too_deep"),
        ("x" + "[1]" * 101, "too_deep"),
        ("-" * 101 + "x", "too_deep"),
        ("x" + "^x" * 101, "too_deep"),
        ("/".join(["x"] * 120), "too_deep"),
        ("9" * 401, "too_long"),
        ("a" * 61, "too_long"),
    ],
)
def test_past_its_bounds_a_text_is_refused(text: str, code: str) -> None:
    with pytest.raises(LanguageError) as caught:
        parse_expression(text)
    assert caught.value.code == code


@pytest.mark.parametrize("text", ["+".join(["x"] * 900), "(" * 98 + "x" + ")" * 98, "9" * 400])
def test_up_to_its_bounds_it_is_read(text: str) -> None:
    parse_expression(text)
