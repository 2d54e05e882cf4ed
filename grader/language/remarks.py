"""Remarks beside formulas: what is one, and how far it reaches."""

from __future__ import annotations

from grader.language.cursor import OPERANDS, Cursor
from grader.language.symbols import Symbols
from grader.language.vocabulary import FUNCTIONS, GREEK, SERIES


def is_remark(c: Cursor, at: int) -> bool:
    """Whether a bracket holds a line's number or words rather than a factor."""
    if c.tokens[at].kind != "open" or not c.tokens[at].spaced:
        return c.tokens[at].kind == "note"
    if at not in c.remarks:
        c.remarks[at] = _is_remark(c, at)
    return c.remarks[at]


def _is_remark(c: Cursor, at: int) -> bool:
    end = c.matching(at)
    source = c.text[c.tokens[at].span.end : c.tokens[end].span.start]
    if source.strip().isdigit():
        gap = c.text[c.tokens[at - 1].span.end : c.tokens[at].span.start]
        return c.tokens[min(end + 1, len(c.tokens) - 1)].kind in {"end", "relation"} and len(gap) > 1
    return c.bracket(at).has("note") or _has_words(source, c.symbols)


def _has_words(source: str, symbols: Symbols) -> bool:
    """Whether text in brackets has words that no formula has."""
    words = "".join(character if character.isalpha() or character in "\\'" else " " for character in source).split()
    return any(len(word) > 2 and _is_prose(word, symbols) for word in words)


def _is_prose(word: str, symbols: Symbols) -> bool:
    letters = word.isascii() and word.replace("'", "").isalpha()
    return letters and not symbols.knows(word) and word not in FUNCTIONS and word not in GREEK and word not in SERIES


def after_label(c: Cursor, start: int, end: int) -> int:
    """Where an answer begins behind what it is called: `answer:`, `p1.h0:`, `(3)`, `b)`."""
    opened = c.tokens[start].kind == "open" and c.tokens[start].text == "("
    inner, closing = c.tokens[start + opened : start + opened + 2] if end - start > 3 else (c.tokens[-1],) * 2
    number = inner.kind == "number" or (inner.kind == "name" and len(inner.text) == 1 and not c.symbols.has(inner.text))
    behind = c.tokens[min(start + opened + 2, len(c.tokens) - 1)]
    if number and (closing.kind, closing.text) == ("close", ")") and behind.spaced and behind.kind in OPERANDS:
        return start + opened + 2
    for place in range(start, min(start + _LONGEST_LABEL, end)):
        if c.tokens[place].kind == "colon":
            return place + 1
        if c.tokens[place].kind not in {"name", "number", "stop", "note"}:
            break
    return start


# Tokens of a label: an item's whole name is `p1.backward.w0.formula`.
_LONGEST_LABEL = 10
