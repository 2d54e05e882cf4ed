"""The names of a problem: what the parser makes of them, and what quantity each stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from grader.assignment import SymbolNames
from grader.formulas.indices import INDICES
from grader.formulas.tensors import Axis
from grader.formulas.usual import BOUNDS, LOSSES, gradient_keys, other_spellings
from grader.language.errors import LanguageError
from grader.language.parser import parse_expression
from grader.language.symbols import Role, Symbol, Symbols, Upper, key_of
from grader.language.syntax import Apply, Derivative, Gradient, Index, Name, Node, Product, Transpose
from grader.language.trees import transform, walk
from grader.networks.names import gradient_spellings
from reference.graph import GRADIENT, Graph

COUNT = "N"
SAMPLE = "sample"
RESHAPES = frozenset({"reshape", "Reshape"})
TURNS = frozenset({"rot180", "flip"})
DECONVOLUTIONS = frozenset({"Deconv", "deconv", "ConvTranspose", "ConvTranspose2d", "conv_transpose", "TransposedConv"})
OUTER, INNER = frozenset({"outer"}), frozenset({"dot", "inner", "vdot"})
FUNCTIONS = TURNS | DECONVOLUTIONS | OUTER | INNER | frozenset({"maximum"})


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name stands for: a node of the graph, the axes of its values, and the axis that superscripts count."""

    node: str
    axes: tuple[Axis, ...]
    upper: str | None = None


@dataclass(frozen=True, eq=False)
class Names:
    """A problem's names: the parser's table, and each flat name's meaning, as a value or as a gradient.

    `logged` is the node whose logarithm the loss is, if it is one; `losses` are the loss's usual names.
    """

    table: Symbols
    meanings: Mapping[str, Meaning]
    gradients: Mapping[str, Meaning]
    logged: str | None = None
    losses: frozenset[str] = frozenset()

    @cached_property
    def has_upper(self) -> bool:
        """Whether superscripts count an axis of some quantity."""
        return any(meaning.upper is not None for meaning in self.meanings.values())

    def meaning(self, node: Node) -> Meaning | None:
        """The meaning of a bare name, or None."""
        return self.meanings.get(node.base) if isinstance(node, Name) and not node.sub else None


def names_of(symbols: Mapping[str, SymbolNames], graph: Graph, table: Symbols) -> Names:
    """Build the names of a problem from its symbols and from the parser's table for its own formulas.

    `grad_x` is the gradient by x, and what the graph says is one.
    """
    entries = {key: _dressed(symbol, symbols) for key, symbol in table.entries.items() if _is_known(symbol, symbols)}
    entries |= {"pad": Symbol("pad", Role.FUNCTION), COUNT: entries.get(COUNT, Symbol(COUNT, scalar=True))}
    meanings: dict[str, Meaning] = {}
    gradients: dict[str, Meaning] = {}
    for node, spec in symbols.items():
        for own, spellings, meaning in _spelled(node, spec):
            slope = graph.same.get(node)
            if slope is None:
                meanings[own] = meaning
                gradients[GRADIENT + own] = meaning
            else:
                gradients[own] = replace(meaning, node=slope)
            _enter(entries, own, [spelling for spelling in spellings if spelling != node], spec)
    known = (table.functions | FUNCTIONS) - frozenset(symbols)
    table = replace(table, entries=entries, indices=INDICES, functions=known, folds=True)
    losses = _usual_losses(table, graph)
    usual = _usual(table, meanings, gradients, losses, str(graph.loss))
    table = replace(table, entries={**usual, **table.entries})
    return Names(table, meanings, gradients, _logged(graph), frozenset(losses.values()))


def _usual_losses(table: Symbols, graph: Graph) -> Mapping[str, str]:
    """The usual names of the loss by key, as far as nothing else is called so."""
    return {} if graph.loss is None else {key: name for key, name in LOSSES.items() if table.find(key) is None}


