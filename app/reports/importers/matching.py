"""Whose row is whose: a class beside the rows of another system, by numbers, logins and mail addresses.

An exact match beats a loose one, and a score is written only where one row can be one student's alone. All else is
told, with who or what it is mixed up with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from app.policy.names import composed, folded
from app.policy.records import Details, Student
from app.reports.importers.handover import UnfitError

Row = TypeVar("Row")


class Key(NamedTuple):
    """Something by which a person is known: of which kind, and what it says."""

    kind: str
    text: str

    @property
    def exact(self) -> Key:
        """The key as it is compared first."""
        return Key(self.kind, composed(self.text))

    @property
    def loose(self) -> Key:
        """The key without case, forms and blanks; a number also without the zeros that a spreadsheet drops."""
        text = folded(self.text)
        return Key(self.kind, text.lstrip("0") if self.kind == NUMBER else text)


NUMBER, LOGIN, EMAIL = "student number", "login", "mail address"
Keys: TypeAlias = tuple[Key, ...]


def present(*keys: Key) -> Keys:
    """The keys that say something."""
    return tuple(key for key in keys if key.text)


@dataclass(slots=True)
class _Claims:
    """Who may be the student of a row."""

    exact: list[Student] = field(default_factory=list)
    loose: list[Student] = field(default_factory=list)

    @property
    def owner(self) -> Student | None:
        """The one whose it is; None where that can't be told.

        Somebody of whom nothing but an id is known may be a typo that was there before the roster: then an exact match
        is no better than the loose one of somebody whom a roster knows.
        """
        strongest = self.exact or self.loose
        alone = len(strongest) == 1
        typo = alone and strongest[0].details == Details() and any(one.details != Details() for one in self.loose)
        return strongest[0] if alone and not (self.exact and typo) else None


@dataclass(frozen=True, slots=True)
class Matching(Generic[Row]):
    """The rows of a class's students by their numbers, and why others have none."""

    rows: Mapping[int, Row]
    reasons: Mapping[int, str]

    def row(self, student: Student) -> Row:
        """A student's row. Raises `UnfitError` for one who has none."""
        if student.number not in self.rows:
            raise UnfitError(self.reasons[student.number])
        return self.rows[student.number]


def matched(
    students: Sequence[Student],
    rows: Sequence[Row],
    keys: tuple[Callable[[Student], Keys], Callable[[Row], Keys]],
    absent: str,
) -> Matching[Row]:
    """Match students with rows by the keys of either; `absent` is what is told of a student who is in no row."""
    of_student, of_row = keys
    exact, loose = _index(rows, of_row, lambda key: key.exact), _index(rows, of_row, lambda key: key.loose)
    claims: dict[int, _Claims] = defaultdict(_Claims)
    found: dict[int, list[int]] = {}
    for student in students:
        mine = of_student(student)
        own = _places(exact, (key.exact for key in mine))
        for place in own:
            claims[place].exact.append(student)
        found[student.number] = own or _places(loose, (key.loose for key in mine))
        for place in () if own else found[student.number]:
            claims[place].loose.append(student)
    given, reasons = {}, {}
    for student in students:
        places = found[student.number]
        if len(places) == 1 and claims[places[0]].owner is student:
            given[student.number] = rows[places[0]]
        else:
            reasons[student.number] = _reason(student, places, claims) if places else absent
    return Matching(given, reasons)


def shared(students: Iterable[Student], of_student: Callable[[Student], Keys]) -> Mapping[Key, Sequence[Student]]:
    """The students by each of their keys, compared loosely."""
    found: dict[Key, list[Student]] = defaultdict(list)
    for student in students:
        for key in {key.loose for key in of_student(student)}:
            found[key].append(student)
    return found


def _index(
    rows: Sequence[Row], of_row: Callable[[Row], Keys], form: Callable[[Key], Key]
) -> Mapping[Key, Sequence[int]]:
    found: dict[Key, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        for key in {form(key) for key in of_row(row)}:
            found[key].append(place)
    return found


def _places(index: Mapping[Key, Sequence[int]], keys: Iterable[Key]) -> list[int]:
    return sorted({place for key in keys for place in index.get(key, ())})


def _reason(student: Student, places: Sequence[int], claims: Mapping[int, _Claims]) -> str:
    if len(places) > 1:
        return f"{len(places)} rows of the export may be theirs, so no score is written to any of them"
    row = claims[places[0]]
    if row.owner is not None:
        return f"the row like them in the export is exactly {row.owner.name!a}'s; see whether they are one person"
    others = [other.name for other in (*row.exact, *row.loose) if other is not student]
    said = " and ".join(map(ascii, others[:3])) + (" and others" if len(others) > 3 else "")
    return f"the row of the export that may be theirs may as well be that of {said}, so no score is written to it"
