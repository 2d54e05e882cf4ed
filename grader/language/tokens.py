"""From text to tokens: one tokenizer for LaTeX, Unicode and ASCII.

token := number | name | sign | bracket | command | note

Names are words with digits (`x1`, `relu`), single letters where the text has LaTeX commands and no table knows the
word, Greek letters in any spelling, and upright words (`\\text{ReLU}`). What only changes the look is left out; what
is a comment becomes a note. `&` and `\\\\` are tokens inside matrices and cases only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

from grader.language import lexicon, vocabulary
from grader.language.errors import LanguageError, Span

MAX_LENGTH = 10_000
MAX_TOKENS = 6_000
MAX_WORD = 60
MAX_DIGITS = 400

Known = Callable[[str], bool]
Scripted = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the source. `spaced`: blank space stands before it. `whole`: written upright, as one word."""

    kind: str
    text: str
    span: Span
    spaced: bool = False
    whole: bool = False
    marks: tuple[str, ...] = ()


_WORD = re.compile(r"[A-Za-z](?:[A-Za-z0-9]|-(?=[A-Za-z]))*")
_PIECE = re.compile(r"[A-Za-z]\d+(?![A-Za-z])|[A-Za-z]|\d+")
_GRIDS = frozenset(["matrix", "bmatrix", "pmatrix", "vmatrix", "Vmatrix", "Bmatrix", "smallmatrix", "array", "cases"])


def tokenize(text: str, known: Known, scripted: Scripted, *, splits: bool = True) -> list[Token]:
    """All tokens of a text, an `end` last.

    `known` says which words a table has, `scripted` which words with which script, `splits` whether words that stand
    run together in plain text are told apart.
    Raises `LanguageError` for a text that is too long, and for characters and commands that the language does not have.
    """
    if len(text) > MAX_LENGTH:
        message = f"the text has {len(text)} characters; at most {MAX_LENGTH} are read"
        raise LanguageError("too_long", message)
    return _Tokenizer(text, known, scripted, splits=splits).run()


