"""From text to tokens: one tokenizer for LaTeX, Unicode and ASCII.

token := number | name | string | sign | bracket | command | note

Names are words with digits (`x1`, `relu`), single letters where the text is LaTeX and no table knows the word, Greek
letters in any spelling, and upright words (`\\text{ReLU}`). What only changes the look is left out; a remark in
`\\text{...}` becomes a note, a comment (`#` or `%` to the line's end) is kept apart. `&` and `\\\\` are tokens inside
matrices and cases only. The text is decoded first, once; spans point into the source.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from grader.language import vocabulary
from grader.language.decoding import Decoded, decode
from grader.language.errors import LanguageError, Span
from grader.language.symbols import Symbols

MAX_LENGTH = 10_000
MAX_TOKENS = 6_000
MAX_WORD = 60
MAX_DIGITS = 400


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the source.

    `spaced`: blank space stands before it, `line`: a line's end does. `whole`: written upright, as one word; of a
    brace, that it is the argument of a command that only changes the look.
    """

    kind: str
    text: str
    span: Span
    spaced: bool = False
    whole: bool = False
    marks: tuple[str, ...] = ()
    line: bool = False


@dataclass(frozen=True, slots=True)
class Tokens:
    """All tokens of a text, an `end` last; its comments; whether it is read as LaTeX."""

    tokens: tuple[Token, ...]
    comments: tuple[str, ...]
    latex: bool


def tokenize(text: str, symbols: Symbols, *, latex: bool | None = None) -> Tokens:
    """Read all tokens of a text. `latex` says whether letters that stand together are several names.

    Raises `LanguageError` for a text that is too long, and for characters that the language does not have.
    """
    if len(text) > MAX_LENGTH:
        message = f"the text has {len(text)} characters; at most {MAX_LENGTH} are read"
        raise LanguageError("too_long", message)
    scan = _Scan(decode(text), symbols, "\\" in text if latex is None else latex)
    while scan.at < len(scan.text):
        if scan.at in scan.skipped:
            scan.at += 1
            continue
        found = _PATTERN.match(scan.text, scan.at)
        assert found is not None  # noqa: S101 - the pattern ends with any sign
        scan.at = found.end()
        _HANDLERS[str(found.lastgroup)](scan, found)
    scan.add("end", "", len(scan.text), len(scan.text))
    return Tokens(tuple(scan.tokens), tuple(scan.comments), scan.latex)


@dataclass(slots=True)
class _Scan:
    """The tokenizer's place in its text, and what it has found."""

    decoded: Decoded
    symbols: Symbols
    latex: bool
    at: int = 0
    tokens: list[Token] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    grids: list[str] = field(default_factory=list)
    skipped: set[int] = field(default_factory=set)
    spaced: bool = False
    line: bool = False
    styled: bool = False
    asked: dict[str, bool] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The decoded text."""
        return self.decoded.text

    def span(self, found: re.Match[str]) -> Span:
        """The place of a match in the source."""
        return self.decoded.span(*found.span())

    def add(
        self, kind: str, text: str, start: int, end: int, *, whole: bool = False, marks: tuple[str, ...] = ()
    ) -> None:
        """Add a token that stands from `start` to `end`."""
        span = self.decoded.span(start, end)
        whole = whole or (kind == "brace" and self.styled)
        self.tokens.append(Token(kind, text, span, self.spaced, whole, marks, self.line))
        self.spaced = self.line = self.styled = False
        if len(self.tokens) > MAX_TOKENS:
            raise LanguageError("too_large", f"more than {MAX_TOKENS} signs", self.decoded.source, span)

    def holds(self, pattern: str) -> bool:
        """Whether the whole text has a pattern; asked once."""
        if pattern not in self.asked:
            self.asked[pattern] = bool(re.search(pattern, self.text))
        return self.asked[pattern]

    def before(self, back: int = 1) -> str:
        """The kind of the token so far behind."""
        return self.tokens[-back].kind if len(self.tokens) >= back else ""

    def fail(self, code: str, message: str, found: re.Match[str]) -> None:
        """Refuse what was found."""
        raise LanguageError(code, message, self.decoded.source, self.span(found))


_Handler = Callable[[_Scan, "re.Match[str]"], None]


def _space(scan: _Scan, found: re.Match[str]) -> None:
    scan.spaced = True
    scan.line = scan.line or "\n" in found[0]


def _comment(scan: _Scan, found: re.Match[str]) -> None:
    """A comment to the line's end."""
    end = scan.text.find("\n", found.start())
    scan.at = len(scan.text) if end < 0 else end
    scan.comments.append(scan.text[found.end() : scan.at].strip())
    scan.spaced = True


