"""Every regular expression of the project, found in its modules and in its source."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.homework6 import ROOT

AT_FIRST = frozenset({"match", "fullmatch", "pattern"})
CALLS = frozenset({"compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"})


def modules() -> Iterator[tuple[str, Path]]:
    for package in ("app", "grader", "reference"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


@dataclass(frozen=True)
class Found:
    """A pattern, and whether it is looked for everywhere in a text or tried at its beginning alone."""

    pattern: re.Pattern[str]
    everywhere: bool = True


@cache
def patterns() -> dict[str, Found]:
    """All patterns by where they stand: compiled ones in modules' names, and those written in calls."""
    found: dict[str, Found] = {}
    for name, path in modules():
        source, values = path.read_text("utf-8"), vars(importlib.import_module(name))
        at_first = {values[one].pattern for one in only_at_first(source) if isinstance(values.get(one), re.Pattern)}
        for pattern in (*_held(values), *written(source)):
            one = Found(pattern, pattern.pattern not in at_first)
            found.setdefault(f"{name}: {pattern.pattern}", one)
    return found


def only_at_first(source: str) -> set[str]:
    """The names of a module's patterns that are only ever matched at the beginning of a text."""
    tree = ast.parse(source)
    held = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in AT_FIRST}
    loaded = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    used = {node.id for node in loaded if id(node) in held}
    return used - {node.id for node in loaded if id(node) not in held}


def _held(value: Any, depth: int = 0) -> Iterator[re.Pattern[str]]:
    """The patterns in a module's values, in lists and tables of them too."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict) and depth < 3:
        for one in tuple(value.values()):
            yield from _held(one, depth + 1)
    elif isinstance(value, list | tuple | frozenset) and depth < 3:
        for one in value:
            yield from _held(one, depth + 1)


def written(source: str) -> Iterator[re.Pattern[str]]:
    """The patterns that a source passes to `re` or to pydantic; what is put together there is tried with a name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            for argument in _texts(node):
                text = _text(argument)
                if text is not None:
                    yield re.compile(text)


def _texts(call: ast.Call) -> Iterator[ast.expr]:
    named = isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name)
    if named and call.func.value.id == "re" and call.func.attr in CALLS and call.args:  # type: ignore[attr-defined]
        yield call.args[0]
    yield from (keyword.value for keyword in call.keywords if keyword.arg in {"pattern", "regex"})


def _text(node: ast.expr) -> str | None:
    """A pattern's text: a literal, or a formatted one with a name in each place; None for what a module holds."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.replace(r"\p{L}", "A-Za-z").replace(r"\p{N}", "0-9") if r"\p" in node.value else node.value
    if isinstance(node, ast.JoinedStr):
        return None if any(_is_constant(part) for part in node.values) else _filled(node)
    return None


def _is_constant(part: ast.expr) -> bool:
    """Whether a place is filled with a constant of the module, which holds the whole pattern then."""
    names = {one.id for one in ast.walk(part) if isinstance(one, ast.Name)}
    return any(name.isupper() for name in names)


def _filled(node: ast.JoinedStr) -> str:
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "name" for part in node.values)
