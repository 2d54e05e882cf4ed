"""From a whole answer to the formula in it: its left side, the members of its chain, and which of them counts.

The last member that is a formula in the problem's quantities counts. What comes behind it (its value, a remark that it
is not negative), a left side that nobody asked for, and lines about other quantities cost nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from grader.calculus.budget import ANSWER, Budget, OverBudgetError
from grader.formulas.answers import Asked, Formula, Trial
from grader.formulas.called import without_dependences
from grader.formulas.definitions import Definition, Definitions, definition_of
from grader.formulas.errors import FormulaError
from grader.formulas.indices import chain
from grader.formulas.judge import agrees, points_of
from grader.formulas.names import SAMPLE, Used, gradient_of, is_loss, uses
from grader.formulas.products import multiplies, without_ones
from grader.language.answers import Answer
from grader.language.printer import to_latex
from grader.language.syntax import Apply, Chain, Index, Items, Name, Node, Number, Product
from grader.language.trees import transform, walk

# Behind one of these stands no other form of what is before it.
_BOUNDS = frozenset({"<", ">", "<=", ">=", "!=", "in", "propto", "~"})


def members_of(answer: Answer, text: str, asked: Asked) -> Formula:
    """The formula of an answer. Raises `FormulaError` for the student's own names that go round in circles."""
    answer = _plain(answer, text, asked)
    statements = (answer.main, *answer.others)
    parts = [one for one in statements if _part_of(one, asked) is not None]
    if len(parts) > 1 and len(parts) == len(statements):
        return _put_together(parts, asked, _definitions(answer, asked))
    about = [one for one in statements if one.steps and _names_asked(one.members[0], asked)]
    main = about[-1] if about else answer.main
    answer = replace(answer, main=main, others=tuple(one for one in statements if one is not main))
    if not about and _is_used(main, answer.definitions):
        answer = _by_its_end(answer)
    return _formula(answer.main, asked, _definitions(answer, asked))


def _is_used(statement: Chain, others: Iterable[Chain]) -> bool:
    """Whether what a statement defines stands in others."""
    base = chain(statement.left)[0] if statement.left is not None and statement.steps else None
    return isinstance(base, Name) and any(base in walk(side) for other in others for side in other.members[1:])


def _by_its_end(answer: Answer) -> Answer:
    """An answer of nothing but definitions, of which the one that no other rests on is the formula."""
    every = (*answer.definitions, answer.main)
    last = next((one for one in every if not _is_used(one, every)), answer.main)
    return replace(answer, main=last, definitions=tuple(one for one in every if one is not last))


def _plain(answer: Answer, text: str, asked: Asked) -> Answer:
    """The answer with quantities that are written as functions of others as they are."""

    def multiplied(node: Node) -> Node:
        """`x [1 - x]`, where brackets hold a factor and no index; and what is multiplied by a vector of ones."""
        if isinstance(node, Index) and multiplies(node, asked.names):
            return Product((node.of, *node.at), ("",), span=node.span)
        if isinstance(node, Index):
            return _told_apart(node, asked)
        return without_ones(node) if isinstance(node, Product) else node

    def plain(chain: Chain) -> Chain:
        changed = transform(without_dependences(chain, text, asked.names, asked.graph), multiplied)
        assert isinstance(changed, Chain)  # noqa: S101 - only what is below it is replaced
        return changed

    return replace(
        answer,
        main=plain(answer.main),
        definitions=tuple(map(plain, answer.definitions)),
        others=tuple(map(plain, answer.others)),
    )


def _told_apart(node: Index, asked: Asked) -> Index:
    """`W_{1j}` with one index for each axis, where a product of them would leave an axis without one."""
    inner, meaning = node.at[0], asked.names.meaning(node.of)
    if meaning is None or node.style != "_" or len(node.at) > 1 or not isinstance(inner, Product) or any(inner.signs):
        return node
    return replace(node, at=inner.factors) if len(inner.factors) == len(meaning.axes) else node


def _formula(main: Chain, asked: Asked, definitions: Definitions) -> Formula:
    sides = list(_sides(main))
    left, said = None, list[str]()
    while sides and (len(sides) > 1 or main.left is None) and _names_asked(sides[0], asked):
        left = sides.pop(0)
    if left is None and len(sides) > 1 and _is_odd(sides[0], asked):
        odd = sides.pop(0)
        left = _in_its_place(odd, asked)
        said.append(f"The left side {to_latex(odd)} is not what is asked for; the right side is graded.")
    while len(sides) > 1 and _names_asked(sides[-1], asked):
        sides.pop()
    whole = [definitions.written_out(side) for side in sides]
    while len(whole) > 1 and not _is_formula(whole[-1], asked) and any(_is_formula(one, asked) for one in whole[:-1]):
        whole.pop()
    written = sides[len(whole) - 1] if whole else None
    return Formula(None if asked.entry else left, tuple(whole), written, tuple(said), tuple(sides[len(whole) :]))