def _usual(
    table: Symbols,
    meanings: Mapping[str, Meaning],
    gradients: Mapping[str, Meaning],
    losses: Mapping[str, str],
    loss: str,
) -> Mapping[str, Symbol]:
    """The usual names of quantities, the loss and gradients, which mean one thing here and which the table lacks."""
    own = [(key, symbol) for key, symbol in table.entries.items() if symbol.name in meanings]
    respelled = [(key, symbol) for spelled, symbol in own for key in other_spellings(spelled)]
    called = [*losses, *(key for key, symbol in own if meanings[symbol.name].node == loss)]
    taken = {key.partition("_")[0] for key, _ in own}
    slopes = (
        (key, replace(symbol, name=GRADIENT + symbol.name))
        for spelled, symbol in (*own, *((key, symbol) for key, symbol in respelled if " " not in key))
        if GRADIENT + symbol.name in gradients and meanings[symbol.name].node != loss
        for key in gradient_keys(spelled, called)
        if "_" not in key or key.partition("_")[0] not in taken
    )
    scalars = ((key, Symbol(name, scalar=True)) for key, name in losses.items() if key not in table.indices)
    ones = [("bb 1", Symbol(r"\mathbf{1}")), ("bb 1_N", Symbol(r"\mathbf{1}")), ("bb 1_n", Symbol(r"\mathbf{1}"))]
    bounds = ((letter, Symbol(letter, scalar=True)) for letter in BOUNDS)
    found = {**dict(ones), **_single(bounds), **_single(slopes), **_single(scalars), **_single(respelled)}
    return {key: replace(symbol, usual=True) for key, symbol in found.items() if table.find(key) is None}


def _single(pairs: Iterable[tuple[str, Symbol]]) -> Mapping[str, Symbol]:
    """Keys that stand for one symbol only."""
    found: dict[str, set[Symbol]] = {}
    for key, symbol in pairs:
        found.setdefault(key, set()).add(symbol)
    return {key: symbols.pop() for key, symbols in found.items() if len(symbols) == 1}


def _is_known(symbol: Symbol, symbols: Mapping[str, SymbolNames]) -> bool:
    """Whether students have a name that authors have: they have no names for sizes."""
    quantity = symbol.name in symbols or symbol.name.removeprefix(GRADIENT) in symbols
    return quantity or symbol.option or symbol.role is Role.FUNCTION


def _dressed(symbol: Symbol, symbols: Mapping[str, SymbolNames]) -> Symbol:
    spec = symbols.get(symbol.name, symbols.get(symbol.name.removeprefix(GRADIENT)))
    return symbol if spec is None or symbol.role is Role.FUNCTION else _symbol(symbol.name, spec)


def _enter(entries: dict[str, Symbol], own: str, spellings: Sequence[str], spec: SymbolNames) -> None:
    """Enter further spellings of a quantity, and of the gradient by it."""
    for spelling in spellings:
        entries[_key(spelling)] = _symbol(own, spec)
        for gradient in gradient_spellings(spelling):
            entries.setdefault(_key(gradient), _symbol(GRADIENT + own, spec))


def _spelled(node: str, spec: SymbolNames) -> Iterator[tuple[str, tuple[str, ...], Meaning]]:
    """A quantity's flat names, their spellings and meanings: for one sample, and for all of them as a matrix."""
    plain = tuple(Axis(kind) for kind in spec.axes)
    loose = tuple(Axis(kind, loose=kind == SAMPLE) for kind in spec.axes)
    yield node, (node, *spec.also), Meaning(node, plain, spec.upper)
    if spec.matrix:
        yield spec.matrix[0], spec.matrix, Meaning(node, loose, spec.upper)


def _symbol(own: str, spec: SymbolNames) -> Symbol:
    return Symbol(own, scalar=not spec.axes, upper=Upper.INDEX if spec.upper else Upper.POWER)


def _logged(graph: Graph) -> str | None:
    """The node whose logarithm a graph's loss is; the objective passes on what it is handed."""
    nodes = {node.name: node for node in graph.nodes}
    node = nodes.get(str(graph.loss))
    while node is not None and node.op == "objective":
        node = nodes.get(node.parents[0])
    return node.parents[0] if node is not None and node.op == "log" else None


def _key(spelling: str) -> str:
    """The parser's key of a spelling; one that is no expression is its own key, which nothing written ever has."""
    try:
        return key_of(parse_expression(spelling))
    except LanguageError:
        return spelling


