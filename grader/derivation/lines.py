"""From lines to sides: where the relations stand, what each side says, and which sides are joined.

A line that begins with a relation goes on from the side before it; one that does not begins anew. A relation at a
line's end joins the next line. A side that cannot be read keeps its place, so that steps stay aligned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from grader.derivation.dress import depth, goes_on, is_remark, stops_short, undressed
from grader.language import LanguageError, parse_expression, parse_statement
from grader.language.syntax import Chain, Node

OTHER_RELATION = "approx"
RELATIONS = {"=": "=", ":=": "=", "==": "=", ">=": ">=", ">": ">=", "<=": "<=", "<": "<="}

_SIGN = re.compile(
    r"""\\(?:geqslant|leqslant|geqq|leqq|geq|leq|ge|le|gt|lt|equiv|triangleq|coloneqq|coloneq|doteq|approx|propto)(?![A-Za-z])
    | := | >= | <= | => | == | = | ≥ | ≤ | ⩾ | ⩽ | ≡ | ≜ | ≔ | ≈ | ∝ | (?<!\\)> | (?<!\\)<""",
    re.VERBOSE,
)
_CANONICAL = (
    {"\\geq": ">=", "\\ge": ">=", "\\geqslant": ">=", "\\geqq": ">=", "\\gt": ">=", "≥": ">=", "⩾": ">=", ">": ">="}
    | {"\\leq": "<=", "\\le": "<=", "\\leqslant": "<=", "\\leqq": "<=", "\\lt": "<=", "≤": "<=", "⩽": "<=", "<": "<="}
    | dict.fromkeys(("\\approx", "≈", "\\propto", "∝"), "approx")
    | {">=": ">=", "<=": "<=", "=>": OTHER_RELATION}
)


@dataclass(frozen=True)
class Side:
    """One side of a step: as written, its tree, or why it cannot be read. `line` is its line, 0-based."""

    text: str
    line: int
    tree: Node | None = None
    fault: str = ""


@dataclass(frozen=True)
class Join:
    """A relation between the side before and side `right`; `relation` is None where a line begins anew."""

    relation: str | None
    right: Side

    def unread(self) -> Join:
        """The same with its side unread."""
        return replace(
            self, right=replace(self.right, tree=None, fault="more variables than are read in one derivation")
        )


@dataclass(frozen=True)
class Written:
    """A line as read: an opening relation or none, its sides with the relations between them, a closing relation."""

    opening: str | None
    sides: tuple[Side, ...]
    relations: tuple[str, ...]
    closing: str | None = None


def joins_of(lines: Iterable[str]) -> tuple[Join, ...]:
    """All sides of a derivation in reading order, each with what joins it to the one before."""
    return tuple(_joined([written for i, line in _merged(lines) if (written := read_line(line, i)).sides]))


def _merged(lines: Iterable[str]) -> list[tuple[int, str]]:
    """Lines with their numbers; one that begins with a plus or a minus is joined to the one before."""
    merged: list[tuple[int, str]] = []
    for i, line in enumerate(lines):
        if merged and (goes_on(line) or stops_short(merged[-1][1])):
            place, before = merged[-1]
            merged[-1] = place, f"{undressed(before)} {line}"
        else:
            merged.append((i, line))
    return merged


def _joined(lines: Sequence[Written]) -> Iterator[Join]:
    pending: str | None = None
    lone = False
    for i, written in enumerate(lines):
        opening = written.opening or pending or ("=" if _goes_on(lines, i, lone=lone) else None)
        for relation, side in zip((opening, *written.relations), written.sides, strict=True):
            yield Join(relation, side)
        pending = written.closing
        lone = opening is None and not written.relations and pending is None


def _goes_on(lines: Sequence[Written], i: int, *, lone: bool) -> bool:
    """Whether a line without a relation before it goes on all the same.

    It does after a side that stood alone, and in a row of lines `expression =` after an equation: there an author turns
    the equation's left side round and leaves its right side unsaid.
    """
    if lines[i].relations:
        return False
    row = lines[i : i + 2]
    return lone or (i > 0 and bool(lines[i - 1].relations) and len(row) == 2 and all(one.closing for one in row))


def read_line(text: str, line: int) -> Written:
    """Split a line at its relations and read its sides."""
    plain, closing = _without_closing(undressed(text))
    if not plain or is_remark(plain):
        return Written(None, (), ())
    try:
        chain = parse_statement(plain)
    except LanguageError:
        return _piecewise(plain, closing, line)
    return _from_chain(plain, chain, closing, line)


def _without_closing(text: str) -> tuple[str, str | None]:
    """A relation at the line's end, with nothing right of it."""
    last = next(reversed(list(_SIGN.finditer(text))), None)
    if last is None or text[last.end() :].strip(" ~\\,;&.$") or last.start() == 0:
        return text, None
    return text[: last.start()].rstrip(), _CANONICAL.get(last[0], "=")


def _from_chain(plain: str, chain: Chain, closing: str | None, line: int) -> Written:
    members = chain.members
    sides = tuple(Side(plain[node.span.start : node.span.end].strip(), line, node) for node in members)
    relations = tuple(RELATIONS.get(step.relation, OTHER_RELATION) for step in chain.steps)
    opening = relations[0] if chain.left is None and relations else None
    return Written(opening, sides, relations[1:] if opening else relations, closing)


def _piecewise(plain: str, closing: str | None, line: int) -> Written:
    """A line that is not read as a whole: its sides one by one, so that one bad side spoils no other."""
    pieces, relations = _split(plain)
    opening = relations.pop(0) if relations and not pieces[0].strip() else None
    if opening is not None:
        pieces.pop(0)
    return Written(opening, tuple(_side(piece.strip(), line) for piece in pieces), tuple(relations), closing)


def _side(text: str, line: int) -> Side:
    try:
        return Side(text, line, parse_expression(text))
    except LanguageError as error:
        return Side(text, line, None, error.message)


def _split(text: str) -> tuple[list[str], list[str]]:
    """The pieces of a text between its relations outside brackets, and these relations."""
    pieces, relations = [], []
    start = seen = opened = 0
    for match in _SIGN.finditer(text):
        opened, seen = opened + depth(text[seen : match.start()]), match.start()
        if opened == 0:
            pieces.append(text[start : match.start()])
            relations.append(_CANONICAL.get(match[0], "="))
            start = match.end()
    return [*pieces, text[start:]], relations
