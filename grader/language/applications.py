"""Functions and densities, and what they are applied to; methods; divergences; indicators."""

from __future__ import annotations

from dataclasses import replace

from grader.calculus.functions import INVERTED
from grader.language import vocabulary
from grader.language.arguments import sections_of
from grader.language.calculus import argument, is_differential
from grader.language.cursor import CLOSING, Cursor
from grader.language.groups import listed, starts_operand
from grader.language.names import MAX_SPELLED, braced, looked_up, power_operand, resolved
from grader.language.symbols import Role, key_of
from grader.language.syntax import (
    Apply,
    Chain,
    Derivative,
    Divergence,
    Given,
    Gradient,
    Indicator,
    Items,
    Matrix,
    Name,
    Negative,
    Node,
    Nodes,
    Number,
    Power,
    Product,
    Range,
    Series,
)

MAX_ORDER = 20
_BRACKETS = frozenset({"(", "[", "{"})


def applied_or_resolved(c: Cursor, name: Name) -> Node:
    """What a name with its scripts is: a divergence, an indicator, a function applied, or just a name."""
    if _is_divergence(c, name):
        return application(c, name)
    if _is_indicator(c, name):
        return _indicator(c, name, name.span.start)
    symbol = c.symbols.entries.get(key_of(name)) if name.sub else None
    if symbol is not None and symbol.role is Role.FUNCTION:
        name = replace(name, base=symbol.name, sub=())
    own = symbol is not None and symbol.role is Role.VALUE
    if not own and c.symbols.is_function(replace(name, sub=(), primes=0, marks=())):
        return _function(c, name, name.span.start, whole=symbol is not None)
    return _before_bracket(c, name)


def _before_bracket(c: Cursor, name: Name) -> Node:
    """What a name that is no known function is, by the bracket behind it."""
    spelled = _spelled_name(c, name) if c.is_at("open", "(") and c.symbols.heads(key_of(name)) else None
    if spelled is not None:
        return spelled
    extreme = name.base in vocabulary.SERIES and not name.sub
    opens = _opens(c) or (c.is_at("brace") and c.bracket().has("comma"))
    if _applies(c, name) if c.is_at("open", "(") else extreme and opens:
        return application(c, name, guessed=not extreme)
    return resolved(c, name)


def _opens(c: Cursor) -> bool:
    """Whether a bracket for a function's arguments begins here; in plain text braces are one."""
    return (c.is_at("open") and c.token.text in _BRACKETS) or (c.is_at("brace") and not c.latex)


def _spelled_name(c: Cursor, name: Name) -> Name | None:
    """A name that the table spells with a bracket, such as `p(y=0)`; None, and nothing read, if it is none."""
    bracket = c.bracket()
    if bracket.closing - c.at > MAX_SPELLED or bracket.has("open", "brace", "begin"):
        return None
    place, barred, opening = c.at, c.barred(), c.next().text
    c.scripts += 1
    sections = sections_of(c, ("close", CLOSING[opening]), barred)
    c.scripts -= 1
    args, given, params = (tuple(sections.get(sign, ())) for sign in ("", "|", ";"))
    symbol = c.symbols.find(key_of(Apply(name, args, given, params)))
    if symbol is None:
        c.at = place
        return None
    return c.build(Name, name.span.start, symbol.name)


def _applies(c: Cursor, name: Name) -> bool:
    """Whether a bracket after a name that is no known function is its argument."""
    symbol, _ = looked_up(c, name)
    if key_of(name) in c.symbols.values or (symbol is not None and symbol.role is Role.VALUE):
        return False
    unknown = c.symbols.closed and bool(c.symbols.entries) and not _is_letter(c, name)
    customary = (
        name.base in c.symbols.called or name.base in vocabulary.CUSTOMARY_FUNCTIONS or name.base in vocabulary.SERIES
    )
    return not c.token.spaced or unknown or customary or c.bracket().has("bar", "bars")


def _is_letter(c: Cursor, name: Name) -> bool:
    """Whether a closed table lets a name stand that it does not have: an index, a constant, what a sum runs over."""
    return name.base in c.symbols.indices | c.bound | vocabulary.CONSTANTS


