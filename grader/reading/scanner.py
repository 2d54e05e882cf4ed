"""One pass over a text of numbers: what each piece is, with Unicode's and LaTeX's dress taken off on the way.

Characters that look like others are those (full-width and mathematical digits, every dash, every blank). Comments,
sizes of brackets, alphabets and quotes give no token: a token knows whether a blank stands before it, and that is all
that is left of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html.entities import html5
from types import MappingProxyType

from grader.language.vocabulary import words
from grader.reading.tokens import (
    ABOUT_THE_PAGE,
    ALIKE,
    BLANK,
    COMMANDS,
    MATRICES,
    MATRIX_COMMANDS,
    SIGNS,
    Kind,
    Token,
)

_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"
_LOWERED = str.maketrans(_RAISED, "0123456789+-")

# Each alternative takes at least one character and never gives one back, so that the pass is linear.
_TOKEN = re.compile(
    rf"""
      (?P<line>\n|\\n(?![A-Za-z]))
    | (?P<mark>[\u2009\u202f]|\\,|\{{,\}})
    | (?P<blank>```\w*|[^\S\n]+|[~$"`“”\u200b⎡⎢⎣⎤⎥⎦⎛⎜⎝⎞⎟⎠│┌┐└┘╭╮╰╯├┼┤┬┴✓✔□∎■]+|\\[tr](?![A-Za-z]))
    | (?P<left_out>\.\.\.+|[…⋯⋮⋱])
    | (?P<number>(?:[0-9]+(?:['_][0-9][0-9][0-9](?![0-9]))*(?:\.(?!\.\.)[0-9]*)?|\.[0-9]+)
                 (?:[eEdDf][-+]?[0-9]+|\*\^[-+]?[0-9]+)?)
    | (?P<scale>(?<=[\])}}])[eE][-+]?[0-9]+|(?<=[\])}}0-9.][ ])[eE][-+][0-9]+)
    | (?P<times>(?<=[\s0-9.()\]}}])[xX][ ]?(?=10[ ]?(?:\^|\*\*|[{_RAISED}])))
    | (?P<method>\.[A-Za-z_]\w*)
    | (?P<dot>\.(?=[*/^']))
    | (?P<raised>[{_RAISED}]+)
    | (?P<turned>[ᵀᵗ⊤])
    | (?P<word>[^\W\d_{_RAISED}](?:(?![{_RAISED}ᵀ])\.?\w)*)
    | (?P<comment>\#[^\n]*|(?<!\S)//[^\n]*)
    | (?P<entity>&\#?\w{{1,10}};)
    | (?P<command>\\(?:[A-Za-z]+\*?|.))
    | (?P<rule>[-=─━═]{{3,}}|:-+:)
    | (?P<sign>\*\*|:=|==|<-|->|=>|[<>!~]=|.)
    """,
    re.VERBOSE,
)

_NAME = re.compile(r"\s?\{(\w{1,20}\*?)\}(?:\[\w\])?")
_SPACE_BELOW = re.compile(r"\[-?[0-9.]{1,8} ?[a-z]{2}\]|\[\\\w{1,20}\]")
_MAX_COLUMNS = 80  # characters of a column specification


# The brace of a command that leaves nothing.
_WRAP = r"\{"


class _Scanner:
    """Where a pass stands: the decoded text, and the tokens so far."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.blank = True
        self.angles = 0
        self.tokens: list[Token] = []

    def add(self, kind: Kind, text: str, end: int) -> None:
        """A token from here to `end`."""
        self.tokens.append(Token(kind, text, self.at, end, self.blank))
        self.at, self.blank = end, kind is Kind.LINE

    def skip(self, end: int, *, blank: bool = True) -> None:
        """No token from here to `end`."""
        self.at, self.blank = end, blank or self.blank

    def behind(self, *kinds: Kind) -> bool:
        """Whether the last token is of one of these kinds."""
        return bool(self.tokens) and self.tokens[-1].kind in kinds

    def next(self, at: int) -> str:
        """The first character from `at` on that is no blank, of the few that may follow."""
        return self.text[at : at + 40].lstrip(" \t")[:1]


def scan(text: str) -> tuple[Token, ...]:
    """The tokens of a text, with look-alikes decoded."""
    scanner = _Scanner(text.replace("\r\n", "\n").replace("\r", "\n").translate(ALIKE))
    while scanner.at < len(scanner.text):
        match = _TOKEN.match(scanner.text, scanner.at)
        if match is None:  # only a backslash that ends the text
            scanner.add(Kind.OTHER, scanner.text[scanner.at], scanner.at + 1)
        else:
            _RULES[str(match.lastgroup)](scanner, match[0], match.end())
    return _unwrapped(scanner.tokens)


def _unwrapped(tokens: list[Token]) -> tuple[Token, ...]:
    r"""The tokens without the braces of commands that leave nothing: of `\text{a}` the `a`."""
    braces: list[int] = []
    left_out: set[int] = set()
    for place, token in enumerate(tokens):
        if token.kind is Kind.OPEN and token.text.endswith("{"):
            braces.append(place)
        elif token.text == "}" and token.kind is Kind.CLOSE and braces:
            opening = braces.pop()
            if tokens[opening].text == _WRAP:
                left_out |= {opening, place}
        elif _is_drawn(tokens, place):
            left_out.add(place)
    return tuple(token for place, token in enumerate(tokens) if place not in left_out)


def _is_drawn(tokens: list[Token], place: int) -> bool:
    """The corners and colons of a drawn table, and the mark at which equations are aligned."""
    beside = {_DRAWING[tokens[place].text]} if tokens[place].text in _DRAWING else set()
    return any(one.kind in beside for one in tokens[max(0, place - 1) : place + 2])


_DRAWING: Mapping[str, Kind] = MappingProxyType({"+": Kind.RULE, ":": Kind.RULE, "&": Kind.RELATION})


def _number(scanner: _Scanner, text: str, end: int) -> None:
    plain = text.replace("'", "").replace("_", "").replace("*^", "e").lower()
    scanner.add(Kind.NUMBER, plain.replace("d", "e").replace("f", "e"), end)


def _scale(scanner: _Scanner, text: str, end: int) -> None:
    scanner.add(Kind.TIMES, "*", scanner.at)
    scanner.add(Kind.NUMBER, f"1{text.lower()}", end)


def _raised(scanner: _Scanner, text: str, end: int) -> None:
    scanner.add(Kind.POWER, "^", scanner.at)
    scanner.add(Kind.OPEN, "{", scanner.at)
    plain = text.translate(_LOWERED)
    if plain[0] in "+-":
        scanner.add(Kind.OPERATOR, plain[0], scanner.at)
    scanner.add(Kind.NUMBER, plain.lstrip("+-"), scanner.at)
    scanner.add(Kind.CLOSE, "}", end)


def _turned(scanner: _Scanner, _: str, end: int) -> None:
    scanner.add(Kind.POWER, "^", scanner.at)
    scanner.add(Kind.PRIME, "T", end)


def _word(scanner: _Scanner, text: str, end: int) -> None:
    if text == "and":
        scanner.add(Kind.COMMA, ",", end)
    else:
        scanner.add(*SIGNS.get(text, (Kind.WORD, text.rpartition(".")[2])), end)


def _entity(scanner: _Scanner, text: str, end: int) -> None:
    meant = html5.get(text[1:], "").translate(ALIKE)
    if len(meant) != 1:
        scanner.add(Kind.COMMA, "&", scanner.at + 1)
    elif meant.isspace():
        scanner.skip(end)
    else:
        scanner.add(*SIGNS.get(meant, (Kind.OTHER, meant)), end)


def _command(scanner: _Scanner, text: str, end: int) -> None:
    if text in ABOUT_THE_PAGE:
        _about_the_page(scanner, text, end)
    elif text in MATRIX_COMMANDS and scanner.next(end) == "{":
        scanner.add(Kind.OPEN, r"\begin{", scanner.text.index("{", end) + 1)
    elif text in BLANK:
        scanner.skip(end, blank=text not in _SIZES)
        if scanner.next(end) == "{" and text not in _SIZES:
            scanner.add(Kind.OPEN, _WRAP, scanner.text.index("{", end) + 1)
    elif text in COMMANDS:
        kind, plain = COMMANDS[text]
        spacing = _SPACE_BELOW.match(scanner.text, end) if kind is Kind.BREAK else None
        scanner.add(kind, plain, spacing.end() if spacing else end)
    else:
        scanner.add(Kind.COMMAND, text, end)


def _about_the_page(scanner: _Scanner, text: str, end: int) -> None:
    named = _NAME.match(scanner.text, end)
    if named is None:
        scanner.skip(_past_braces(scanner.text, end))
    elif text not in _FRAMES or named[1] not in MATRICES:
        scanner.skip(named.end())
    elif text == r"\end":
        scanner.add(Kind.CLOSE, text, named.end())
    else:
        columns = named[1].rstrip("*") in _COLUMNS
        scanner.add(Kind.OPEN, text, _past_braces(scanner.text, named.end()) if columns else named.end())


_FRAMES = frozenset({r"\begin", r"\end"})
_COLUMNS = frozenset({"array", "tabular"})
_SIZES = words(r"\left \right \mleft \mright \big \Big \bigg \Bigg \bigl \bigr \Bigl \Bigr \biggl \biggr \Biggl \Biggr")


def _past_braces(text: str, at: int) -> int:
    """Where the braces that open at `at` close, if they do so soon; else `at`."""
    depth = 0
    for place in range(at, min(len(text), at + _MAX_COLUMNS)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return place + 1 if text[place] == "}" else at
    return at


def _sign(scanner: _Scanner, text: str, end: int) -> None:
    special = _BY_PLACE.get(text)
    if special is not None:
        special(scanner, text, end)
    else:
        scanner.add(*SIGNS.get(text, (Kind.OTHER, text)), end)


def _rule(scanner: _Scanner, text: str, end: int) -> None:
    """A line that is drawn; in front of a number it is neither that nor a sign."""
    following = scanner.text[end : end + 1]
    scanner.add(Kind.OTHER if following.isalnum() or following in (".", "(", "[") else Kind.RULE, text, end)


def _percent(scanner: _Scanner, text: str, end: int) -> None:
    """A percent sign behind a number; elsewhere the rest of the line is a comment."""
    tight = scanner.behind(Kind.NUMBER, Kind.CLOSE) and not scanner.blank
    if tight or (scanner.behind(Kind.NUMBER) and scanner.next(end) in ("", *"\n,;&|])}")):
        scanner.add(Kind.PERCENT, text, end)
    else:
        line = scanner.text.find("\n", end)
        scanner.skip(line if line >= 0 else len(scanner.text))


def _prime(scanner: _Scanner, text: str, end: int) -> None:
    """A transposition behind a bracket; elsewhere a quote, or a part of a name."""
    if scanner.behind(Kind.CLOSE) and not scanner.blank:
        scanner.add(Kind.PRIME, text, end)
    else:
        scanner.skip(end, blank=False)


def _angle(scanner: _Scanner, text: str, end: int) -> None:
    """A bracket, as PyTorch, TensorFlow and Maple print it; else a relation that is not read here."""
    if text == "<-" and scanner.behind(Kind.WORD, Kind.CLOSE) and scanner.text[end : end + 1].isspace():
        scanner.add(Kind.RELATION, "=", end)
        return
    following = scanner.text[scanner.at + 1 : scanner.at + 2]
    value = not scanner.behind(Kind.NUMBER, Kind.WORD, Kind.CLOSE)
    if following.isalpha() or (value and (following.isdigit() or following == "-")):
        scanner.angles += 1
        scanner.add(Kind.OPEN, "<", scanner.at + 1)
    else:
        scanner.add(Kind.OTHER, text, end)


def _end_of_angle(scanner: _Scanner, text: str, end: int) -> None:
    scanner.add(Kind.CLOSE if scanner.angles else Kind.OTHER, text, end)
    scanner.angles -= scanner.angles > 0


_BY_PLACE: Mapping[str, Callable[[_Scanner, str, int], None]] = MappingProxyType(
    {"%": _percent, "'": _prime, "<": _angle, "<-": _angle, ">": _end_of_angle}
)


def _of(kind: Kind) -> Callable[[_Scanner, str, int], None]:
    return lambda scanner, text, end: scanner.add(kind, text, end)


_RULES: Mapping[str, Callable[[_Scanner, str, int], None]] = MappingProxyType(
    {
        "line": lambda scanner, _, end: scanner.add(Kind.LINE, "\n", end),
        "mark": _of(Kind.MARK),
        "blank": lambda scanner, _, end: scanner.skip(end),
        "left_out": _of(Kind.LEFT_OUT),
        "number": _number,
        "scale": _scale,
        "times": lambda scanner, _, end: scanner.add(Kind.TIMES, "*", end),
        "method": lambda scanner, text, end: scanner.add(Kind.METHOD, text[1:], end),
        "dot": lambda scanner, _, end: scanner.skip(end, blank=False),
        "raised": _raised,
        "turned": _turned,
        "word": _word,
        "comment": lambda scanner, _, end: scanner.skip(end),
        "entity": _entity,
        "command": _command,
        "rule": _rule,
        "sign": _sign,
    }
)
