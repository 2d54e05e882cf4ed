"""YAML as values with places: every value knows its line and column, every number its text.

libyaml tells what stands in a text as a stream of events, in linear time and without recursion; building values is
ours, so that no tag constructs an object, no anchor multiplies a text, and numbers stay as they were written. What a
plain word means is ours too (YAML 1.2's `true`, `null`, numbers; not 1.1's `yes`, `on`, `0o7`, `1:30`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from yaml.cyaml import CParser
from yaml.error import MarkedYAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from grader.answers import Number
from grader.errors import Fault
from grader.yaml_faults import ALIAS, NESTED, key_fault, nested_too_deep, sign_fault, syntax_fault

Path: TypeAlias = "tuple[str | int, ...]"

MAX_NODES = 200_000
_NUMBER = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?|[-+]?(\.inf|Infinity|inf)|\.?nan|NaN", re.ASCII)
_WORDS: Mapping[str, bool | None] = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
}


class YamlSyntaxError(Exception):
    """A text that is no YAML, or YAML that goes past a bound; `code` is `not_yaml`, `too_deep` or `duplicate_key`."""

    def __init__(self, code: str, fault: Fault) -> None:
        super().__init__(str(fault))
        self.code = code
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Sourced:
    """A value, and the 1-based (line, column) of each value in it by its path."""

    value: Any
    places: Mapping[Path, tuple[int, int]]


def parse_yaml(text: str, *, max_depth: int) -> Sourced:
    """Parse one YAML document. Mappings become dicts, sequences tuples, plain numbers `Number`.

    Raises `YamlSyntaxError` for bad syntax, anchors and aliases, keys that stand twice, and nesting past `max_depth`.
    """
    fault = sign_fault(text)
    if fault is not None:
        raise YamlSyntaxError("not_yaml", fault)
    builder = _Builder(text, max_depth)
    try:
        return Sourced(builder.document(), builder.places)
    except MarkedYAMLError as error:
        code = "too_deep" if NESTED in (error.problem or "") else "not_yaml"
        raise YamlSyntaxError(code, syntax_fault(text, error, max_depth)) from None


class _Builder:
    """Builds the value of a text event by event, with the places of what is in it."""

    def __init__(self, text: str, max_depth: int) -> None:
        self.places: dict[Path, tuple[int, int]] = {}
        self._text = text
        self._max_depth = max_depth
        self._next = CParser(text).get_event

    def document(self) -> Any:
        """The value of the only document; None if there is none."""
        self._next()
        if isinstance(self._next(), StreamEndEvent):
            return None
        value = self._value(self._next(), ())
        self._next()
        after = self._next()
        if isinstance(after, DocumentStartEvent):
            message = "a second document begins here; a file holds one: leave the line `---` out"
            raise _refused("not_yaml", after, message)
        return value

    def _value(self, event: Any, path: Path) -> Any:
        self._check(event, path)
        self.places[path] = (event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(path)
        return _scalar(event.value, plain=not event.style)

    def _sequence(self, path: Path) -> tuple[Any, ...]:
        items: list[Any] = []
        while not isinstance(event := self._next(), SequenceEndEvent):
            items.append(self._value(event, (*path, len(items))))
        return tuple(items)

    def _mapping(self, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(key := self._next(), MappingEndEvent):
            if not isinstance(key, ScalarEvent):
                raise _refused(
                    "not_yaml", key, "a key must be a plain text; a formula that looks like one goes in quotes"
                )
            event = self._next()
            if (message := key_fault(self._text, key, event)) is not None:
                raise _refused("not_yaml", key, message)
            if key.value in values:
                message = f"key {key.value[:80]!r} stands twice in one object; leave one of them"
                raise _refused("duplicate_key", key, message)
            values[key.value] = self._value(event, (*path, key.value))
        return values

    def _check(self, event: Any, path: Path) -> None:
        if isinstance(event, AliasEvent) or event.anchor is not None:
            raise _refused("not_yaml", event, ALIAS)
        if len(path) > self._max_depth:
            raise _refused("too_deep", event, nested_too_deep(self._max_depth))
        if len(self.places) >= MAX_NODES:
            raise _refused("not_yaml", event, f"more than {MAX_NODES} values; send only what is asked for")


def _refused(code: str, event: Any, message: str) -> YamlSyntaxError:
    return YamlSyntaxError(code, Fault(event.start_mark.line + 1, event.start_mark.column + 1, message))


def _scalar(text: str, *, plain: bool) -> Any:
    if not plain:
        return text
    if text in _WORDS:
        return _WORDS[text]
    return Number(text) if _NUMBER.fullmatch(text) else text
