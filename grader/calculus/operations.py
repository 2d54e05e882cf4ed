"""Every operation that a graph may hold: those of the reference, and one for each other function of the table.

A function that has no operation of its own in the reference gets one from its row, entry by entry, with the derivative
that the row has or that comes from its definition. It has no known misreadings: those are what an operation of the
reference is written for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType

from grader.calculus.budget import Budget
from grader.calculus.compiled import Compiler
from grader.calculus.derive import NoDerivativeError, derivative
from grader.calculus.functions import FUNCTIONS, Function
from grader.calculus.special import Array
from grader.calculus.terms import Term, Var
from reference.operations import Operation
from reference.ops import TABLE
from reference.ops.pointwise import pointwise

# The steps that a row's definition or derivative may take: they hold a few dozen.
_WORK = 10_000
# A function of any number of arguments (`hypot`) is taken of so many at the most.
_MOST = 3


def operation_of(function: Function, arguments: int, primes: int = 0) -> str:
    """The name of the operation that a function, or a derivative of it, of so many arguments is."""
    if arguments != function.least:
        return f"{function.name}/{arguments}"
    own = function.operation if function.operation is not None and not primes else function.name
    return own + "'" * primes


def _made() -> Iterator[tuple[str, Operation]]:
    for function in FUNCTIONS.values():
        for count in range(max(1, function.least), min(function.most, _MOST) + 1):
            keys = tuple(f"x{place}" for place in range(count))
            term = function.of(*map(Var, keys))
            yield from _of_term(operation_of(function, count), term, keys)
            if count == function.least == 1:
                with suppress(NoDerivativeError):
                    yield from _of_term(operation_of(function, 1, 1), derivative(term, keys[0]), keys)


def _of_term(name: str, term: Term, keys: Sequence[str]) -> Iterator[tuple[str, Operation]]:
    """A term as an operation; none where it has no derivative, as a function of whole or complex numbers."""
    with suppress(NoDerivativeError):
        slopes = [_evaluated(derivative(term, key), keys) for key in keys]
        yield name, pointwise(_evaluated(term, keys), lambda _, *at: tuple(slope(*at) for slope in slopes))


def _evaluated(term: Term, keys: Sequence[str]) -> Callable[..., Array]:
    evaluator = Compiler(complex_values=False, budget=Budget(_WORK)).compile(term)
    return lambda *arguments: evaluator(dict(zip(keys, arguments, strict=True)))


OPERATIONS: Mapping[str, Operation] = MappingProxyType({**dict(_made()), **TABLE})
"""Operations by name: the reference's, and those of the other functions and of derivatives (`sigmoid'`)."""
