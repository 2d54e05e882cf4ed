"""Names: their scripts, what a superscript marks, and what a table makes of them; arguments in braces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NoReturn

from grader.language import vocabulary
from grader.language.cursor import POWER, TIGHT, Cursor
from grader.language.groups import condition, enumerated, subscript
from grader.language.scan import Token
from grader.language.symbols import Symbol, key_of
from grader.language.syntax import (
    Given,
    Gradient,
    Index,
    Name,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Transpose,
)

# How many subscripts may be part of a name in a table; further ones are indices.
_MAX_OWN = 8
# A table's name with a superscript or a bracket of its own has so many tokens in it at most, none of them a bracket.
MAX_SPELLED = 24


def braced(c: Cursor) -> Node:
    """braced := "{" condition ["\\over" expression | "|" conditions] "}" | number | name | command"""
    if not c.is_at("brace"):
        return one_token(c)
    bars = c.barred()
    c.next()
    with c.inside(bars=bars):
        inner = after_group(c, condition(c))
    c.expect("unbrace", "}", "'}'")
    return inner


def after_group(c: Cursor, inner: Node) -> Node:
    """group := condition ["\\over" expression | "|" condition ("," condition)*]"""
    if c.take("over"):
        return c.build(Quotient, inner.span.start, inner, c.expression())
    if not c.take("bar"):
        return inner
    return c.build(Given, inner.span.start, (inner,), enumerated(c))


def one_token(c: Cursor) -> Node:
    """What a command or a script takes without braces."""
    start = c.start
    if c.is_at("name"):
        token = c.next()
        return resolved(c, c.build(Name, start, token.text, (), 0, token.marks))
    if c.token.kind in {"number", "command"}:
        return c.operand(TIGHT)
    if c.token.kind in {"plus", "minus"}:
        return c.expression(POWER)
    return c.fail("an argument in braces")


def power_operand(c: Cursor) -> Node:
    """What stands after `^`: a group in braces, an upright name, or what binds tighter than a power."""
    in_braces = c.is_at("brace") or (c.is_at("name") and c.token.whole)
    found = braced(c) if in_braces else c.expression(POWER)
    c.scripted = c.at
    return found


def scripted(c: Cursor, token: Token, start: int) -> Name:
    """name := word scripts"""
    return scripts(c, c.build(Name, start, token.text, (), 0, token.marks))


def scripts(c: Cursor, name: Name) -> Name:
    """scripts := ("'" | "^" "\\prime" | "^" mark | "_" subscript)*"""
    while True:
        if c.is_at("prime"):
            name = replace(name, primes=name.primes + len(c.next().text))
        elif c.is_at("power") and c.ahead.kind == "prime":
            c.next()
        elif c.is_at("power") and (mark := _mark(c)):
            name = _marked(c, name, *mark)
        elif c.is_at("under") and not is_positive_part(c):
            holds = name.base in vocabulary.INDICATORS and c.bracket(c.at + 1).has("relation", "open")
            c.next()
            name = below(c, name, subscript(c, scripts=0 if holds else 1))
        else:
            return c.build(Name, name.span.start, name.base, name.sub, name.primes, name.marks)


def below(c: Cursor, name: Name, script: tuple[Node, ...]) -> Name:
    """A name with further subscripts; letters that run together are told apart where the table says so."""
    whole = replace(name, sub=(*name.sub, *script)[:_MAX_OWN])
    own = not c.scripts and key_of(whole) in c.symbols.entries
    return replace(name, sub=(*name.sub, *(script if own else _split_indices(c, name, script))))


def is_positive_part(c: Cursor) -> bool:
    """Whether `_+` or `_{+}` stands here."""
    braces = c.ahead.kind == "brace" and c.look(2).kind == "plus" and c.look(3).kind == "unbrace"
    return c.is_at("under") and (braces or c.ahead.kind == "plus")


def _mark(c: Cursor) -> tuple[str, int] | None:
    """What a superscript marks a name with, and how many tokens that takes; None where it is no mark."""
    inner = c.look(2) if c.ahead.kind == "brace" else c.ahead
    if c.ahead.kind == "brace":
        if inner.kind == "prime":
            return "", 0
        if c.look(3).kind != "unbrace":
            return None
    signed = {"plus": "^+", "minus": "^-"}.get(inner.kind, "")
    taken = 4 if c.ahead.kind == "brace" else 2
    if inner.kind == "product" and inner.text == "*":
        return "^*", taken
    if signed and (taken == 4 or c.look(2).kind not in {"number", "name", "open", "brace", "command"}):
        return signed, taken
    return (f"^{inner.text}", taken) if _is_mark_word(c, inner) else None


def _is_mark_word(c: Cursor, token: Token) -> bool:
    if token.kind != "name" or len(token.text) < 2 or c.symbols.has(token.text):
        return False
    return token.text in vocabulary.MARK_WORDS or c.written(token.span).startswith(r"\text")


def _marked(c: Cursor, name: Name, mark: str, taken: int) -> Name:
    if taken:
        c.skip_to(c.at + taken)
        c.scripted = c.at
        return replace(name, marks=(*name.marks, mark))
    c.skip_to(c.at + 2)
    count = 0
    while c.is_at("prime"):
        count += len(c.next().text)
    c.expect("unbrace", "}", "'}'")
    return replace(name, primes=name.primes + count)


def _split_indices(c: Cursor, name: Name, script: tuple[Node, ...]) -> tuple[Node, ...]:
    """`w_{ij}` has two indices where a table says that i and j are some; so has `w_{0ij}` where w_0 is a name."""
    if not c.symbols.indices:
        return script
    return tuple(part for sub in script for part in _letters(c, name, sub))


def _letters(c: Cursor, name: Name, sub: Node) -> Iterator[Node]:
    if isinstance(sub, Product) and not any(sub.signs) and all(isinstance(one, Name | Number) for one in sub.factors):
        first = replace(name, sub=(*name.sub, sub.factors[0]))
        if isinstance(sub.factors[0], Name) or c.symbols.find(key_of(first)) is not None:
            for factor in sub.factors:
                yield from _letters(c, name, factor)
            return
    letters = sub.base if isinstance(sub, Name) and not (sub.sub or sub.primes or sub.marks) else ""
    single = all(letter in c.symbols.indices or letter.isdigit() for letter in letters)
    if len(letters) < 2 or not single:
        yield sub
        return
    for letter in letters:
        yield c.build(Number if letter.isdigit() else Name, sub.span.start, letter)


def is_raised(c: Cursor) -> str:
    """The bracket of a superscript that stands in brackets whole, `^{(1)}` or `^{[l]}`; empty where there is none."""
    place = c.at + 2
    opening = c.look(2)
    if not (c.is_at("power") and c.ahead.kind == "brace" and opening.kind == "open" and opening.text in {"(", "["}):
        return ""
    end, closing = c.matching(place) + 1, c.matching(c.at + 1)
    return opening.text if closing - end == int(is_turned(c)) else ""


def is_turned(c: Cursor) -> bool:
    """Whether a superscript that begins with a bracket ends with a transpose sign: `^{(i)T}`."""
    end = c.matching(c.at + 2) + 1
    last = c.tokens[min(end, len(c.tokens) - 1)]
    turns = last.text == "top" or (last.text == "T" and c.symbols.transposes)
    return last.kind == "name" and turns and end + 1 == c.matching(c.at + 1)


def raised_items(c: Cursor) -> tuple[Node, ...]:
    """The inside of a superscript that stands in brackets whole."""
    closing, last = c.matching(c.at + 1), c.matching(c.at + 2)
    c.skip_to(c.at + 3)
    with c.inside(bars=1, scripts=1):
        items = enumerated(c)
    if c.at != last:
        c.fail("the closing bracket")
    c.skip_to(closing + 1)
    c.scripted = c.at
    return items


def _raised_name(c: Cursor, name: Name) -> Node | None:
    """A name that the table spells with a superscript, such as `a^{(1)}`; None, and nothing read, if it is none."""
    place = c.at
    inner = place + (2 if c.ahead.kind == "brace" else 1)
    bracket = c.bracket(inner)
    opening = c.tokens[min(inner, len(c.tokens) - 1)]
    if not (c.is_at("power") and opening.kind == "open" and opening.text == "("):
        return None
    if bracket.has("open", "brace", "begin") or bracket.closing - inner > MAX_SPELLED:
        return None
    c.next()
    c.scripts += 1
    exponent = power_operand(c)
    c.scripts -= 1
    for kept in range(min(len(name.sub), _MAX_OWN), -1, -1):
        symbol = c.symbols.find(key_of(Power(replace(name, sub=name.sub[:kept]), exponent)))
        if symbol is not None:
            found, rest = c.build(Name, name.span.start, symbol.name), name.sub[kept:]
            while c.is_at("under"):
                c.next()
                rest += _split_indices(c, name, subscript(c))
            return c.build(Index, name.span.start, found, rest, "_") if rest else found
    c.at = place
    return None


def resolved(c: Cursor, name: Name) -> Node:
    """What the table makes of a name: its own spelling, with scripts that are no part of it as indices."""
    if c.scripts or not c.symbols.entries:
        return name
    raised = _raised_name(c, name) if c.is_at("power") and c.symbols.raises(name) else None
    if raised is not None:
        return raised
    symbol, rest = looked_up(c, name)
    if symbol is not None:
        found = c.build(Name, name.span.start, symbol.name)
        return c.build(Index, name.span.start, found, rest, "_") if rest else found
    turned = resolved_transpose(c, name)
    if turned is not None:
        return turned
    if c.symbols.closed and not _is_common(c, name):
        unknown(c, name)
    return name


def resolved_transpose(c: Cursor, name: Name) -> Node | None:
    """`W'` as MATLAB writes a transpose, where the table has W and no W'."""
    plain = replace(name, primes=0)
    if name.primes != 1 or not c.symbols.transposes or looked_up(c, plain)[0] is None:
        return None
    return c.build(Transpose, name.span.start, resolved(c, plain))