def application(c: Cursor, name: Name, *, guessed: bool = False) -> Node:
    """application := name "(" [items] ["|" items] [";" items] ")", or "||" between the two of a divergence"""
    start = name.span.start
    facts, barred, opening = c.bracket(), c.barred(), c.next()
    closing = ("unbrace", "}") if opening.kind == "brace" else ("close", CLOSING[opening.text])
    sections = sections_of(c, closing, barred, sums=name.base in {"sum", "Sum"})
    args, given, params, right = (tuple(sections.get(sign, ())) for sign in ("", "|", ";", "||"))
    if right or (_named_divergence(name) and len(args) + len(given) + len(params) == 2):
        others = right or given or params or args[1:]
        if not args:
            c.fail("the two densities of a divergence")
        return c.build(Divergence, start, name, args[0], others[0])
    if len(args) == 1 and isinstance(args[0], Series) and ("for" in facts.words or _adds_list(c, name)):
        return args[0]
    first = args[0] if len(args) == 1 else None
    if isinstance(first, Given) and not given:
        args, given = first.of, first.given
    if not args and c.is_at("open", "("):  # a layer that is made and applied at once: nn.ReLU()(x)
        return application(c, name)
    guessed = guessed and len(args) == 1 and not (given or params) and _may_multiply(name)
    found = c.build(Apply, start, name, args, given, params, bracket=opening.text, guessed=guessed)
    known = c.symbols.find(key_of(name))
    if known is not None and known.role is Role.VALUE and len(args) == 1 and not (given or params):
        return c.build(Product, start, (resolved(c, name), args[0]), ("",))
    return _spelled_out(c, found)


def _adds_list(c: Cursor, name: Name) -> bool:
    """Whether Python's own `sum` adds up a list here, term by term; NumPy's adds up all entries of all terms."""
    start = name.span.start
    listed = c.text[start : start + 12].replace(" ", "").startswith("sum([")
    return name.base == "sum" and listed and c.text[start - 1 : start] != "."


def _may_multiply(name: Name) -> bool:
    """Whether a head may be a factor, or some: a letter, or letters that run into a function's name."""
    return len(name.base) == 1 or name.base in vocabulary.GREEK or bool(name.sub) or bool(run_into(name.base))


def run_into(word: str) -> str:
    """The function whose name a word ends with, behind further letters, as `tsin` does."""
    return next((word[at:] for at in range(1, len(word) - 1) if word[at:] in vocabulary.FUNCTIONS), "")


def _named_divergence(name: Name) -> bool:
    sub = name.sub[0] if len(name.sub) == 1 else None
    return name.base in vocabulary.DIVERGENCE_WORDS or (isinstance(sub, Name) and sub.base in {"KL", "kl"})


def _is_divergence(c: Cursor, name: Name) -> bool:
    """Whether the bracket here holds the two densities of a divergence."""
    return c.is_at("open") and (_named_divergence(name) or c.bracket().kinds.get("bars", 0) % 2 == 1)


def _is_indicator(c: Cursor, name: Name) -> bool:
    """Whether an indicator stands here, its condition in a bracket or below the sign."""
    below = len(name.sub) == 1 and isinstance(name.sub[0], Chain)
    if name.base == "1":
        return below or c.is_at("open")
    if name.base not in vocabulary.INDICATORS or c.symbols.find(key_of(replace(name, sub=()))):
        return False
    holds = c.is_at("open") and c.bracket().has("relation") and not c.bracket().has("comma")
    return holds if name.base != "chi" and not name.sub else below


def _indicator(c: Cursor, name: Name, start: int) -> Node:
    """indicator := "\\mathbf{1}" bracket | "\\mathbf{1}" "_" condition"""
    if name.sub:
        return c.build(Indicator, start, name.sub[0])
    return c.build(Indicator, start, bracket_condition(c))


def bracket_condition(c: Cursor) -> Node:
    """The one condition in a bracket."""
    items, _ = listed(c, CLOSING[c.next().text])
    if len(items) != 1:
        c.refuse("unexpected", f"got {len(items)} conditions, expected one", c.tokens[c.at - 1].span)
    return items[0]


