"""What a problem's own names mean to the parser: which are one name, which are functions, where indices stand.

A table of `Symbols` maps keys to symbols. A key is a name's spelling without dress: `w_0` for `w_0`, `w_{0}`, `w0`,
`\\mathrm{w}_0`; `x'`; `p(y=0)`. Without a table (`FREE`) every name stands for itself and names that differ in case,
index or prime differ.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from grader.language import vocabulary
from grader.language.syntax import RAISED, Apply, Chain, Index, Items, Name, Node, Number, Power, Sum
from grader.language.trees import children


class Role(StrEnum):
    """How a name takes what stands right of it: `f (x)` applies a function and multiplies a value."""

    VALUE = "value"
    FUNCTION = "function"


class Upper(StrEnum):
    """What a superscript of a name means: `x_i^2` is a power, `h_1^1` is channel 1."""

    POWER = "power"
    INDEX = "index"


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name of the problem.

    `name` is its own spelling, the base of the flat `Name` in the tree. `scalar` names take no index, so that
    `p[1 - p]` is a product. `upper` says what a superscript is. An `option` is a word that belongs to a function's
    brackets, as `axis` does: nobody meant it by another word. A `usual` name is none of the problem's own: it is what
    people call a thing, and gives way to what a text says that it means.
    """

    name: str
    role: Role = Role.VALUE
    scalar: bool = False
    upper: Upper = Upper.POWER
    option: bool = False
    usual: bool = False


@dataclass(frozen=True)
class Symbols:
    """A table: keys to symbols, and the habits of the problem.

    `closed`: a name that is neither here nor in the language is an error, with a guess. `indices` are the letters that
    indices are written with (`w_{ij}` is then two). `transposes`: `x^T` is a transpose rather than a power. `functions`
    are further names that are functions though no table names them, `values` names that are none. `folds`: a name that
    differs in case only is found where that leaves no doubt. `splits`: words run together are told apart in plain text.
    `begins` are words that names begin with, and go on with a script. `called` are names whose bracket holds arguments
    behind a blank, too. With `apart` a word that is a name and a row of shorter names is read as the row.
    """

    entries: Mapping[str, Symbol] = field(default_factory=lambda: MappingProxyType({}))
    closed: bool = False
    indices: frozenset[str] = frozenset()
    transposes: bool = True
    functions: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    folds: bool = True
    splits: bool = True
    begins: frozenset[str] = frozenset()
    called: frozenset[str] = frozenset()
    apart: bool = False

    def find(self, key: str) -> Symbol | None:
        """The symbol of a key, also where only the case differs and that leaves no doubt."""
        if key in self.entries:
            return self.entries[key]
        if key in self.indices or key in vocabulary.CONSTANTS or not self.folds:
            return None
        return self._folded.get(key.casefold())

    def folded(self, key: str) -> Symbol | None:
        """The symbol of a key in another case, where the table folds, though it may be a letter of indices itself."""
        found = self._folded.get(key.casefold()) if self.folds else None
        return None if found is None or found.usual else found

    @cached_property
    def _folded(self) -> Mapping[str, Symbol]:
        """Case-blind keys, those that stand for one symbol only."""
        found: dict[str, set[Symbol]] = {}
        for key, symbol in self.entries.items():
            found.setdefault(key.casefold(), set()).add(symbol)
        return {key: next(iter(symbols)) for key, symbols in found.items() if len(symbols) == 1}

    def knows(self, word: str) -> bool:
        """Whether a word of letters and digits is a name here, alone or as the beginning of one."""
        return self.has(word) or word in self.begins

    def has(self, word: str) -> bool:
        """Whether a word of letters and digits is a name here, alone."""
        return key_of(Name(word)) in self.entries or word in self.functions or word in self.values

    def is_word(self, word: str) -> bool:
        """Whether letters that stand together in LaTeX are one word."""
        return len(word) == 1 or word in _WORDS or self.knows(word) or (word.isupper() and len(word) > 2)

    def parted(self, word: str) -> list[str]:
        """The names that are run together in a word, as few as can be; none if it is no row of names of the table."""
        best: list[list[str] | None] = [[]]
        for end in range(1, len(word) + 1):
            found = None
            for start in range(max(0, end - _LONGEST), end):
                before = best[start]
                if before is None or (found is not None and len(before) + 1 >= len(found)):
                    continue
                if (start, end) != (0, len(word)) and self._is_part(word[start:end]):
                    found = [*before, word[start:end]]
            best.append(found)
        return best[-1] or []

    def is_whole(self, word: str, *, latex: bool) -> bool:
        """Whether a word is one name, or function, rather than a row of them."""
        whole = self.is_word(word) if latex else self.knows(word) or self.is_function_word(word)
        return whole and not (self.apart and len(word) > 1 and self.parted(word))

    def _is_part(self, part: str) -> bool:
        return (part[0].isalpha() and (self.knows(part) or self.is_function_word(part))) or part.isdigit()

    def heads_name(self, word: str) -> bool:
        """Whether a word is a name of the table, alone or in front of its subscripts."""
        return word in self._first_words

    @cached_property
    def _first_words(self) -> frozenset[str]:
        return frozenset(key.partition("_")[0] for key in self.entries)

    def scripted(self, word: str, script: str) -> bool:
        """Whether a name here begins with a word and this script, as `max_pool` does."""
        return key_of(Name(word, (Name(script),))) in self._beginnings

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        """Keys, and what they are up to each of their commas."""
        return frozenset(entry[:end] for entry in self.entries for end in _ends(entry, ","))

    def raises(self, name: Name) -> bool:
        """Whether a name of the table begins so and goes on with a superscript, as `a^{(1)}` does with `a`."""
        return key_of(replace(name, sub=())) in self._raised

    @cached_property
    def _raised(self) -> frozenset[str]:
        ends = ((entry, end) for entry in self.entries if " " in entry for end in range(1, entry.rindex(" ") + 1))
        return frozenset(entry[:end] for entry, end in ends) if self.entries else frozenset()

    def heads(self, key: str) -> bool:
        """Whether a name of the table begins so and goes on with a bracket, as `p(y=0)` does with `p`."""
        return key in self._heads

    @cached_property
    def _heads(self) -> frozenset[str]:
        return frozenset(entry.partition("(")[0] for entry in self.entries if "(" in entry)

    def is_function_word(self, word: str) -> bool:
        """Whether a word alone is a function."""
        return self.is_function(Name(word))

    def is_function(self, name: Name) -> bool:
        """Whether a name is a function here or in the language; what the table has as a value is none."""
        own = self.entries.get(key_of(name))
        if own is not None:
            return own.role is Role.FUNCTION
        if name.base in vocabulary.FUNCTIONS or name.base in self.functions:
            return name.base not in self.values
        symbol = self.find(key_of(name))
        return symbol is not None and symbol.role is Role.FUNCTION

    def guess(self, key: str) -> str | None:
        """The name that a misspelt one probably was."""
        own = (entry for entry in self.entries.items() if not (entry[1].option or entry[1].usual))
        spellings = {entry: symbol.name for entry, symbol in own}
        if key.casefold() in self._folded:
            return self._folded[key.casefold()].name
        close = difflib.get_close_matches(key, list(spellings), n=1, cutoff=0.5)
        return spellings[close[0]] if close else None