@dataclass(frozen=True, slots=True, order=True)
class Used:
    """A quantity that a formula uses: a node's value, or the gradient of the loss by it."""

    node: str
    gradient: bool = False


def uses(tree: Node, names: Names, loss: str) -> frozenset[Used]:
    """All quantities that stand in a formula; a derivative of the loss by something is a gradient."""
    return frozenset(_uses(tree, names, loss))


def _uses(tree: Node, names: Names, loss: str) -> Iterator[Used]:
    for node in walk(tree):
        meaning = names.meaning(node)
        if meaning is not None:
            yield Used(meaning.node)
        quantity = gradient_of(node, names, loss)
        if quantity is not None:
            yield Used(quantity.node, gradient=True)


def gradient_of(node: Node, names: Names, loss: str) -> Meaning | None:
    """The meaning of the name by which a node is the gradient of the loss: `\\nabla x`, `\\nabla_x L`, dL/dx."""
    if isinstance(node, Name):
        return names.gradients.get(node.base)
    if isinstance(node, Gradient) and node.by is None:
        return names.meaning(bare(node.of))
    if isinstance(node, Gradient) and node.by is not None and is_loss(node.of, names, loss):
        return names.meaning(bare(node.by))
    if isinstance(node, Derivative) and len(node.by) == 1 and is_loss(node.of, names, loss):
        return names.meaning(bare(node.by[0]))
    return None


def with_flat_gradients(tree: Node, names: Names, loss: str) -> Node:
    """The tree with each gradient of the loss, however it is written, by its flat name; entries of one stay."""
    flat = {meaning.node: name for name, meaning in reversed([*names.gradients.items()])}

    def renamed(node: Node) -> Node:
        if isinstance(node, Name) or any(isinstance(part, Index) for part in walk(node)):
            return node
        meaning = gradient_of(node, names, loss)
        return node if meaning is None else Name(flat[meaning.node], span=node.span)

    return transform(tree, renamed)


def bare(node: Node) -> Node:
    """A name without its indices and transposition."""
    while isinstance(node, Index | Transpose):
        node = node.of if isinstance(node, Index) else node.operand
    return node


def is_loss(node: Node, names: Names, loss: str) -> bool:
    """Whether a node is the loss by name, also as a function (`J(\\theta)`), or the logarithm that it is."""
    if isinstance(node, Product) and len(node.factors) == 2 and node.signs == ("",):
        return _names_loss(node.factors[0], names, loss)
    if _names_loss(node, names, loss) or (isinstance(node, Apply) and _names_loss(node.head, names, loss)):
        return True
    meaning = names.meaning(bare(node))
    if meaning is not None:
        return meaning.node == loss
    if not (isinstance(node, Apply) and node.head.base in {"log", "ln"} and len(node.args) == 1):
        return False
    inner = names.meaning(bare(node.args[0]))
    return inner is not None and inner.node == names.logged


def _names_loss(node: Node, names: Names, loss: str) -> bool:
    """Whether a name is the loss's own, or one that it usually has."""
    name = bare(node)
    meaning = names.meaning(name)
    if meaning is not None:
        return meaning.node == loss
    return isinstance(name, Name) and (name.base in names.losses or key_of(name) in names.losses)


def ancestors(graph: Graph, name: str) -> frozenset[str]:
    """Everything that a node is computed from; what comes after the backward pass also from gradients (`grad_x`)."""
    found: set[str] = set()
    waiting = list(graph.parents.get(name, ()))
    while waiting:
        parent = waiting.pop()
        if parent not in found:
            found.add(parent)
            waiting += graph.parents.get(parent, ())
    return frozenset(found)


def neighbours(graph: Graph, of: str, by: str, named: frozenset[str]) -> bool:
    """Whether `of` is computed from `by` with no other named quantity between them."""
    parents = {node.name: node.parents for node in graph.nodes}
    waiting, direct = list(parents.get(of, ())), False
    while waiting:
        name = waiting.pop()
        if name == by:
            direct = True
        elif name not in named:
            waiting += parents.get(name, ())
    return direct
