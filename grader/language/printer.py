r"""From trees back to LaTeX, so that ``parse_expression(to_latex(tree), table) == tree`` under the same table.

Each rule gives its text and the power with which that text holds together; brackets are set where a place needs more.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from grader.language import vocabulary
from grader.language.cursor import JUXTAPOSED, POWER, SUM, TERM, TIGHT
from grader.language.syntax import (
    RAISED,
    Abs,
    Apply,
    Cases,
    Chain,
    Derivative,
    Divergence,
    Expectation,
    Factorial,
    Given,
    Gradient,
    Index,
    Indicator,
    Integral,
    Items,
    Labelled,
    Matrix,
    Name,
    Negative,
    Node,
    Nodes,
    Norm,
    Number,
    Power,
    Product,
    Quotient,
    Range,
    Series,
    Slice,
    Sum,
    Text,
    Transpose,
)

Printed: TypeAlias = "tuple[str, int]"

_ATOM = 100
_RELATIONS = {
    ">=": r"\geq", "<=": r"\leq", "!=": r"\neq", "==": r"\equiv", "approx": r"\approx", "in": r"\in", "~": r"\sim",
    "propto": r"\propto", "->": r"\to", ":=": ":=",
}  # fmt: skip
_SIGNS = {"": " ", "*": " * ", "@": " @ ", "odot": r" \odot ", "otimes": r" \otimes ", "cdot": r" \cdot "}
_SIGNS |= {"times": r" \times ", ".": " . "}
_PAIRS = {"(": (r"\left(", r"\right)"), "[": (r"\left[", r"\right]"), "{": (r"\left\{", r"\right\}"), "": ("", "")}
_ALPHABETS = {"cal": "mathcal", "bb": "mathbb", "frak": "mathfrak"}
_ACCENTS = {mark: command for command, mark in reversed(list(vocabulary.ACCENTS.items()))}
_UPRIGHT = vocabulary.words(
    "sin cos tan cot sec csc sinh cosh tanh coth arcsin arccos arctan exp log ln det max min sup inf lim arg"
)


def to_latex(node: Node) -> str:
    """The LaTeX of a tree."""
    return _printed(node)[0]


def _printed(node: Node) -> Printed:
    return _RULES[type(node)](node)


def _at(node: Node, power: int) -> str:
    """A node in a place that holds together with this power."""
    text, own = _printed(node)
    return text if own >= power else rf"\left({text}\right)"


def _listed(nodes: Nodes) -> str:
    return ", ".join(to_latex(node) for node in nodes)


def _number(node: Number) -> Printed:
    return node.text, _ATOM


def _word(base: str) -> str:
    if len(base) == 1:
        return base
    if base in vocabulary.GREEK or base in _UPRIGHT or base == "infty":
        return rf"\{base}"
    return rf"\mathrm{{{base}}}" if re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", base) else base


def _name(node: Name) -> Printed:
    text, above = _word(node.base), ""
    for mark in node.marks:
        if mark[0] == "^":
            above += f"^{{{mark[1:]}}}" if len(mark) == 2 else rf"^{{\text{{{mark[1:]}}}}}"
        else:
            text = rf"\{_ALPHABETS[mark]}{{{node.base}}}" if mark in _ALPHABETS else rf"\{_ACCENTS[mark]}{{{text}}}"
    primes = "'" * node.primes
    return text + primes + (f"_{{{_listed(node.sub)}}}" if node.sub else "") + above, _ATOM


def _apply(node: Apply) -> Printed:
    inside = _listed(node.args)
    if node.given:
        inside += rf" \mid {_listed(node.given)}"
    if node.params:
        inside += f"; {_listed(node.params)}"
    return rf"{to_latex(node.head)}\left({inside}\right)", _ATOM


def _sum(node: Sum) -> Printed:
    text = _at(node.terms[0], TERM) if not isinstance(node.terms[0], Negative) else to_latex(node.terms[0])
    for term in node.terms[1:]:
        minus = isinstance(term, Negative)
        text += f" - {_at(term.operand, SUM + 1)}" if isinstance(term, Negative) and minus else f" + {_at(term, TERM)}"
    return text, SUM


def _negative(node: Negative) -> Printed:
    return f"-{_at(node.operand, TERM)}", SUM


def _product(node: Product) -> Printed:
    texts = [_at(node.factors[0], JUXTAPOSED + 1)]
    texts += [_factor(factor, sign) for sign, factor in zip(node.signs, node.factors[1:], strict=True)]
    for place in reversed(range(len(node.signs))):  # a name before a bracket might be read as applied to it
        if not node.signs[place] and texts[place + 1].startswith(r"\left"):
            texts[place] = _set_off(node.factors[place], texts[place])
    signs = ("", *(_SIGNS[sign] for sign in node.signs))
    written = "".join(sign + text for sign, text in zip(signs, texts, strict=True))
    return written, TERM if any(node.signs) else JUXTAPOSED


def _set_off(node: Node, text: str) -> str:
    return rf"\left({text}\right)" if isinstance(node, Name | Gradient) else text


def _factor(node: Node, sign: str) -> str:
    """A factor, in brackets where it would otherwise be read together with what stands left of it."""
    if sign == "" and isinstance(node, Number | Abs | Norm):
        return rf"\left({to_latex(node)}\right)"
    text = _at(node, POWER if sign == "" else JUXTAPOSED + 1)
    return rf"\left({text}\right)" if sign == "" and text.startswith(r"\left[") else text


def _quotient(node: Quotient) -> Printed:
    return rf"\frac{{{to_latex(node.above)}}}{{{to_latex(node.below)}}}", _ATOM


def _power(node: Power) -> Printed:
    above = to_latex(node.exponent)
    if above.startswith((r"\left(", r"\left[")):  # what stands above a name in brackets is an index
        above = f"{{{above}}}"
    return f"{_at(node.base, TIGHT)}^{{{above}}}", POWER


def _transpose(node: Transpose) -> Printed:
    return rf"{_at(node.operand, TIGHT)}^{{\top}}", POWER


def _factorial(node: Factorial) -> Printed:
    return f"{_at(node.operand, _ATOM)}{'!' * node.order}", TIGHT


def _index(node: Index) -> Printed:
    of = _at(node.of, POWER if node.style == "^" else TIGHT)
    if node.style == "[":
        return f"{of}[{_listed(node.at)}]", TIGHT
    if node.style in RAISED:
        opening, closing = _PAIRS[node.style[1]]
        return f"{of}^{{{opening}{_listed(node.at)}{closing}}}", TIGHT
    return f"{of}{node.style}{{{_listed(node.at)}}}", POWER if node.style == "^" else _ATOM


def _slice(node: Slice) -> Printed:
    bounds = [node.lower, node.upper, *([node.step] if node.step is not None else [])]
    return ":".join(to_latex(bound) if bound is not None else "" for bound in bounds), 0


def _text(node: Text) -> Printed:
    return f'"{node.text}"', _ATOM


def _range(node: Range) -> Printed:
    if node.condition is not None:
        return to_latex(node.condition), SUM
    index = to_latex(node.index)
    return (f"{index} = {to_latex(node.lower)}" if node.lower is not None else index), SUM


def _series(node: Series) -> Printed:
    operator = node.operator if node.operator not in {"argmin", "argmax"} else f"arg\\{node.operator[3:]}"
    text = rf"\{operator}"
    arrow = node.operator == "lim"
    ranges = ", ".join(to_latex(one).replace("=", r"\to") if arrow else to_latex(one) for one in node.ranges)
    text += f"_{{{ranges}}}" if node.ranges else ""
    upper = next((one.upper for one in node.ranges if one.upper is not None), None)
    text += f"^{{{to_latex(upper)}}}" if upper is not None else ""
    return f"{text} {_at(node.body, TERM)}", TERM


def _integral(node: Integral) -> Printed:
    text = r"\int"
    text += f"_{{{to_latex(node.lower)}}}" if node.lower is not None else ""
    text += f"^{{{to_latex(node.upper)}}}" if node.upper is not None else ""
    text += f" {_at(node.body, TERM)}"
    return text + "".join(rf" \, \mathrm{{d}}{to_latex(variable)}" for variable in node.variables), TERM


def _expectation(node: Expectation) -> Printed:
    below = _listed(node.variables)
    if node.measure is not None:
        below += (r" \sim " if below else "") + to_latex(node.measure)
    below = f"_{{{below}}}" if below else ""
    return rf"\mathbb{{E}}{below}\left[{to_latex(node.body)}\right]", _ATOM


def _divergence(node: Divergence) -> Printed:
    return rf"{to_latex(node.head)}\left({to_latex(node.left)} \| {to_latex(node.right)}\right)", _ATOM


def _given(node: Given) -> Printed:
    return rf"{_listed(node.of)} \mid {_listed(node.given)}", SUM


def _derivative(node: Derivative) -> Printed:
    order = f"^{{{len(node.by)}}}" if len(node.by) > 1 else ""
    below = " ".join(rf"\partial {_at(by, TIGHT)}" for by in node.by)
    return rf"\frac{{\partial{order} {_at(node.of, TERM)}}}{{{below}}}", _ATOM


def _gradient(node: Gradient) -> Printed:
    by = f"_{{{to_latex(node.by)}}}" if node.by is not None else ""
    return rf"\nabla{by} {_at(node.of, _ATOM)}", TIGHT


def _cases(node: Cases) -> Printed:
    lines = []
    for case in node.cases:
        condition = rf"\text{{if }} {to_latex(case.condition)}" if case.condition is not None else r"\text{else}"
        lines.append(f"{to_latex(case.value)} & {condition}")
    return r"\begin{cases} " + r" \\ ".join(lines) + r" \end{cases}", _ATOM


def _indicator(node: Indicator) -> Printed:
    return rf"\mathbf{{1}}\left[{to_latex(node.condition)}\right]", _ATOM


def _matrix(node: Matrix) -> Printed:
    rows = r" \\ ".join(" & ".join(map(to_latex, row)) for row in node.rows)
    return rf"\begin{{bmatrix}} {rows} \end{{bmatrix}}", _ATOM


def _items(node: Items) -> Printed:
    opening, closing = _PAIRS[node.bracket]
    trailing = "," if len(node.items) == 1 and node.bracket else ""
    return f"{opening}{_listed(node.items)}{trailing}{closing}", _ATOM if node.bracket else 0


def _abs(node: Abs) -> Printed:
    return rf"\left|{to_latex(node.operand)}\right|", _ATOM


def _norm(node: Norm) -> Printed:
    order = f"_{{{to_latex(node.order)}}}" if node.order is not None else ""
    return rf"\left\|{to_latex(node.operand)}\right\|{order}", _ATOM


def _labelled(node: Labelled) -> Printed:
    return rf"\underbrace{{{to_latex(node.body)}}}_{node.label or '{}'}", _ATOM


def _chain(node: Chain) -> Printed:
    text = to_latex(node.left) if node.left is not None else ""
    for step in node.steps:
        text += f" {_RELATIONS.get(step.relation, step.relation)} {to_latex(step.right)}"
    return text.strip(), 0


_RULES: dict[type[Node], Callable[..., Printed]] = {
    Number: _number, Name: _name, Apply: _apply, Sum: _sum, Negative: _negative, Product: _product, Abs: _abs,
    Quotient: _quotient, Power: _power, Transpose: _transpose, Factorial: _factorial, Index: _index, Range: _range,
    Series: _series, Integral: _integral, Expectation: _expectation, Divergence: _divergence, Given: _given,
    Derivative: _derivative, Gradient: _gradient, Cases: _cases, Indicator: _indicator, Matrix: _matrix,
    Items: _items, Norm: _norm, Labelled: _labelled, Chain: _chain, Slice: _slice, Text: _text,
}  # fmt: skip