FREE = Symbols()

# Names that are run together are told apart up to this length.
_LONGEST = 24

_WORDS = (
    vocabulary.FUNCTIONS
    | vocabulary.GREEK
    | frozenset(vocabulary.SERIES)
    | vocabulary.DIVERGENCE_WORDS
    | vocabulary.COMMENT_WORDS - {"as", "is", "so", "by"}
    | {"ELBO", "KL", "grad", "nabla", "diff", "binomial", "matrix", "lhs", "rhs", "maximum", "minimum", "abs"}
)


def _ends(entry: str, sign: str) -> Iterator[int]:
    """The places at which an entry may end: before each sign, and at its own end."""
    return (place for place in range(len(entry) + 1) if place == len(entry) or entry[place] == sign)


_TAIL = re.compile(r"([A-Za-z]+?)(\d+)", re.ASCII)


def key_of(node: Node) -> str:
    """The key under which a table has a name, an application such as `p(y=0)`, or an index."""
    if isinstance(node, Name):
        tail = _TAIL.fullmatch(node.base) if not node.sub else None
        base, subs = (tail[1], [tail[2]]) if tail else (node.base, [key_of(sub) for sub in node.sub])
        marks = "".join(f"{mark} " for mark in node.marks)
        return marks + base + "'" * node.primes + (f"_{','.join(subs)}" if subs else "")
    if isinstance(node, Number):
        return node.text
    if isinstance(node, Apply):
        bar = f"|{_keys(node.given)}" if node.given else ""
        params = f";{_keys(node.params)}" if node.params else ""
        return f"{key_of(node.head)}({_keys(node.args)}{bar}{params})"
    if isinstance(node, Power) or (isinstance(node, Index) and node.style in RAISED):
        below, *above = children(node)  # in LaTeX a superscript's letters may stand as a product
        return f"{key_of(below)} {_keys(above).replace(' ', '')}"
    if isinstance(node, Chain):
        left = key_of(node.left) if node.left is not None else ""
        return left + "".join(step.relation + key_of(step.right) for step in node.steps)
    between = {Sum: "+", Items: ","}.get(type(node), " ")
    return between.join(map(key_of, children(node)))


def _keys(nodes: Iterable[Node]) -> str:
    return ",".join(map(key_of, nodes))
