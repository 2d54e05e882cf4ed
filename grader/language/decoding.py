"""From what stands in a text to the signs of the language, once: every sign keeps its place in the source.

Editors, word processors and web forms write one sign in many ways: HTML entities, percent escapes, doubled
backslashes, mathematical alphabets, fullwidth and small forms, look-alike letters, composed and combining accents,
raised and lowered characters. What they spell is written out here in ASCII, Greek letters and the few signs that the
vocabulary has, so that the tokenizer sees one spelling. What only steers the look (zero-width, directions) is left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import html5

from grader.language import vocabulary
from grader.language.errors import LanguageError, Span
from grader.language.escapes import check_escapes


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text as the tokenizer reads it; sign i spells what stands in the source from `starts[i]` to `ends[i]`."""

    text: str
    source: str
    starts: tuple[int, ...] | range
    ends: tuple[int, ...] | range

    def span(self, start: int, end: int) -> Span:
        """The place in the source of a half-open range of signs."""
        if start >= len(self.text):
            return Span(len(self.source), len(self.source))
        return Span(
            self.starts[start], max(self.ends[start], self.ends[end - 1]) if end > start else self.starts[start]
        )


def decode(source: str) -> Decoded:
    """Write a text out in the signs of the language. Raises `LanguageError` for a character that formulas lack."""
    check_escapes(source)
    if source.isascii() and not _SUSPECT.search(source):
        return Decoded(source, source, range(len(source)), range(1, len(source) + 1))
    signs: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for text, start, end in _spelled(_joined(_unescaped(source)), source):
        signs.append(text)
        starts += [start] * len(text)
        ends += [end] * len(text)
    return Decoded("".join(signs), source, tuple(starts), tuple(ends))


Piece = tuple[str, int, int]

_SUSPECT = re.compile(r"&(?:[A-Za-z]+|#[0-9]+|#[xX][0-9A-Fa-f]+);|%[0-9A-Fa-f]{2}|\\\\[A-Za-z]")
_ENTITY = re.compile(r"&(?:([A-Za-z]{2,32};)|#([0-9]{1,7});|#[xX]([0-9A-Fa-f]{1,6});)")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_SURE = re.compile(r"%(?:5[CcEeBbDd]|7[BbDd]|3[DdCcEe]|2[BbFf])")
_URL = re.compile(r"(?:[^%\s\\{}^<>|\"]|%[0-9A-Fa-f]{2})+")


def _unescaped(source: str) -> Iterator[Piece]:
    """Single characters, those behind entities, percent escapes and doubled backslashes in their place."""
    escaped = bool(_SURE.search(source)) and bool(_URL.fullmatch(source.strip()))
    doubled = _is_doubled(source)
    at = 0
    while at < len(source):
        found = _ENTITY.match(source, at) or (_PERCENT.match(source, at) if escaped else None)
        if found is not None and (text := _meant(found)) is not None:
            yield from ((character, at, found.end()) for character in text)
            at = found.end()
            continue
        step = 2 if doubled and source[at] == "\\" else 1
        yield source[at], at, at + step
        at += step


def _meant(found: re.Match[str]) -> str | None:
    if found[0][0] == "%":
        return bytes.fromhex(found[0].replace("%", "")).decode("utf-8", errors="replace")
    if found[1]:
        return html5.get(found[1])
    number = int(found[2]) if found[2] else int(found[3], 16)
    return chr(number) if number < 0x110000 else None


def _is_doubled(source: str) -> bool:
    """Whether every backslash stands twice, and two of them begin a command that there is."""
    runs = re.findall(r"\\+", source)
    if not runs or any(len(run) % 2 for run in runs):
        return False
    return any(word in vocabulary.COMMANDS for word in re.findall(r"\\\\([A-Za-z]+)", source))


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """A letter together with the combining marks behind it; what has no width and no meaning is left out."""
    held: Piece | None = None
    for text, start, end in pieces:
        if text in _INVISIBLE:
            continue
        if held is not None and unicodedata.category(text)[0] == "M" and (held[0] not in " \n"):
            held = held[0] + text, held[1], end
            continue
        if held is not None:
            yield held
        held = text, start, end
    if held is not None:
        yield held


