"""Who is who: from all densities and bound variables of a derivation, the variables, the families and their roles.

The letter q is the variational density unless the caller's hints say otherwise; every other letter is the model's,
unless it spells a density that p spells too. What is integrated or drawn is latent; what else stands left of a bar is
observed; what only ever stands right of one is a parameter or a condition that all densities share, and is left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from grader.derivation.mentions import Mention, head_key, is_placeholder, mentions, parts, variable_of
from grader.derivation.structure import factors_of
from grader.derivation.terms import Density, Log, Relative, Term, negative, total
from grader.derivation.worlds import Family, Model
from grader.language import LanguageError, parse_statement
from grader.language.syntax import Apply, Expectation, Integral, Node, Series
from grader.language.trees import walk

TRUTH, VARIATIONAL = "p", "q"
_MARKED = re.compile(r"[\^' ]|^[a-z]{2,}_(?:(?:[tkns]|old|new|prev)$|(?s:.*)[-+])")
_DATA = frozenset({"data", "d", "true", "real", "emp", "empirical"})


@dataclass(frozen=True)
class Cast:
    """The players of a derivation.

    `heads` are density letters that the caller named; `variational` those of q; `own` those with a family of their own;
    `split` families whose parameters come in several values (the old ones of EM); `posteriors` heads, with the number
    of arguments, that are written without their condition.
    """

    model: Model
    heads: frozenset[str] = frozenset()
    variational: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    split: frozenset[str] = frozenset()
    posteriors: frozenset[tuple[str, int]] = frozenset()

    def base_of(self, mention: Mention) -> str:
        """The family that a density's head belongs to, whatever its parameters."""
        if mention.head in self.own:
            return mention.head
        return VARIATIONAL if mention.head in self.variational else TRUTH

    def family_of(self, mention: Mention) -> str:
        """The family that a density belongs to."""
        base = self.base_of(mention)
        decoration = _decoration(mention) if base in self.split else ""
        return f"{base}@{decoration}" if decoration else base

    def density(self, mention: Mention) -> Density | None:
        """The density meant; None where its arguments are not variables of this derivation."""
        family = self.model.family(self.family_of(mention))
        if family is None:
            return None
        of = self._arguments(mention, family)
        given = tuple(name for name in mention.given if name in self.model.variables and name not in of)
        if (mention.head, len(of)) in self.posteriors and not given:
            given = self.model.observed
        if not of:
            return None
        return Density(family.name, _ordered(self.model, of), _ordered(self.model, given), bare=_is_bare(self, mention))

    def _arguments(self, mention: Mention, family: Family) -> tuple[str, ...]:
        of = tuple(name for name in mention.of if name in self.model.variables)
        if of or any(not is_placeholder(name) for name in mention.of):
            return of
        below = tuple(name for name in mention.params if name in self.model.variables)
        if below:
            return below
        return tuple(name for name in family.of if name in self.model.latent and name not in mention.given)


def _is_bare(cast: Cast, mention: Mention) -> bool:
    conditions = (name for name in (*mention.given, *mention.params) if name not in cast.model.variables)
    return next(conditions, None) is None


def _ordered(model: Model, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names), key=model.variables.index))


def cast_of(trees: tuple[Node, ...], hints: Mapping[str, str] | None = None) -> Cast:
    """Find out who is who in a derivation, with or without hints (role -> how it is written)."""
    hinted = {role: _hinted(text) for role, text in (hints or {}).items()}
    known = frozenset(mention.head for found in hinted.values() for mention in found)
    nodes = [node for tree in trees for node in parts(tree)]
    written, bound = mentions(nodes, known), _bound(nodes)
    everything = written + _of_the_same(written, [mention for found in hinted.values() for mention in found])
    variables = _variables(everything, bound)
    variational = _variational(everything, hinted)
    latent = _latent(everything, variational, variables, bound)
    posterior = hinted.get("posterior") or _marked_posteriors(everything, latent)
    draft = Cast(
        model=Model(latent, tuple(name for name in variables if name not in latent), ()),
        heads=known,
        variational=variational,
        own=_families_of_their_own(everything, variational, frozenset(one.head for one in posterior)),
        posteriors=frozenset((one.head, len(one.of)) for one in posterior if not one.given),
    )
    draft = replace(draft, split=_split(draft, written))
    return replace(draft, model=replace(draft.model, families=_families(draft, everything)))


def _marked_posteriors(everything: list[Mention], latent: tuple[str, ...]) -> tuple[Mention, ...]:
    """Marked densities of latents, `\\bar p(z)`, where no posterior is written out: they stand for it."""
    latents = set(latent)
    if any(set(one.of) <= latents and set(one.given) - latents for one in everything if one.letter == TRUTH):
        return ()
    marked = [one for one in everything if one.letter == TRUTH and one.marks and set(one.of) <= latents]
    return tuple(one for one in marked if one.of and not one.given)


def _of_the_same(written: list[Mention], hinted: list[Mention]) -> list[Mention]:
    """Hints about the variables that occur; an author with other letters is read without them."""
    names = {name for one in written for name in (*one.of, *one.given)}
    return [one for one in hinted if names.issuperset(one.of)]