def _percent(scan: _Scan, found: re.Match[str]) -> None:
    """`%pi` is a constant of Maxima's, `50%` one hundredth, and any other sign begins a comment of LaTeX's."""
    operand = scan.before() in _OPERAND_ENDS
    if found["constant"] and not (operand and scan.spaced):
        scan.add("name", found[0], *found.span(), whole=True)
    elif _is_hundredth(scan, found.start()):
        scan.at = found.start() + 1
        scan.add("percent", "%", found.start(), scan.at)
    else:
        _comment(scan, found)


def _is_hundredth(scan: _Scan, at: int) -> bool:
    """Behind a number, close to it or before what can stand behind a number."""
    if scan.before() not in {"number", "close"}:
        return False
    return (not scan.spaced and scan.before() == "number") or bool(_ENDS_PERCENT.match(scan.text, at + 1))


_OPERAND_ENDS = frozenset({"number", "name", "close", "unbrace", "prime", "factorial", "percent", "transpose", "note"})
_ENDS_PERCENT = re.compile(r"\s*(?:[-+*/)\]}=<>,;^.&]|\\\\|\\(?:cdot|times|right|le|ge|quad)\b|$)")


def _number(scan: _Scan, found: re.Match[str]) -> None:
    _check_length(scan, found, MAX_DIGITS, "digits")
    text = found[0]
    if "." in text and text.partition(".")[2][:1] in {"", "e", "E"}:
        text = text.replace(".", "")
    scan.add("number", text, *found.span())


def _grouped(scan: _Scan, found: re.Match[str]) -> None:
    """`10{,}000` and `10\\,000` are one number; so is `1{,}5`, with a decimal comma."""
    _check_length(scan, found, MAX_DIGITS, "digits")
    parts = re.split(r"\{,\}|\\,|_", found[0])
    groups = all(len(part) == 3 for part in parts[1:]) and len(parts[0]) <= 3 and parts[0] != "0"
    if groups:
        scan.add("number", "".join(parts), *found.span())
    elif len(parts) == 2 and "{,}" in found[0]:
        scan.add("number", ".".join(parts), *found.span())
    else:
        scan.fail("ambiguous", f"{found[0]!r} may be one number or several; write it without groups", found)


def _based(scan: _Scan, found: re.Match[str]) -> None:
    scan.fail("unexpected", f"{found[0]!r} is written to another base; write the number with decimal digits", found)


def _scientific(scan: _Scan, found: re.Match[str]) -> None:
    """`1.38 x 10^-1`: the letter is a times sign where it is no name."""
    if scan.symbols.has("x") or scan.holds(_OTHER_X):
        scan.fail("ambiguous", "this 'x' may be a times sign or a name; write * for the sign", found)
    at = found.start() + len(found[0]) - len(found[0].lstrip())
    scan.spaced = scan.spaced or found[0][0].isspace()
    scan.add("product", "times", at, at + 1)
    scan.spaced = found[0][-1].isspace()


_OTHER_X = r"(?<![A-Za-z\\])x(?![A-Za-z])(?!\s*10\s*(?:\^|\*\*))"


def _check_length(scan: _Scan, found: re.Match[str], most: int, what: str) -> None:
    if len(found[0]) > most:
        scan.fail("too_long", f"{len(found[0])} {what} in one; at most {most} are read", found)


def _word(scan: _Scan, found: re.Match[str]) -> None:
    _check_length(scan, found, MAX_WORD, "letters")
    start = found.start()
    for piece in _pieces(scan, found[0], start):
        kind = "number" if piece[0].isdigit() else "name"
        scan.add(kind, piece, start, start + len(piece))
        start += len(piece)


