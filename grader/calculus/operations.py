"""Every operation that a graph may hold: those of the reference, and one for each other function of the table.

A function that has no operation of its own in the reference gets one from its row, entry by entry, with the derivative
that the row has or that comes from its definition. It has no known misreadings: those are what an operation of the
reference is written for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

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


class _Operations(Mapping[str, Operation]):
    """The reference's operations, and one for each other function, built when it is first asked for.

    Building all of them takes a sixth of the time that NumPy takes to load, which no command should wait for.
    """

    def __init__(self) -> None:
        self._rows = dict(_rows())
        self._built: dict[str, Operation | None] = dict(TABLE)

    def __getitem__(self, name: str) -> Operation:
        """An operation by name. Raises `KeyError` for one that is none, or has no derivative."""
        if name not in self._built:
            self._built[name] = _of_term(*self._rows[name])
        found = self._built[name]
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return (name for name in {**TABLE, **self._rows} if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


_Row: TypeAlias = tuple[Function, int, int]


def _rows() -> Iterator[tuple[str, _Row]]:
    """Names of operations, and the function, the number of its arguments and of its derivative that each is."""
    for function in FUNCTIONS.values():
        for count in range(max(1, function.least), min(function.most, _MOST) + 1):
            yield operation_of(function, count), (function, count, 0)
        if function.least == 1:
            yield operation_of(function, 1, 1), (function, 1, 1)


def _of_term(function: Function, count: int, primes: int) -> Operation | None:
    """A function, or its derivative, as an operation; None where it has no derivative, as one of whole numbers."""
    keys = tuple(f"x{place}" for place in range(count))
    term = function.of(*map(Var, keys))
    try:
        for _ in range(primes):
            term = derivative(term, keys[0])
        slopes = [_evaluated(derivative(term, key), keys) for key in keys]
    except NoDerivativeError:
        return None
    return pointwise(_evaluated(term, keys), lambda _, *at: tuple(slope(*at) for slope in slopes))


def _evaluated(term: Term, keys: Sequence[str]) -> Callable[..., Array]:
    evaluator = Compiler(complex_values=False, budget=Budget(_WORK)).compile(term)
    return lambda *arguments: evaluator(dict(zip(keys, arguments, strict=True)))


OPERATIONS: Mapping[str, Operation] = _Operations()
"""Operations by name: the reference's, and those of the other functions and of derivatives (`sigmoid'`)."""
