"""The names of a declared problem: how each may be spelled, and what the parser makes of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from grader.language.errors import LanguageError
from grader.language.parser import parse_expression
from grader.language.symbols import Role, Symbol, Symbols, key_of
from reference.graph import GRADIENT

# The words that may stand before `=` in a function's arguments, or after it.
KEYWORDS = frozenset(
    {
        "axes",
        "axis",
        "keep",
        "keepdims",
        "stride",
        "pad",
        "padding",
        "causal",
        "eps",
        "size",
        "rows",
        "by",
        "columns",
        "index",
        "True",
        "False",
    }
)
_LETTERS = re.compile(r"[A-Za-z][A-Za-z0-9]*", re.ASCII)


def table_of_names(
    names: Iterable[str], functions: Iterable[str], slopes: Iterable[str] = (), sizes: Iterable[str] = ()
) -> Symbols:
    """The parser's table for a problem's own names; `slopes` are those whose gradients may be named, too.

    `sizes` are further names; what is none in a formula, as an axis in words is, can't be used there.

    Raises `ValueError` for a name that is no name in a formula, or that another one spells as well.
    """
    own, sizes = tuple(names), tuple(sizes)
    entries: dict[str, Symbol] = {}
    for name in own:
        claim(entries, name)
    for name in slopes:
        for spelling in gradient_spellings(name):
            entries.setdefault(_spelled(spelling), Symbol(GRADIENT + name))
    for word in KEYWORDS:
        entries.setdefault(word, Symbol(word, option=True))
    for word in sizes:
        entries.setdefault(_spelled(word), Symbol(word))
    for name in functions:
        if "_" in name:
            entries.setdefault(_spelled(name), Symbol(name, role=Role.FUNCTION))
    words = (_LETTERS.match(name) for name in (*own, *functions, *sizes, GRADIENT))
    return Symbols(
        MappingProxyType(entries),
        closed=True,
        functions=frozenset(functions) - set(own),
        begins=frozenset(match[0] for match in words if match),
        transposes="T" not in own,
        folds=False,
        splits=False,
    )


def gradient_spellings(name: str) -> tuple[str, ...]:
    """How the gradient of the loss by a quantity may be called, as in programs."""
    return GRADIENT + name, f"d_{name}", f"d{name}", f"{GRADIENT}{name.replace('_', '')}"


def claim(entries: dict[str, Symbol], name: str) -> None:
    """Enter a quantity's name. Raises `ValueError` for one that is none, or that another one spells as well."""
    key = _key(name)
    if entries.setdefault(key, Symbol(name)).name != name:
        raise ValueError(f"{name!r} and {entries[key].name!r} are one name in formulas; rename one of them")


def _key(name: str) -> str:
    first = _LETTERS.match(name)
    open_table = Symbols(values=frozenset({first[0]} if first else ()))
    try:
        return key_of(parse_expression(name, open_table))
    except LanguageError as error:
        raise ValueError(f"{name!r} is no name that formulas can use: {error.message}") from None


def _spelled(name: str) -> str:
    """The key of a further spelling; one that is no name is never found."""
    try:
        return _key(name)
    except ValueError:
        return name


CONSTANTS: Mapping[str, float] = MappingProxyType({"e": 2.718281828459045, "pi": 3.141592653589793})