def _pieces(scan: _Scan, word: str, at: int) -> list[str]:
    """Split a word into the names that it holds; in LaTeX a script that no table knows takes one letter only."""
    symbols = scan.symbols
    if symbols.is_whole(word, latex=scan.latex):
        return [word]
    if _in_script(scan, at) or (_after_script(scan) and symbols.scripted(scan.tokens[-2].text, word)):
        return [word]
    if not scan.latex:
        declared = symbols.splits and (symbols.entries or symbols.values)
        return (symbols.parted(word) if declared else []) or [word]
    if scan.before() in {"under", "power"} and not scan.spaced:
        return [word[0], *(_pieces_behind(scan, word[1:]) if word[1:] else ())]
    return _pieces_behind(scan, word)


def _pieces_behind(scan: _Scan, word: str) -> list[str]:
    return split(word, scan.symbols.is_word) or _PIECE.findall(word)


def _in_script(scan: _Scan, at: int) -> bool:
    """Whether a braced script begins here that may be a word: `b_{out}`, `\\theta^{old}`."""
    kinds = [token.kind for token in scan.tokens[-2:]]
    if kinds == ["under", "brace"]:
        return True
    return kinds == ["power", "brace"] and bool(_MARK_WORD.match(scan.text, at))


def _after_script(scan: _Scan) -> bool:
    return [token.kind for token in scan.tokens[-2:]] == ["name", "under"]


_MARK_WORD = re.compile(r"(?<=\{)(?:" + "|".join(sorted(vocabulary.MARK_WORDS)) + r")\s*\}")
_PIECE = re.compile(r"[A-Za-z]\d+(?![A-Za-z])|[A-Za-z]|\d+")


def split(word: str, known: Callable[[str], bool]) -> list[str]:
    """The word as a row of known words, each as long as can be; empty where there is none."""
    pieces: list[str] = []
    while word:
        size = next((size for size in range(len(word), 0, -1) if known(word[:size])), 0)
        if not size:
            return []
        pieces.append(word[:size])
        word = word[size:]
    return pieces


def _snake(scan: _Scan, found: re.Match[str]) -> None:
    scan.add("name", found[0], *found.span(), whole=True)


def _library(scan: _Scan, found: re.Match[str]) -> None:
    """`np.exp(x)` is `exp(x)`, unless the table has a name that is spelled as the library."""
    first = found[0].partition(".")[0]
    if scan.symbols.has(first):
        scan.at = found.start() + len(first)
        scan.add("name", first, found.start(), scan.at)
        return
    start = found.start("called")
    scan.add("name", found["called"], start, found.end(), whole=True)


def _string(scan: _Scan, found: re.Match[str]) -> None:
    """A text in quotes, where an argument may stand; elsewhere the quotes are primes."""
    if len(found[0]) > 1 and scan.before() in {"relation", "open", "comma"}:
        scan.add("string", found[0][1:-1], *found.span())
    else:
        scan.at = found.start() + 1
        scan.add("prime", "'" if found[0][0] == "'" else "''", found.start(), scan.at)


def _fraction(scan: _Scan, found: re.Match[str]) -> None:
    """`\\frac12`."""
    scan.add("command", "frac", *found.span())
    for digit in re.finditer(r"[0-9]", found[0]):
        at = found.start() + digit.start()
        scan.add("number", digit[0], at, at + 1)


def _begin(scan: _Scan, found: re.Match[str]) -> None:
    grid = _GRIDS.get(found["begun"], "")
    scan.grids.append(grid)
    if grid:
        scan.add("begin", grid, *found.span())


def _end(scan: _Scan, found: re.Match[str]) -> None:
    if scan.grids and scan.grids.pop():
        scan.add("end_grid", found["ended"], *found.span())


_GRIDS = {name: name for name in ("matrix", "bmatrix", "pmatrix", "vmatrix", "Vmatrix", "Bmatrix", "smallmatrix")}
_GRIDS |= {"array": "array", "cases": "cases", "dcases": "cases", "rcases": "cases"}


