import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.answers import Number, dump, parse_json
from grader.errors import EnvelopeError
from grader.submission import MAX_CHARACTERS, MAX_DEPTH, read_submission

KNOWN = ("p1.forward.h0.value", "p1.forward.h1.value")


def test_numbers_keep_the_text_they_were_sent_with() -> None:
    submission = read_submission('{"answers": {"p1.forward.h0.value": [0.380, 5e-06, NaN, -Infinity, 7]}}', KNOWN)
    answer = submission.answers[KNOWN[0]]
    assert answer == ("0.380", "5e-06", "NaN", "-Infinity", "7")
    assert all(isinstance(entry, Number) for entry in answer)


def test_yaml_says_the_same_as_json() -> None:
    text = "answers:\n  p1.forward.h0.value: [0.380, 5e-06, .nan, '7', null]\n  p1.forward.h1.value: |\n    [1 2]\n"
    answers = read_submission(text, KNOWN, syntax="yaml").answers
    assert answers[KNOWN[0]] == ("0.380", "5e-06", ".nan", "7", None)
    assert [type(entry) for entry in answers[KNOWN[0]]] == [Number, Number, Number, str, type(None)]
    assert answers[KNOWN[1]] == "[1 2]\n"


def test_a_ci_names_the_student() -> None:
    assert read_submission('{"answers": {}, "student": "s1"}', KNOWN).student == "s1"


def test_in_a_file_the_level_of_answers_may_be_missing() -> None:
    bare = read_submission("p1.forward.h0.value: 1", KNOWN, syntax="yaml", bare=True)
    assert bare.answers == {KNOWN[0]: "1"}
    with pytest.raises(EnvelopeError, match="unknown key"):
        read_submission('{"p1.forward.h0.value": 1}', KNOWN)


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ('{"answers": {', "not_json", "line 1, column 14"),
        ("", "not_json", "line 1, column 1"),
        ("[1, 2]", "not_an_object", "got a list"),
        ("7", "not_an_object", "got a number"),
        ("{}", "bad_answers", "got nothing"),
        ('{"answers": [1]}', "bad_answers", "got a list"),
        ('{"answers": {}, "studnet": "x"}', "unknown_key", "'studnet' beside the answers"),
        ('{"p1.forward.h0.value": 1}', "unknown_key", "no `answers`; put the answers one level in"),
        (
            '{"answers": {"p1.forward.h0.valeu": 1}}',
            "unknown_answer",
            "'p1.forward.h0.valeu'.*is 'p1.forward.h0.value'",
        ),
        ('{"answers": {"q": 1}}', "unknown_answer", "the nearest known one is"),
        ('{"answers": {"p1.forward.h0.value": 1, "p1.forward.h0.value": 2}}', "duplicate_key", "stands twice"),
        ('{"answers": {}, "student": 7}', "bad_student", "got a number"),
        ('{"answers": {}, "student": ""}', "bad_student", "got a text"),
        ("[" * 10_000 + "]" * 10_000, "too_deep", "nested 10000 deep"),
        ('{"answers": {"p1.forward.h0.value": ' + "[" * MAX_DEPTH + "]" * MAX_DEPTH + "}}", "too_deep", "at most"),
        ('{"answers": {}}' + " " * MAX_CHARACTERS, "too_large", "at most"),
    ],
)
def test_a_bad_envelope_is_refused_with_what_was_got(text: str, code: str, message: str) -> None:
    with pytest.raises(EnvelopeError, match=message) as caught:
        read_submission(text, KNOWN)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("answers: [1", "not_yaml"),
        ("answers: &a {}\nmore: *a", "not_yaml"),
        ("answers: {}\nanswers: {}", "duplicate_key"),
        ("[" * 10_000, "too_deep"),
        ("a:\n - " + "- " * 100 + "1", "too_deep"),
        ("? [1]\n: 2", "not_yaml"),
        ("- 1", "not_an_object"),
        ("", "not_an_object"),
        ("answers: {}\n---\nanswers: {}", "not_yaml"),
    ],
)
def test_bad_yaml_is_refused(text: str, code: str) -> None:
    with pytest.raises(EnvelopeError) as caught:
        read_submission(text, KNOWN, syntax="yaml")
    assert caught.value.code == code


def test_yaml_tags_construct_nothing() -> None:
    text = "answers: {p1.forward.h0.value: !!python/object/apply:os.getcwd []}"
    assert read_submission(text, KNOWN, syntax="yaml").answers == {KNOWN[0]: ()}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)


@settings(deadline=None, derandomize=True)
@given(json_values)
def test_writing_and_reading_an_answer_gives_it_back(value: object) -> None:
    read = parse_json(json.dumps(value))
    assert parse_json(dump(read)) == read
