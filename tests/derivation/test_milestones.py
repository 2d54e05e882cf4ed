# ruff: noqa: E501  (formulas stand on one line, as they are handed in)
"""Problem 3 by the grading policy: milestones, the bare result, invalid, unreadable and undecided steps, deductions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from grader.items.derivations import grade_derivations
from grader.report import ItemResult, Verdict
from tests.homework6 import SAMPLES, hw6

NAMES = ("expectation", "jensen", "measure", "independence")

START = r"\log p(x|\phi) = \log \mathbb{E}_{p(z|\phi)} \{p(x|z, \phi)\}"
CHANGED = r"= \log \mathbb{E}_{q(z|x, \theta)} \left\{ \frac{p(z|\phi)}{q(z|x, \theta)} p(x|z, \phi) \right\}"
INSIDE = r"\geq \mathbb{E}_{q(z|x, \theta)} \left\{ \log \left( \frac{p(z|\phi)}{q(z|x, \theta)} p(x|z, \phi) \right) \right\}"
GROUPED = r"= \mathbb{E}_{q(z|x, \theta)} \{ \log p(x|z, \phi) \} - KL(q(z|x, \theta) \| p(z|\phi))"
RESULT = r"= \mathbb{E}_{q(z|x, \theta)} \{ \log p(x|z, \phi) \} - KL(q(z|x, \theta) \| p(z))"
SWAPPED = r"= \mathbb{E}_{q(z|x, \theta)} \{ \log p(x|z, \phi) \} - KL(p(z|\phi) \| q(z|x, \theta))"


def graded(*lines: str) -> Mapping[str, ItemResult]:
    return grade_derivations({"p3.derivation": "\n".join(lines)}, hw6())


def points(*lines: str) -> str:
    """What a derivation earns, in the order of NAMES, then its deduction."""
    found = graded(*lines)
    earned = [found[f"p3.{name}"].points for name in NAMES]
    deduction = found["p3.deduction"].points if "p3.deduction" in found else 0
    return " ".join("-" if one is None else str(one) for one in [*earned, deduction])


def test_the_published_derivation_earns_everything() -> None:
    assert points(START, CHANGED, INSIDE, GROUPED, RESULT) == "5 5 5 5 0"


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_graded_as_by_hand(path: Any) -> None:
    sample = json.loads(path.read_text())
    found = grade_derivations(sample["answers"], hw6())
    expected = {name: Decimal(str(earned)) for name, earned in sample["expected"].items() if name.startswith("p3.")}
    if "p3.derivation" in sample["answers"]:
        assert {name: result.points for name, result in found.items()} == expected


ROUTES = {
    "ascii": (
        "log p(x|phi) = log E_{p(z|phi)}[p(x|z,phi)]",
        "= log E_{q(z|x,theta)}[q(z|x,theta)/q(z|x,theta) * 1 * p(z|phi)/q(z|x,theta) * p(x|z,phi)]",
        ">= E_{q(z|x,theta)}[log(p(z|phi)/q(z|x,theta) * p(x|z,phi))]",
        "= E_{q(z|x,theta)}[log(p(z|phi)/q(z|x,theta))] + E_{q(z|x,theta)}[log p(x|z,phi)]",
        "= E_{q(z|x,theta)}[log p(x|z,phi)] - KL(q(z|x,theta) || p(z))",
    ),
    "Unicode": (
        "log p(x|φ) = log 𝔼_{p(z|φ)}{p(x|z,φ)}",
        "= log 𝔼_{q(z|x,θ)}{ p(z|φ)/q(z|x,θ) · p(x|z,φ) }",
        "≥ 𝔼_{q(z|x,θ)}{ log( p(z|φ)/q(z|x,θ) · p(x|z,φ) ) }",
        "= 𝔼_{q(z|x,θ)}{ log p(x|z,φ) } − KL(q(z|x,θ) ‖ p(z|φ))",
        "= 𝔼_{q(z|x,θ)}{ log p(x|z,φ) } − KL(q(z|x,θ) ‖ p(z))",
    ),
    "with the KL gap": (
        r"\log p(x|\phi) = E_{q(z|x,\theta)}[\log p(x|z,\phi)] - KL(q(z|x,\theta)\|p(z|\phi)) + KL(q(z|x,\theta)\|p(z|x,\phi))",
        r"\ge E_{q(z|x,\theta)}[\log p(x|z,\phi)] - KL(q(z|x,\theta)\|p(z|\phi))",
        r"= E_{q(z|x,\theta)}[\log p(x|z,\phi)] - KL(q(z|x,\theta)\|p(z))",
    ),
    "the prior enters without phi": (
        r"\log p(x|\phi) = \log \int p(x|z,\phi) p(z) dz",
        r"= \log \int q(z|x,\theta) \frac{p(x|z,\phi) p(z)}{q(z|x,\theta)} dz",
        r"\ge \int q(z|x,\theta) \log \frac{p(x|z,\phi) p(z)}{q(z|x,\theta)} dz",
    ),
    "independence first": (
        r"\log p(x|\phi) = \log \int p(x|z,\phi) p(z|\phi) dz",
        r"= \log \int p(x|z,\phi) p(z) dz",
        r"= \log E_{q(z|x,\theta)}[p(x|z,\phi) p(z)/q(z|x,\theta)]",
        r"\ge E_{q(z|x,\theta)}[\log (p(x|z,\phi) p(z)/q(z|x,\theta))]",
    ),
    "measure and Jensen in one step": (START, INSIDE, GROUPED, RESULT),
    "read from its end": (
        r"E_{q(z|x,\theta)}[\log p(x|z,\phi)] - KL(q(z|x,\theta)\|p(z)) = E_{q(z|x,\theta)}[\log p(x|z,\phi)] - KL(q(z|x,\theta)\|p(z|\phi))",
        r"= E_{q(z|x,\theta)}[\log (p(x|z,\phi) p(z|\phi)/q(z|x,\theta))]",
        r"\le \log E_{q(z|x,\theta)}[p(x|z,\phi) p(z|\phi)/q(z|x,\theta)]",
        r"= \log \int p(x|z,\phi) p(z|\phi) dz",
        r"= \log p(x|\phi)",
    ),
    "with a name": (
        r"\log p(x|\phi) = \log \int p(x|z,\phi) p(z|\phi) dz",
        r"= \log E_{q(z|x,\theta)}[p(x|z,\phi) p(z|\phi)/q(z|x,\theta)]",
        r"\ge E_{q(z|x,\theta)}[\log (p(x|z,\phi) p(z|\phi)/q(z|x,\theta))] =: \mathcal{L}",
        r"\mathcal{L} = E_{q(z|x,\theta)}[\log p(x|z,\phi)] - KL(q(z|x,\theta)\|p(z))",
    ),
    "a left side written again": (
        r"\log p(x|\phi) = \log \int p(x|z,\phi) p(z|\phi) dz",
        r"\log p(x|\phi) = \log E_{q(z|x,\theta)}[p(x|z,\phi) p(z|\phi)/q(z|x,\theta)]",
        r"\log p(x|\phi) \ge E_{q(z|x,\theta)}[\log (p(x|z,\phi) p(z|\phi)/q(z|x,\theta))]",
        r"\log p(x|\phi) \ge E_{q(z|x,\theta)}[\log p(x|z,\phi)] - KL(q(z|x,\theta)\|p(z))",
    ),
    "the evidence first, then its logarithm": (
        r"p(x|\phi) = \int p(x|z,\phi) p(z|\phi) dz = E_{q(z|x,\theta)}[p(x|z,\phi) p(z|\phi)/q(z|x,\theta)]",
        r"\log p(x|\phi) \ge E_{q(z|x,\theta)}[\log (p(x|z,\phi) p(z|\phi)/q(z|x,\theta))]",
        r"= E_{q(z|x,\theta)}[\log p(x|z,\phi)] - KL(q(z|x,\theta)\|p(z))",
    ),
    "by the posterior, averaged late": (
        r"\log p(x|\phi) = \log \frac{p(x,z|\phi)}{p(z|x,\phi)}",
        r"= E_{q(z|x,\theta)}[\log \frac{p(x,z|\phi)}{p(z|x,\phi)}]",
        r"= E_{q(z|x,\theta)}[\log \frac{p(x,z|\phi)}{q(z|x,\theta)}] + KL(q(z|x,\theta)\|p(z|x,\phi))",
        r"\ge E_{q(z|x,\theta)}[\log \frac{p(x,z|\phi)}{q(z|x,\theta)}]",
        r"= E_{q(z|x,\theta)}[\log p(x|z,\phi)] - KL(q(z|x,\theta)\|p(z))",
    ),
    "subscripts": (
        r"\log p_\phi(x) = \log \int p_\phi(x|z) p_\phi(z) dz",
        r"= \log E_{q_\theta(z|x)}[p_\phi(x|z) p_\phi(z)/q_\theta(z|x)]",
        r"\ge E_{q_\theta(z|x)}[\log (p_\phi(x|z) p_\phi(z)/q_\theta(z|x))]",
        r"= E_{q_\theta(z|x)}[\log p_\phi(x|z)] - KL(q_\theta(z|x)\|p(z))",
    ),
    "words between the lines": (
        START,
        "Now we change the measure to q:",
        CHANGED,
        "By Jensen's inequality we get",
        INSIDE,
        "where z is independent of phi, therefore",
        RESULT,
    ),
}


@pytest.mark.parametrize("name", ROUTES)
def test_order_notation_and_route_are_free(name: str) -> None:
    assert points(*ROUTES[name]) == "5 5 5 5 0"


@pytest.mark.parametrize("relation", [r"\ge", "=", r"\le"])
def test_the_bare_result_shows_nothing_and_costs_nothing(relation: str) -> None:
    bare = rf"\log p(x|\phi) {relation} E_{{q(z|x,\theta)}}[\log p(x|z,\phi)] - KL(q(z|x,\theta)\|p(z))"
    assert points(bare) == "0 0 0 0 0"
    assert "at once" in graded(bare)["p3.jensen"].feedback


def test_an_expectation_written_as_an_integral_shows_nothing() -> None:
    line = r"= \log \int q(z|x,\theta) \frac{p(z|\phi)}{q(z|x,\theta)} p(x|z,\phi) dz"
    found = graded(START, CHANGED, line)
    assert found["p3.measure"].feedback.startswith("Shown in line 2")


def test_the_fraction_q_over_q_shows_no_change_of_measure() -> None:
    line = r"= \log \mathbb{E}_{p(z|\phi)} \left\{ \frac{q(z|x, \theta)}{q(z|x, \theta)} p(x|z, \phi) \right\}"
    assert points(START, line) == "5 0 0 0 0"
    assert (
        points(r"\log p(x|\phi) = \log \int \frac{q(z|x,\theta)}{q(z|x,\theta)} p(x|z,\phi) p(z|\phi) dz")
        == "5 0 0 0 0"
    )


def test_an_inequality_where_an_equality_holds_is_valid_and_shows_no_jensen() -> None:
    assert points(START, CHANGED.replace("=", r"\geq", 1)) == "5 0 5 0 0"


@pytest.mark.parametrize("sign", ["=", r"\leq"])
def test_the_relation_counts(sign: str) -> None:
    assert points(START, CHANGED, INSIDE.replace(r"\geq", sign), GROUPED, RESULT) == "5 0 5 5 0"


def test_an_idle_mistake_costs_two_points_at_most_four() -> None:
    once = (START, CHANGED, INSIDE, GROUPED, RESULT, RESULT.replace("p(z)", "p(z|x,\\phi)"))
    assert points(*once) == "5 5 5 5 -2"
    assert points(*once, RESULT) == "5 5 5 5 -4"
    assert points(*once, RESULT, SWAPPED) == "5 5 5 5 -4"


def test_a_problem_never_falls_below_nothing() -> None:
    found = points(r"\log p(x|\phi) = \log p(x|\phi) + 1", r"= \log p(x|\phi)")
    assert found == "0 0 0 0 0"


def test_the_deduction_names_the_mistake_with_its_numbers() -> None:
    found = graded(START, CHANGED, INSIDE, SWAPPED)["p3.deduction"]
    assert "arguments of the KL divergence are swapped" in found.feedback
    assert "In a small example" in found.feedback
    assert (found.verdict, found.max_points) == (Verdict.INCORRECT, 0)


GAPPED = GROUPED + r" + KL(q(z|x,\theta)\|p(z|x,\phi))"
TO_P_Z = SWAPPED.replace(r"p(z|\phi)", "p(z)")


@pytest.mark.parametrize(
    ("apart", "together"),
    [
        ((START, CHANGED, INSIDE, SWAPPED, TO_P_Z), (START, CHANGED, INSIDE, TO_P_Z)),
        ((START, INSIDE, SWAPPED, TO_P_Z), (START, SWAPPED.replace("=", r"\geq", 1), TO_P_Z)),
        ((START, CHANGED, INSIDE, SWAPPED, TO_P_Z), (START, CHANGED, TO_P_Z.replace("=", r"\geq", 1))),
        ((START, CHANGED, INSIDE, SWAPPED, GROUPED, RESULT), (START, CHANGED, INSIDE, SWAPPED, RESULT)),
        ((START, CHANGED, INSIDE, SWAPPED, GROUPED, RESULT), (START, CHANGED, INSIDE, TO_P_Z, RESULT)),
    ],
)
def test_a_swapped_divergence_costs_the_same_in_a_line_of_its_own(
    apart: tuple[str, ...], together: tuple[str, ...]
) -> None:
    assert points(*apart) == points(*together)
    assert points(*apart).startswith("5 5 5 5 -")


def test_a_swapped_divergence_costs_the_same_read_from_the_end() -> None:
    result, grouped, swapped, to_p_z, inside, changed = (
        line.removeprefix("= ").removeprefix(r"\geq ") for line in (RESULT, GROUPED, SWAPPED, TO_P_Z, INSIDE, CHANGED)
    )
    ending = (
        rf"= {inside}",
        rf"\leq {changed}",
        r"= \log \mathbb{E}_{p(z|\phi)} \{p(x|z, \phi)\}",
        r"= \log p(x|\phi)",
    )
    apart = points(rf"{result} = {grouped} = {swapped}", *ending)
    assert points(rf"{to_p_z} = {swapped}", *ending) == "5 5 5 5 -2"
    assert points(rf"{result} = {swapped}", *ending) == apart == "5 5 5 5 -4"


def test_a_right_line_waits_for_the_key() -> None:
    lines = [START, CHANGED, INSIDE, SWAPPED]
    for released, told in ((False, False), (True, True)):
        assignment = hw6().model_copy(update={"release_key": released})
        found = grade_derivations({"p3.derivation": lines}, assignment)
        assert ("It would be = E_q" in found["p3.deduction"].feedback) is told
        plan = hw6().derivations["p3.derivation"].milestones["independence"].advice
        assert (plan in found["p3.independence"].feedback) is told
        assert "No step uses that z does not depend on phi." in found["p3.independence"].feedback


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ((r"\log p(x|\phi) \ge E_{q(z|x,\theta)}[\log p(x|z,\phi)]",), "a term is lost"),
        ((START, CHANGED, INSIDE.replace(r"\geq", r"\leq")), "points the wrong way: >= holds"),
        ((START, CHANGED, INSIDE.replace(r"\geq", "=")), "no equality: >= holds"),
        ((START, r"\leq \log p(x|\phi) - KL(q(z|x,\theta)\|p(z|x,\phi))"), "points the wrong way: >= holds"),
        ((START, GAPPED, r"\leq " + GAPPED.removeprefix("=") + r" + KL(q(z|x,\theta)\|p(z))", RESULT), ">= holds"),
    ],
)
def test_a_correction_leads_towards_the_bound(lines: tuple[str, ...], told: str) -> None:
    feedback = " ".join(result.feedback for result in graded(*lines).values())
    assert told in feedback
    assert "<= holds" not in feedback


def test_a_lost_ratio_is_named_as_such() -> None:
    found = graded(START, r"= \log E_{q(z|x,\theta)}[p(x|z,\phi)]")["p3.measure"]
    assert "the ratio of the two densities is lost" in found.feedback


def test_an_unreadable_line_takes_only_what_it_could_have_shown() -> None:
    found = graded(START, r"= \log ( E_{q} ] )", INSIDE.replace(r"\geq", "="), GROUPED, RESULT)
    verdicts = [found[f"p3.{name}"].verdict for name in NAMES]
    assert verdicts == [Verdict.CORRECT, Verdict.UNREADABLE, Verdict.UNREADABLE, Verdict.CORRECT]
    assert "p3.deduction" not in found


def test_an_undecided_step_is_pending() -> None:
    found = graded(
        START,
        r"\ge E_{q(z|x,\theta)}[\log p(x|z,\phi) + \log p(z|\phi)] - E_{q(z|x,\theta)}[q(z|x,\theta)]",
    )
    assert found["p3.jensen"].verdict is Verdict.UNDECIDED
    assert found["p3.jensen"].points is None
    assert found["p3.expectation"].points == 5


def test_lines_that_belong_to_nothing_do_not_count() -> None:
    assert points(r"KL(q(z|x,\theta)\|p(z|\phi)) = KL(q(z|x,\theta)\|p(z))") == "0 0 0 0 0"


@pytest.mark.parametrize(
    ("answer", "verdict"), [(None, Verdict.MISSING), ("  ", Verdict.MISSING), (7, Verdict.UNREADABLE)]
)
def test_what_is_no_text(answer: Any, verdict: Verdict) -> None:
    found = grade_derivations({"p3.derivation": answer}, hw6())
    assert {result.verdict for result in found.values()} == {verdict}


def test_words_alone_show_nothing() -> None:
    assert points("I do not know how to derive this.") == "0 0 0 0 0"


NO_RELATION = (
    "see the sheet", "foto im anhang", "Jensen, then KL", "?", "-", "==", "= 5", "$$ $$", r"\log p(x|\phi)", "L(q)", "ELBO",
    "lorem = ipsum", "page 3 = sheet 4", "a < b", "a := b", r"\log p(x|\phi) =", "log p(x|phi) is at least L(q)",
    r"\mathbb{E}_{q(z|x, \theta)} \{ \log p(x|z, \phi) \} - KL(q(z|x, \theta) \| p(z))", "??? = !!!", "3.5", "see https://x.y/z",
)  # fmt: skip


@pytest.mark.parametrize("text", NO_RELATION)
def test_a_derivation_in_which_no_relation_was_found_is_not_wrong_but_unread(text: str) -> None:
    found = graded(text)
    assert {item.verdict for item in found.values()} == {Verdict.UNREADABLE}
    assert all(item.points == 0 and item.waiting for item in found.values())


@pytest.mark.parametrize("text", [r"\log p(x|\phi) \geq L", START, "p(x|phi) = p(x)\n\nsee the sheet for the rest"])
def test_what_was_read_is_judged_whatever_stands_beside_it(text: str) -> None:
    assert Verdict.UNREADABLE not in {item.verdict for item in graded(text).values()}
