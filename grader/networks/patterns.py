"""Written-out forms that are one operation of the table, so that they bring the misreadings of that operation.

A pattern looks at a tree and gives the part that it is, or None; it adds nodes only where it fits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeAlias

from grader.language.syntax import Apply, Name, Negative, Node, Number, Power, Product, Quotient, Sum
from grader.networks.parts import Part
from grader.networks.reading import Reading
from reference.graph import GRADIENT

Pattern: TypeAlias = Callable[[Reading, Node], Part | None]

HALF = Fraction(1, 2)


def recognised(reading: Reading, tree: Node) -> Part | None:
    """The part that a tree is by one of the patterns, or None."""
    for pattern in _PATTERNS.get(type(tree), ()):
        mark = reading.builder.mark()
        found = pattern(reading, tree)
        if found is not None:
            return found
        reading.builder.back(mark)
    return None


def _call(tree: Node, *names: str) -> Node | None:
    """The one argument of a function that has one of these names."""
    if isinstance(tree, Apply) and tree.head.base in names and len(tree.args) == 1 and not tree.head.primes:
        return tree.args[0] if not (tree.head.sub or tree.given or tree.params) else None
    return None


def _factors(tree: Node) -> tuple[Node, ...]:
    """The factors of a product entry by entry; of anything else, itself."""
    entrywise = isinstance(tree, Product) and not {"@", "otimes"} & set(tree.signs)
    return tree.factors if isinstance(tree, Product) and entrywise else (tree,)


def _number(tree: Node) -> Fraction | None:
    if isinstance(tree, Number):
        return tree.value
    if isinstance(tree, Quotient) and isinstance(tree.above, Number) and isinstance(tree.below, Number):
        return tree.above.value / tree.below.value if tree.below.value else None
    return None


def _scaled(tree: Node) -> tuple[Fraction, Node]:
    """A number times the rest, or over a number: `0.5 x`, `x/2`, `\\frac{1}{2} x`."""
    if isinstance(tree, Quotient) and (below := _number(tree.below)):
        scale, rest = _scaled(tree.above)
        return scale / below, rest
    if isinstance(tree, Product) and len(tree.factors) == 2 and (times := _number(tree.factors[0])) is not None:
        return times, tree.factors[1]
    return Fraction(1), tree


def _squared(tree: Node) -> tuple[Node, Node] | None:
    """Both sides of the difference that is squared."""
    if not (isinstance(tree, Power) and _number(tree.exponent) == 2 and isinstance(tree.base, Sum)):
        return None
    terms = tree.base.terms
    if len(terms) != 2 or isinstance(terms[0], Negative) or not isinstance(terms[1], Negative):
        return None
    return terms[0], terms[1].operand


def _error(reading: Reading, tree: Node) -> Part | None:
    """Squared errors: of one number, summed or averaged over all entries, with the half or without."""
    outer, rest = _scaled(tree)
    summed, averaged = _call(rest, "sum"), _call(rest, "mean", "Mean")
    inner, core = _scaled(summed or averaged or rest)
    sides = _squared(core)
    op = _ERRORS.get((outer * inner, averaged is not None))
    if sides is None or op is None:
        return None
    parts = [reading.part(side) for side in sides]
    one = all(part.is_scalar for part in parts)
    if not one and summed is None and averaged is None:
        return None
    return (
        reading.emit(op, _prediction_first(reading, parts), tree) if one or parts[0].shape == parts[1].shape else None
    )


_ERRORS: Mapping[tuple[Fraction, bool], str] = {
    (Fraction(1), False): "squared_error",
    (HALF, False): "half_squared_error",
    (Fraction(1), True): "mean_squared_error",
}


def _prediction_first(reading: Reading, parts: list[Part]) -> list[Part]:
    """A target is given, a prediction computed."""
    return parts[::-1] if parts[0].name in reading.builder.given else parts


def _cross_entropy(reading: Reading, tree: Node) -> Part | None:
    """`-sum(t log p)`, also with the softmax written in it."""
    summed = _call(tree.operand, "sum") if isinstance(tree, Negative) else None
    factors = _factors(summed) if summed is not None else ()
    if len(factors) != 2:
        return None
    logs = [_call(factor, "log", "ln") for factor in factors]
    for target, inside in ((factors[0], logs[1]), (factors[1], logs[0])):
        if inside is not None:
            return _cross(reading, tree, target, inside)
    return None


def _cross(reading: Reading, tree: Node, target: Node, inside: Node) -> Part | None:
    logits = _call(inside, "softmax")
    parts = [reading.part(target), reading.part(inside if logits is None else logits)]
    if parts[0].shape != parts[1].shape:
        return None
    return reading.emit("cross_entropy" if logits is None else "softmax_cross_entropy", parts, tree)


def _softmax(reading: Reading, tree: Node) -> Part | None:
    """`exp(z)/sum(exp(z))` of a vector, and `exp(a)/(exp(a) + exp(b))` of numbers."""
    if not isinstance(tree, Quotient):
        return None
    above = _power_of_e(tree.above)
    below = _call(tree.below, "sum")
    if above is None:
        return None
    if below is not None and _power_of_e(below) == above:
        logits = reading.part(above)
        return reading.emit("softmax", (logits,), tree) if len(logits.shape) == 1 else None
    terms = [_power_of_e(term) for term in tree.below.terms] if isinstance(tree.below, Sum) else []
    found = [term for term in terms if term is not None]
    if above not in found or len(found) < max(2, len(terms)):
        return None
    parts = [reading.part(term) for term in found]
    if not all(part.is_scalar and part.number is None for part in parts):
        return None
    whole = reading.emit("softmax", (reading.emit("stack", parts, tree.below),), tree)
    return reading.emit("index", (whole,), tree, index=(found.index(above),))


def _power_of_e(tree: Node) -> Node | None:
    if isinstance(tree, Power) and tree.base == Name("e"):
        return tree.exponent
    return _call(tree, "exp")


def _logistic(reading: Reading, tree: Node) -> Part | None:
    """`1/(1 + exp(-a))`."""
    if not (isinstance(tree, Quotient) and _number(tree.above) == 1 and isinstance(tree.below, Sum)):
        return None
    rest = [term for term in tree.below.terms if _number(term) != 1]
    exponent = _power_of_e(rest[0]) if len(rest) == 1 and len(tree.below.terms) == 2 else None
    return reading.emit("sigmoid", (reading.part(exponent.operand),), tree) if isinstance(exponent, Negative) else None


def _gated(reading: Reading, tree: Node) -> Part | None:
    """`(1 - z) * a + z * b`: a gate between an old state a and a new one b."""
    terms = tree.terms if isinstance(tree, Sum) else ()
    pairs = [_factors(term) for term in terms]
    if len(terms) != 2 or any(len(pair) != 2 for pair in pairs):
        return None
    for first, second in (pairs, pairs[::-1]):
        gates = [(place, _complement(factor)) for place, factor in enumerate(first)]
        for place, gate in gates:
            if gate is not None and gate in second:
                old, new = first[1 - place], second[1 - second.index(gate)]
                return reading.emit("blend", [reading.part(one) for one in (gate, old, new)], tree)
    return None


def _complement(tree: Node) -> Node | None:
    """The z of `1 - z`."""
    if isinstance(tree, Sum) and len(tree.terms) == 2 and _number(tree.terms[0]) == 1:
        last = tree.terms[1]
        return last.operand if isinstance(last, Negative) else None
    return None


def _step(reading: Reading, tree: Node) -> Part | None:
    """`w - eta * g` after the backward pass: a step of gradient descent."""
    if not (reading.after and isinstance(tree, Sum) and len(tree.terms) == 2 and isinstance(tree.terms[1], Negative)):
        return None
    weight, change = tree.terms[0], _factors(tree.terms[1].operand)
    if len(change) != 2 or not isinstance(weight, Name):
        return None
    parts = [reading.part(one) for one in (weight, change[1], change[0])]
    if parts[1].is_scalar and not parts[2].is_scalar:
        parts[1:] = parts[:0:-1]
    fits = parts[0].shape == parts[1].shape and parts[2].is_scalar and parts[1].number is None
    is_slope = parts[1].name.startswith(GRADIENT) or parts[2].number is not None or _is_rate(reading, parts[2])
    return reading.emit("sgd", parts, tree) if fits and is_slope else None


def _is_rate(reading: Reading, part: Part) -> bool:
    return part.name in reading.builder.given


# Which patterns are tried on which kind of tree, in order.
_PATTERNS: Mapping[type[Node], tuple[Pattern, ...]] = {
    Negative: (_cross_entropy,),
    Apply: (_error,),
    Power: (_error,),
    Product: (_error,),
    Quotient: (_error, _softmax, _logistic),
    Sum: (_step, _gated),
}
