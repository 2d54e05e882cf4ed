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
from dataclasses import replace

from grader.language import vocabulary
from grader.language.decoding import decode
from grader.language.errors import LanguageError
from grader.language.scan import MAX_LENGTH, Scan, Tokens
from grader.language.spellings import (
    SNAKES,
    based,
    full_stop,
    grouped,
    library,
    number,
    scientific,
    snake,
    upright,
    word,
)
from grader.language.symbols import Symbols


def tokenize(text: str, symbols: Symbols, *, latex: bool | None = None) -> Tokens:
    """Read all tokens of a text. `latex` says whether letters that stand together are several names.

    Raises `LanguageError` for a text that is too long, and for characters that the language does not have.
    """
    if len(text) > MAX_LENGTH:
        message = f"the text has {len(text)} characters; at most {MAX_LENGTH} are read"
        raise LanguageError("too_long", message)
    scan = Scan(decode(text), symbols, "\\" in text if latex is None else latex)
    while scan.at < len(scan.text):
        if scan.at in scan.skipped:
            scan.at += 1
            continue
        found = _PATTERN.match(scan.text, scan.at)
        assert found is not None  # noqa: S101 - the pattern ends with any sign
        scan.at = found.end()
        _HANDLERS[str(found.lastgroup)](scan, found)
    scan.add("end", "", (len(scan.text), len(scan.text)))
    return Tokens(tuple(scan.tokens), tuple(scan.comments), scan.latex)


_Handler = Callable[[Scan, "re.Match[str]"], None]


def _space(scan: Scan, found: re.Match[str]) -> None:
    scan.spaced = True
    scan.line = scan.line or "\n" in found[0]


def _comment(scan: Scan, found: re.Match[str]) -> None:
    """A comment to the line's end."""
    end = scan.text.find("\n", found.start())
    scan.at = len(scan.text) if end < 0 else end
    scan.comments.append(scan.text[found.end() : scan.at].strip())
    scan.spaced = True


def _percent(scan: Scan, found: re.Match[str]) -> None:
    """`%pi` is a constant of Maxima's, `50%` one hundredth, and any other sign begins a comment of LaTeX's."""
    operand = scan.before() in _OPERAND_ENDS
    if found["constant"] and not (operand and scan.spaced):
        scan.add("name", found[0], found.span(), whole=True)
    elif _is_hundredth(scan, found.start()):
        scan.at = found.start() + 1
        scan.add("percent", "%", (found.start(), scan.at))
    else:
        _comment(scan, found)


def _is_hundredth(scan: Scan, at: int) -> bool:
    """Behind a number, close to it or before what can stand behind a number."""
    if scan.before() not in {"number", "close"}:
        return False
    return (not scan.spaced and scan.before() == "number") or bool(_ENDS_PERCENT.match(scan.text, at + 1))


_OPERAND_ENDS = frozenset({"number", "name", "close", "unbrace", "prime", "factorial", "percent", "transpose", "note"})
_ENDS_PERCENT = re.compile(r"\s*(?:[-+*/)\]}=<>,;^.&]|\\\\|\\(?:cdot|times|right|le|ge|quad)\b|$)")


def _string(scan: Scan, found: re.Match[str]) -> None:
    """A text in quotes, where an argument may stand; elsewhere the quotes are primes."""
    if len(found[0]) > 1 and scan.before() in {"relation", "open", "comma"}:
        scan.add("string", found[0][1:-1], found.span())
    else:
        scan.at = found.start() + 1
        scan.add("prime", "'" if found[0][0] == "'" else "''", (found.start(), scan.at))


def _fraction(scan: Scan, found: re.Match[str]) -> None:
    """`\\frac12`."""
    scan.add("command", "frac", found.span())
    for digit in re.finditer(r"[0-9]", found[0]):
        at = found.start() + digit.start()
        scan.add("number", digit[0], (at, at + 1))


def _begin(scan: Scan, found: re.Match[str]) -> None:
    grid = _GRIDS.get(found["begun"], "")
    scan.grids.append(grid)
    if grid:
        scan.add("begin", grid, found.span())


def _end(scan: Scan, found: re.Match[str]) -> None:
    if scan.grids and scan.grids.pop():
        scan.add("end_grid", found["ended"], found.span())


_GRIDS = {name: name for name in ("matrix", "bmatrix", "pmatrix", "vmatrix", "Vmatrix", "Bmatrix", "smallmatrix")}
_GRIDS |= {"array": "array", "cases": "cases", "dcases": "cases", "rcases": "cases"}


def _newline(scan: Scan, found: re.Match[str]) -> None:
    if scan.grids and scan.grids[-1]:
        scan.add("newline", "\\\\", found.span())
    scan.spaced = scan.line = True


def _letter(scan: Scan, found: re.Match[str]) -> None:
    letters = found[0][len(found["alphabet"]) + 1 :].strip("{} \t\n")
    scan.add("name", letters, found.span(), whole=True, marks=(vocabulary.ALPHABETS[found["alphabet"]],))


def _one(scan: Scan, found: re.Match[str]) -> None:
    scan.add("name", "1", found.span(), whole=True, marks=("bb",))


def _remark(scan: Scan, found: re.Match[str]) -> None:
    if found[0].startswith(r"\tag"):
        scan.add("note", found[0].partition("{")[2].rstrip("}"), found.span())
    scan.spaced = True


