"""The signs of calculus: integrals with their differentials, gradients, derivatives in every spelling."""

from __future__ import annotations

from dataclasses import replace

from grader.language import vocabulary
from grader.language.cursor import JUXTAPOSED, NABLA, POWER, SUM, TERM, Cursor
from grader.language.groups import body, bracketed, relates, remark_words, starts_operand, subscript
from grader.language.names import braced, resolved, scripted
from grader.language.remarks import is_remark
from grader.language.syntax import Derivative, Gradient, Index, Integral, Name, Node, Number, Product

MAX_ORDER = 20
_ENDING = frozenset({"end", "close", "unbrace", "relation", "comma"})


def integral(c: Cursor) -> Node:
    """integral := "\\int" ["_" lower] ["^" upper] [differentials] term [differentials]"""
    start = c.start
    c.next()
    lower = upper = None
    while c.token.kind in {"under", "power"}:
        if c.next().kind == "under":
            lower = subscript(c)[0]
        else:
            upper = braced(c)
    c.integrals += 1
    variables = _differentials(c)
    inner = _integrand(c, start)
    variables += _differentials(c)
    c.integrals -= 1
    return c.build(Integral, start, inner, variables, lower, upper)


def _integrand(c: Cursor, start: int) -> Node:
    if is_differential(c) or c.token.kind in _ENDING:
        return c.build(Number, start, "1")
    return c.expression(SUM) if _differential_after_sum(c) else body(c)


def _differential_after_sum(c: Cursor) -> bool:
    """Whether the integrand is a sum without brackets, `\\int f + g dz`."""
    place, signed = c.at, False
    while True:
        token = c.tokens[place]
        if token.kind in {"integral", "relation", "end", "close", "unbrace", "end_grid"}:
            return False
        signed = signed or (token.kind in {"plus", "minus"} and place > c.at)
        if differential_at(c, place):
            return signed
        place = c.matching(place) + 1
        if place >= len(c.tokens):
            return False


def _differentials(c: Cursor) -> tuple[Node, ...]:
    """differential := "d" name, in one word or two; an inner integral takes one, the outermost all that are left"""
    found: list[Node] = []
    while is_differential(c) and not (found and c.integrals > 1):
        start = c.start
        token = c.next()
        token = c.next() if token.text == "d" else replace(token, text=token.text[1:])
        found.append(resolved(c, scripted(c, token, start)))
    return tuple(found)


def is_differential(c: Cursor) -> bool:
    """Whether the differential of an integral stands here."""
    return c.integrals > 0 and differential_at(c, c.at)


def differential_at(c: Cursor, place: int) -> bool:
    """Whether the token at a place begins a differential, `dz` or `d z`."""
    token = c.tokens[min(place, len(c.tokens) - 1)]
    if token.kind != "name" or token.text[0] != "d":
        return False
    if token.text == "d":
        return c.tokens[min(place + 1, len(c.tokens) - 1)].kind == "name"
    rest = token.text[1:]
    return len(rest) == 1 or rest in vocabulary.GREEK or (rest[1:].isdigit() and rest[0].isalpha())


def juxtaposes(c: Cursor) -> bool:
    """Whether what follows is a factor written without a sign."""
    token = c.token
    if not starts_operand(c) or is_differential(c) or remark_words(c):
        return False
    if token.kind == "number":
        return c.look(-1).kind != "number"
    if token.kind == "command" and relates(c):
        return False
    return not (c.statements and is_remark(c, c.at))


def begins_function(c: Cursor) -> bool:
    """Whether a function, or a sign that reaches over what follows, begins here."""
    token = c.token
    if token.kind in {"integral", "nabla"}:
        return True
    if token.kind == "command":
        return token.text in {"underset", "underbrace"}
    if token.kind != "name":
        return False
    big = token.text in vocabulary.SERIES or ("bb" in token.marks and token.text == "E")
    return big or token.text in vocabulary.DIVERGENCE_WORDS or c.symbols.is_function_word(token.text)


def argument(c: Cursor) -> tuple[Node, str]:
    """argument := bracket | the implicit product up to the next function, sum, integral or expectation"""
    if c.is_at("open") and c.token.text in {"(", "[", "{"}:
        opening = c.token.text
        return bracketed(c), opening
    start = c.start
    factors = [c.expression(JUXTAPOSED + 1)]
    while juxtaposes(c) and not begins_function(c):
        factors.append(c.expression(JUXTAPOSED + 1))
    if len(factors) == 1:
        return factors[0], ""
    return c.build(Product, start, tuple(factors), ("",) * (len(factors) - 1)), ""


