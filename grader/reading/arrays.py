"""Arrays in brackets, by a small grammar over a cursor.

item     := scale array after* | entry
scale    := (entry "*"?)?
array    := "[" rows "]" and the other brackets | matrix environment | wrapper "(" item ("," option)* ")"
rows     := row (";" row)*
row      := item ((","| blank) item)*
after    := "'" | "^T" | ".T" | "*" entry | "/" entry | "%"
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from grader.language.vocabulary import words
from grader.reading.brackets import WRAPPERS, Wraps, is_wrapper
from grader.reading.cursor import Cursor, Tree, opens_list, run_end
from grader.reading.entries import Entry, bad_entry, literal, scaled
from grader.reading.runs import Run, entry_of, is_sum
from grader.reading.tokens import Kind, ReadingError
from grader.reading.wrappers import TYPED, WRAPPED, is_named_value, is_option, of_type, option

Rows: TypeAlias = "tuple[tuple[Tree, ...], ...]"

MAX_DEPTH = 8
MAX_SIGNS = 8  # behind one list: each of them goes through all of its entries


def item(c: Cursor, end: int) -> Tree:
    """A number, an expression, or an array with its scales."""
    while c.kind(end) is Kind.LINE:
        c.at += 1
    start, c.at = c.at, run_end(c, end)
    run = c.tokens[start : c.at]
    if c.at < end and opens_list(c, c.at):
        scales = [_scale(run, c)] if run else []
        tree = array(c)
        return times(after(c, end, tree), scales)
    return entry_of(run, c.evaluator)


def _scale(run: Run, c: Cursor) -> Entry:
    run = [token for token in run if token.kind is not Kind.LINE]
    if run[-1].kind is Kind.TIMES:
        run.pop()
    if len(run) == 1 and run[0].text in ("-", "+"):
        return literal(f"{run[0].text}1")
    scale = entry_of(run, c.evaluator)
    if scale.fault or is_sum(run):
        raise c.stop(f"one factor as the scale of this list, instead of {scale.text[:20]!r}")
    return scale


def array(c: Cursor) -> Tree:
    """What a bracket that holds a list holds; brackets around one array are only brackets."""
    if c.depth >= MAX_DEPTH:
        raise ReadingError(f"lists are nested more than {MAX_DEPTH} deep")
    c.depth += 1
    tree = _wrapped(c) if is_wrapper(c.tokens, c.at) else _bracketed(c)
    c.depth -= 1
    return tree


def _bracketed(c: Cursor) -> Tree:
    opening = c.tokens[c.at].text
    close = c.brackets.partners[c.at]
    if opening == "<":
        return _printed(c, close)
    c.at += 1
    found = rows(c, close)
    only_a_matrix = c.tokens[close - 1].text == r"\end"
    c.at = close + 1
    if opening.startswith(r"\begin"):
        return _matrix(found)
    tree = found if len(found) > 1 else found[0]
    wraps = len(tree) == 1 and isinstance(tree[0], tuple) and (opening == "(" or only_a_matrix)
    return tree[0] if wraps else tree


def rows(c: Cursor, close: int) -> Rows:
    """All rows up to a closing bracket; two commas in a row leave an empty entry between them."""
    found: list[tuple[Tree, ...]] = []
    row: list[Tree] = []
    while (kind := c.kind(close)) is not None:
        if kind is Kind.BREAK or (kind is Kind.LINE and c.way.breaks and row):
            found.append(tuple(row))
            row = []
            c.at += 1
        elif kind is Kind.COMMA:
            c.at += 1
            if c.kind(close) is Kind.COMMA:
                row.append(bad_entry("", "an entry is empty"))
        elif kind in _NOTHING:
            c.at += 1
        else:
            row.append(_cell(c, close))
    return tuple(found) if found and not row else (*found, tuple(row))


_NOTHING = frozenset({Kind.LINE, Kind.RULE, Kind.BAR})


def _cell(c: Cursor, close: int) -> Tree:
    """An item, behind its name if it has one."""
    start = c.at
    end = run_end(c, close)
    if end < close and c.tokens[end].kind is Kind.RELATION and end > start and c.tokens[start].kind is Kind.WORD:
        c.at = end + 1
    found = item(c, close)
    if c.kind(close) is Kind.COLON:
        raise c.stop("numbers alone, without names for them")
    if c.at == start or c.kind(close) is Kind.RELATION:
        raise c.stop("a number or a list of numbers")
    return found


def _matrix(found: Rows) -> Tree:
    """A matrix environment is always rows by columns; a row of matrices (one cell a row, or one row) is a list."""
    if all(isinstance(cell, tuple) for row in found for cell in row):
        return tuple(cell for row in found for cell in row)
    return found


def after(c: Cursor, end: int, tree: Tree) -> Tree:
    """An array with what stands behind it: transposition signs, scales, and the methods of a print."""
    signs = 0
    while (kind := _next(c, end)) is not None and kind in _AFTER:
        signs += 1
        if signs > MAX_SIGNS:
            raise c.stop(f"at most {MAX_SIGNS} scales and transposition signs behind one list")
        turned = _transposition(c, end)
        if turned:
            c.at += turned
            tree = transposed(tree)
        elif kind is Kind.METHOD:
            _method(c)
        elif kind is Kind.PERCENT:
            c.at += 1
            tree = times(tree, [literal("1e-2")])
        elif kind in (Kind.TIMES, Kind.OPERATOR) and c.tokens[c.at].text in "*/":
            tree = times(tree, [_scale_behind(c, end)])
        else:
            raise c.stop("a scale, a transposition sign, or the end of the list")
    if kind is Kind.OPEN and c.tokens[c.at - 1].text == ")" and not c.tokens[c.at].blank:
        raise c.stop("the numbers as they are printed, with nothing left to compute")
    return tree


def _next(c: Cursor, end: int) -> Kind | None:
    """The kind of the next token; that of a product sign also where it stands on the next line."""
    if c.kind(end) is Kind.LINE and c.at + 1 < end and c.tokens[c.at + 1].kind is Kind.TIMES:
        c.at += 1
    return c.kind(end)


_AFTER = frozenset({Kind.PRIME, Kind.POWER, Kind.METHOD, Kind.PERCENT, Kind.TIMES, Kind.OPERATOR})
_TRANSPOSES = frozenset({"T", "t", "transpose", "'", "mT"})
_KEEPS = words("numpy detach tolist item cpu data values copy to_list")


def _transposition(c: Cursor, end: int) -> int:
    """How many tokens a transposition sign here takes; 0 if there is none."""
    place = c.at + (c.tokens[c.at].kind is Kind.POWER)
    raised = place > c.at
    braces = 0
    while raised and place + braces < end and c.tokens[place + braces].text == "{":
        braces += 1
    place += braces
    if place >= end or c.tokens[place].text not in _TRANSPOSES or (c.tokens[c.at].kind is Kind.OPERATOR):
        return 0
    called = [token.text for token in c.tokens[place + 1 : place + 3]] == ["(", ")"]
    return place + 1 + (2 if called else braces) - c.at


def _method(c: Cursor) -> None:
    called = [token.text for token in c.tokens[c.at + 1 : c.at + 3]] == ["(", ")"]
    if c.tokens[c.at].text not in _KEEPS:
        raise c.stop("the numbers as they are printed, with nothing left to compute")
    c.at += 3 if called else 1


def _scale_behind(c: Cursor, end: int) -> Entry:
    divides = c.tokens[c.at].text == "/"
    c.at += 1
    start, c.at = c.at, run_end(c, end)
    run = c.tokens[start : c.at]
    scale = entry_of(run, c.evaluator)
    if scale.fault or is_sum(run) or (divides and not scale.value):
        c.at = start
        raise c.stop("one factor as the scale of the list, and a power of ten as 1e-5")
    return Entry(scale.text, 1.0 / scale.value) if divides else scale


def transposed(tree: Tree) -> Tree:
    """Rows for columns; a vector stays as it is."""
    if isinstance(tree, Entry) or not all(isinstance(row, tuple) for row in tree):
        return tree
    lists: list[tuple[Tree, ...]] = [row for row in tree if isinstance(row, tuple)]
    return tuple(zip(*lists, strict=True)) if len({len(row) for row in lists}) == 1 else tree


def times(tree: Tree, scales: Sequence[Entry]) -> Tree:
    """Every entry times the scales."""
    if isinstance(tree, tuple):
        return tuple(times(one, scales) for one in tree) if scales else tree
    for scale in scales:
        tree = scaled(tree, scale)
    return tree


# ---- wrappers: what libraries print around numbers


def _wrapped(c: Cursor) -> Tree:
    """wrapper "(" item ("," option)* ")": the array or number in it, known as well as its type is."""
    word = c.tokens[c.at].text
    close = c.brackets.partners[c.at + 1]
    if c.tokens[c.at + 1].text == "[":
        oriented = c.tokens[c.at + 2].kind is Kind.WORD and close + 1 in c.brackets.lists
        c.at = close + 1 if oriented else c.at + 1
        return of_type(_bracketed(c), word)
    c.at += 2
    values, dtype = _arguments(c, close, named=WRAPPERS[word] is Wraps.ALL)
    c.at = close + 1
    tree = WRAPPED[WRAPPERS[word]](c, values)
    return of_type(tree, dtype or word)


def _printed(c: Cursor, close: int) -> Tree:
    """`<tf.Tensor: shape=(2,), numpy=array(...)>`, and Maple's column `<1, 2>`."""
    start = c.at + 1
    if c.tokens[start].kind is not Kind.WORD:
        c.at = start
        if any(token.kind is Kind.BAR for token in c.tokens[start:close]):
            raise c.stop("rows in brackets instead of bars")
        (found, *more) = rows(c, close)
        c.at = close + 1
        return (found, *more) if more else found
    place = start
    while place < close and not is_named_value(c, place):
        place = c.brackets.partners[place] + 1 if c.tokens[place].kind is Kind.OPEN else place + 1
    if place >= close:
        raise c.stop("the numbers of this tensor; print them")
    c.at = place
    values, dtype = _arguments(c, close, named=False)
    before = [token.text for token in c.tokens[start:place]]
    c.at = close + 1
    return of_type(WRAPPED[Wraps.ONE](c, values), dtype or next((one for one in before if one in TYPED), ""))


def _arguments(c: Cursor, close: int, *, named: bool) -> tuple[list[Tree], str]:
    """The values among the arguments, and the type that is stated among them. `named`: values may have names."""
    values: list[Tree] = []
    dtype = ""
    while (kind := c.kind(close)) is not None:
        if kind in (Kind.COMMA, Kind.LINE):
            c.at += 1
        elif not named and is_option(c):
            dtype = option(c, close) or dtype
        elif kind is Kind.WORD and c.tokens[c.at + 1].kind in (Kind.COMMA, Kind.CLOSE) and values:
            dtype = c.tokens[c.at].text
            c.at += 1
        else:
            values.append(_cell(c, close) if named else _value(c, close))
    return values, dtype


def _value(c: Cursor, close: int) -> Tree:
    start = c.at
    if is_named_value(c, c.at):
        c.at += 2
    found = item(c, close)
    if c.at == start:
        raise c.stop("a number or a list of numbers")
    return found