def _blank(scan: Scan, found: re.Match[str]) -> None:
    del found
    scan.spaced = True


def _command(scan: Scan, found: re.Match[str]) -> None:
    name = found[0][1:]
    if name in vocabulary.STYLES or name in vocabulary.TEXTS:
        scan.styled = True
        return
    for table, add in _COMMANDS:
        if name in table:
            add(scan, found, name)
            return
    scan.add("command", name, found.span())


def _named(scan: Scan, found: re.Match[str], name: str) -> None:
    plain = _VARIANTS.get(name, name)
    both = plain != name and scan.holds(rf"\\{plain}(?![A-Za-z])")
    scan.add("name", name if both or scan.symbols.has(name) else plain, found.span())


# One letter in two shapes; where a text has both they are two names.
_VARIANTS = {f"var{name}": name for name in ("epsilon", "theta", "phi", "rho", "kappa")}


def _signed(scan: Scan, found: re.Match[str], name: str) -> None:
    scan.add(*vocabulary.SIGNS[name], found.span())


def _aliased(scan: Scan, found: re.Match[str], name: str) -> None:
    scan.add("name", vocabulary.NAMED[name], found.span())


def _display(scan: Scan, found: re.Match[str], name: str) -> None:
    """`\\(`, `\\[` around the whole text are dollars; elsewhere they are brackets that someone escaped."""
    if not scan.holds(r"\A\s*\\[(\[](?s:.*)\\[)\]]\s*\Z"):
        scan.add("open" if name in "([" else "close", name, found.span())


def _ended(scan: Scan, found: re.Match[str], name: str) -> None:
    """The mark at a proof's end says nothing; neither does a line's end in a command of its own."""
    if name == "cr":
        _newline(scan, found)
    scan.spaced = True


_COMMANDS: tuple[tuple[frozenset[str], Callable[[Scan, re.Match[str], str], None]], ...] = (
    (frozenset(vocabulary.ACCENTS), lambda scan, found, name: scan.add("command", name, found.span())),
    ((vocabulary.GREEK | vocabulary.FUNCTIONS | frozenset(vocabulary.SERIES)) - {"sqrt"}, _named),
    (frozenset(vocabulary.SIGNS), _signed),
    (frozenset(vocabulary.NAMED), _aliased),
    (frozenset({"(", ")", "[", "]"}), _display),
    (frozenset({"qed", "blacksquare", "square", "Box", "qedhere", "qedsymbol", "cr", "newline"}), _ended),
)


def _sign(scan: Scan, found: re.Match[str]) -> None:
    if found[0] == "<-" and not (scan.spaced and scan.text[scan.at : scan.at + 1].isspace()):
        scan.at -= 1
        scan.add("relation", "<", (found.start(), scan.at))
        return
    scan.add(*vocabulary.ASCII_SIGNS[found[0]], found.span())


def _other(scan: Scan, found: re.Match[str]) -> None:
    character = found[0]
    special = _SPECIAL.get(character)
    if special is not None and special(scan, found):
        return
    if character in vocabulary.CHARACTERS:
        scan.add(*vocabulary.CHARACTERS[character], found.span())
    elif character in vocabulary.CHARACTER_NAMES:
        scan.add("name", vocabulary.CHARACTER_NAMES[character], found.span())
    elif character.isalpha():
        scan.add("name", character, found.span())
    else:
        named = unicodedata.name(character, f"U+{ord(character):04X}").lower()
        scan.fail("unexpected", f"a character that formulas do not have: {named}", found)


def _column(scan: Scan, found: re.Match[str]) -> bool:
    if scan.grids and scan.grids[-1]:
        scan.add("column", "&", found.span())
    return True


def _closing_brace(scan: Scan, found: re.Match[str]) -> bool:
    """`{=}`, `{-}`: a sign that is set as an ordinary letter; as a script it is a mark."""
    if scan.before() not in _SIGN_KINDS or scan.before(2) != "brace" or scan.before(3) in {"power", "under"}:
        return False
    sign, brace = scan.tokens.pop(), scan.tokens.pop()
    span = brace.span | scan.span(found)
    scan.tokens.append(replace(sign, span=span, spaced=brace.spaced, line=brace.line))
    return True


_SIGN_KINDS = frozenset({"plus", "minus", "relation", "product", "slash"})
_SPECIAL: Mapping[str, Callable[[Scan, re.Match[str]], bool]] = {"&": _column, ".": full_stop, "}": _closing_brace}

_TEXTS = "|".join(sorted(vocabulary.TEXTS, key=len, reverse=True))
_REMARKS = "|".join(map(re.escape, sorted(vocabulary.REMARKS, key=len, reverse=True)))
_ALPHABETS = "|".join(vocabulary.ALPHABETS)
_LIBRARIES = "|".join(sorted(vocabulary.LIBRARIES, key=len, reverse=True))
_SNAKE = "|".join(sorted(SNAKES, key=len, reverse=True))
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
    "scientific": scientific, "space": _space, "based": based, "grouped": grouped, "number": number,
    "library": library, "snake": snake, "word": word, "percent": _percent, "comment": _comment,
    "string": _string, "fraction": _fraction, "begin": _begin, "end": _end, "text": upright, "letter": _letter,
    "one": _one, "remark": _remark, "blank": _blank, "newline": _newline, "command": _command, "sign": _sign,
    "other": _other,
}  # fmt: skip
