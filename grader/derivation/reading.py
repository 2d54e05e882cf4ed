"""From the tree of a side to its meaning as a `Term`, given who is who and what the student has defined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import singledispatchmethod

from grader.derivation.alternatives import Habit, usual
from grader.derivation.densities import VARIATIONAL, Cast
from grader.derivation.mentions import Mention, mention_of, raised, variable_of
from grader.derivation.terms import (
    Average,
    Constant,
    DataSum,
    Density,
    Entropy,
    Exp,
    Log,
    Raised,
    Ratio,
    Relative,
    Scalar,
    Term,
    children,
    negative,
    times,
    total,
)
from grader.language import syntax
from grader.language.symbols import key_of
from grader.language.syntax import Name, Node

_LOGS = frozenset({"log", "ln"})
_ENTROPY = frozenset({"h"})
_DIVERGENCE = frozenset({"kl", "d", "dkl", "kld"})
_WEIGHTS = frozenset({"alpha", "beta", "gamma", "lambda", "eta", "tau", "N", "M", "K", "n", "m", "k", "epsilon", "T"})
_NO_NAMES = frozenset(
    {"p", "q", "P", "Q", "log", "ln", "exp", "E", "d", "KL", "D", "max", "min", "argmax", "argmin", "sqrt"}
)


class UnreadableError(Exception):
    """A side that means nothing here; the message says why. `name` is a name in it that nobody has defined."""

    def __init__(self, message: str, name: str | None = None) -> None:
        super().__init__(message)
        self.name = name


@dataclass(frozen=True)
class Reader:
    """Reads sides: `definitions` are the names introduced so far, `habit` is the author's way of writing logs."""

    cast: Cast
    definitions: Mapping[str, Term]
    habit: Habit = usual

    def read(self, node: Node) -> Term:
        """The meaning of a side. Raises `UnreadableError`."""
        return self._meaning(self.habit(node))

    @singledispatchmethod
    def _meaning(self, node: Node) -> Term:
        raise UnreadableError(f"a {type(node).__name__.lower()} has no meaning in a derivation of densities")

    @_meaning.register
    def _(self, node: syntax.Number) -> Term:
        return Constant(float(node.value))

    @_meaning.register
    def _(self, node: syntax.Labelled) -> Term:
        return self.read(node.body)

    @_meaning.register
    def _(self, node: syntax.Sum) -> Term:
        return total(*map(self.read, node.terms))

    @_meaning.register
    def _(self, node: syntax.Negative) -> Term:
        return negative(self.read(node.operand))

    @_meaning.register
    def _(self, node: syntax.Product) -> Term:
        return times(*map(self.read, node.factors))

    @_meaning.register
    def _(self, node: syntax.Quotient) -> Term:
        return Ratio(self.read(node.above), self.read(node.below))

    @_meaning.register
    def _(self, node: syntax.Power) -> Term:
        name = name_of(node)
        if name is not None and name in self.definitions:
            return self.definitions[name]
        if variable_of(node.base) in self.cast.model.variables or isinstance(node.exponent, syntax.Items):
            raise UnreadableError("a power of a variable has no meaning in a derivation of densities")
        return Raised(self.read(node.base), self.read(node.exponent))

    @_meaning.register
    def _(self, node: syntax.Name) -> Term:
        density = self.density(node)
        if density is not None:
            return density
        return self._named(node)

    def _named(self, node: Node) -> Term:
        name = name_of(node)
        if name is not None and name in self.definitions:
            return self.definitions[name]
        if name is not None and name in _WEIGHTS:
            return Scalar(name)
        raise UnreadableError(f"{name or 'this'} is neither a density nor a name that was defined before", name)

    @_meaning.register
    def _(self, node: syntax.Index) -> Term:
        if isinstance(node.of, Name) and node.of.base.lower() in _ENTROPY:
            return self._entropy(node.of, node.at)
        return self._named(node)

    @_meaning.register
    def _(self, node: syntax.Apply) -> Term:
        head = node.head.base.lower()
        density = self.density(node)
        if density is not None:
            return density
        if head in _LOGS and not node.head.sub:
            return Log(self.read(_only(node.args)))
        if head == "exp":
            return Exp(self.read(_only(node.args)))
        if head in _ENTROPY:
            return self._entropy(node.head, node.args)
        if head in _DIVERGENCE and len(node.args) + len(node.given) == 2:
            return self._relative(node.args[0], (*node.args, *node.given)[1])
        return self._named(node)

    @_meaning.register
    def _(self, node: syntax.Divergence) -> Term:
        return self._relative(node.left, node.right)

    def _relative(self, left: Node, right: Node) -> Term:
        above = self.read(left)
        below = self._model_density(right, above) if isinstance(right, Name) else self.read(right)
        over = above.of if isinstance(above, Density) else self._latents_in(above)
        if isinstance(below, Density) and not set(below.of) >= set(over):
            raise UnreadableError("the two densities of this divergence are not over the same variables")
        return Relative(above, below, over)

    def _model_density(self, right: Name, left: Term) -> Term:
        """The right side of a divergence; a bare p there is what q approximates, the posterior."""
        model, mention = self.cast.model, mention_of(right, self.cast.heads)
        bare = mention is not None and not (mention.of or mention.marks or self._stands_alone(right, mention))
        if bare and isinstance(left, Density) and set(left.of) <= set(model.latent):
            return Density(model.truth, left.of, model.observed)
        return self.read(right)

    def _entropy(self, head: Name, arguments: tuple[Node, ...]) -> Term:
        below = next((mention for sub in head.sub if (mention := self._density_of(sub))), None)
        parts = [density for node in arguments if (density := self._density_of(node))]
        if len(parts) == 2:
            return Entropy(parts[0], parts[1], parts[0].of)
        under = below or (parts[0] if parts else self._variational(()))
        return Entropy(under, under, under.of)

    def _density_of(self, node: Node) -> Density | None:
        term = self.density(node)
        return term if isinstance(term, Density) else None

    def density(self, node: Node) -> Density | None:
        """The density that a node is, if it is one."""
        mention = mention_of(node, self.cast.heads)
        if mention is None or (isinstance(node, Name) and not self._stands_alone(node, mention)):
            return None
        return self.cast.density(mention)

    def _stands_alone(self, node: Name, mention: Mention) -> bool:
        """A density without arguments is read where its subscripts say of what, or where it is the variational one."""
        if name_of(node) in self.definitions:
            return False
        known = any(key in self.cast.model.variables for key in (*mention.of, *mention.params))
        known = known or any(mention.head == head for head, _ in self.cast.posteriors)
        only = len(self.cast.model.variables) == 1
        return known or only or self.cast.family_of(mention).startswith(VARIATIONAL)

    @_meaning.register
    def _(self, node: syntax.Expectation) -> Term:
        body = node.body.of[0] if isinstance(node.body, syntax.Given) else node.body
        drawn = self._variables(node.variables)
        measure = self._measured(node.measure, drawn)
        return Average(self.read(body), measure.of, measure)

    def _measured(self, node: Node | None, drawn: tuple[str, ...]) -> Density:
        """The density that an expectation is under; the variational one where none is written."""
        if node is None:
            return self._variational(drawn)
        if (key := variable_of(node)) in self.cast.model.latent and key is not None:
            return self._variational((key,))
        mention = mention_of(node, self.cast.heads)
        density = self.cast.density(mention) if mention else None
        if density is None or (mention and not mention.of and drawn and isinstance(node, Name)):
            return self._bare_measure(mention, drawn)
        return density

    def _bare_measure(self, mention: Mention | None, drawn: tuple[str, ...]) -> Density:
        if mention is None:
            raise UnreadableError("the measure of this expectation is no density")
        density = self.cast.density(Mention(mention.letter, drawn, mention.given, mention.params, mention.marks))
        if density is None:
            raise UnreadableError("the measure of this expectation is no density of the variables")
        return density

    def _variational(self, drawn: tuple[str, ...]) -> Density:
        family = self.cast.model.family(VARIATIONAL)
        if family is None:
            raise UnreadableError("an expectation without its measure, where no variational density is known")
        return Density(family.name, drawn or family.of, family.given)

    @_meaning.register
    def _(self, node: syntax.Integral) -> Term:
        body = self.read(node.body)
        written = node.variables or ((node.lower,) if node.lower is not None else ())
        over = self._variables(written)
        if node.variables and not over:
            raise UnreadableError("an integral over a variable that no density here has")
        if not written and isinstance(node.body, syntax.Integral) and len(node.body.variables) > 1:
            return body
        return Average(body, over or self._latents_in(body))

    @_meaning.register
    def _(self, node: syntax.Series) -> Term:
        if node.operator not in {"sum", "prod"}:
            raise UnreadableError(f"{node.operator} has no meaning in a derivation of densities")
        body = self.read(node.body)
        indices = tuple(one.index for one in node.ranges)
        over = self._variables(indices)
        if node.operator == "prod":
            return Exp(DataSum(Log(body)))
        if over:
            return Average(body, over)
        if indices and variable_of(indices[0]) is not None and not free_variables(body) & set(self.cast.model.latent):
            return DataSum(body)
        return Average(body, self._latents_in(body))

    def _variables(self, nodes: tuple[Node, ...]) -> tuple[str, ...]:
        """The variables of the derivation among some nodes, each once."""
        known = self.cast.model.variables
        return tuple(dict.fromkeys(key for node in nodes if (key := variable_of(node)) is not None and key in known))

    def _latents_in(self, term: Term) -> tuple[str, ...]:
        free = free_variables(term)
        over = tuple(name for name in self.cast.model.latent if name in free)
        if not over:
            raise UnreadableError("an integral or sum whose variable is neither written nor in what is summed")
        return over