def _spelled(pieces: Iterator[Piece], source: str) -> Iterator[Piece]:
    """Each piece in the language's own signs, runs of raised and of lowered ones as one script in braces."""
    script, before = "", ""
    for text, start, end in pieces:
        kind, plain = _scripted(text)
        if kind != script:
            yield from ([("}", start, start)] if script else [])
            yield from ([(f"{kind}{{", start, end)] if kind else [])
            script = kind
        if text in _VULGAR and before.isdigit():
            raise LanguageError("ambiguous", "a fraction right behind a number; write + or *", source, Span(start, end))
        written = plain if kind else _plain(text, before, source, Span(start, end))
        yield written, start, end
        before = written[-1:] or before
    if script:
        yield "}", len(source), len(source)


def _scripted(text: str) -> tuple[str, str]:
    """`^` or `_` and what a raised or lowered character stands for; nothing for others."""
    tag, _, code = unicodedata.decomposition(text[0]).partition(" ")
    if tag not in {"<super>", "<sub>"} or " " in code or text in _NO_SCRIPTS:
        return "", ""
    character = chr(int(code, 16))
    return "^" if tag == "<super>" else "_", _SIGNS.get(character, character)


def _plain(text: str, before: str, source: str, span: Span) -> str:
    if len(text) > 1 or text in _COMPOSED:
        return _accented(text, source, span)
    if text.isascii() and (text.isprintable() or text.isspace()):
        return text
    if text in _TRANSPOSES:
        return r"\top " if before == "^" else r"^{\top}"
    if text in _SIGNS:
        return _SIGNS[text]
    if text.isspace():
        return "\n" if text in "\x85\u2028\u2029" else " "
    return _letter(text, source, span)


def _letter(text: str, source: str, span: Span) -> str:
    """A letter or digit of a mathematical alphabet, or one that looks like another, as the plain one."""
    if text in vocabulary.CHARACTERS or text in vocabulary.CHARACTER_NAMES:
        return text
    alphabet = _alphabet(text)
    folded = unicodedata.normalize("NFKC", text) if _is_form(text) else text
    folded = _SIGNS.get(folded, folded)
    if alphabet and len(folded) == 1 and (folded == "1" or (folded.isascii() and folded.isalpha())):
        return rf"\{alphabet}{{{folded}}}"
    if folded in vocabulary.CHARACTERS or folded in vocabulary.CHARACTER_NAMES or folded.isascii() or folded.isalpha():
        return folded
    named = unicodedata.name(text, f"U+{ord(text):04X}").lower()
    raise LanguageError("unexpected", f"a character that formulas do not have: {named}", source, span)


def _is_form(text: str) -> bool:
    tag, _, rest = unicodedata.decomposition(text).partition(" ")
    return tag in {"<font>", "<wide>", "<narrow>", "<small>", "<noBreak>"} or (bool(tag) and tag[0] != "<" and not rest)


def _alphabet(text: str) -> str:
    """The command of the alphabet that a letter is of, where that makes it another name."""
    name = unicodedata.name(text, "")
    if "DOUBLE-STRUCK" in name or text == "𝟏":
        return "mathbb" if not name.endswith("PARTIAL DIFFERENTIAL") else ""
    if not unicodedata.decomposition(text).startswith("<font>") or text == "ℓ":
        return ""
    return "mathfrak" if "FRAKTUR" in name or "BLACK-LETTER" in name else "mathcal" if "SCRIPT" in name else ""


def _accented(text: str, source: str, span: Span) -> str:
    """A letter with accents, composed or combining, as `\\hat{x}`."""
    base, *accents = list(unicodedata.normalize("NFD", text))
    written = _plain(base, "", source, span)
    for accent in accents:
        if accent == "\u0338" and written in _NEGATED:
            return _NEGATED[written]
        if accent not in _ACCENTS:
            named = unicodedata.name(accent, f"U+{ord(accent):04X}").lower()
            raise LanguageError("unexpected", f"an accent that formulas do not have: {named}", source, span)
        written = rf"\{_ACCENTS[accent]}{{{written}}}"
    return written


