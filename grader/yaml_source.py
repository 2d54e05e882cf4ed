"""YAML as values with places: every value knows its line and column, every number its text.

ruamel.yaml composes the nodes; building values is ours, so that no tag constructs an object, no anchor multiplies a
text, and numbers stay as they were written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from grader.answers import Number
from grader.errors import Fault
from grader.yaml_faults import syntax_fault

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
    try:
        root = YAML(typ="rt", pure=True).compose(text)
    except MarkedYAMLError as error:
        raise YamlSyntaxError("not_yaml", syntax_fault(error)) from None
    except RecursionError:
        raise YamlSyntaxError(
            "too_deep", Fault(1, 1, f"nested too deep; at most {max_depth} levels are read")
        ) from None
    except YAMLError as error:
        raise YamlSyntaxError("not_yaml", Fault(1, 1, str(error))) from None
    builder = _Builder(max_depth)
    value = builder.build(root, ()) if root is not None else None
    return Sourced(value, builder.places)


def _fault(mark: Any, message: str) -> Fault:
    return Fault(mark.line + 1, mark.column + 1, message)


class _Builder:
    """Builds values from composed nodes, counting them; a node met twice is an alias."""

    def __init__(self, max_depth: int) -> None:
        self.places: dict[Path, tuple[int, int]] = {}
        self._max_depth = max_depth
        self._seen: set[int] = set()

    def build(self, node: Node, path: Path) -> Any:
        self._check(node, path)
        self.places[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return tuple(self.build(item, (*path, index)) for index, item in enumerate(node.value))
        return _scalar(node.value, plain=getattr(node, "style", None) is None)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, item in node.value:
            if not isinstance(key, ScalarNode):
                raise YamlSyntaxError("not_yaml", _fault(key.start_mark, "a key must be a plain text"))
            if key.value in values:
                raise YamlSyntaxError("duplicate_key", _fault(key.start_mark, f"key {key.value!r} stands twice"))
            values[key.value] = self.build(item, (*path, key.value))
        return values

    def _check(self, node: Node, path: Path) -> None:
        if id(node) in self._seen:
            raise YamlSyntaxError("not_yaml", _fault(node.start_mark, "anchors and aliases are not read; write it out"))
        self._seen.add(id(node))
        if len(path) > self._max_depth:
            message = f"nested too deep; at most {self._max_depth} levels are read"
            raise YamlSyntaxError("too_deep", _fault(node.start_mark, message))
        if len(self._seen) > MAX_NODES:
            raise YamlSyntaxError("not_yaml", _fault(node.start_mark, f"more than {MAX_NODES} values"))


def _scalar(text: str, *, plain: bool) -> Any:
    if not plain:
        return text
    if text in _WORDS:
        return _WORDS[text]
    return Number(text) if _NUMBER.fullmatch(text) else text
