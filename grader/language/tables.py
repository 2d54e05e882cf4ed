"""Making a table of symbols from the spellings that a problem declares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from grader.language.parser import parse_expression
from grader.language.symbols import Symbol, Symbols, key_of


def table_of(
    symbols: Mapping[Symbol, Iterable[str]],
    *,
    closed: bool = True,
    indices: Iterable[str] = (),
    transposes: bool = True,
) -> Symbols:
    """A table in which each symbol is found under its own name and under its other spellings.

    `W_0` need not be declared beside `w_0` unless it is another symbol: a key that differs in case only is found where
    that leaves no doubt; `w0`, `w_{0}` and `w_0` have one key. Raises `LanguageError` for a spelling that is no name,
    and `ValueError` for one that two symbols claim.
    """
    entries: dict[str, Symbol] = {}
    for symbol, spellings in symbols.items():
        for spelling in (symbol.name, *spellings):
            key = key_of(parse_expression(spelling))
            if entries.setdefault(key, symbol) != symbol:
                raise ValueError(f"{spelling!r} spells both {entries[key].name!r} and {symbol.name!r}")
    return Symbols(MappingProxyType(entries), closed=closed, indices=frozenset(indices), transposes=transposes)
