"""Reading an answer into nested rows of entries, for the shape that is asked.

What a text leaves open is tried in a fixed order; the first way whose result has the asked shape is taken. Where a
comma between digits may be a decimal mark and a mark of thousands alike, the student is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any, TypeAlias

from grader.answers import Number
from grader.calculus.budget import Budget, OverBudgetError
from grader.reading.arrays import MAX_DEPTH, item
from grader.reading.brackets import is_wrapper, match, stopped
from grader.reading.cursor import Cursor, Tree, Way, opens_list
from grader.reading.entries import Entry, bad_entry, literal
from grader.reading.expressions import Evaluator
from grader.reading.lines import without_dress
from grader.reading.marks import Mark, first_joint, has_joints, joined
from grader.reading.runs import is_number_word, spelling
from grader.reading.scanner import scan
from grader.reading.statements import values
from grader.reading.tables import NoWayError, table
from grader.reading.tokens import Kind, ReadingError, Token

MAX_TEXT = 20_000
MAX_ENTRIES = 10_000
# Operations that all expressions of one answer may take, in every way of reading: about a hundred short ones.
BUDGET = 20_000

Fits: TypeAlias = Callable[[Tree], bool]


@dataclass(frozen=True)
class _Text:
    """The tokens of a text that stands in a place of an answer."""

    tokens: tuple[Token, ...]


Written: TypeAlias = "Entry | _Text | tuple[Written, ...]"


def read_tree(answer: Any, fits: Fits = lambda _: True) -> Tree:
    """Read an answer, whatever it is, into rows of entries: in the first way that `fits`, or else in the usual one.

    Raises `ReadingError` where no structure can be made out, or where two ways remain; a bad entry inside a structure
    is an `Entry` with a fault.
    """
    written = _written(answer, 0)
    texts = tuple(_texts(written))
    try:
        tree = _read(written, texts, fits) if texts else _build(written, Way(), Evaluator(Budget(0)), 0)
    except OverBudgetError:
        raise ReadingError("its expressions take more work than one answer may; write their values") from None
    if _count(tree) > MAX_ENTRIES:
        raise ReadingError(f"more than {MAX_ENTRIES} numbers")
    return tree


def _written(answer: Any, depth: int) -> Written:
    if isinstance(answer, Number):
        return literal(answer)
    if isinstance(answer, str):
        return _scanned(answer)
    if isinstance(answer, tuple):
        if depth >= MAX_DEPTH:
            raise ReadingError(f"lists are nested more than {MAX_DEPTH} deep")
        return tuple(_written(one, depth + 1) for one in answer)
    if isinstance(answer, Mapping) and depth == 0:
        raise ReadingError("got an object with keys; expected a number, a list of numbers, or a text of numbers")
    return bad_entry(str(answer), "an entry is missing" if answer is None else f"{answer!r} is not a number")


def _scanned(text: str) -> _Text:
    if len(text) > MAX_TEXT:
        raise ReadingError(f"a text of {len(text)} characters; at most {MAX_TEXT} are read")
    tokens = without_dress(scan(text))
    left_out = next((token for token in tokens if token.kind is Kind.LEFT_OUT), None)
    if left_out is not None:
        raise ReadingError(f"reading stopped at {left_out.text[:3]!r}: entries are left out there; write all of them")
    return _Text(tokens)


def _texts(written: Written) -> Iterator[_Text]:
    if isinstance(written, _Text):
        yield written
    elif isinstance(written, tuple):
        for one in written:
            yield from _texts(one)


def _count(tree: Tree) -> int:
    return 1 if isinstance(tree, Entry) else sum(map(_count, tree))


@dataclass(frozen=True)
class _Outcome:
    """What reading by one convention gave: a tree that fits or not, or an error."""

    tree: Tree | None = None
    fits: bool = False
    error: ReadingError | None = None

    def result(self) -> Tree:
        """The tree. Raises the error if there is one."""
        if self.tree is None:
            raise self.error or ReadingError("its commas can't all be read in one way; write decimals with a point")
        return self.tree


def _read(written: Written, texts: Sequence[_Text], fits: Fits) -> Tree:
    """The tree of the first way that fits; the usual way's, or its error, where none does."""
    evaluator = Evaluator(Budget(BUDGET))
    usual = _by_mark(written, Mark.SEPARATOR, fits, evaluator)
    if usual.fits or not any(has_joints(text.tokens) for text in texts):
        return usual.result()
    others = [_by_mark(written, mark, fits, evaluator) for mark in (Mark.DECIMAL, Mark.THOUSANDS)]
    fitting = [one for one in others if one.fits]
    if len({one.tree for one in fitting}) == 2:
        raise _asked(next(text for text in texts if has_joints(text.tokens)))
    read = [usual, *others] if usual.tree or usual.error else others
    return (fitting or [one for one in read if one.tree or one.error] or [usual])[0].result()