def _newline(scan: _Scan, found: re.Match[str]) -> None:
    if scan.grids and scan.grids[-1]:
        scan.add("newline", "\\\\", *found.span())
    scan.spaced = scan.line = True


def _text(scan: _Scan, found: re.Match[str]) -> None:
    """Upright letters: one word is a name, digits are a number, more are a remark, or a formula that is set upright."""
    inside = found["inside"].replace(r"\_", "_").strip()
    words = inside.split()
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", inside):
        scan.add("number", inside, *found.span())
    elif (_UPRIGHT.fullmatch(inside) or inside in _SNAKES) and inside not in vocabulary.COMMENT_WORDS:
        scan.add("name", inside, *found.span(), whole=True)
    elif scan.grids[-1:] == ["cases"] and len(words) > 1 and words[0].lower() in vocabulary.IF_WORDS:
        scan.add("note", words[0].lower(), *found.span())
        _inside(scan, found, found["inside"].index(words[0]) + len(words[0]))
    elif inside and found["dress"] not in _PROSE:
        _inside(scan, found, 0)
    elif inside:
        scan.add("note", inside, *found.span())


def _inside(scan: _Scan, found: re.Match[str], skipped: int) -> None:
    """Go on inside the braces, as if they were none."""
    scan.skipped.add(found.end() - 1)
    scan.at = found.start("inside") + skipped
    scan.spaced = True


_PROSE = frozenset({"text", "textit", "mbox", "hbox", "textrm", "textnormal", "textbf"})
_UPRIGHT = re.compile(r"[A-Za-z](?:[A-Za-z0-9]|-(?=[A-Za-z]))*")
_SNAKES = frozenset(name for name in vocabulary.FUNCTIONS | vocabulary.METHODS if "_" in name)


def _letter(scan: _Scan, found: re.Match[str]) -> None:
    letters = found[0][len(found["alphabet"]) + 1 :].strip("{} \t\n")
    scan.add("name", letters, *found.span(), whole=True, marks=(vocabulary.ALPHABETS[found["alphabet"]],))


def _one(scan: _Scan, found: re.Match[str]) -> None:
    scan.add("name", "1", *found.span(), whole=True, marks=("bb",))


def _remark(scan: _Scan, found: re.Match[str]) -> None:
    if found[0].startswith(r"\tag"):
        scan.add("note", found[0].partition("{")[2].rstrip("}"), *found.span())
    scan.spaced = True


def _blank(scan: _Scan, found: re.Match[str]) -> None:
    del found
    scan.spaced = True


def _command(scan: _Scan, found: re.Match[str]) -> None:
    name = found[0][1:]
    if name in vocabulary.STYLES or name in vocabulary.TEXTS:
        scan.styled = True
        return
    for table, add in _COMMANDS:
        if name in table:
            add(scan, found, name)
            return
    scan.add("command", name, *found.span())


def _named(scan: _Scan, found: re.Match[str], name: str) -> None:
    plain = _VARIANTS.get(name, name)
    both = plain != name and scan.holds(rf"\\{plain}(?![A-Za-z])")
    scan.add("name", name if both or scan.symbols.has(name) else plain, *found.span())


# One letter in two shapes; where a text has both they are two names.
_VARIANTS = {f"var{name}": name for name in ("epsilon", "theta", "phi", "rho", "kappa")}


def _signed(scan: _Scan, found: re.Match[str], name: str) -> None:
    scan.add(*vocabulary.SIGNS[name], *found.span())


def _aliased(scan: _Scan, found: re.Match[str], name: str) -> None:
    scan.add("name", vocabulary.NAMED[name], *found.span())


def _display(scan: _Scan, found: re.Match[str], name: str) -> None:
    """`\\(`, `\\[` around the whole text are dollars; elsewhere they are brackets that someone escaped."""
    if not scan.holds(r"\A\s*\\[(\[](?s:.*)\\[)\]]\s*\Z"):
        scan.add("open" if name in "([" else "close", name, *found.span())


def _ended(scan: _Scan, found: re.Match[str], name: str) -> None:
    """The mark at a proof's end says nothing; neither does a line's end in a command of its own."""
    if name == "cr":
        _newline(scan, found)
    scan.spaced = True


