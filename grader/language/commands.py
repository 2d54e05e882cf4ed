"""LaTeX commands with arguments in braces: fractions, roots, accents, braces above and below."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from grader.language import vocabulary
from grader.language.applications import applied_or_resolved
from grader.language.calculus import fraction_of_differentials, is_derivative
from grader.language.cursor import Cursor
from grader.language.groups import bracketed, measure, subscript
from grader.language.names import braced, scripts
from grader.language.series import expected, ranged, summed
from grader.language.syntax import Apply, Labelled, Name, Node, Quotient


def command(c: Cursor) -> Node:
    """Read a command with its arguments. Raises `LanguageError` for one that the language does not have."""
    token = c.token
    read = _COMMANDS.get(token.text)
    if read is None:
        c.refuse("unknown_command", f"'\\{token.text}' is not a command that is read here", token.span)
    return read(c)


def _fraction(c: Cursor) -> Node:
    """fraction := "\\frac" braced braced, also of differentials"""
    start = c.start
    c.next()
    above = c.at + c.is_at("brace")
    end = c.matching(c.at) if c.is_at("brace") else c.at
    below = min(end + 2, len(c.tokens) - 1)
    if is_derivative(c, above, below):
        return fraction_of_differentials(c, start)
    numerator = braced(c)
    return c.build(Quotient, start, numerator, braced(c))


def _root(c: Cursor) -> Node:
    """root := "\\sqrt" ["[" order "]"] braced"""
    start = c.start
    c.next()
    order = None
    if c.take("open", "["):
        order = c.expression()
        c.expect("close", "]", "']'")
    radicand = bracketed(c) if c.is_at("open") else braced(c)
    head = c.build(Name, start, "sqrt" if order is None else "root")
    return c.build(Apply, start, head, (radicand,) if order is None else (radicand, order))


def _binomial(c: Cursor) -> Node:
    """binomial := "\\binom" braced braced"""
    start = c.start
    c.next()
    above = braced(c)
    return c.build(Apply, start, c.build(Name, start, "binomial"), (above, braced(c)))


def _accent(c: Cursor) -> Node:
    """accent := "\\hat" braced, with the scripts that follow"""
    start, mark = c.start, vocabulary.ACCENTS[c.next().text]
    c.scripts += 1
    inner = braced(c)
    c.scripts -= 1
    if not isinstance(inner, Name):
        return c.build(Apply, start, c.build(Name, start, mark), (inner,))
    c.scripted = c.at
    name = c.build(Name, start, inner.base, inner.sub, inner.primes, (*inner.marks, mark))
    return applied_or_resolved(c, scripts(c, name))


def _labelled(c: Cursor) -> Node:
    """labelled := "\\underbrace" braced ["_" label]; the label is kept as it is written"""
    start = c.start
    script = "under" if c.next().text == "underbrace" else "power"
    inner = braced(c)
    label = ""
    if c.take(script):
        first = c.start
        in_braces = c.is_at("brace")
        end = c.matching(c.at) if in_braces else c.at
        if c.tokens[end].kind == "end" or (in_braces and c.tokens[end].kind != "unbrace"):
            c.fail("the label of the brace, and '}' after it")
        label = c.text[first : c.tokens[end].span.end]
        c.skip_to(end + 1)
    return c.build(Labelled, start, inner, "" if label == "{}" else label)


def _stacked(c: Cursor) -> Node:
    """stacked := "\\underset" "{" condition "}" sign, the sign an expectation or a minimum"""
    start = c.start
    c.next()
    parts = c.at
    c.skip_to((c.matching(parts) if c.is_at("brace") else parts) + 1)
    wrapped = c.take("brace")
    sign = c.next().text
    after = c.at + wrapped
    c.at = parts
    if sign == "E":
        variables, below = measure(c)
        c.skip_to(after)
        return expected(c, start, variables, below)
    if sign not in vocabulary.SERIES:
        c.fail("an expectation, a sum or a minimum under which this is written")
    ranges = tuple(ranged(c, part) for part in subscript(c))
    c.skip_to(after)
    return summed(c, vocabulary.SERIES[sign], start, ranges, None)


def _placeholder(c: Cursor) -> Node:
    c.next()
    c.fail("something in the place of an editor's empty box")


_COMMANDS: Mapping[str, Callable[[Cursor], Node]] = {
    **dict.fromkeys(vocabulary.ACCENTS, _accent),
    **dict.fromkeys(vocabulary.FRACTIONS, _fraction),
    **dict.fromkeys(vocabulary.BINOMIALS, _binomial),
    "sqrt": _root,
    "underbrace": _labelled,
    "overbrace": _labelled,
    "underset": _stacked,
    "placeholder": _placeholder,
}