def _sides(main: Chain) -> Iterator[Node]:
    """The sides that are equal to one another; one of several on a line is the one that the chain goes on from."""
    if main.left is not None:
        yield main.left
    for step in main.steps:
        if step.relation in _BOUNDS:
            return
        yield step.right


def _is_formula(side: Node, asked: Asked) -> bool:
    """Whether a member is written in the problem's quantities, and not only a value."""
    return bool(uses(side, asked.names, asked.loss))


def _is_odd(side: Node, asked: Asked) -> bool:
    """Whether a left side is only a name, a label or a function of something, and no form of what is asked for."""
    base, at = chain(side)
    if isinstance(base, Number):
        return not at
    if gradient_of(side, asked.names, asked.loss) or gradient_of(base, asked.names, asked.loss):
        return True
    if isinstance(base, Apply):
        return base.guessed
    return isinstance(base, Name) or is_loss(side, asked.names, asked.loss)


def _in_its_place(odd: Node, asked: Asked) -> Node | None:
    """A left side with one letter for each axis of what is asked for says in which order they run."""
    _, at = chain(odd)
    plain = len({index for index, _ in at}) == len(at) == len(asked.axes)
    if not at or not plain or not all(isinstance(index, Name) for index, _ in at) or asked.entry:
        return None
    return Index(Name(_own_name(asked)), tuple(index for index, _ in at), "_", span=odd.span)


def _own_name(asked: Asked) -> str:
    known = asked.names.gradients if asked.used.gradient else asked.names.meanings
    return next(name for name, meaning in known.items() if meaning.node == asked.used.node)


def _names_asked(side: Node, asked: Asked) -> bool:
    """Whether a side is the asked quantity by name, whole, at indices, or part by part."""
    parts = getattr(side, "items", (side,))
    return all(_is_asked(part, asked) for part in parts)


def _is_asked(node: Node, asked: Asked) -> bool:
    return _quantity(node, asked) == asked.used


def _quantity(node: Node, asked: Asked) -> Used | None:
    """The quantity that a side names, whole or at indices."""
    base, _ = chain(node)
    gradient = gradient_of(node, asked.names, asked.loss) or gradient_of(base, asked.names, asked.loss)
    if gradient is not None:
        return Used(gradient.node, gradient=True)
    meaning = asked.names.meaning(base)
    return None if meaning is None else Used(meaning.node)


def _part_of(statement: Chain, asked: Asked) -> int | None:
    """Which part of the asked quantity a statement gives, `h_1^2 = ...`; None where it gives the whole, or another."""
    if statement.left is None or not statement.steps or not _is_asked(statement.left, asked):
        return None
    _, at = chain(statement.left)
    if len(at) != 1 or not isinstance(at[0][0], Number) or not at[0][0].text.isdigit() or asked.entry:
        return None
    return int(at[0][0].text)


def _put_together(parts: list[Chain], asked: Asked, definitions: Definitions) -> Formula:
    """The parts of a quantity, given one by one, as a list of them all."""
    ordered = sorted(parts, key=lambda one: _part_of(one, asked) or 0)
    items = Items(tuple(one.members[-1] for one in ordered), span=parts[0].span)
    return Formula(None, (definitions.written_out(items),), items)


def _definitions(answer: Answer, asked: Asked) -> Definitions:
    """The student's own names, and the problem's where the student gives them another meaning."""
    known: dict[str, Definition] = {}
    for statement in (*answer.definitions, *answer.others):
        sides = list(_sides(statement))
        formulas = [side for side in sides[1:] if any(isinstance(part, Name) for part in walk(side))]
        found = definition_of(statement.left, (formulas or sides[1:])[-1]) if len(sides) > 1 else None
        if found is not None and (statement in answer.definitions or _redefines(statement, found, asked)):
            known[found.name] = _in_turn(found, known)
    return Definitions(known, _with_samples(asked))


def _in_turn(found: Definition, known: Mapping[str, Definition]) -> Definition:
    """A name that is given anew, as in a program: `s = w x; s = s + b`."""
    if found.name not in known:
        return found
    earlier = Definitions({found.name: known[found.name]})
    return replace(found, body=earlier.written_out(found.body))


def _redefines(statement: Chain, found: Definition, asked: Asked) -> bool:
    """Whether a line about a quantity of the problem says something else than what that is."""
    used = None if statement.left is None else _quantity(statement.left, asked)
    if used is None or used.gradient:
        return False
    if used == asked.used:
        return True
    other = replace(asked, used=used, entry=())
    trial = Trial(other, points_of(found.body, other), Budget(ANSWER // 4))  # a line beside is no answer
    with suppress(FormulaError, OverBudgetError):
        return not agrees(found.body, Formula(statement.left, (found.body,)), trial)
    return True


def _with_samples(asked: Asked) -> frozenset[str]:
    named = {**asked.names.meanings, **asked.names.gradients}
    return frozenset(name for name, meaning in named.items() if SAMPLE in {axis.kind for axis in meaning.axes})
