r"""The names before numbers: `h_0 = [...]`, `channel 1: [...]`, `p = \sigma(a) \approx 0.73`, one below the other.

A name costs nothing, whatever it is. Of a chain the last member with numbers in it counts. A factor on the left side
belongs to the numbers, so it is asked about and not dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from grader.language.vocabulary import words
from grader.reading.cursor import Cursor, opens_list
from grader.reading.runs import NOT_FINITE, is_number_word
from grader.reading.tokens import Kind, Token

# What prints say below or beside numbers.
_REMARKS = words("dtype name length shape size device freq requires_grad")
_OPTIONS = words("dtype shape device requires_grad")
_BETWEEN = frozenset({Kind.LINE, Kind.COMMA, Kind.BREAK})
_AT_THE_END = frozenset({Kind.LINE, Kind.COMMA, Kind.BREAK, Kind.MARK})


@dataclass
class Statement:
    """A name, by the places of its tokens, and the members of the chain behind it."""

    label: tuple[int, int]
    members: list[tuple[int, int]] = field(default_factory=list)
    colon: bool = False


def values(c: Cursor) -> Iterator[tuple[int, int, bool]]:
    """Where the numbers of each statement stand, and whether a remark says that the first column counts the rows.

    Raises `ReadingError` for a factor on a left side.
    """
    found = [one for one in _statements(c) if one.members]
    remarks = [_remark(c, one) for one in found]
    if len(found) == 1 and remarks[0] and _below(c, found[0])[0] == _below(c, found[0])[1]:
        remarks = [""]  # a quantity of that name
    indexed = "dtype" in remarks
    for one, remark in zip(found, remarks, strict=True):
        if remark:
            start, end = _below(c, one)
            if start < end:
                yield start, end, indexed
            continue
        _check_left(c, one)
        start, end = _member(c, one)
        if start < end:
            yield start, end, indexed
        elif one.label[0] < one.label[1] or len(found) == 1:
            c.at = start
            raise c.stop("numbers")


def _statements(c: Cursor) -> list[Statement]:
    """Split at the relations and colons outside of brackets; a name begins behind the separator before it."""
    current = Statement((0, 0))
    found = [current]
    start = since = place = 0
    named = False
    while place < len(c.tokens):
        token = c.tokens[place]
        if token.kind in _BETWEEN:
            since, named = place + 1, False
        elif token.kind is Kind.RELATION or (token.kind is Kind.COLON and (named or _numbers(c, place, since))):
            chained = since in (start, place)
            if chained and start > 0 and not current.colon:
                current.members.append((start, place))
            else:
                _close(c, current, start, since)
                current = Statement((since, place), colon=token.kind is Kind.COLON)
                found.append(current)
            start = since = place + 1
            named = False
        named = named or token.kind in (Kind.WORD, Kind.COMMAND)
        place = c.brackets.partners[place] + 1 if token.kind is Kind.OPEN else place + 1
    _close(c, current, start, len(c.tokens))
    return found


def _close(c: Cursor, current: Statement, start: int, end: int) -> None:
    start, end = trimmed(c, start, end)
    if start < end or current.label[0] < current.label[1]:
        current.members.append((start, end))


def _numbers(c: Cursor, place: int, since: int) -> bool:
    """Whether a colon stands behind the number of a numbered line."""
    alone = place == since + 1 and c.tokens[since].text.isdigit()
    return alone and place + 1 < len(c.tokens) and c.tokens[place + 1].blank


def trimmed(c: Cursor, start: int, end: int) -> tuple[int, int]:
    """A range without the separators and the full stop at its ends."""
    while start < end and c.tokens[start].kind in _AT_THE_END:
        start += 1
    while start < end and (c.tokens[end - 1].kind in _AT_THE_END or c.tokens[end - 1].text == "."):
        end -= 1
    return start, end


def _remark(c: Cursor, one: Statement) -> str:
    """The name of a remark, such as `dtype`; nothing for a statement of numbers."""
    named = [token.text.lower() for token in c.tokens[slice(*one.label)] if token.kind is Kind.WORD]
    known = _REMARKS if one.colon else _OPTIONS
    return named[-1] if named and named[-1] in known else ""


def _below(c: Cursor, one: Statement) -> tuple[int, int]:
    """What stands on the lines below a remark."""
    start, end = one.members[-1]
    line = next((at for at in range(start, end) if c.tokens[at].kind is Kind.LINE), end)
    return trimmed(c, line, end)


def _member(c: Cursor, one: Statement) -> tuple[int, int]:
    """The last member that has a number in it, or else the last one."""
    with_numbers = [member for member in one.members if _has_number(c.tokens[slice(*member)])]
    if not with_numbers and _is_value(c, one):
        return trimmed(c, *one.label)
    return trimmed(c, *(with_numbers or one.members)[-1])


def _is_value(c: Cursor, one: Statement) -> bool:
    """Whether numbers stand on the left side, as in `[1, 2] = h`."""
    start, end = one.label
    words = any(token.kind in (Kind.WORD, Kind.COMMAND) for token in c.tokens[start:end])
    return start < end and not one.colon and (opens_list(c, start) or not words)


def _has_number(tokens: Sequence[Token]) -> bool:
    return any(
        token.kind is Kind.NUMBER or token.text.lower() in NOT_FINITE or token.text in ("pi", r"\pi", "e")
        for token in tokens
    )


def _check_left(c: Cursor, one: Statement) -> None:
    """A name may be anything but a name times a number, or with a sign: those belong to the numbers."""
    name = c.tokens[slice(*one.label)]
    if not any(token.kind in (Kind.WORD, Kind.COMMAND) and not is_number_word(token) for token in name):
        return
    if _has_power_of_ten(name) or (not one.colon and _is_changed(name)):
        c.at = one.label[0]
        raise c.stop("a name alone on the left side; write a factor or a sign with the numbers")


def _is_changed(name: Sequence[Token]) -> bool:
    """Whether one name is negated, or has a number added to it or multiplied with it."""
    outside = list(_outside(name))
    names = [token for token in outside if token.kind in (Kind.WORD, Kind.COMMAND) and not is_number_word(token)]
    signed = any(token.kind is Kind.OPERATOR and token.text in "+-" for token in outside)
    times = bool(outside) and outside[0].kind is Kind.NUMBER and not outside[0].text.endswith(".")
    divided = any(one.text == "/" and two.kind is Kind.NUMBER for one, two in pairwise(outside))
    multiplied = any(one.kind is Kind.TIMES and two.kind is Kind.NUMBER for one, two in pairwise(outside))
    return len(names) == 1 and (signed or times or divided or multiplied)


def _outside(name: Sequence[Token]) -> Iterator[Token]:
    """The tokens outside of brackets, but for indices and exponents."""
    depth = 0
    for before, token in pairwise((Token(Kind.LINE, "", 0, 0, blank=True), *name)):
        depth += token.kind is Kind.OPEN
        if depth == 0 and before.kind is not Kind.POWER and before.text != "_":
            yield token
        depth -= token.kind is Kind.CLOSE


def _has_power_of_ten(name: Sequence[Token]) -> bool:
    powers = [
        place
        for place, token in enumerate(name)
        if token.kind is Kind.NUMBER and (token.text.startswith("1e") or _raises(name, place))
    ]
    return bool(powers) and any(token.kind is Kind.TIMES or token.text in ("/", "x", "X") for token in name)


def _raises(name: Sequence[Token], place: int) -> bool:
    return name[place].text == "10" and place + 1 < len(name) and name[place + 1].kind is Kind.POWER
