"""Answers as they were sent: JSON or YAML values in which every number keeps the text it was written with.

The number of digits that a student wrote decides how exact an answer claims to be, so `5e-06` must not become
`5e-6` or a float on its way here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias


class Number(str):
    """A number as it was written (`0.380`, `5e-06`, `NaN`), as opposed to a string that was quoted."""

    __slots__ = ()


Answer: TypeAlias = "Number | str | bool | tuple[Answer, ...] | Mapping[str, Answer] | None"


def dump(answer: Answer) -> str:
    """Write an answer as JSON with every number's own text; read as YAML it is the same answer."""
    if isinstance(answer, Number):
        return str(answer)
    if isinstance(answer, Mapping):
        return (
            "{"
            + ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {dump(value)}" for key, value in answer.items())
            + "}"
        )
    if isinstance(answer, tuple):
        return "[" + ", ".join(map(dump, answer)) + "]"
    return json.dumps(answer, ensure_ascii=False)


def parse_json(text: str, pairs: Callable[[list[tuple[str, Any]]], Any] = dict) -> Any:
    """Parse JSON with numbers as `Number` and lists as tuples; `pairs` builds objects.

    Raises `ValueError` (a `json.JSONDecodeError` with its place) for what is not JSON, and `RecursionError` for
    nesting beyond the interpreter's own limit.
    """
    decoded = json.loads(text, parse_float=Number, parse_int=Number, parse_constant=Number, object_pairs_hook=pairs)
    return _frozen(decoded)


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(_frozen, value))
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return value