_ACCENTS = {
    "\u0302": "hat", "\u0304": "bar", "\u0305": "bar", "\u0303": "tilde", "\u0307": "dot", "\u0308": "ddot",
    "\u20d7": "vec", "\u20d1": "vec", "\u0306": "breve", "\u030c": "check", "\u0331": "underline",
    "\u0332": "underline", "\u0301": "acute", "\u0300": "grave",
}  # fmt: skip
_COMPOSED = frozenset(
    letter
    for letter in map(chr, range(0xC0, 0x1F00))
    if len(parts := unicodedata.normalize("NFD", letter)) > 1 and parts[0].isalpha() and set(parts[1:]) <= set(_ACCENTS)
)
_NEGATED = {"=": "≠"}
_NO_SCRIPTS = frozenset("ªº℠™")
_TRANSPOSES = frozenset("⊤⊺⟙ᐪ")
_INVISIBLE = frozenset(
    "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\ufeff\ufe0e\ufe0f"
    + "".join(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
)
_VULGAR = {character: unicodedata.normalize("NFKC", character).split("⁄") for character in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒"}
_LIKE = dict(zip("аеорсухіјѕԁһԛԝАВЕЗКМНОРСТХУІЈЅ", "aeopcyxijsdhqwABE3KMHOPCTXYIJS", strict=True))
_LIKE |= dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEZHIKMNOPTYXo", strict=True))
_SIGNS: dict[str, str] = (
    _LIKE
    | {
        "µ": "μ",
        "∆": "Δ",
        "Ω": "Ω",
        "K": "K",
        "Å": "Å",
        "ϵ": "ε",
        "ϕ": "φ",
        "ϑ": "θ",
        "ϱ": "ρ",
        "ϰ": "κ",
        "ϐ": "β",
        "ı": "i",
    }
    | {"ȷ": "j", "ℎ": "h", "∊": "∈", "˙": "·"}
    | dict.fromkeys("‐‑‒–—―−﹘﹣－˗➖⁻₋", "-")
    | dict.fromkeys("＋﬩➕⁺₊\u2064", "+")
    | dict.fromkeys("•‧∙⋅·・⸱●ᐧ‣◦", "·")
    | dict.fromkeys("✕✖⨯⨉╳", "×")
    | dict.fromkeys("∗⁎﹡＊✱", "*")
    | dict.fromkeys("⨀ʘ⊚⊛", "⊙")
    | dict.fromkeys("⨂", "⊗")
    | dict.fromkeys("○", "∘")
    | dict.fromkeys("⁄∕➗⟋", "/")
    | dict.fromkeys("ʹʼ´‘’′‵＇", "'")
    | dict.fromkeys("“”„＂", '"')
    | {"″": "''", "‴": "'''", "⁗": "''''"}
    | dict.fromkeys("❘｜│ǀ∣⎮", "|")
    | dict.fromkeys("‖∥║", "‖")
    | {"〈": "⟨", "〉": "⟩", "❨": "(", "❩": ")", "⟦": "[", "⟧": "]", "【": "[", "】": "]", "〔": "[", "〕": "]"}
    | {"⟮": "(", "⟯": ")", "❴": "{", "❵": "}", "、": ",", "。": ".", "\u2063": ",", "\u2062": " ", "∶": ":"}
    | dict.fromkeys("≃≅≐≒≓", "≈")
    | {"≝": "≔", "≦": "≤", "≧": "≥", "⟶": "→", "↦": "→", "⟼": "→", "⟵": "←", "↤": "←", "⟹": "⇒"}
    | dict.fromkeys("⋯⋮⋱︙", "…")
    | {"∛": r"\sqrt[3]", "∜": r"\sqrt[4]", "∬": "∫∫", "∭": "∫∫∫", "†": r"^\dagger ", "∅": r"\emptyset "}
    | dict.fromkeys("∎■▪□◻⬛⬜", r"\qed ")
    | {"⁽": "(", "⁾": ")", "₍": "(", "₎": ")", "⁼": "=", "₌": "="}
    | {character: rf"\frac{{{above}}}{{{below}}}" for character, (above, below) in _VULGAR.items()}
)
