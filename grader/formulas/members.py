"""From a whole answer to the formula in it: its left side, the members of its chain, and which of them counts.

The last member that is a formula in the problem's quantities counts. What comes behind it (its value, a remark that it
is not negative), a left side that nobody asked for, and lines about other quantities cost nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from grader.formulas.answers import Asked, Formula
from grader.formulas.called import without_dependences
from grader.formulas.definitions import Definition, Definitions, definition_of
from grader.formulas.indices import chain
from grader.formulas.names import SAMPLE, Used, gradient_of, is_loss, uses
from grader.language.answers import Answer
from grader.language.printer import to_latex
from grader.language.syntax import Apply, Chain, Index, Items, Name, Node, Number
from grader.language.trees import walk

# Behind one of these stands no other form of what is before it.
_BOUNDS = frozenset({"<", ">", "<=", ">=", "!=", "in", "propto", "~"})


def members_of(answer: Answer, text: str, asked: Asked) -> Formula:
    """The formula of an answer. Raises `FormulaError` for the student's own names that go round in circles."""
    answer = _plain(answer, text, asked)
    statements = (answer.main, *answer.others)
    parts = [one for one in statements if _part_of(one, asked) is not None]
    if len(parts) > 1 and len(parts) == len(statements):
        return _put_together(parts, asked, _definitions(answer, asked))
    main = next((one for one in statements if one.steps and _names_asked(one.members[0], asked)), answer.main)
    return _formula(main, asked, _definitions(answer, asked))


def _plain(answer: Answer, text: str, asked: Asked) -> Answer:
    """The answer with quantities that are written as functions of others as they are."""

    def plain(chain: Chain) -> Chain:
        changed = without_dependences(chain, text, asked.names, asked.graph)
        assert isinstance(changed, Chain)  # noqa: S101 - only what is below it is replaced
        return changed

    return replace(
        answer,
        main=plain(answer.main),
        definitions=tuple(map(plain, answer.definitions)),
        others=tuple(map(plain, answer.others)),
    )


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
    return Formula(None if asked.entry else left, tuple(whole), written, tuple(said))


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
    """The student's own names."""
    known: dict[str, Definition] = {}
    for statement in answer.definitions:
        sides = list(_sides(statement))
        formulas = [side for side in sides[1:] if any(isinstance(part, Name) for part in walk(side))]
        found = definition_of(statement.left, (formulas or sides[1:])[-1]) if len(sides) > 1 else None
        if found is not None:
            known[found.name] = found
    return Definitions(known, _with_samples(asked))


def _with_samples(asked: Asked) -> frozenset[str]:
    named = {**asked.names.meanings, **asked.names.gradients}
    return frozenset(name for name, meaning in named.items() if SAMPLE in {axis.kind for axis in meaning.axes})
