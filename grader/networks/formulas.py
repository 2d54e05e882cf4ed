"""From a formula's tree to nodes, one operation of the table for each part of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from grader.language.syntax import (
    Abs,
    Apply,
    Chain,
    Derivative,
    Gradient,
    Index,
    Indicator,
    Items,
    Labelled,
    Matrix,
    Name,
    Negative,
    Node,
    Norm,
    Number,
    Power,
    Product,
    Quotient,
    Series,
    Slice,
    Sum,
    Transpose,
)
from grader.networks import functions, patterns
from grader.networks.arguments import literal
from grader.networks.names import CONSTANTS
from grader.networks.parts import Part, number
from grader.networks.products import SIGNS
from grader.networks.reading import Reading
from grader.networks.sums import series
from reference.graph import GRADIENT


class Reader(Reading):
    """Reads the parts of one formula into a builder."""

    def part(self, tree: Node) -> Part:
        """A tree as a part: a recognised pattern as one operation, else operation by operation."""
        found = patterns.recognised(self, tree)
        if found is not None:
            return found
        read = _READERS.get(type(tree))
        if read is None:
            self.fail(f"{self.text(tree)!r} has no meaning in a network's formula", tree)
        return replace(read(self, tree), label=self.text(tree))

    def named(self, tree: Name) -> Part:
        """A quantity by its name, or e or pi."""
        if tree.base in self.builder.values and not tree.sub:
            return self.builder.named(tree.base)
        if tree.base in self.builder.sizes and not tree.sub:
            return number(float(self.builder.size(tree.base, tree.span)), tree.base)
        if tree.base in CONSTANTS:
            return number(CONSTANTS[tree.base], tree.base)
        if tree.base.startswith(GRADIENT):
            name = tree.base.removeprefix(GRADIENT)
            if not self.after:
                self.fail(f"the gradient by {name!r} comes after the backward pass; use it under `after`", tree)
            told = "no `loss` is named" if self.loss is None else f"the loss {self.loss!r} does not depend on it"
            self.fail(f"there is no gradient by {name!r}: {told}", tree)
        return self.fail(f"{self.text(tree)!r} is not computed yet here; nodes stand in the order of computation", tree)

    def total(self, tree: Sum) -> Part:
        """A sum from left to right: what is a product first, then bare names, as biases are, then what is taken off."""
        added = [term for term in tree.terms if not isinstance(term, Negative)]
        taken = [term.operand for term in tree.terms if isinstance(term, Negative)]
        added.sort(key=lambda term: isinstance(term, Name | Number))
        total = self.part(added[0]) if added else self.negated(self.part(taken.pop(0)), tree)
        for term in added[1:]:
            total = self._joined("add", total, self.part(term), tree)
        for term in taken:
            total = self._joined("subtract", total, self.part(term), tree)
        return total

    def _joined(self, op: str, total: Part, term: Part, tree: Node) -> Part:
        sign = {"add": 1.0, "subtract": -1.0}[op]
        if total.number is not None and term.number is not None:
            return number(total.number + sign * term.number)
        label = f"{total.label} {'+' if op == 'add' else '-'} {term.label}"
        return self.builder.emit(op, (total, term), label=label, span=tree.span)

    def negated(self, part: Part, tree: Node) -> Part:
        """Minus a part."""
        return number(-part.number) if part.number is not None else self.emit("negate", (part,), tree)

    def product(self, tree: Product) -> Part:
        """A product from left to right; what stands together without a sign binds first."""
        groups: list[Part] = []
        signs: list[str] = []
        for factor, sign in zip(tree.factors, ("*", *tree.signs), strict=True):
            if sign == "" and groups:
                groups[-1] = SIGNS[""](self.builder, groups[-1], self.part(factor), tree.span)
            else:
                groups.append(self.part(factor))
                signs.append(sign)
        result = groups[0]
        for part, sign in zip(groups[1:], signs[1:], strict=True):
            result = SIGNS[sign](self.builder, result, part, tree.span)
        return result

    def quotient(self, tree: Quotient) -> Part:
        """A fraction; entry by entry."""
        above, below = self.part(tree.above), self.part(tree.below)
        if below.number == 0:
            self.fail("a division by zero", tree.below)
        if above.number is not None and below.number is not None:
            return number(above.number / below.number)
        if above.number == 1:
            return self.emit("reciprocal", (below,), tree)
        return self.emit("divide", (above, below), tree)

    def power(self, tree: Power) -> Part:
        """A power, entry by entry; squares and powers of e are operations of their own."""
        base, exponent = self.part(tree.base), self.part(tree.exponent)
        if base.number is not None and exponent.number is not None:
            return self._number_power(base.number, exponent.number, tree)
        if base.number == CONSTANTS["e"]:
            return self.emit("exp", (exponent,), tree)
        if exponent.number == 2:
            return self.emit("square", (base,), tree)
        if exponent.number == -1 and len(base.shape) == 2:
            self.fail("the inverse of a matrix is not computed here", tree)
        return self.emit("power", (base, exponent), tree)

    def _number_power(self, base: float, exponent: float, tree: Power) -> Part:
        try:
            value = base**exponent
        except (OverflowError, ZeroDivisionError):
            value = complex(0)
        if isinstance(value, complex):
            self.fail("this power is no real number that can be computed with", tree)
        return number(value)

    def transposed(self, tree: Transpose) -> Part:
        """A matrix transposed; a vector is marked as a row."""
        part = self.part(tree.operand)
        if len(part.shape) <= 1:
            return replace(part, row=not part.row)
        return self.emit("transpose", (part,), tree)

    def entry(self, tree: Index) -> Part:
        """Entries, by numbers that count from 0: `X[i][j]`, `X[i, j]`, `X_{ij}`, `X[:, 1:3]`, `x[:, None]`."""
        places: list[int | slice | None] = []
        inner: Node = tree
        while isinstance(inner, Index):
            places[:0] = [place for at in inner.at for place in self._places(at)]
            inner = inner.of
        taken = tuple(place for place in places if place is not None)
        if isinstance(inner, Apply) and inner.head.base == "shape" and len(inner.args) == 1:
            return self.part(Apply(Name("size"), (*inner.args, *tree.at), span=tree.span))
        part = self.part(inner)
        part = self.emit("index", (part,), tree, index=taken) if any(place != _ALL for place in taken) else part
        return part if None not in places else self._deepened(part, places, tree)

    def _deepened(self, part: Part, places: list[int | slice | None], tree: Node) -> Part:
        """With an axis of length one wherever None stands."""
        left = list(part.shape)
        shape = [1 if place is None else left.pop(0) for place in places if not isinstance(place, int)]
        return self.emit("reshape_rows", (part,), tree, shape=(*shape, *left))

    def _places(self, at: Node) -> list[int | slice | None]:
        if isinstance(at, Slice):
            lower, upper, step = (one and literal(self, one) for one in (at.lower, at.upper, at.step))
            return [slice(lower, upper, step)]
        if isinstance(at, Name) and at.base in {"None", "newaxis"}:
            return [None]
        if isinstance(at, Negative) and isinstance(at.operand, Number) and at.operand.text.isdigit():
            return [-int(at.operand.text)]
        text = at.text if isinstance(at, Number) else ""
        if not text.isdigit():
            self.fail(f"an entry is named by numbers that count from 0; got {self.text(at)!r}", at)
        return [*map(int, text)] if len(text) > 1 and text[0] == "0" else [int(text)]

    def gradient(self, tree: Gradient | Derivative) -> Part:
        """The gradient of the loss by a quantity: `\\nabla W`, `\\nabla_W L`, dL/dW."""
        of, by = (tree.of, tree.by) if isinstance(tree, Derivative) else (tree.by and tree.of, (tree.by or tree.of,))
        if (of is not None and not (isinstance(of, Name) and of.base == self.loss)) or len(by) != 1:
            self.fail("only gradients of the loss by one quantity are known here", tree)
        name = by[0]
        if not isinstance(name, Name):
            return self.fail("expected the name of a quantity that the loss depends on", tree)
        return replace(self.named(replace(name, base=GRADIENT + name.base)), label=self.text(tree))

    def absolute(self, tree: Abs) -> Part:
        """`|x|`, entry by entry."""
        return self.emit("absolute", (self.part(tree.operand),), tree)

    def norm(self, tree: Norm) -> Part:
        """The Euclidean norm, also of a matrix (Frobenius)."""
        square = self.emit("square", (self.part(tree.operand),), tree)
        return self.emit("sqrt", (self.emit("sum", (square,), tree),), tree)

    def indicator(self, tree: Indicator | Chain) -> Part:
        """1 where a comparison holds, else 0; also without a sign, `(a > 0)`."""
        chain = tree.condition if isinstance(tree, Indicator) else tree
        if not (isinstance(chain, Chain) and len(chain.steps) == 1 and chain.left is not None):
            return self.fail("expected one comparison, `[a > 0]`", tree)
        left, relation, right = self.part(chain.left), chain.steps[0].relation, self.part(chain.steps[0].right)
        if relation not in {">", "<", ">=", "<="}:
            self.fail(f"the comparison {relation!r} is not computed here; `>` and `<` are", tree)
        if relation.startswith("<"):
            left, right = right, left
        if right.number == 0:
            return self.emit("step", (left,), tree)
        return self.emit("step", (self.emit("subtract", (left, right), tree),), tree)

    def items(self, tree: Items | Matrix) -> Part:
        """A list of entries, or of rows, as an array."""
        rows = [Items(row, span=tree.span) for row in tree.rows] if isinstance(tree, Matrix) else tree.items
        return self.emit("stack", [self.part(row) for row in rows], tree)


# All of an axis.
_ALL = slice(None)

Read: TypeAlias = Callable[[Reader, Any], Part]

_READERS: Mapping[type[Node], Read] = {
    Number: lambda _, tree: number(float(tree.text), tree.text),
    Name: Reader.named,
    Sum: Reader.total,
    Negative: lambda reader, tree: reader.negated(reader.part(tree.operand), tree),
    Product: Reader.product,
    Quotient: Reader.quotient,
    Power: Reader.power,
    Transpose: Reader.transposed,
    Index: Reader.entry,
    Series: series,
    Apply: functions.applied,
    Abs: Reader.absolute,
    Norm: Reader.norm,
    Indicator: Reader.indicator,
    Chain: Reader.indicator,
    Gradient: Reader.gradient,
    Derivative: Reader.gradient,
    Items: Reader.items,
    Matrix: Reader.items,
    Labelled: lambda reader, tree: reader.part(tree.body),
}
