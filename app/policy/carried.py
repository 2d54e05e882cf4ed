"""Overrides that hold for later attempts too: where a course merges attempts, for the same answer to the same item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.policy.records import Attempt, Override


def carried(
    attempts: Sequence[Attempt], answers: Mapping[int, Mapping[str, str]], answer_of: Mapping[str, str]
) -> list[Attempt]:
    """The attempts of one student, oldest first, with the overrides that they have from earlier ones.

    `answers` are the texts of each attempt's answers, merged, by the attempt's number and the answer's id; `answer_of`
    says from which answer an item is graded. An override goes on to hold while that answer's text stays the same, and
    again if it comes back; one that is made on a later attempt holds there and from there on.
    """
    known: dict[tuple[str, str], Override] = {}
    found = []
    for attempt in attempts:
        texts = {item: answers.get(attempt.number, {}).get(answer) for item, answer in answer_of.items()}
        places = {item: (item, text) for item, text in texts.items() if text is not None}
        known |= {places[item]: override for item, override in attempt.overrides.items() if item in places}
        inherited = {item: known[place] for item, place in places.items() if place in known}
        found.append(replace(attempt, overrides={**inherited, **attempt.overrides}))
    return found
