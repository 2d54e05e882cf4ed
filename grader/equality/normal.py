"""From terms to their normal forms: one rule for each kind of term and for each function with laws of its own."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from grader.calculus import terms as t
from grader.calculus.budget import Budget, OverBudgetError
from grader.calculus.functions import FUNCTIONS
from grader.calculus.terms import Add, Call, Choice, Const, Mul, Pow, Term, Total, Unknown, Var
from grader.equality.forms import Forms, NoFormError
from grader.equality.polynomials import NUMBER, ONE, UNIT, Ratio, number, primes

MAX_SHIFT = 12
MAX_UNROLLED = 40


def equal_forms(left: Term, right: Term, budget: Budget) -> bool | None:
    """Whether the two have one normal form: True proves them equal.

    False proves them different: the difference is a number, or a polynomial in variables, and not 0. None says nothing.
    """
    forms = Forms(budget)
    try:
        difference = forms.difference(_form(forms, left), _form(forms, right))
    except (NoFormError, OverBudgetError):
        return None
    if not difference:
        return True
    return False if forms.is_plain(difference) else None


def _form(forms: Forms, term: Term) -> Ratio:
    return _RULES[type(term)](forms, term)


def _key(forms: Forms, term: Term) -> Any:
    return forms.key(_form(forms, term))


def _const(forms: Forms, term: Const) -> Ratio:
    del forms
    return number(term.value)


def _var(forms: Forms, term: Var) -> Ratio:
    return forms.single(term.key)


def _add(forms: Forms, term: Add) -> Ratio:
    total = _form(forms, term.terms[0])
    for part in term.terms[1:]:
        total = forms.added(total, _form(forms, part))
    return total


def _mul(forms: Forms, term: Mul) -> Ratio:
    product = ONE
    for factor in term.factors:
        product = forms.multiplied(product, _form(forms, factor))
    return product


def _pow(forms: Forms, term: Pow) -> Ratio:
    if isinstance(term.exponent, Const):
        return forms.powered(_form(forms, term.base), term.exponent.value)
    return _exponential(forms, _form(forms, term.base), _form(forms, term.exponent))


def _exponential(forms: Forms, base: Ratio, exponent: Ratio) -> Ratio:
    """base^(sum c m) as the product of base^(c m); a base that is a positive number by its primes."""
    if exponent.below != UNIT:
        return forms.single(("pow", forms.key(base), forms.key(exponent)))
    factors = primes(base.constant)
    atoms: dict[Any, int] = {forms.key(base): 1} if factors is None else dict(factors)
    result = ONE
    for monomial, coefficient in exponent.above.items():
        if monomial == NUMBER:
            result = forms.multiplied(result, forms.powered(base, coefficient))
        else:
            for atom, power in atoms.items():
                result = forms.multiplied(result, forms.single(("exp", atom, monomial), coefficient * power))
    return result


def _call(forms: Forms, term: Call) -> Ratio:
    special = _SPECIAL.get(term.name)
    if special is not None:
        return special(forms, term)
    odd = FUNCTIONS[term.name].odd
    if odd is not None and len(term.args) == 1:
        return forms.signed(term.name, _form(forms, term.args[0]), odd=odd)
    return forms.single(("call", term.name, *(_key(forms, arg) for arg in term.args)))


def _imaginary(forms: Forms, term: Call) -> Ratio:
    """i is the principal (-1)^(1/2)."""
    del term
    return forms.single(-1, Fraction(1, 2))


def _tangent(forms: Forms, term: Call) -> Ratio:
    return _form(forms, t.divide(Call("sin", term.args), Call("cos", term.args)))


def _exp(forms: Forms, term: Call) -> Ratio:
    return _exponential(forms, forms.single(("constant", "e")), _form(forms, term.args[0]))


def _hyperbolic(forms: Forms, term: Call) -> Ratio:
    """sinh, cosh and tanh by exponentials."""
    x = term.args[0]
    plus, minus = t.call("exp", x), t.call("exp", t.negative(x))
    sinh, cosh = t.mul(t.HALF, t.add(plus, t.negative(minus))), t.mul(t.HALF, t.add(plus, minus))
    return _form(forms, {"sinh": sinh, "cosh": cosh, "tanh": t.divide(sinh, cosh)}[term.name])


def _log(forms: Forms, term: Call) -> Ratio:
    """The log of a positive number by its primes, that of e as 1."""
    if term.args[0] == t.E:
        return ONE
    arg = _form(forms, term.args[0])
    factors = primes(arg.constant)
    if factors is None:
        return forms.single(("call", "log", forms.key(arg)))
    total = number(Fraction(0))
    for prime, power in factors.items():
        total = forms.added(total, forms.multiplied(number(Fraction(power)), forms.single(("log", prime))))
    return total


def _factorial(forms: Forms, term: Call) -> Ratio:
    """(u + k)! as u! (u + 1) ... (u + k), k the whole part of the constant."""
    arg = _form(forms, term.args[0])
    shift = int(arg.above.get(NUMBER, Fraction(0)).__floor__())
    if arg.below != UNIT or abs(shift) > MAX_SHIFT or set(arg.above) <= {NUMBER}:
        return forms.single(("call", "factorial", forms.key(arg)))
    base = forms.added(arg, number(Fraction(-shift)))
    result = forms.single(("call", "factorial", forms.key(base)))
    for step in range(1, abs(shift) + 1):
        factor = forms.added(base, number(Fraction(step if shift > 0 else 1 - step)))
        result = forms.multiplied(result, forms.powered(factor, Fraction(1 if shift > 0 else -1)))
    return result


def _binomial(forms: Forms, term: Call) -> Ratio:
    n, k = term.args
    factorials = [t.call("factorial", x) for x in (n, k, t.add(n, t.negative(k)))]
    return _form(forms, t.divide(factorials[0], t.mul(factorials[1], factorials[2])))


def _unknown(forms: Forms, term: Unknown) -> Ratio:
    return forms.single(("unknown", term.name, term.orders, *(_key(forms, arg) for arg in term.args)))


def _total(forms: Forms, term: Total) -> Ratio:
    """A short sum between numbers is written out; another is an atom, whatever its index is called."""
    lower, upper = term.lower, term.upper
    if isinstance(lower, Const) and isinstance(upper, Const) and upper.value - lower.value < MAX_UNROLLED:
        if lower.value.denominator != 1 or upper.value.denominator != 1:
            raise NoFormError
        steps = range(int(lower.value), int(upper.value) + 1)
        forms.spend(len(steps) * sum(1 for _ in t.walk(term.body)))
        values = [t.substitute(term.body, term.key, t.const(step)) for step in steps]
        return _form(forms, (t.add if term.kind == "sum" else t.mul)(*values))
    body = t.substitute(term.body, term.key, Var("\0index"))
    return forms.single((term.kind, _key(forms, lower), _key(forms, upper), _key(forms, body)))


def _choice(forms: Forms, term: Choice) -> Ratio:
    return forms.single(("choice", *(_key(forms, part) for part in t.parts(term))))


_SPECIAL: dict[str, Callable[[Forms, Call], Ratio]] = {
    "i": _imaginary,
    "tan": _tangent,
    "exp": _exp,
    "sinh": _hyperbolic,
    "cosh": _hyperbolic,
    "tanh": _hyperbolic,
    "log": _log,
    "factorial": _factorial,
    "binomial": _binomial,
}

_RULES: dict[type[Any], Callable[[Forms, Any], Ratio]] = {
    Const: _const,
    Var: _var,
    Add: _add,
    Mul: _mul,
    Pow: _pow,
    Call: _call,
    Unknown: _unknown,
    Total: _total,
    Choice: _choice,
}
