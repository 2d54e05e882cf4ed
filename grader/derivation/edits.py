"""Edits of a side, each of which undoes a mistake with a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from grader.derivation.densities import TRUTH, VARIATIONAL
from grader.derivation.terms import (
    Average,
    Constant,
    Density,
    Entropy,
    Log,
    Ratio,
    Relative,
    Term,
    Times,
    Total,
    negative,
    times,
    total,
    walk,
)
from grader.derivation.worlds import Model

Edit: TypeAlias = Callable[[Model, Term], Iterator[Term]]


def _kl_swapped(_: Model, term: Term) -> Iterator[Term]:
    if isinstance(term, Relative):
        yield Relative(term.right, term.left, term.over)


def _sign_of(kind: type[Term]) -> Edit:
    def edit(_: Model, term: Term) -> Iterator[Term]:
        terms = term.terms if isinstance(term, Total) else ()
        for i, part in enumerate(terms):
            if isinstance(part if isinstance(part, kind) else negative(part), kind):
                yield Total((*terms[:i], negative(part), *terms[i + 1 :]))

    return edit


def _whole_sign(_: Model, term: Term) -> Iterator[Term]:
    if isinstance(term, Total):
        yield total(*map(negative, term.terms))
    elif isinstance(term, Relative | Average | Entropy):
        yield negative(term)


def _inverted(_: Model, term: Term) -> Iterator[Term]:
    if isinstance(term, Ratio):
        yield Ratio(term.below, term.above)


def _measures(model: Model, over: tuple[str, ...]) -> Iterator[Density]:
    """The densities of some latents that an expectation can be under."""
    for family in model.families:
        if set(over) <= set(family.of):
            if family.given or family.name != TRUTH:
                yield Density(family.name, over, family.given)
            else:
                yield Density(family.name, over)
                yield Density(family.name, over, tuple(name for name in model.observed if name not in over))


def _wrong_measure(model: Model, term: Term) -> Iterator[Term]:
    if isinstance(term, Average) and term.measure is not None:
        yield from (replace(term, measure=one) for one in _measures(model, term.over) if one != term.measure)


def _log_of_mean(_: Model, term: Term) -> Iterator[Term]:
    if isinstance(term, Average) and isinstance(term.body, Log):
        yield Log(replace(term, body=term.body.of))


def _mean_of_log(_: Model, term: Term) -> Iterator[Term]:
    if isinstance(term, Log) and isinstance(term.of, Average):
        yield replace(term.of, body=Log(term.of.body))


def _ratio_lost(model: Model, term: Term) -> Iterator[Term]:
    if not isinstance(term, Average) or term.measure is None or any(isinstance(part, Log) for part in walk(term.body)):
        return
    for one in _measures(model, term.over):
        if one != term.measure:
            yield replace(term, body=times(Ratio(one, term.measure), term.body))


def _log_lost(_: Model, term: Term) -> Iterator[Term]:
    if isinstance(term, Ratio | Density | Average | Times):
        yield Log(term)
    if isinstance(term, Average) and not isinstance(term.body, Log | Total):
        yield replace(term, body=Log(term.body))


def _log_added(_: Model, term: Term) -> Iterator[Term]:
    if isinstance(term, Log):
        yield term.of


def _weight_lost(model: Model, term: Term) -> Iterator[Term]:
    if isinstance(term, Average) and term.measure is None:
        family = model.family(VARIATIONAL)
        if family is not None:
            yield replace(term, body=times(Density(family.name, family.of, family.given), term.body))


def _other_condition(model: Model, term: Term) -> Iterator[Term]:
    """The same density of the same variables under another condition."""
    if isinstance(term, Density) and term.family == TRUTH:
        others = tuple(name for name in model.variables if name not in term.of)
        for given in ((), others, *((name,) for name in others)):
            if set(given) != set(term.given):
                yield replace(term, given=given)


def _other_density(model: Model, term: Term) -> Iterator[Term]:
    """Another density: the joint for the likelihood, the posterior for q."""
    if isinstance(term, Density):
        everything = (model.variables, model.observed, model.latent)
        yield from (Density(TRUTH, of) for of in everything if of and of != term.of)
        yield from (Density(TRUTH, one, two) for one, two in _splits(model) if (one, two) != (term.of, term.given))
        yield from (one for one in _measures(model, model.latent) if one != term)


def _splits(model: Model) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    return ((model.observed, model.latent), (model.latent, model.observed))


def _stray_factor(_: Model, term: Term) -> Iterator[Term]:
    if isinstance(term, Times):
        for i, part in enumerate(term.factors):
            if part != Constant(-1.0) and len(term.factors) > 1:
                yield times(*term.factors[:i], *term.factors[i + 1 :])


def _lost_term(model: Model, term: Term) -> Iterator[Term]:
    """A term that was dropped: a divergence, an entropy, the evidence."""
    if isinstance(term, Total | Average):
        q = next((one for one in _measures(model, model.latent) if one.family == VARIATIONAL), None)
        rest = (one for one in _measures(model, model.latent) if one != q)
        lost = [Log(Density(TRUTH, model.observed)), *([Entropy(q, q, q.of)] if q else [])]
        lost += [Relative(q, one, q.of) for one in rest] if q else []
        yield from (total(term, signed) for one in lost for signed in (one, negative(one)))


@dataclass(frozen=True)
class Kind:
    """A kind of mistake: an `edit` undoes it. One that `regroups` only puts terms together wrongly."""

    name: str
    sentence: str
    edit: Edit
    regroups: bool = False


KINDS: tuple[Kind, ...] = (
    Kind("kl_arguments_swapped", "the arguments of the KL divergence are swapped", _kl_swapped, regroups=True),
    Kind("kl_sign", "the sign of a KL divergence is wrong", _sign_of(Relative)),
    Kind("entropy_sign", "the sign of an entropy is wrong", _sign_of(Entropy)),
    Kind("sign", "the sign of a term is wrong", _sign_of(Term)),
    Kind("sign", "the sign of the whole side is wrong", _whole_sign),
    Kind("ratio_inverted", "a ratio is upside down", _inverted),
    Kind("ratio_lost", "the measure is changed, but the ratio of the two densities is lost", _ratio_lost),
    Kind("log_of_expectation", "the log of an expectation is not the expectation of the log", _log_of_mean),
    Kind("log_of_expectation", "the expectation of a log is not the log of the expectation", _mean_of_log),
    Kind("wrong_measure", "an expectation is under the wrong density", _wrong_measure),
    Kind("log_lost", "a log is lost", _log_lost),
    Kind("log_added", "a log is too many", _log_added),
    Kind("weight_lost", "the density that weighs an integral is lost", _weight_lost),
    Kind("conditioning_lost", "a density is conditioned on the wrong variables", _other_condition),
    Kind("wrong_density", "a density stands in the place of another", _other_density),
    Kind("stray_factor", "a factor is too many", _stray_factor),
    Kind("lost_term", "a term is lost", _lost_term),
)

REGROUPING = tuple(kind for kind in KINDS if kind.regroups)