def _function(c: Cursor, name: Name, start: int, *, whole: bool) -> Node:
    """function := name ["^" power] (bracket | argument without brackets)"""
    _check_dress(c, name, whole=whole)
    symbol = c.symbols.find(key_of(replace(name, sub=(), primes=0)))
    if symbol is not None:
        name = replace(name, base=symbol.name)
    exponent = None
    if c.is_at("power") and not _ends_power(c):
        c.next()
        exponent = power_operand(c)
        if exponent == Negative(Number("1")) and name.base in INVERTED:
            name, exponent = replace(name, base=INVERTED[name.base]), None
    applied = application(c, name) if _opens(c) else _applied(c, name, start)
    return applied if exponent is None else c.build(Power, start, applied, exponent)


def _check_dress(c: Cursor, name: Name, *, whole: bool) -> None:
    """Refuse what a function is written with and does not have: a subscript that is no base, a mark."""
    if name.marks:
        c.refuse("unexpected", f"{c.written(name.span)!r} is no function that is known here, with its mark", name.span)
    if name.sub and not whole and not (name.base in vocabulary.LOGARITHMS and len(name.sub) == 1):
        message = f"{c.written(name.span)!r} is no function that is known here; below, only a logarithm has a base"
        c.refuse("unexpected", message, name.span)


def _ends_power(c: Cursor) -> bool:
    """Whether `^` begins a transpose sign, which is no exponent of a function's name."""
    sign = c.look(2) if c.ahead.kind == "brace" else c.ahead
    return sign.text == "top" or c.ahead.kind == "product"


def _applied(c: Cursor, name: Name, start: int) -> Node:
    if c.is_at("brace"):
        return _braced_application(c, name, start)
    if not (starts_operand(c) or c.is_at("minus")) or is_differential(c):
        return name
    inner, bracket = argument(c)
    return c.build(Apply, start, name, (inner,), bracket=bracket)


def _braced_application(c: Cursor, name: Name, start: int) -> Node:
    """`\\exp{x}`, `\\max{0, x}`; braces go on with what follows where the argument has no bracket of its own."""
    if c.bracket().has("comma"):
        return application(c, name)
    return c.build(Apply, start, name, (braced(c),), bracket="{")


def method(c: Cursor, left: Node, start: int) -> Node:
    """method := operand "." name "(" arguments ")", which is the function with the operand as its first argument"""
    token = c.next()
    head = c.build(Name, token.span.start, token.text)
    if token.text == "grad":
        return c.build(Gradient, start, left)
    if not c.is_at("open", "("):
        return c.build(Apply, start, head, (left,))
    c.next()
    args: Nodes = tuple(sections_of(c, ("close", ")"), 0)[""])
    return c.build(Apply, start, head, (left, *args))


def _spelled_out(c: Cursor, node: Apply) -> Node:
    """`sum(f, k, 1, n)`, `diff(f, x, 2)`, `matrix([..], [..])` as what they spell."""
    start, args, word = node.span.start, node.args, node.head.base
    if node.head.sub or node.head.primes:
        return node
    if word in {"sum", "prod", "product"} and len(args) == 4:
        ranges = (c.build(Range, start, args[1], args[2], args[3]),)
        return c.build(Series, start, vocabulary.SERIES[word], ranges, args[0])
    if word in {"diff", "derivative"} and len(args) > 1:
        by = _orders(args[1:])
        return node if by is None else c.build(Derivative, start, args[0], by, style="diff")
    if word == "matrix" and args and all(isinstance(row, Items) and row.bracket == "[" for row in args):
        return c.build(Matrix, start, tuple(row.items for row in args if isinstance(row, Items)))
    return node


def _orders(args: Nodes) -> Nodes | None:
    """`x, 2, y` as x, x, y; None where an order is no small number."""
    by: list[Node] = []
    for arg in args:
        if not isinstance(arg, Number):
            by.append(arg)
        elif by and arg.text.isdigit() and int(arg.text) <= MAX_ORDER:
            by[-1:] = [by[-1]] * int(arg.text)
        else:
            return None
    return tuple(by)
