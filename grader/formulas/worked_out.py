"""Whether an answer is one: it may not use what it is asked for, and only certain derivatives may be left standing."""

from __future__ import annotations

from collections.abc import Iterator

from grader.formulas.answers import Asked
from grader.formulas.names import Used, ancestors, bare, gradient_of, is_loss, neighbours, uses
from grader.language.syntax import Derivative, Node
from grader.language.trees import walk
from reference.graph import GRADIENT, Graph

Pair = tuple[str, str]


def circular(member: Node, asked: Asked, graph: Graph) -> str | None:
    """What makes an answer circular, in words; None if nothing does."""
    for used in sorted(uses(member, asked.names, asked.loss)):
        if used == asked.used:
            return f"it uses {shown(used)} itself, which is what is asked for"
        if _rests_on(used, asked.used, graph):
            return f"it uses {shown(used)}, which is computed from what is asked for"
    for node in walk(member):
        if isinstance(node, Derivative) and _is_the_question(node, asked):
            return "it is the derivative that is asked for, not worked out"
    return None


def shown(used: Used) -> str:
    """A quantity as people write it."""
    return f"the gradient by {used.node}" if used.gradient else used.node


def _rests_on(used: Used, asked: Used, graph: Graph) -> bool:
    """Whether a quantity is computed from the asked one."""
    above = frozenset[str]() if used.gradient else ancestors(graph, used.node)
    slopes = {used.node} if used.gradient else {name.removeprefix(GRADIENT) for name in above - graph.names}
    if asked.gradient:
        return not slopes.isdisjoint({asked.node} | ancestors(graph, asked.node))
    late = asked.node in {node.name for node in graph.after}
    return asked.node in above or (bool(slopes) and not late)


def _is_the_question(node: Derivative, asked: Asked) -> bool:
    """A derivative of an expression (not of a named quantity) by the quantity whose gradient is asked for."""
    by = asked.names.meaning(bare(node.by[0]))
    named = asked.names.meaning(bare(node.of)) is not None and not is_loss(node.of, asked.names, asked.loss)
    return asked.used.gradient and by is not None and by.node == asked.used.node and not named


def standing(member: Node, asked: Asked) -> Iterator[Pair]:
    """The derivatives of one named quantity by another that a formula leaves standing."""
    for node in walk(member):
        if isinstance(node, Derivative) and gradient_of(node, asked.names, asked.loss) is None and len(node.by) == 1:
            of, by = (asked.names.meaning(bare(part)) for part in (node.of, node.by[0]))
            if of is not None and by is not None:
                yield of.node, by.node


def too_far(pair: Pair, asked: Asked, graph: Graph) -> bool:
    """Whether a derivative reaches over more than one step between named quantities."""
    named = frozenset(meaning.node for meaning in asked.names.meanings.values())
    return not neighbours(graph, *pair, named)
