"""What two texts that are compared may be read as, both by one table: the plausible readings, at most four.

A letter in front of a bracket may be a factor or a function, and letters that run together one name or several. What
stands elsewhere in the pair decides it where it can; where two readings stay plausible, both are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from grader.calculus.functions import spelled
from grader.language import LanguageError, parse_statement
from grader.language.applications import run_into
from grader.language.symbols import Symbols, key_of
from grader.language.syntax import Apply, Name, Node, Quotient, Sum
from grader.language.trees import walk
from grader.language.vocabulary import CONSTANTS, CUSTOMARY_FUNCTIONS, GREEK
from grader.meaning.scope import spelling

Sides = tuple[Node, Node]

# Words of more letters are names.
_LONGEST_ROW = 3

# Letters that are hardly ever numbers in front of a bracket, and others that are functions as often.
_FUNCTIONS = CUSTOMARY_FUNCTIONS | {"sigma"}
_MAY_BE_FUNCTIONS = frozenset({"phi", "psi", "Phi", "Psi", "Gamma", "zeta", "rho", "mu", "u", "v", "y"})


class UnreadableError(Exception):
    """A request that is not understood; the message says what in it."""


def readings(texts: tuple[str, ...], table: Symbols, *, known: frozenset[str]) -> list[Sides]:
    """Both sides in each plausible reading; `known` are names that are declared, and so are no rows of others."""
    latex = any("\\" in text for text in texts)
    found: dict[Sides, None] = {}
    for parted in _parted(_sides(texts, table, latex=latex), table, known):
        sides = _sides(texts, parted, latex=latex)
        for own in _multiplied(sides, parted):
            found.setdefault(_sides(texts, own, latex=latex))
    return list(found)


def _sides(texts: tuple[str, ...], table: Symbols, *, latex: bool) -> Sides:
    """Both sides, read so that a name that stands bare anywhere is no function: `x(x+1)` is a product."""
    sides = [_parsed(text, table, latex=latex) for text in texts]
    parts = [node for side in sides for node in walk(side)]
    heads = {id(node.head) for node in parts if isinstance(node, Apply)}
    applied = {node.head for node in parts if isinstance(node, Apply) and not table.is_function(node.head)}
    bare = {node for node in parts if isinstance(node, Name) and id(node) not in heads}
    if both := applied & bare:
        table = replace(table, values=table.values | {key_of(name) for name in both})
        sides = [_parsed(text, table, latex=latex) for text in texts]
    return sides[0], sides[1]


def _parsed(text: str, table: Symbols, *, latex: bool) -> Node:
    chain = parse_statement(text, table, latex=latex)
    if chain.notes:
        raise UnreadableError(f"a comment beside the expression: {chain.notes[0]!r}")
    for node in walk(chain):
        if isinstance(node, Quotient) and node.doubtful:
            raise LanguageError("ambiguous", "this division can be read in two ways; set brackets", text, node.span)
    if chain.left is None:
        raise UnreadableError("a left side is missing")
    return replace(chain, notes=()) if chain.steps else chain.left


def _parted(sides: Sides, table: Symbols, known: frozenset[str]) -> Iterator[Symbols]:
    """Tables by which letters that run together are one name, or several, as `xy` is beside `x` and `y`."""
    nodes = [node for side in sides for node in walk(side)]
    heads = {id(node.head) for node in nodes if isinstance(node, Apply)}
    words = {spelling(node) for node in nodes if isinstance(node, Name) and id(node) not in heads} - known
    letters = frozenset(word for word in words | known if len(word) == 1)
    rows = {word for word in words if 1 < len(word) <= _LONGEST_ROW and word.isalpha() and word not in _WHOLE}
    if not rows:
        yield table
        return
    apart = replace(table, values=table.values | letters.union(*rows), apart=True)
    if not all(letters.issuperset(row) for row in rows):
        yield table
    yield apart


_WHOLE = GREEK | CONSTANTS


def _multiplied(sides: Sides, table: Symbols) -> Iterator[Symbols]:
    """Tables by which a letter in front of a bracket is a function, or a factor."""
    guessed = [node for side in sides for node in walk(side) if isinstance(node, Apply) and node.guessed]
    doubtful = [node for node in guessed if spelled(node.head.base) is None and node.head.base not in _FUNCTIONS]
    if not doubtful:
        yield table
        return
    if not all(_is_factor(node) for node in doubtful):
        yield table
    factors = frozenset(part for node in doubtful for part in _factors(node.head))
    yield replace(table, values=table.values | factors)


def _is_factor(node: Apply) -> bool:
    """Whether nobody would take a head for a function: one letter, in front of a sum."""
    return isinstance(node.args[0], Sum) and node.head.base not in _MAY_BE_FUNCTIONS and not run_into(node.head.base)


def _factors(head: Name) -> frozenset[str]:
    function = run_into(head.base)
    return frozenset(head.base.removesuffix(function)) if function else frozenset({key_of(head)})