def _split(cast: Cast, written: list[Mention]) -> frozenset[str]:
    """The families whose parameters are written in more than one way that tells them apart."""
    found: dict[str, set[str]] = {}
    for one in written:
        if one.params or set(one.given) - set(cast.model.variables):
            found.setdefault(cast.base_of(one), set()).add(_decoration(one))
    return frozenset(base for base, decorations in found.items() if len(decorations) > 1)


def bound_of(model: Model) -> Term | None:
    """The evidence lower bound under q, log p(x) - KL(q || p(z|x)); None where there is no q or nothing observed."""
    q = model.family(VARIATIONAL)
    if q is None or not model.observed:
        return None
    posterior = Density(model.truth, q.of, model.observed)
    gap = Relative(Density(q.name, q.of, q.given), posterior, q.of)
    return total(Log(Density(model.truth, model.observed)), negative(gap))


@lru_cache(maxsize=256)
def _hinted(text: str) -> tuple[Mention, ...]:
    """The densities in a hint such as `p(x,z), p_\\theta(z,x)`; nothing where it cannot be read."""
    try:
        tree = parse_statement(text)
    except LanguageError:
        return ()
    heads = frozenset(head_key(node.head) for node in walk(tree) if isinstance(node, Apply))
    return tuple(mentions(parts(tree), heads))


def _variational(everything: list[Mention], hinted: Mapping[str, tuple[Mention, ...]]) -> frozenset[str]:
    model = {one.head for role in ("likelihood", "prior", "joint", "evidence") for one in hinted.get(role, ())}
    named = {one.head for one in hinted.get("variational", ())} - model
    return frozenset(named or {one.head for one in everything if one.letter == VARIATIONAL and one.head not in model})


def _bound(nodes: Iterable[Node]) -> tuple[str, ...]:
    """Variables that are integrated, summed over or drawn, in order."""
    keys = (variable_of(one) for node in nodes for one in _bound_by(node))
    return tuple(dict.fromkeys(key for key in keys if key))


def _bound_by(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Integral):
        return node.variables or ((node.lower,) if node.lower is not None else ())
    if isinstance(node, Expectation):
        return node.variables
    return tuple(one.index for one in node.ranges) if isinstance(node, Series) else ()


def _variables(everything: list[Mention], bound: tuple[str, ...]) -> tuple[str, ...]:
    left = [name for one in everything for name in one.of if not is_placeholder(name)]
    right = {name for one in everything for name in one.given}
    return tuple(dict.fromkeys([*left, *(name for name in bound if name in right)]))


def _latent(
    everything: list[Mention], variational: frozenset[str], variables: tuple[str, ...], bound: tuple[str, ...]
) -> tuple[str, ...]:
    drawn = {name for one in everything if one.head in variational for name in one.of}
    alone = {one.of[0] for one in everything if len(one.of) == 1 and not set(one.given) & set(variables)}
    conditioned = {name for one in everything for name in one.given}
    chosen = (set(bound) | drawn) & set(variables)
    if not chosen:
        chosen = {name for name in alone if name in conditioned} or set(variables[-1:])
    return tuple(name for name in variables if name in chosen)


def _decoration(mention: Mention) -> str:
    """What tells two values of one parameter apart: the old one of EM, say."""
    names = [*mention.params, *mention.given]
    marked = [name for name in names if _MARKED.search(name) or name in _DATA]
    return ",".join(sorted(marked))


def _families_of_their_own(
    everything: list[Mention], variational: frozenset[str], posterior: frozenset[str]
) -> frozenset[str]:
    """Heads that spell a density which the model's most frequent head spells too, and marked heads."""
    heads = Counter(one.head for one in everything if one.head not in variational)
    if not heads:
        return frozenset()
    main = TRUTH if TRUTH in heads else heads.most_common(1)[0][0]
    spelt = {_signature(one) for one in everything if one.head == main}
    rivals = {one.head for one in everything if one.head in heads and one.head != main and _signature(one) in spelt}
    marked = {one.head for one in everything if one.head in heads and one.marks}
    return frozenset((rivals | marked) - posterior - {main})


def _signature(mention: Mention) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(mention.of), frozenset(mention.given)


def _families(cast: Cast, everything: list[Mention]) -> tuple[Family, ...]:
    """For each family the variables that it is a density of, and those that it is conditioned on throughout."""
    groups: dict[str, list[Mention]] = {}
    for one in everything:
        groups.setdefault(cast.family_of(one), []).append(one)
    if any(name.startswith(VARIATIONAL) for name in groups) or TRUTH not in groups:
        groups.setdefault(TRUTH, [])
    return tuple(_family(cast.model, name, found) for name, found in groups.items())


def _family(model: Model, name: str, found: list[Mention]) -> Family:
    variables = model.variables
    if name == TRUTH:
        return Family(name, variables, (), factors_of(model, found))
    left = {key for one in found for key in (one.of or model.latent) if key in variables}
    left = left or set(model.latent)
    right = {key for one in found for key in one.given if key in variables} - left
    return Family(name, _ordered(model, left), _ordered(model, right))