_COMMANDS: tuple[tuple[frozenset[str], Callable[[_Scan, re.Match[str], str], None]], ...] = (
    (frozenset(vocabulary.ACCENTS), lambda scan, found, name: scan.add("command", name, *found.span())),
    ((vocabulary.GREEK | vocabulary.FUNCTIONS | frozenset(vocabulary.SERIES)) - {"sqrt"}, _named),
    (frozenset(vocabulary.SIGNS), _signed),
    (frozenset(vocabulary.NAMED), _aliased),
    (frozenset({"(", ")", "[", "]"}), _display),
    (frozenset({"qed", "blacksquare", "square", "Box", "qedhere", "qedsymbol", "cr", "newline"}), _ended),
)


def _sign(scan: _Scan, found: re.Match[str]) -> None:
    if found[0] == "<-" and not (scan.spaced and scan.text[scan.at : scan.at + 1].isspace()):
        scan.at -= 1
        scan.add("relation", "<", found.start(), scan.at)
        return
    scan.add(*vocabulary.ASCII_SIGNS[found[0]], *found.span())


def _other(scan: _Scan, found: re.Match[str]) -> None:
    character = found[0]
    special = _SPECIAL.get(character)
    if special is not None and special(scan, found):
        return
    if character in vocabulary.CHARACTERS:
        scan.add(*vocabulary.CHARACTERS[character], *found.span())
    elif character in vocabulary.CHARACTER_NAMES:
        scan.add("name", vocabulary.CHARACTER_NAMES[character], *found.span())
    elif character.isalpha():
        scan.add("name", character, *found.span())
    else:
        named = unicodedata.name(character, f"U+{ord(character):04X}").lower()
        scan.fail("unexpected", f"a character that formulas do not have: {named}", found)


def _column(scan: _Scan, found: re.Match[str]) -> bool:
    if scan.grids and scan.grids[-1]:
        scan.add("column", "&", *found.span())
    return True


def _stop(scan: _Scan, found: re.Match[str]) -> bool:
    """A full stop close between operands: a method or an attribute of the left one, or a product."""
    at = found.start()
    before, after = scan.text[at - 1 : at] if at else "", scan.text[at + 1 : at + 2]
    if not (before.isalnum() or before in tuple(")]}'")) or scan.spaced:
        return False
    member = _MEMBER.match(scan.text, at + 1)
    if member is not None and _is_member(scan, member):
        scan.at = member.end("named")
        scan.add("member", member["named"], at, scan.at)
        return True
    if not (after.isalnum() or after in tuple("([")):
        return False
    scan.add("product", ".", *found.span())
    return True


def _is_member(scan: _Scan, member: re.Match[str]) -> bool:
    word = member["named"]
    called = member["called"] is not None
    known = word in vocabulary.METHODS if called else word in vocabulary.ATTRIBUTES
    return known or (called and scan.symbols.is_function_word(word))


_MEMBER = re.compile(r"(?P<named>[A-Za-z_][A-Za-z0-9_]*)(?P<called>\s*\()?")


def _closing_brace(scan: _Scan, found: re.Match[str]) -> bool:
    """`{=}`, `{-}`: a sign that is set as an ordinary letter; as a script it is a mark."""
    if scan.before() not in _SIGN_KINDS or scan.before(2) != "brace" or scan.before(3) in {"power", "under"}:
        return False
    sign, brace = scan.tokens.pop(), scan.tokens.pop()
    span = brace.span | scan.span(found)
    scan.tokens.append(replace(sign, span=span, spaced=brace.spaced, line=brace.line))
    return True


_SIGN_KINDS = frozenset({"plus", "minus", "relation", "product", "slash"})
_SPECIAL: Mapping[str, Callable[[_Scan, re.Match[str]], bool]] = {"&": _column, ".": _stop, "}": _closing_brace}