def free_variables(term: Term) -> set[str]:
    """The variables that a term is a function of."""
    if isinstance(term, Density):
        return {*term.of, *term.given}
    inner = set().union(*(free_variables(child) for child in children(term)))
    return inner - set(term.over) if isinstance(term, Average | Relative | Entropy) else inner


def _only(nodes: tuple[Node, ...]) -> Node:
    if len(nodes) != 1:
        raise UnreadableError("a function of one argument has several")
    return nodes[0]


def name_of(node: Node) -> str | None:
    """The name that a side is, with the arguments that only remind of what it depends on left out.

    Functions and densities are no names; a calligraphic L is an L.
    """
    if isinstance(node, syntax.Apply):
        return name_of(node.head) if not node.given or "cal" in node.head.marks else None
    script = raised(node)
    if script is not None and isinstance(script[1], Name | syntax.Apply):
        base, above = name_of(script[0]), name_of(script[1])
        return base and above and f"{base}^{above}"
    if isinstance(node, syntax.Index):
        return name_of(node.of)
    if isinstance(node, Name) and (node.base not in _NO_NAMES or node.marks):
        marks = "".join(f"{mark} " for mark in node.marks if mark != "cal")
        return marks + node.base + "'" * node.primes + "".join(f"_{key_of(sub)}" for sub in node.sub)
    return None
