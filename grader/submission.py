"""Submissions: the envelope that a student, a CI or a file hands in, read from JSON or YAML.

Only the envelope can be refused as a whole. Whatever stands inside a known answer is kept as it was sent and judged
by its item.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from grader.answers import Answer, Number, parse_json
from grader.errors import EnvelopeError
from grader.frozen import Frozen
from grader.json_faults import json_fault
from grader.yaml_source import YamlSyntaxError, parse_yaml

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 64
MAX_SHOWN = 80  # characters of an unknown key that are shown, and looked for among the known ones


class Submission(Frozen):
    """Answers by answer id, and whose they are where a CI or a TA hands in for a student."""

    answers: Mapping[str, Any]
    student: str | None = None


def read_submission(text: str, known: Iterable[str] | None, *, syntax: str = "json", bare: bool = False) -> Submission:
    """Read a submission whose answer ids must be among `known`; None where it was accepted before, by another version.

    `syntax` is `json` or `yaml`. With `bare` (files) the level `answers:` may be missing.
    Raises `EnvelopeError`: `too_large`, `not_json`, `not_yaml`, `too_deep`, `not_an_object`, `duplicate_key`,
    `unknown_key`, `bad_answers`, `bad_student` or `unknown_answer`.
    """
    envelope = parse(text, syntax)
    if not isinstance(envelope, Mapping):
        raise EnvelopeError("not_an_object", _no_object(envelope, syntax))
    if bare and "answers" not in envelope:
        envelope = {"answers": envelope}
    for key in envelope:
        if key not in Submission.model_fields:
            raise EnvelopeError("unknown_key", _unknown_key(key, within="answers" in envelope))
    answers = _answers(envelope, None if known is None else frozenset(known))
    return Submission(answers=answers, student=_student(envelope))


def _no_object(got: Any, syntax: str) -> str:
    expected = f'got {_kind(got)}; expected an object: {{"answers": {{...}}}}'
    glued = syntax == "yaml" and isinstance(got, str) and ":" in got
    return f"{expected}; in YAML a blank follows a key's colon: `key: value`" if glued else expected


def _unknown_key(key: str, *, within: bool) -> str:
    """The answers may stand without the level that they belong under."""
    if within:
        return (
            f"unknown key {key[:MAX_SHOWN]!r} beside the answers; expected `answers` and, from a CI or a TA, `student`"
        )
    return f"unknown key {key[:MAX_SHOWN]!r} and no `answers`; put the answers one level in, under the key `answers`"


def merged(submissions: Sequence[Submission]) -> Submission:
    """Submissions of one student as one, oldest first: of each answer the latest counts, also if it is empty."""
    answers: dict[str, Any] = {}
    for submission in submissions:
        answers |= submission.answers
    return Submission(answers=answers, student=submissions[-1].student)


def _answers(envelope: Mapping[str, Any], known: frozenset[str] | None) -> Mapping[str, Answer]:
    answers = envelope.get("answers")
    if not isinstance(answers, Mapping):
        got = "nothing" if "answers" not in envelope else _kind(answers)
        raise EnvelopeError("bad_answers", f"`answers`: got {got}; expected an object from answer ids to answers")
    if known is not None and (unknown := [key for key in answers if key not in known]):
        raise EnvelopeError("unknown_answer", "; ".join(_unknown(key, known) for key in unknown[:10]))
    return answers


def _unknown(key: str, known: frozenset[str]) -> str:
    nearest = get_close_matches(key[:MAX_SHOWN], sorted(known), n=1, cutoff=0.0)
    hint = f"; the nearest known one is {nearest[0]!r}" if nearest else ""
    return f"unknown answer id {key[:MAX_SHOWN]!r}{hint}"


def _student(envelope: Mapping[str, Any]) -> str | None:
    student = envelope.get("student")
    if student is None:
        return None
    if isinstance(student, Number) or not isinstance(student, str) or not 0 < len(student) <= 200:
        raise EnvelopeError("bad_student", f"`student`: got {_kind(student)}; expected a text of 1 to 200 characters")
    return student


def parse(text: str, syntax: str) -> Any:
    """What a text holds, within bounds. Raises `EnvelopeError`: `too_large`, `not_json`, `not_yaml`, `too_deep`, ..."""
    if len(text) > MAX_CHARACTERS:
        raise EnvelopeError("too_large", f"got {len(text)} characters; at most {MAX_CHARACTERS} are read")
    return _PARSERS[syntax](text)


def _json(text: str) -> Any:
    depth = _depth(text)
    if depth > MAX_DEPTH:
        raise EnvelopeError("too_deep", f"lists and objects nested {depth} deep; at most {MAX_DEPTH} are read")
    try:
        return parse_json(text, pairs=unique)
    except json.JSONDecodeError as error:
        raise EnvelopeError("not_json", f"not JSON at {json_fault(text, error)}") from None


def _yaml(text: str) -> Any:
    try:
        return parse_yaml(text, max_depth=MAX_DEPTH).value
    except YamlSyntaxError as error:
        raise EnvelopeError(error.code, f"not YAML that can be read: {error.fault}") from None


_PARSERS = {"json": _json, "yaml": _yaml}
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)


def _depth(text: str) -> int:
    """Nesting depth by counting brackets outside strings, so that no parser has to survive the text first."""
    depth = deepest = 0
    for character in _STRINGS.sub("", text):
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object of a parsed text. Raises `EnvelopeError` (`duplicate_key`) for a key that stands twice."""
    values: dict[str, Any] = {}
    for key, value in pairs:
        if key in values:
            raise EnvelopeError(
                "duplicate_key", f"key {key[:MAX_SHOWN]!r} stands twice in one object; leave one of them"
            )
        values[key] = value
    return values


def _kind(value: Any) -> str:
    kinds: tuple[tuple[type, str], ...] = (
        (Number, "a number"),
        (str, "a text"),
        (bool, "true or false"),
        (tuple, "a list"),
        (Mapping, "an object"),
    )
    return next((name for kind, name in kinds if isinstance(value, kind)), "null")