def looked_up(c: Cursor, name: Name) -> tuple[Symbol | None, tuple[Node, ...]]:
    """The symbol of a name, as many scripts as it has counted in, and the scripts that are left."""
    for kept in range(min(len(name.sub), _MAX_OWN), -1, -1):
        symbol = c.symbols.find(key_of(replace(name, sub=name.sub[:kept])))
        if symbol is not None:
            return symbol, name.sub[kept:]
    marks = tuple(mark for mark in name.marks if mark not in vocabulary.PLAIN_MARKS)
    if marks != name.marks:
        return looked_up(c, replace(name, marks=marks))
    indexed = bool(name.sub) or bool(is_raised(c))
    return (c.symbols.folded(key_of(replace(name, sub=()))) if indexed else None), name.sub


def _is_common(c: Cursor, name: Name) -> bool:
    word = name.base
    return word in vocabulary.CONSTANTS or word in c.symbols.indices or word in c.bound


def unknown(c: Cursor, name: Name) -> NoReturn:
    """Refuse a name that a closed table does not have."""
    guess = c.symbols.guess(key_of(name))
    told = f"{c.written(name.span)!r} is not a name in this problem" + (f"; did you mean '{guess}'?" if guess else "")
    c.refuse("unknown_name", told, name.span)


def has_indices(c: Cursor, node: Node) -> bool:
    """Whether a superscript in brackets behind this is an index: behind a name or an entry, but not behind e."""
    while isinstance(node, Index | Gradient | Transpose):
        node = node.operand if isinstance(node, Transpose) else node.of
    constant = isinstance(node, Name) and node.base in {"e", "pi"} and not node.sub
    return isinstance(node, Name) and not (constant and c.symbols.find(node.base) is None)
