"""Overrides that hold for later attempts too: where a course merges attempts, for the same answer to the same item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.policy.records import Override


def carried(
    overrides: Mapping[int, Mapping[str, Override]],
    answers: Sequence[tuple[int, Mapping[str, str]]],
    answer_of: Mapping[str, str],
) -> Mapping[int, Mapping[str, Override]]:
    """The overrides of one student's attempts, by the attempt's number and the item, with those from earlier attempts.

    `answers` are the attempts, oldest first, with the texts of their answers, merged, by the answer's id; `answer_of`
    says from which answer an item is graded. An override goes on to hold while that answer's text stays the same, and
    again if it comes back; one that is made on a later attempt holds there and from there on.
    """
    known: dict[tuple[str, str], Override] = {}
    found = {}
    for number, texts in answers:
        own = overrides.get(number, {})
        places = {item: (item, texts[answer]) for item, answer in answer_of.items() if answer in texts}
        known |= {places[item]: override for item, override in own.items() if item in places}
        found[number] = {item: known[place] for item, place in places.items() if place in known} | dict(own)
    return found