def gradient(c: Cursor) -> Node:
    """gradient := "\\nabla" ["_" name] operand; entries of a gradient are taken of the gradient"""
    start = c.start
    c.next()
    by = braced(c) if c.take("under") else None
    if not starts_operand(c):
        c.fail("what the gradient is of")
    return _lifted(c, c.expression(NABLA), by, start)


def _lifted(c: Cursor, of: Node, by: Node | None, start: int) -> Node:
    if isinstance(of, Index):
        return c.build(Index, start, _lifted(c, of.of, by, start), of.at, of.style)
    return c.build(Gradient, start, of, by)


def partial(c: Cursor) -> Node:
    """derivative := "∂" ["^" order] operand "/" "∂" operand | "∂" "/" "∂" operand argument | "∂" "_" name operand"""
    start = c.start
    c.next()
    if c.take("under"):
        below = braced(c)
        return c.build(Derivative, start, c.expression(NABLA), (below,))
    order(c)
    of = None if c.is_at("slash") else c.expression(NABLA)
    c.expect("slash", "/", "'/' and the variable of the derivative")
    by = denominator(c)
    return c.build(Derivative, start, of if of is not None else argument(c)[0], by)


def denominator(c: Cursor) -> tuple[Node, ...]:
    """below := ("∂" | "d") operand ["^" order] ..."""
    by: list[Node] = []
    while c.is_at("partial") or differential_at(c, c.at):
        start, token = c.start, c.next()
        if len(token.text) > 1:
            variable = resolved(c, scripted(c, replace(token, text=token.text[1:]), start))
        else:
            variable = c.expression(NABLA)
        if c.is_at("power") and not any(c.look(n).kind == "number" for n in (1, 2)):
            variable = c.grammar.continued(c, variable, start, POWER)
        by.extend([variable] * order(c))
    if not by:
        c.fail("'\\partial' and the variable of the derivative")
    return tuple(by)


def order(c: Cursor) -> int:
    """order := ["^" number]"""
    if not c.take("power"):
        return 1
    found = braced(c)
    if not isinstance(found, Number) or not found.text.isdigit() or not 0 < int(found.text) <= MAX_ORDER:
        c.fail(f"an order of derivation from 1 to {MAX_ORDER}")
    return int(found.text)


def is_derivative(c: Cursor, above: int, below: int) -> bool:
    """Whether a fraction with these first tokens is a derivative."""
    over, under = c.tokens[above], c.tokens[below]
    if over.kind == under.kind == "partial":
        return True
    return over.kind == "name" and over.text == "d" and differential_at(c, below)


def fraction_of_differentials(c: Cursor, start: int) -> Node:
    """derivative := "\\frac" "{" "∂" ["^" order] [expression] "}" "{" below "}" [argument]"""
    in_braces = c.take("brace")
    style = "partial" if c.next().kind == "partial" else "d"
    order(c)
    of = None
    if in_braces:
        of = None if c.is_at("unbrace") else c.expression(TERM)
        c.expect("unbrace", "}", "'}'")
    c.expect("brace", "{", "'{'")
    by = denominator(c)
    c.expect("unbrace", "}", "'}'")
    return c.build(Derivative, start, of if of is not None else argument(c)[0], by, style=style)


def leibniz(c: Cursor) -> Node | None:
    """derivative := "d" "/" "dx" argument | "dy" "/" "dx"; None, and nothing read, where there is none"""
    if not (_is_d_word(c, 0) and c.ahead.kind == "slash" and _is_d_word(c, 2)):
        return None
    start, above, below = c.start, c.token.text, c.look(2).text
    named = c.symbols.heads_name(above[1:]) and c.symbols.heads_name(below[1:])
    if below == "d" or (not named and (c.symbols.knows(below) or (above != "d" and c.symbols.knows(above)))):
        return None
    c.skip_to(c.at + 2)
    by = resolved(c, scripted(c, replace(c.next(), text=below[1:]), start))
    of = argument(c)[0] if above == "d" else resolved(c, c.build(Name, start, above[1:]))
    return c.build(Derivative, start, of, (by,), style="d")


def _is_d_word(c: Cursor, further: int) -> bool:
    token = c.look(further)
    return token.kind == "name" and token.text[0] == "d" and not c.symbols.is_function_word(token.text)