def _asked(text: _Text) -> ReadingError:
    number = first_joint(text.tokens)
    decimal = number.replace("{,}", ",").replace(",", ".")
    whole = "".join(character for character in number if character.isdigit())
    return ReadingError(
        f"{number!r} can be read in two ways, as {decimal} and as {whole}; write decimals with a point, and thousands"
        " without a mark"
    )


def _by_mark(written: Written, mark: Mark, fits: Fits, evaluator: Evaluator) -> _Outcome:
    texts = _joined(written, mark)
    if texts is None:
        return _Outcome()
    first: _Outcome | None = None
    for way in _ways(tuple(_texts(texts))):
        try:
            tree = _build(texts, way, evaluator, 0)
        except ReadingError as error:
            first = first or _Outcome(error=error)
            continue
        if fits(tree):
            return _Outcome(tree, fits=True)
        first = first or _Outcome(tree)
    return first or _Outcome()


def _joined(written: Written, mark: Mark) -> Written | None:
    """What was written, with the numbers of its texts put together by a convention; None if some can't be."""
    if isinstance(written, _Text):
        tokens = joined(written.tokens, mark)
        return None if tokens is None else _Text(tokens)
    if isinstance(written, Entry):
        return written
    found = [_joined(one, mark) for one in written]
    return None if None in found else tuple(one for one in found if one is not None)


def _ways(texts: Sequence[_Text]) -> Iterator[Way]:
    """The usual way first, then those that make a difference in these texts."""
    signs = any(_is_apart(*pair) for text in texts for pair in pairwise(text.tokens))
    lines = any(token.kind is Kind.LINE for text in texts for token in text.tokens)
    for joins, breaks, counts in product(
        (False, True) if signs else (False,), *[(False, True) if lines else (False,)] * 2
    ):
        yield Way(joins, breaks, counts)


def _is_apart(sign: Token, after: Token) -> bool:
    return sign.kind is Kind.OPERATOR and sign.blank and not after.blank


def _build(written: Written, way: Way, evaluator: Evaluator, depth: int) -> Tree:
    if isinstance(written, Entry):
        return written
    if not isinstance(written, _Text):
        return tuple(_build(one, way, evaluator, depth + 1) for one in written)
    c = Cursor(written.tokens, match(written.tokens, joins=way.joins), way, evaluator, depth)
    if depth and not c.brackets.lists:
        return _entry(c)
    found = [_value(c, start, end, indexed=indexed) for start, end, indexed in values(c)]
    found = [one for one in found if one != ()] if len(found) > 1 else found
    if not found:
        raise c.stop("a number or a list of numbers")
    return found[0] if len(found) == 1 else tuple(found)


def _entry(c: Cursor) -> Tree:
    """A text in a list: a number in its own place, good or bad, or several."""
    try:
        found = [table(c, start, end, indexed=False) for start, end, _ in values(c)]
    except NoWayError:
        raise
    except ReadingError:
        found = []
    if len(found) == 1:
        return found[0]
    text = spelling(c.tokens)
    return bad_entry(text, f"{text[:40]!r} is not a number" if text else "an entry is empty")


def _value(c: Cursor, start: int, end: int, *, indexed: bool) -> Tree:
    """What stands between two places outside of brackets: arrays one after another, or numbers without brackets."""
    place = start
    while place < end and not opens_list(c, place):
        place = c.brackets.partners[place] + 1 if c.tokens[place].kind is Kind.OPEN else place + 1
    return _sequence(c, start, end) if place < end else table(c, start, end, indexed=indexed)


def _sequence(c: Cursor, start: int, end: int) -> Tree:
    """item ((","| blank) item)*: several arrays are stacked, with no numbers between them"""
    found: list[Tree] = []
    entry_at = None
    c.at = start
    while (kind := c.kind(end)) is not None:
        if kind in _BETWEEN:
            c.at += 1
            continue
        place = c.at = _past_title(c, end)
        found.append(item(c, end))
        if c.at == place:
            raise c.stop("a list of numbers, or the end")
        entry_at = place if isinstance(found[-1], Entry) and entry_at is None else entry_at
    if entry_at is not None and any(isinstance(one, tuple) for one in found):
        raise stopped(c.tokens, entry_at, "a list of numbers, or the end")
    found = [one for one in found if one != ()] if len(found) > 1 else found
    return found[0] if len(found) == 1 else tuple(found)


def _past_title(c: Cursor, end: int) -> int:
    """Behind the words that stand in front of a list with its number, or on a line of their own: `channel 1`."""
    place = c.at
    while place < end and c.tokens[place].kind is Kind.WORD and not is_number_word(c.tokens[place]):
        if is_wrapper(c.tokens, place):
            return c.at
        place += 1
    words = place
    place += place < end and c.tokens[place].text.isdigit()
    place += place < end and c.tokens[place].kind is Kind.LINE
    titled = c.at < words < place < end and opens_list(c, place)
    return place if titled else c.at


_BETWEEN = frozenset({Kind.COMMA, Kind.BREAK, Kind.LINE, Kind.RULE, Kind.BAR})
