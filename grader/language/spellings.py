"""Letters and digits as tokens: numbers in every notation, words and what is run together in them, upright text."""

from __future__ import annotations

import re
from collections.abc import Callable

from grader.language import vocabulary
from grader.language.scan import Scan

MAX_WORD = 60
MAX_DIGITS = 400


def number(scan: Scan, found: re.Match[str]) -> None:
    """A number, as it is written."""
    _check_length(scan, found, MAX_DIGITS, "digits")
    text = found[0]
    if "." in text and text.partition(".")[2][:1] in {"", "e", "E"}:
        text = text.replace(".", "")
    scan.add("number", text, found.span())


def grouped(scan: Scan, found: re.Match[str]) -> None:
    """`10{,}000` and `10\\,000` are one number; so is `1{,}5`, with a decimal comma."""
    _check_length(scan, found, MAX_DIGITS, "digits")
    parts = re.split(r"\{,\}|\\,|_", found[0])
    groups = all(len(part) == 3 for part in parts[1:]) and len(parts[0]) <= 3 and parts[0] != "0"
    if groups:
        scan.add("number", "".join(parts), found.span())
    elif len(parts) == 2 and "{,}" in found[0]:
        scan.add("number", ".".join(parts), found.span())
    else:
        scan.fail("ambiguous", f"{found[0]!r} may be one number or several; write it without groups", found)


def based(scan: Scan, found: re.Match[str]) -> None:
    """`0x1F` is refused: which base was meant is not what a formula says."""
    scan.fail("unexpected", f"{found[0]!r} is written to another base; write the number with decimal digits", found)


def scientific(scan: Scan, found: re.Match[str]) -> None:
    """`1.38 x 10^-1`: the letter is a times sign where it is no name."""
    if scan.symbols.has("x") or scan.holds(_OTHER_X):
        scan.fail("ambiguous", "this 'x' may be a times sign or a name; write * for the sign", found)
    at = found.start() + len(found[0]) - len(found[0].lstrip())
    scan.spaced = scan.spaced or found[0][0].isspace()
    scan.add("product", "times", (at, at + 1))
    scan.spaced = found[0][-1].isspace()


_OTHER_X = r"(?<![A-Za-z\\])x(?![A-Za-z])(?!\s*10\s*(?:\^|\*\*))"


def _check_length(scan: Scan, found: re.Match[str], most: int, what: str) -> None:
    if len(found[0]) > most:
        scan.fail("too_long", f"{len(found[0])} {what} in one; at most {most} are read", found)


def word(scan: Scan, found: re.Match[str]) -> None:
    """A word, and the names that are run together in it."""
    _check_length(scan, found, MAX_WORD, "letters")
    start = found.start()
    for piece in _pieces(scan, found[0], start):
        kind = "number" if piece[0].isdigit() else "name"
        scan.add(kind, piece, (start, start + len(piece)))
        start += len(piece)


def _pieces(scan: Scan, word: str, at: int) -> list[str]:
    """Split a word into the names that it holds; in LaTeX a script that no table knows takes one letter only."""
    symbols = scan.symbols
    if symbols.is_whole(word, latex=scan.latex):
        return [word]
    if _in_script(scan, at) or (_after_script(scan) and symbols.scripted(scan.tokens[-2].text, word)):
        return [word]
    if not scan.latex:
        declared = symbols.splits and (symbols.entries or symbols.values)
        if word not in scan.rows:
            scan.rows[word] = (symbols.parted(word) if declared else []) or [word]
        return scan.rows[word]
    if scan.before() in {"under", "power"} and not scan.spaced:
        return [word[0], *(_pieces_behind(scan, word[1:]) if word[1:] else ())]
    return _pieces_behind(scan, word)


def _pieces_behind(scan: Scan, word: str) -> list[str]:
    return split(word, scan.symbols.is_word) or _PIECE.findall(word)


def _in_script(scan: Scan, at: int) -> bool:
    """Whether a braced script begins here that may be a word: `b_{out}`, `\\theta^{old}`."""
    kinds = [token.kind for token in scan.tokens[-2:]]
    if kinds == ["under", "brace"]:
        return True
    return kinds == ["power", "brace"] and bool(_MARK_WORD.match(scan.text, at))


def _after_script(scan: Scan) -> bool:
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


def snake(scan: Scan, found: re.Match[str]) -> None:
    """A function's name with an underscore in it."""
    scan.add("name", found[0], found.span(), whole=True)


def library(scan: Scan, found: re.Match[str]) -> None:
    """`np.exp(x)` is `exp(x)`, unless the table has a name that is spelled as the library."""
    first = found[0].partition(".")[0]
    if scan.symbols.has(first):
        scan.at = found.start() + len(first)
        scan.add("name", first, (found.start(), scan.at))
        return
    start = found.start("called")
    scan.add("name", found["called"], (start, found.end()), whole=True)


def upright(scan: Scan, found: re.Match[str]) -> None:
    """Upright letters: one word is a name, digits are a number, more are a remark, or a formula that is set upright."""
    inside = found["inside"].replace(r"\_", "_").strip()
    words = inside.split()
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", inside):
        scan.add("number", inside, found.span())
    elif (_UPRIGHT.fullmatch(inside) or inside in SNAKES) and inside not in vocabulary.COMMENT_WORDS:
        scan.add("name", inside, found.span(), whole=True)
    elif scan.grids[-1:] == ["cases"] and len(words) > 1 and words[0].lower() in vocabulary.IF_WORDS:
        scan.add("note", words[0].lower(), found.span())
        _inside(scan, found, found["inside"].index(words[0]) + len(words[0]))
    elif inside and found["dress"] not in _PROSE:
        _inside(scan, found, 0)
    elif inside:
        scan.add("note", inside, found.span())


def _inside(scan: Scan, found: re.Match[str], skipped: int) -> None:
    """Go on inside the braces, as if they were none."""
    scan.skipped.add(found.end() - 1)
    scan.at = found.start("inside") + skipped
    scan.spaced = True


_PROSE = frozenset({"text", "textit", "mbox", "hbox", "textrm", "textnormal", "textbf"})
_UPRIGHT = re.compile(r"[A-Za-z](?:[A-Za-z0-9]|-(?=[A-Za-z]))*")
SNAKES = frozenset(name for name in vocabulary.FUNCTIONS | vocabulary.METHODS if "_" in name)


def full_stop(scan: Scan, found: re.Match[str]) -> bool:
    """A full stop close between operands: a method or an attribute of the left one, or a product."""
    at = found.start()
    before, after = scan.text[at - 1 : at] if at else "", scan.text[at + 1 : at + 2]
    if not (before.isalnum() or before in tuple(")]}'")) or scan.spaced:
        return False
    member = _MEMBER.match(scan.text, at + 1)
    if member is not None and _is_member(scan, member):
        scan.at = member.end("named")
        scan.add("member", member["named"], (at, scan.at))
        return True
    if not (after.isalnum() or after in tuple("([")):
        return False
    scan.add("product", ".", found.span())
    return True


def _is_member(scan: Scan, member: re.Match[str]) -> bool:
    word = member["named"]
    called = member["called"] is not None
    known = word in vocabulary.METHODS if called else word in vocabulary.ATTRIBUTES
    return known or (called and scan.symbols.is_function_word(word))


_MEMBER = re.compile(r"(?P<named>[A-Za-z_][A-Za-z0-9_]*)(?P<called>\s*\()?")
