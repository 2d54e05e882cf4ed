"""Quantities that are written as functions of what they are computed from: `h_\\theta(x^{(i)})`, `\\hat{y}(x; w)`.

Such a bracket says nothing but what the quantity depends on, and which sample is meant; it is no factor.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.formulas.indices import chain
from grader.formulas.names import Names, ancestors
from grader.language.symbols import key_of
from grader.language.syntax import Apply, Index, Name, Node, Nodes, Product
from grader.language.trees import rebuild
from reference.graph import Graph


def without_dependences(tree: Node, text: str, names: Names, graph: Graph) -> Node:
    """The tree with such quantities as they are; `text` is what it was read from, where their brackets stand."""
    return _Called(text, names, graph).plain(tree)


class _Called:
    def __init__(self, text: str, names: Names, graph: Graph) -> None:
        self._text = text
        self._names = names
        self._graph = graph

    def plain(self, tree: Node) -> Node:
        tree = self._without_parameters(rebuild(tree, self.plain))
        if isinstance(tree, Product):
            return self._product(tree)
        if isinstance(tree, Apply) and tree.args:
            symbol = self._names.table.find(key_of(tree.head))
            head = tree.head if symbol is None else Name(symbol.name, span=tree.span)
            return self._at(head, (*tree.args, *tree.given, *tree.params)) or tree
        return tree

    def _product(self, tree: Product) -> Node:
        factors, signs = [tree.factors[0]], list[str]()
        for sign, factor in zip(tree.signs, tree.factors[1:], strict=True):
            found = self._at(factors[-1], (factor,)) if not sign and self._opens(factors[-1], factor) else None
            if found is None:
                factors.append(factor)
                signs.append(sign)
            else:
                factors[-1] = found
        return factors[0] if not signs else Product(tuple(factors), tuple(signs), span=tree.span)

    def _opens(self, left: Node, right: Node) -> bool:
        """Whether nothing but a round bracket stands between two factors."""
        between = self._text[left.span.end : right.span.start]
        return "".join(between.replace(r"\left", "").replace(r"\big", "").split()) == "("

    def _at(self, quantity: Node, arguments: Nodes) -> Node | None:
        """A quantity at the samples that its arguments have; None unless it is computed from all of them."""
        meaning = self._names.meaning(quantity)
        if meaning is None:
            return None
        above = ancestors(self._graph, meaning.node)
        sampled: Index | None = None
        for argument in arguments:
            base, _ = chain(argument)
            inner = self._names.meaning(base)
            if inner is None or inner.node not in above:
                return None
            sampled = argument if isinstance(argument, Index) else sampled
        if sampled is None:
            return quantity
        return Index(quantity, sampled.at, sampled.style, span=quantity.span)

    def _without_parameters(self, tree: Node) -> Node:
        """`h_\\theta` as h, where theta is a quantity that h is computed from and no index."""
        if not isinstance(tree, Index) or tree.style != "_" or not (named := self._names.meaning(tree.of)):
            return tree
        above = ancestors(self._graph, named.node)
        kept = tuple(index for index in tree.at if not set(self._nodes(index)) & above)
        return tree.of if not kept else Index(tree.of, kept, "_", span=tree.span)

    def _nodes(self, index: Node) -> Iterator[str]:
        symbol = None if not isinstance(index, Name) else self._names.table.entries.get(key_of(index))
        meaning = None if symbol is None else self._names.meanings.get(symbol.name)
        if meaning is not None:
            yield meaning.node
