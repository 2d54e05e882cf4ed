"""The tree of an expression: what was written, not yet what it means.

Every node is a frozen dataclass, hashable and compared by structure. Outside equality stand the span in the source and
marks of dress (a function without brackets); so `parse(print(tree)) == tree`. Sums and products are n-ary.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from grader.language.errors import NOWHERE, Span

RAISED = frozenset({"^(", "^["})  # the styles of indices that stand above in brackets
Nodes: TypeAlias = "tuple[Node, ...]"


@dataclass(frozen=True, kw_only=True)
class Node:
    """Any part of an expression; `span` is where it stands in the source."""

    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class Number(Node):
    """A number as it was written: `2`, `0.50`, `.5`, `5e-06`."""

    text: str

    @property
    def value(self) -> Fraction:
        """The exact value: decimals are decimals, not doubles."""
        return Fraction(self.text)


@dataclass(frozen=True)
class Name(Node):
    """A name: `x`, `x'_i`, `\\hat{y}`, `\\mathcal{L}`, `theta` (which `\\theta` and `θ` also spell).

    `sub` are its subscripts as far as no table has read them as indices, `primes` counts its primes, `marks` are
    accents and alphabets (`hat`, `bar`, `cal`, `bb`) and what a superscript marks (`^*`, `^+`, `^old`).
    A name that a table knows is flat: its base is the table's own spelling, `w_0` or `p(y=0)`. Constants stay names.
    """

    base: str
    sub: Nodes = ()
    primes: int = 0
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Apply(Node):
    """A function, or a density, of its arguments: `f(x, y)`, `p_\\theta(x|z)`, `\\log p`, `q(z; \\phi)`.

    `given` stands after a bar, `params` after a semicolon. Dress: `bracket` is the opening one, empty in `\\log a b`;
    `guessed` if nothing but the bracket says that the head is a function: `k(x + y)` may be a product.
    """

    head: Name
    args: Nodes
    given: Nodes = ()
    params: Nodes = ()
    bracket: str = field(default="(", compare=False, kw_only=True)
    guessed: bool = field(default=False, compare=False, kw_only=True)


@dataclass(frozen=True)
class Sum(Node):
    """Terms added up; `a - b` is `Sum((a, Negative(b)))`."""

    terms: Nodes


@dataclass(frozen=True)
class Negative(Node):
    """Minus its operand."""

    operand: Node


@dataclass(frozen=True)
class Product(Node):
    """Factors; between i and i + 1 stands `signs[i]`: `""`, `*`, `cdot`, `times`, `@`, `odot`, `otimes` or `.`."""

    factors: Nodes
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Quotient(Node):
    """A fraction. Dress: `slash` if written with one, `doubtful` if another reading is as usual (`1/2x`)."""

    above: Node
    below: Node
    slash: bool = field(default=False, compare=False, kw_only=True)
    doubtful: bool = field(default=False, compare=False, kw_only=True)


@dataclass(frozen=True)
class Power(Node):
    """A power, `x^{-1}` also of matrices; not a transpose, not an index above."""

    base: Node
    exponent: Node


@dataclass(frozen=True)
class Transpose(Node):
    """`w^T`, `w^\\top`, `w.T`, `wᵀ`."""

    operand: Node


@dataclass(frozen=True)
class Factorial(Node):
    """`n!`, or `n!!` with `order` 2."""

    operand: Node
    order: int = 1


@dataclass(frozen=True)
class Index(Node):
    """Entries: `X[i][j]` (nested), `X[i, j]`; `style` says how: `[`, `_`, `^`, `^(` (`x^{(i)}`) or `^[` (`h^{[1]}`)."""

    of: Node
    at: Nodes
    style: str = "["


@dataclass(frozen=True)
class Slice(Node):
    """`1:3` among the entries of an array; `:` is all of an axis."""

    lower: Node | None = None
    upper: Node | None = None
    step: Node | None = None


@dataclass(frozen=True)
class Text(Node):
    """A text in quotes, as an argument: `mode='full'`."""

    text: str


@dataclass(frozen=True)
class Range(Node):
    """What an index runs over: from `lower` to `upper`, as far as written, or as `condition` says (`i < j`)."""

    index: Node
    lower: Node | None = None
    upper: Node | None = None
    condition: Node | None = None


@dataclass(frozen=True)
class Series(Node):
    """A `sum`, `prod`, `max`, `min`, `argmax`, `argmin`, `sup`, `inf` or `lim` of `body`, over ranges if any."""

    operator: str
    ranges: tuple[Range, ...]
    body: Node


@dataclass(frozen=True)
class Integral(Node):
    """`\\int_lower^upper body d(variables)`. In `\\int_z p` the lower bound is `z` and there are no variables."""

    body: Node
    variables: Nodes = ()
    lower: Node | None = None
    upper: Node | None = None


@dataclass(frozen=True)
class Expectation(Node):
    """`E_q[f]`, `E_{z~q}[f]`, `E_{q(z|x)} f`, `<f>_q`: of `body`, of `variables` under `measure` where written."""

    body: Node
    variables: Nodes = ()
    measure: Node | None = None


@dataclass(frozen=True)
class Divergence(Node):
    """`KL(q || p)` in every dress; `head` is the name it was written with."""

    head: Name
    left: Node
    right: Node


@dataclass(frozen=True)
class Given(Node):
    """A condition outside an application, as in the subscript of `p_{z|x}`."""

    of: Nodes
    given: Nodes


@dataclass(frozen=True)
class Derivative(Node):
    """A derivative: `by` holds a variable for each order. Dress: `style` is `partial`, `d` or `diff`."""

    of: Node
    by: Nodes
    style: str = field(default="partial", compare=False, kw_only=True)


@dataclass(frozen=True)
class Gradient(Node):
    """`\\nabla x` (of the loss by x) or, with `by`, `\\nabla_x f`. Entries are `Index(Gradient(x), ...)`."""

    of: Node
    by: Node | None = None


@dataclass(frozen=True)
class Case(Node):
    """One line of cases; the condition is None for `otherwise`."""

    value: Node
    condition: Node | None = None


@dataclass(frozen=True)
class Cases(Node):
    """`\\begin{cases} ... \\end{cases}`."""

    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Indicator(Node):
    """`\\mathbf{1}[a > 0]`: 1 where the condition holds, else 0."""

    condition: Node


@dataclass(frozen=True)
class Matrix(Node):
    """Rows of entries, from a matrix environment or `matrix([..], [..])`."""

    rows: tuple[Nodes, ...]


@dataclass(frozen=True)
class Items(Node):
    """`[a, b]`, `(a, b)` or `{a, b}`; `bracket` is the opening one, or empty for a bare `a, b` of a statement."""

    items: Nodes
    bracket: str = "["


@dataclass(frozen=True)
class Abs(Node):
    """`|x|`."""

    operand: Node


@dataclass(frozen=True)
class Norm(Node):
    """`\\|x\\|`, with its order where one is written (`\\|x\\|_2`)."""

    operand: Node
    order: Node | None = None


@dataclass(frozen=True)
class Labelled(Node):
    """`\\underbrace{body}_{label}`: it is its body; the label is kept as written, since it may define a name."""

    body: Node
    label: str


@dataclass(frozen=True)
class Step(Node):
    """A relation and its right side; `relation` is `=`, `>=`, `<=`, `>`, `<`, `!=`, `~`, `:=`, `in`, `approx`, ..."""

    relation: str
    right: Node


@dataclass(frozen=True)
class Chain(Node):
    """`a = b >= c`: a left side (None in `= b`) and steps; a condition as an operand. Dress: `notes` beside it."""

    left: Node | None
    steps: tuple[Step, ...]
    notes: tuple[str, ...] = field(default=(), compare=False, kw_only=True)

    @property
    def members(self) -> Nodes:
        """All sides that are written, from left to right."""
        return ((self.left,) if self.left is not None else ()) + tuple(step.right for step in self.steps)
