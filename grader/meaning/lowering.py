"""From trees to terms: what each piece of notation stands for, in scalars.

A name is a variable by its exact spelling, a constant of mathematics, or given. An unknown function is a function that
nothing is known of; so is a name with an index that a sum runs over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from grader.calculus import terms as t
from grader.calculus.derive import NoDerivativeError, derivative
from grader.calculus.functions import CONSTANTS, ArityError, Function, exponential, logarithm, spelled
from grader.calculus.terms import Call, Choice, Term, Total, Unknown, Var
from grader.language import syntax as s
from grader.language.printer import to_latex
from grader.language.symbols import key_of
from grader.language.trees import walk
from grader.language.vocabulary import words
from grader.meaning.scope import NoMeaningError, Scope, spelling
from grader.meaning.sequences import settled, written_out

# Commands of computer algebra that leave the value as it is.
REWRITING = words(
    "expand factor simplify ratsimp fullratsimp radcan trigsimp trigreduce trigexpand rectform polarform partfrac"
    " simp gfactor factorial_simplify logcontract logexpand"
)

# Words that mean something which is not evaluated here: reading them as unknown functions would be a guess.
NOT_EVALUATED = words(
    "integrate int integral limit lim solve laplace ilt ode2 desolve tlimit quad_qags residue fourier dirac delta zeta"
    " polylog lambertw bessel besselj besseli beta psi digamma ev subst rand"
    " random plot set setof union intersection cardinality float numer bfloat rationalize mean median std var interval"
    " co oc cc oo intersect stackeq stacklet argmin argmax sup inf if then else"
)

MAX_SIZE = 4_000
MAX_TAYLOR = 12
MAX_NUMBER_EXPONENT = 4_000


def lower(node: s.Node, scope: Scope) -> Term:
    """The term that a tree stands for. Raises `NoMeaningError`."""
    rule = _RULES.get(type(node))
    if rule is None:
        raise NoMeaningError(f"{_said(node)} is not evaluated as a number", node)
    return rule(node, scope)


def _said(node: s.Node) -> str:
    return type(node).__name__.lower()


def _number(node: s.Number, scope: Scope) -> Term:
    del scope
    mantissa, _, exponent = node.text.lower().partition("e")
    if len(mantissa) > MAX_NUMBER_EXPONENT or abs(int(exponent or 0)) > MAX_NUMBER_EXPONENT:
        raise NoMeaningError("a number too large to write out", node)
    return t.Const(Fraction(node.text))


def _name(node: s.Name, scope: Scope) -> Term:
    key = spelling(node)
    if key in scope.bound:
        return Var(key)
    if key in scope.given:
        return scope.given[key]
    if key in scope.declared:
        return Var(key)
    if key in CONSTANTS:
        return CONSTANTS[key]
    if key in _NO_NUMBERS:
        raise NoMeaningError(f"{key!r} is no number", node)
    if any(isinstance(part, s.Name) and spelling(part) in scope.bound for sub in node.sub for part in walk(sub)):
        return _indexed(f"{spelling(replace(node, sub=()))}_{{", node.sub, scope)
    return Var(key)


_NO_NUMBERS = words("infty inf minf infinity true false und nan unknown none oo zoo")


def _index(node: s.Index, scope: Scope) -> Term:
    opening = node.style if node.style in s.RAISED else "["
    return _indexed(f"{to_latex(node.of)}{opening}", node.at, scope)


def _indexed(name: str, at: s.Nodes, scope: Scope) -> Term:
    """An unknown sequence at its indices; letters in them are indices, not constants."""
    letters = frozenset(spelling(part) for place in at for part in walk(place) if isinstance(part, s.Name))
    places = tuple(lower(place, replace(scope, bound=scope.bound | letters)) for place in at)
    return settled(Unknown(name, places, (0,) * len(places)))


def _sum(node: s.Sum, scope: Scope) -> Term:
    return t.add(*(lower(term, scope) for term in node.terms))


def _negative(node: s.Negative, scope: Scope) -> Term:
    return t.negative(lower(node.operand, scope))


def _product(node: s.Product, scope: Scope) -> Term:
    if "otimes" in node.signs:
        raise NoMeaningError("an outer product of numbers", node)
    return t.mul(*(lower(factor, scope) for factor in node.factors))


def _quotient(node: s.Quotient, scope: Scope) -> Term:
    return t.divide(lower(node.above, scope), lower(node.below, scope))


def _power(node: s.Power, scope: Scope) -> Term:
    base, exponent = lower(node.base, scope), lower(node.exponent, scope)
    return exponential(exponent) if base == t.E else t.power(base, exponent)


def _factorial(node: s.Factorial, scope: Scope) -> Term:
    return t.call("factorial" if node.order == 1 else "doublefactorial", lower(node.operand, scope))


def _abs(node: s.Abs, scope: Scope) -> Term:
    return t.call("abs", lower(node.operand, scope))


def _norm(node: s.Norm, scope: Scope) -> Term:
    return t.call("abs", lower(node.operand, scope))


def _labelled(node: s.Labelled, scope: Scope) -> Term:
    return lower(node.body, scope)


def _apply(node: s.Apply, scope: Scope) -> Term:
    head = node.head
    if node.given or node.params:
        raise NoMeaningError("a conditional density has no value here", node)
    word = head.base
    declared = spelling(head) in scope.declared or spelling(head) in scope.given
    if not declared and not head.primes and word in {"log", "ln", "lg"} and len(head.sub) == 1 and len(node.args) == 1:
        return logarithm(lower(node.args[0], scope), lower(head.sub[0], scope))
    if not (declared or head.marks):
        word = key_of(replace(head, primes=0)) if head.sub else word  # `leaky_relu` stands as a name with a subscript
        if word in _SPECIAL and not head.primes:
            return _SPECIAL[word](node, scope)
        function = spelled(word)
        if function is not None:
            return _built(node, function, scope)
        if word in NOT_EVALUATED:
            raise NoMeaningError(f"{word!r} is not evaluated here", node)
    return _unknown(node, scope)


def _built(node: s.Apply, function: Function, scope: Scope) -> Term:
    args = [lower(arg, scope) for arg in node.args]
    if node.head.primes:
        if len(args) != 1:
            raise NoMeaningError("a prime on a function of several arguments", node)
        slope = function.of(Var("'"))
        for _ in range(node.head.primes):
            slope = derived(slope, "'", node)
        return t.substitute(slope, "'", args[0])
    try:
        return function.of(*args)
    except ArityError as error:
        raise NoMeaningError(f"{node.head.base!r} {error}", node) from None


def _unknown(node: s.Apply, scope: Scope) -> Term:
    args = tuple(lower(arg, scope) for arg in node.args)
    if not args:
        raise NoMeaningError("a function of nothing", node)
    orders = (node.head.primes, *(0,) * (len(args) - 1))
    return Unknown(spelling(replace(node.head, primes=0)), args, orders)


def derived(term: Term, key: str, node: s.Node) -> Term:
    """The derivative, unless there is none or it grows too large."""
    try:
        found = derivative(term, key)
    except NoDerivativeError as refused:
        raise NoMeaningError(str(refused), node) from None
    if sum(1 for _ in t.walk(found)) > MAX_SIZE:
        raise NoMeaningError("a derivative too large to write out", node)
    return found


def _derivative(node: s.Derivative, scope: Scope) -> Term:
    """A derivative; of a bare name, which may depend on anything, it is a quantity of its own.

    Maxima's `diff(a, x)` takes what does not mention the variable for constant.
    """
    if node.style != "diff" and isinstance(node.of, s.Name) and node.of not in node.by:
        return Var("/".join(["d" + spelling(node.of), *("d" + to_latex(by) for by in node.by)]))
    term = lower(node.of, scope)
    for by in node.by:
        variable = lower(by, scope)
        if not isinstance(variable, Var):
            raise NoMeaningError("a derivative by what is no variable", by)
        term = derived(term, variable.key, node)
    return term


def _series(node: s.Series, scope: Scope) -> Term:
    if node.operator not in {"sum", "prod"} or not node.ranges:
        raise NoMeaningError(f"{node.operator!r} over no stated range has no value here", node)
    keys = [spelling(one.index) for one in node.ranges]
    inner = replace(scope, bound=scope.bound | frozenset(keys))
    total = lower(node.body, inner)
    for one, key in zip(reversed(node.ranges), reversed(keys), strict=True):
        if one.lower is None or one.upper is None or not isinstance(one.index, s.Name):
            raise NoMeaningError("a sum whose range is not stated", node)
        total = written_out(Total(node.operator, key, lower(one.lower, inner), lower(one.upper, inner), total))
    return total


def _cases(node: s.Cases, scope: Scope) -> Term:
    lowered = []
    for case in node.cases:
        condition = t.ONE if case.condition is None else lower(case.condition, scope)
        lowered.append((condition, lower(case.value, scope)))
    return Choice(tuple(lowered))


def _indicator(node: s.Indicator, scope: Scope) -> Term:
    return lower(node.condition, scope)


def _chain(node: s.Chain, scope: Scope) -> Term:
    """A condition: 1 where all of its relations hold."""
    members = [lower(member, scope) for member in node.members]
    if node.left is None or any(step.relation not in _COMPARED for step in node.steps):
        raise NoMeaningError("a relation that has no truth value here", node)
    steps = zip(node.steps, members, members[1:], strict=False)
    return t.mul(*(Call(step.relation, (left, right)) for step, left, right in steps))


_COMPARED = frozenset({"<", ">", "<=", ">=", "=", "!="})


def _taylor(node: s.Apply, scope: Scope) -> Term:
    """taylor(f, x, a, n): the polynomial of B. Taylor of order n."""
    if len(node.args) != 4:
        raise NoMeaningError("taylor takes a function, a variable, a point and an order", node)
    slope, variable, point, order = (lower(arg, scope) for arg in node.args)
    if not isinstance(variable, Var) or not isinstance(order, t.Const) or not 0 <= order.value <= MAX_TAYLOR:
        raise NoMeaningError(f"taylor takes a variable, and an order up to {MAX_TAYLOR}", node)
    terms, factorial = [], 1
    for k in range(int(order.value) + 1):
        factorial *= max(k, 1)
        distance = t.power(t.add(variable, t.negative(point)), t.const(k))
        terms.append(t.mul(t.Const(Fraction(1, factorial)), t.substitute(slope, variable.key, point), distance))
        slope = derived(slope, variable.key, node)
    return t.add(*terms)


def _conditional(node: s.Apply, scope: Scope) -> Term:
    """where(condition, a, b), and `piecewise` in the same order."""
    if len(node.args) != 3:
        raise NoMeaningError("a condition and two values are needed", node)
    condition, first, second = (lower(arg, scope) for arg in node.args)
    return Choice(((condition, first), (t.ONE, second)))


def _rewritten(node: s.Apply, scope: Scope) -> Term:
    """A command of computer algebra that changes the form only: its first argument."""
    if not node.args:
        raise NoMeaningError("a command without its argument", node)
    return lower(node.args[0], scope)


_SPECIAL: dict[str, Callable[[s.Apply, Scope], Term]] = {
    **dict.fromkeys(REWRITING, _rewritten),
    "taylor": _taylor,
    "where": _conditional,
}

_RULES: dict[type[s.Node], Callable[..., Term]] = {
    s.Number: _number,
    s.Name: _name,
    s.Index: _index,
    s.Sum: _sum,
    s.Negative: _negative,
    s.Product: _product,
    s.Quotient: _quotient,
    s.Power: _power,
    s.Factorial: _factorial,
    s.Abs: _abs,
    s.Norm: _norm,
    s.Labelled: _labelled,
    s.Apply: _apply,
    s.Derivative: _derivative,
    s.Series: _series,
    s.Cases: _cases,
    s.Indicator: _indicator,
    s.Chain: _chain,
}
