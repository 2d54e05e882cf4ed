"""What programs print around numbers, line by line: prompts, what was typed at them, indices, headings of columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from grader.language.vocabulary import words
from grader.reading.tokens import Kind, Token

Line = Sequence[Token]

_SHELLS = words("octave julia sage R matlab scilab In gp maxima")
_SHAPED = words("vector matrix array tensor tibble")
_COLUMNS = frozenset({"column", "columns"})


def without_dress(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The tokens without prompts and what was typed at them, if anything was printed; without indices of rows."""
    lines = _without_input(list(_lines(tokens)))
    found: list[Token] = []
    for line in lines:
        if _continues(line) and found and found[-1].kind is Kind.LINE:
            found.pop()
        found.extend(_undressed(line))
    return tuple(found)


def _lines(tokens: Sequence[Token]) -> Iterator[Line]:
    """Each with the line's end as its last token."""
    start = 0
    for place, token in enumerate(tokens):
        if token.kind is Kind.LINE:
            yield tokens[start : place + 1]
            start = place + 1
    yield tokens[start:]


def _without_input(lines: list[Line]) -> list[Line]:
    """What was printed; what was typed last, where nothing was, if its prompt can't be a sign of comparison."""
    typed: list[Line] = []
    printed: list[Line] = []
    at_input = compares = False
    for line in lines:
        prompt = _prompt(line)
        if prompt:
            typed = [line[prompt:]]
            compares = prompt == 1
        elif at_input and line and line[0].kind is Kind.LEFT_OUT:
            typed.append(line[2:] if line[1:2] and line[1].kind is Kind.COLON else line[1:])
        else:
            printed.append(line)
            at_input = False
            continue
        at_input = True
    if any(token.kind is not Kind.LINE for line in printed for token in line):
        return printed
    return lines if compares else typed


def _prompt(line: Line) -> int:
    """How many tokens at a line's start are the prompt for input; 0 if there is none."""
    arrows = _count(line, lambda token: token.text == ">" and token.kind is Kind.OTHER)
    if arrows:
        return arrows
    if not line or line[0].text not in _SHELLS:
        return 0
    number = _count(line[1:], lambda token: token.kind in (Kind.OPEN, Kind.CLOSE, Kind.NUMBER) or token.text == ":")
    if line[number : number + 1] and line[number].text == ":" and number > 0:
        return number + 1
    after = line[number + 1 : number + 2]
    return number + 2 if after and after[0].text in (">", "=") and (number or after[0].text == ">") else 0


def _count(line: Line, holds: Callable[[Token], bool]) -> int:
    """How many tokens at the start hold."""
    return next((place for place, token in enumerate(line) if not holds(token)), len(line))


def _spelt(line: Line, *kinds: Kind) -> bool:
    """Whether a line begins with tokens of these kinds."""
    return len(line) >= len(kinds) and all(token.kind is kind for token, kind in zip(line, kinds, strict=False))


_INDEX = (Kind.OPEN, Kind.NUMBER, Kind.CLOSE)
_ROW = (Kind.OPEN, Kind.NUMBER, Kind.COMMA, Kind.CLOSE)
_HEADING = (Kind.OPEN, Kind.COMMA, Kind.NUMBER, Kind.CLOSE)


def _is_index(line: Line) -> bool:
    """R's `[5]` in front of numbers."""
    numbers = (Kind.NUMBER, Kind.WORD, Kind.OPERATOR)
    return _spelt(line, *_INDEX) and line[0].text == "[" and len(line) > 3 and line[3].blank and line[3].kind in numbers


def _continues(line: Line) -> bool:
    """Whether a line goes on with the vector of the line before."""
    return _is_index(line) and line[1].text != "1"


def _undressed(line: Line) -> Line:
    ending = line[-1:] if line and line[-1].kind is Kind.LINE else ()
    if _is_index(line):
        return line[3:]
    if _spelt(line, *_ROW) and line[0].text == "[":
        return line[4:]
    if _spelt(line, *_HEADING) or _is_heading(line):
        return (Token(Kind.BLOCK, "", line[0].at, line[0].end, blank=True), *ending)
    return ending if _is_shape(line) else line


def _is_heading(line: Line) -> bool:
    """MATLAB's and Octave's `Columns 1 through 8:`."""
    words = (Kind.WORD, Kind.NUMBER, Kind.COLON, Kind.COMMA, Kind.LINE)
    return bool(line) and line[0].text.lower() in _COLUMNS and all(token.kind in words for token in line)


def _is_shape(line: Line) -> bool:
    """MATLAB's `8x1 single column vector`."""
    numbers = _spelt(line, Kind.NUMBER, Kind.TIMES, Kind.NUMBER) or (
        _spelt(line, Kind.NUMBER, Kind.WORD) and line[1].text[:1] == "x" and line[1].text[1:].isdigit()
    )
    return numbers and any(token.text.lower() in _SHAPED for token in line) and line[-1].kind in (Kind.WORD, Kind.LINE)
