"""The tokens of numbers as people paste them, and how they are spelt in Unicode, in LaTeX and in programs."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from enum import Enum, auto
from types import MappingProxyType
from typing import NamedTuple

from grader.language.vocabulary import words


class ReadingError(Exception):
    """An answer that can't be read as numbers; the message is for the student and says where reading stopped."""


class Kind(Enum):
    """What a token is."""

    NUMBER = auto()
    WORD = auto()
    COMMAND = auto()  # a LaTeX command that formulas have: \frac, \pi
    METHOD = auto()  # .T, .numpy
    OPEN = auto()
    CLOSE = auto()
    COMMA = auto()  # what stands between numbers: , &
    BREAK = auto()  # what stands between rows: ; \\
    LINE = auto()
    BAR = auto()  # the bar of a table
    RULE = auto()  # a line that is drawn: ---, \hline
    MARK = auto()  # what groups digits and separates nothing by itself: {,} and thin blanks
    TIMES = auto()
    OPERATOR = auto()
    POWER = auto()  # ^, ** and what stands raised
    RELATION = auto()
    COLON = auto()
    PERCENT = auto()
    PRIME = auto()  # ' behind a bracket, or behind a name
    BLOCK = auto()  # a heading over columns: what follows stands beside what was before
    LEFT_OUT = auto()
    OTHER = auto()


class Token(NamedTuple):
    """A piece of a text: its kind, its plain spelling, where it stands, and whether a blank stands before it."""

    kind: Kind
    text: str
    at: int
    end: int
    blank: bool


def _alike() -> Iterator[tuple[int, str]]:
    """Characters that are others in another width or alphabet, by Unicode's compatibility forms."""
    for code in (*range(0xFF01, 0xFF5F), *range(0x1D400, 0x1D800)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1:
            yield code, plain


ALIKE = dict(_alike()) | {
    ord(character): plain
    for plain, characters in {
        "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\u00ad",
        "'": "\u2018\u2019\u2032\u02b9",
        "/": "\u2044\u2215",
        ",": "\u3001\u066b",
        "[": "\u27e6\u3010",
        "]": "\u27e7\u3011",
        "\u200b": "\u200c\u200d\ufeff\u2060",
    }.items()
    for character in characters
}

SIGNS: Mapping[str, tuple[Kind, str]] = MappingProxyType(
    dict.fromkeys(("*", "×", "·", "⋅", "∗", "•", "⨯"), (Kind.TIMES, "*"))
    | dict.fromkeys(("=", "==", ":=", "≈", "≃", "≅", "≐", "≔", "→", "->", "<-", "=>", "⇒"), (Kind.RELATION, "="))
    | {sign: (Kind.OPEN, sign) for sign in "([{<"}
    | {sign: (Kind.CLOSE, sign) for sign in ")]}>"}
    | {
        ",": (Kind.COMMA, ","), "&": (Kind.COMMA, "&"), ";": (Kind.BREAK, ";"), "|": (Kind.BAR, "|"),
        "+": (Kind.OPERATOR, "+"), "-": (Kind.OPERATOR, "-"), "/": (Kind.OPERATOR, "/"), "÷": (Kind.OPERATOR, "/"),
        "^": (Kind.POWER, "^"), "**": (Kind.POWER, "^"), ":": (Kind.COLON, ":"), "%": (Kind.PERCENT, "%"),
        "'": (Kind.PRIME, "'"), "∞": (Kind.WORD, "inf"), "π": (Kind.WORD, "pi"), "√": (Kind.COMMAND, "√"),
    }
)  # fmt: skip

# Commands that leave nothing but a blank; where braces follow, what is in them stands there as if it were without.
BLANK = words(
    r"\; \: \! \> \quad \qquad \left \right \mleft \mright \big \Big \bigg \Bigg \bigl \bigr \Bigl \Bigr \biggl"
    r" \biggr \Biggl \Biggr \displaystyle \textstyle \limits \[ \] \( \) \mathbf \boldsymbol \bm \mathrm \text \textbf"
    r" \operatorname \boxed \fbox \num \mathit \mathsf \ensuremath \centering \small \nonumber \notag \qedhere"
    r" \mathstrut \strut \qed \square \Box \blacksquare \checkmark \mqty \noindent \par"
) | {"\\ "}
# Commands whose braces say something about the page, and nothing about numbers.
ABOUT_THE_PAGE = words(r"\hspace \vspace \cline \cmidrule \label \tag \color \phantom \hphantom \vphantom \end \begin")
COMMANDS: Mapping[str, tuple[Kind, str]] = MappingProxyType(
    dict.fromkeys((r"\times", r"\cdot", r"\ast", r"\star"), (Kind.TIMES, "*"))
    | dict.fromkeys(words(r"\approx \simeq \doteq \cong \coloneqq \equiv \to \rightarrow"), (Kind.RELATION, "="))
    | dict.fromkeys((r"\\", r"\cr", r"\tabularnewline", r"\newline"), (Kind.BREAK, ";"))
    | {name: (Kind.RULE, name) for name in words(r"\hline \toprule \midrule \bottomrule")}
    | {name: (Kind.LEFT_OUT, name) for name in words(r"\dots \ldots \cdots \vdots \ddots \dotsc \dotsb")}
    | dict.fromkeys((r"\top", r"\intercal", r"\prime"), (Kind.PRIME, "T"))
    | {r"\%": (Kind.PERCENT, "%"), r"\{": (Kind.OPEN, "{"), r"\}": (Kind.CLOSE, "}"), r"\lbrace": (Kind.OPEN, "{"),
       r"\rbrace": (Kind.CLOSE, "}"), r"\lbrack": (Kind.OPEN, "["), r"\rbrack": (Kind.CLOSE, "]"),
       r"\lparen": (Kind.OPEN, "("), r"\rparen": (Kind.CLOSE, ")"), r"\infty": (Kind.WORD, "inf")}
)  # fmt: skip

# Environments whose rows are rows of numbers; others (equation, align) are only a frame.
MATRICES = frozenset(
    f"{prefix}{name}{star}"
    for name, prefixes in {"matrix": "-pbvBV", "smallmatrix": "-pbvBV", "array": "-", "tabular": "-"}.items()
    for prefix in (one.strip("-") for one in prefixes)
    for star in ("", "*")
)
# Commands whose braces hold the rows of a matrix: TeX's own, and those of the package physics.
MATRIX_COMMANDS = words(r"\matrix \pmatrix \bmatrix \vmatrix \pmqty \bmqty \substack")