_TEXTS = "|".join(sorted(vocabulary.TEXTS, key=len, reverse=True))
_REMARKS = "|".join(map(re.escape, sorted(vocabulary.REMARKS, key=len, reverse=True)))
_ALPHABETS = "|".join(vocabulary.ALPHABETS)
_LIBRARIES = "|".join(sorted(vocabulary.LIBRARIES, key=len, reverse=True))
_SNAKE = "|".join(sorted(_SNAKES, key=len, reverse=True))
_PATTERN = re.compile(
    rf"""
      (?P<scientific>(?:(?<=[0-9])\s+[xX]\s+|(?<=[0-9.])[xX])(?=10\s*(?:\^|\*\*)))
    | (?P<space>[ \t\r\n\f\v~]+ | \\[,;:!>/ \n] | \\$ | \\\$ | \${{1,2}})
    | (?P<based>0[xXbBoO][0-9A-Fa-f]+(?![A-Za-z]))
    | (?P<grouped>[0-9]+(?:(?:\{{,\}}|\\,)[0-9]+)+ | [0-9]{{1,3}}(?:_[0-9]{{3}})+(?![0-9]))
    | (?P<number>(?:[0-9]+\.[0-9]+ | \.[0-9]+ | [0-9]+\.(?=[eE][-+]?[0-9] | [-\s)\]}},+/^] | $) | [0-9]+)
        (?:[eE][-+]?[0-9]+)?)
    | (?P<library>(?<![A-Za-z0-9_.\\])(?:(?:{_LIBRARIES})\.)+
        (?P<called>(?:pi|e|inf|newaxis)(?![A-Za-z0-9_(])|[A-Za-z_][A-Za-z0-9_]*(?=\s*\()))
    | (?P<snake>(?:{_SNAKE})(?![A-Za-z0-9_]))
    | (?P<word>[A-Za-z][A-Za-z0-9]*)
    | (?P<percent>%(?:(?P<constant>pi|e|i|gamma|phi)(?![A-Za-z]))?)
    | (?P<comment>\#)
    | (?P<string>"[^"\n]{{0,60}}" | '[A-Za-z0-9_,>\- ]{{1,60}}'(?=\s*[,)\]]) | ")
    | (?P<fraction>\\[dtc]?frac\s*[0-9](?:\s*[0-9])?)
    | (?P<begin>\\begin\s*\{{(?P<begun>[A-Za-z]+)\*?\}}(?:\s*\[[^\][]*\])?(?:\s*\{{[lcr|@{{}} ]*\}})?)
    | (?P<end>\\end\s*\{{(?P<ended>[A-Za-z]+)\*?\}})
    | (?P<text>\\(?P<dress>{_TEXTS})(?![A-Za-z])\*?\s*\{{(?P<inside>(?:[^{{}}]|\{{[^{{}}]*\}})*)\}})
    | (?P<letter>\\(?P<alphabet>{_ALPHABETS})\s*(?:\{{\s*([A-Za-z]+|1)\s*\}}|(?<![A-Za-z])([A-Za-z1])(?![A-Za-z])))
    | (?P<one>\\(?:mathbf|boldsymbol|bm)\s*(?:\{{\s*1\s*\}}|1))
    | (?P<remark>\\(?:{_REMARKS})(?![A-Za-z])\s*\{{[^{{}}]*\}}(?:\s*\{{\\text\{{[^{{}}]*\}}\}})?)
    | (?P<blank>\\(?:left|right)\s*\.)
    | (?P<newline>\\\\(?:\s*\[[^\][]{{0,20}}\])?)
    | (?P<command>\\(?:[A-Za-z]+ | [^A-Za-z\s]))
    | (?P<sign>\*\*|\|\||>=|=>|<=|=<|<-|!=(?!=)|<>|==|:=|=:|->|\.T(?![A-Za-z])|~=|\.\.\.|\.\*|\./|\.\^)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)  # fmt: skip

_HANDLERS: Mapping[str, _Handler] = {
    "scientific": _scientific, "space": _space, "based": _based, "grouped": _grouped, "number": _number,
    "library": _library, "snake": _snake, "word": _word, "percent": _percent, "comment": _comment,
    "string": _string, "fraction": _fraction, "begin": _begin, "end": _end, "text": _text, "letter": _letter,
    "one": _one, "remark": _remark, "blank": _blank, "newline": _newline, "command": _command, "sign": _sign,
    "other": _other,
}  # fmt: skip