class _Tokenizer:
    def __init__(self, text: str, known: Known, scripted: Scripted, *, splits: bool) -> None:
        self._text = text
        self._splits = splits
        self._known = known
        self._scripted = scripted
        self._latex = "\\" in text
        self._tokens: list[Token] = []
        self._spaced = False
        self._grids: list[bool] = []

    def run(self) -> list[Token]:
        for match in lexicon.PATTERN.finditer(self._text):
            kind = match.lastgroup
            if kind == "space":
                self._spaced = True
            else:
                getattr(self, "_text_" if kind == "text" else f"_{kind}")(match)
        end = len(self._text)
        self._add("end", "", Span(end, end))
        return self._tokens

    def _add(self, kind: str, text: str, span: Span, *, whole: bool = False, marks: tuple[str, ...] = ()) -> None:
        self._tokens.append(Token(kind, text, span, self._spaced, whole, marks))
        self._spaced = False
        if len(self._tokens) > MAX_TOKENS:
            raise LanguageError("too_large", f"more than {MAX_TOKENS} signs", self._text, span)

    def _number(self, match: re.Match[str]) -> None:
        self._check_length(match, MAX_DIGITS, "digits")
        text, span = match[0], Span(*match.span())
        if "." in text and text.partition(".")[2][:1] in {"", "e", "E"}:
            text = text.replace(".", "")
        self._add("number", text, span)

    def _check_length(self, match: re.Match[str], most: int, what: str) -> None:
        if len(match[0]) > most:
            message = f"{len(match[0])} {what} in one; at most {most} are read"
            raise LanguageError("too_long", message, self._text, Span(*match.span()))

    def _word(self, match: re.Match[str]) -> None:
        self._check_length(match, MAX_WORD, "letters")
        start = match.start()
        for piece in self._pieces(match[0]):
            kind = "number" if piece[0].isdigit() else "name"
            self._add(kind, piece, Span(start, start + len(piece)))
            start += len(piece)

    def _pieces(self, word: str) -> list[str]:
        """Split a word into the names that it holds; in LaTeX a script that no table knows takes one letter only."""
        if self._is_word(word) or self._is_script() or self._is_known_script(word):
            return [word]
        if self._latex and self._tokens and self._tokens[-1].kind in {"under", "power"} and not self._spaced:
            return [word[0], *(self._pieces(word[1:]) if word[1:] else ())]
        if not self._latex:
            return (_split(word, self._known) if self._splits else []) or [word]
        return _split(word, self._is_word) or _PIECE.findall(word)

    def _is_script(self) -> bool:
        """Whether a braced subscript begins here: `b_{out}` has one, with indices as a table says."""
        return [token.kind for token in self._tokens[-2:]] == ["under", "brace"]

    def _is_known_script(self, word: str) -> bool:
        """Whether a table has the name before with this script: `W_Q1` where LaTeX itself would see W_Q and 1."""
        before = self._tokens[-2:]
        return [token.kind for token in before] == ["name", "under"] and self._scripted(before[0].text, word)

    def _is_word(self, word: str) -> bool:
        return len(word) == 1 or word in lexicon.WORDS or self._known(word) or (word.isupper() and len(word) > 2)

    def _percent(self, match: re.Match[str]) -> None:
        self._add("name", match[0], Span(*match.span()), whole=True)

    def _fraction(self, match: re.Match[str]) -> None:
        self._add("command", "frac", Span(*match.span()))
        for digit in re.finditer(r"\d", match[0]):
            at = match.start() + digit.start()
            self._add("number", digit[0], Span(at, at + 1))

    def _begin(self, match: re.Match[str]) -> None:
        grid = match["begun"] in _GRIDS
        self._grids.append(grid)
        if grid:
            self._add("begin", match["begun"], Span(*match.span()))

    def _end(self, match: re.Match[str]) -> None:
        if self._grids and self._grids.pop():
            self._add("end_grid", match["ended"], Span(*match.span()))

    def _newline(self, match: re.Match[str]) -> None:
        if self._grids and self._grids[-1]:
            self._add("newline", "\\\\", Span(*match.span()))
        self._spaced = True

    def _text_(self, match: re.Match[str]) -> None:
        inside, span = match["inside"].strip(), Span(*match.span())
        if _WORD.fullmatch(inside) and inside not in vocabulary.COMMENT_WORDS:
            self._add("name", inside, span, whole=True)
        elif inside and match["dress"] not in {"text", "textit", "mbox", "hbox", "textrm", "textnormal", "textbf"}:
            self._nested(inside, match.start("inside"))
        elif inside:
            self._add("note", inside, span)

    def _nested(self, inside: str, start: int) -> None:
        """Tokens of an upright formula, `\\mathrm{d}z` or `\\mathrm{p(x)}`."""
        for token in tokenize(inside, self._known, self._scripted, splits=self._splits)[:-1]:
            moved = Span(start + token.span.start, start + token.span.end)
            self._tokens.append(replace(token, span=moved, spaced=token.spaced or self._spaced))
            self._spaced = False

    def _letter(self, match: re.Match[str]) -> None:
        letters = match[0][len(match["alphabet"]) + 1 :].strip("{} \t\n")
        mark = vocabulary.ALPHABETS[match["alphabet"]]
        self._add("name", letters, Span(*match.span()), whole=True, marks=(mark,))

    def _braced(self, match: re.Match[str]) -> None:
        """`{-}` is a minus sign that is set as an ordinary letter."""
        sign = match[0].strip("{} \t\n")
        self._add(*vocabulary.CHARACTERS[sign], Span(*match.span()))

    def _one(self, match: re.Match[str]) -> None:
        self._add("name", "1", Span(*match.span()), whole=True, marks=("bb",))

    def _remark(self, match: re.Match[str]) -> None:
        if match[0].startswith(r"\tag"):
            self._add("note", match[0].partition("{")[2].rstrip("}"), Span(*match.span()))
        self._spaced = True

    def _blank(self, match: re.Match[str]) -> None:
        del match
        self._spaced = True

    def _command(self, match: re.Match[str]) -> None:
        name, span = match[0][1:], Span(*match.span())
        if name in vocabulary.STYLES or name in vocabulary.TEXTS:
            return
        if name in lexicon.NAMES:
            self._add("name", name, span)
        elif name in vocabulary.SIGNS:
            self._add(*vocabulary.SIGNS[name], span)
        elif name in lexicon.NAMED:
            self._add("name", lexicon.NAMED[name], span)
        elif name in lexicon.DISPLAY:
            self._display(name, span)
        else:
            self._add("command", name, span)

    def _display(self, name: str, span: Span) -> None:
        """`\\(`, `\\[` around the whole text are dollars; elsewhere they are brackets that someone escaped."""
        text = self._text.strip()
        around = text[:2] in {r"\(", r"\["} and text[-2:] in {r"\)", r"\]"}
        if not around:
            self._add("open" if name in "([" else "close", name, span)

    def _sign(self, match: re.Match[str]) -> None:
        self._add(*vocabulary.ASCII_SIGNS[match[0]], Span(*match.span()))

    def _other(self, match: re.Match[str]) -> None:
        character, span = match[0], Span(*match.span())
        if character == "&":
            self._column(span)
        elif character == "." and self._is_dot_product(span.start):
            self._add("product", ".", span)
        elif character == "}" and self._unwrapped(span):
            return
        elif character in vocabulary.CHARACTERS:
            self._add(*vocabulary.CHARACTERS[character], span)
        elif character in vocabulary.CHARACTER_NAMES:
            self._add("name", vocabulary.CHARACTER_NAMES[character], span)
        elif character in vocabulary.SUPERSCRIPTS or character in vocabulary.SUBSCRIPTS:
            self._script(character, span)
        else:
            self._unicode(character, span)

    def _is_dot_product(self, at: int) -> bool:
        """A full stop that stands close between two operands multiplies them."""
        before, after = self._text[at - 1 : at], self._text[at + 1 : at + 2]
        return (before.isalnum() or before in tuple(")]")) and (after.isalnum() or after in tuple("(["))

    def _column(self, span: Span) -> None:
        if self._grids and self._grids[-1]:
            self._add("column", "&", span)

    def _unwrapped(self, span: Span) -> bool:
        """`{x}` around one name is that name (in plain text only as a script: there `{x}` is a set)."""
        if len(self._tokens) < 2 or self._tokens[-1].kind != "name" or self._tokens[-2].kind != "brace":
            return False
        before = self._tokens[-3].kind if len(self._tokens) > 2 else ""
        if not self._latex and before not in {"under", "power"}:
            return False
        name, brace = self._tokens.pop(), self._tokens.pop()
        self._tokens.append(replace(name, span=brace.span | span, spaced=brace.spaced, whole=True))
        return True

    def _script(self, character: str, span: Span) -> None:
        """A raised or lowered character goes into the script that it continues, or opens one."""
        raised = character in vocabulary.SUPERSCRIPTS
        plain = (vocabulary.SUPERSCRIPTS if raised else vocabulary.SUBSCRIPTS)[character]
        table = vocabulary.SUPERSCRIPTS if raised else vocabulary.SUBSCRIPTS
        continued = span.start > 0 and self._text[span.start - 1] in table
        if continued:
            self._tokens.pop()
        else:
            self._add("power" if raised else "under", "^" if raised else "_", span)
            self._add("brace", "{", span)
        last = self._tokens[-1]
        if plain.isdigit() and last.kind == "number" and continued:
            self._tokens[-1] = replace(last, text=last.text + plain, span=last.span | span)
        elif plain.isalnum():
            self._add("number" if plain.isdigit() else "name", plain, span)
        else:
            self._add(*vocabulary.CHARACTERS[plain], span)
        self._add("unbrace", "}", span)

    def _unicode(self, character: str, span: Span) -> None:
        if character in lexicon.DOUBLE_STRUCK:
            self._add("name", lexicon.DOUBLE_STRUCK[character], span, whole=True, marks=("bb",))
        elif character in lexicon.COMBINING and self._tokens and self._tokens[-1].kind == "name":
            last = self._tokens[-1]
            self._tokens[-1] = replace(last, marks=(*last.marks, lexicon.COMBINING[character]), span=last.span | span)
        elif (
            (folded := unicodedata.normalize("NFKC", character)) != character and folded.isascii() and folded.isalnum()
        ):
            self._add("number" if folded.isdigit() else "name", folded, span)
        elif character.isalpha():
            self._add("name", character, span)
        else:
            named = unicodedata.name(character, f"U+{ord(character):04X}").lower()
            raise LanguageError("unexpected", f"a character that formulas do not have: {named}", self._text, span)


def _split(word: str, known: Known) -> list[str]:
    """The word as a row of known words of two letters or more and single letters; empty where there is none known."""
    pieces: list[str] = []
    while word:
        size = next((size for size in range(len(word), 0, -1) if known(word[:size])), 0)
        if not size:
            return []
        pieces.append(word[:size])
        word = word[size:]
    return pieces
