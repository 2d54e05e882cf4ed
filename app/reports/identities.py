"""How a table names its students: by their ids, with names and addresses, or by pseudonyms."""

from __future__ import annotations

import base64
import hashlib
import hmac
from enum import StrEnum
from functools import partial

from app.policy.records import Student
from app.reports.cells import Kind
from app.reports.table import Field

_BYTES = 5


class Naming(StrEnum):
    """How students are named."""

    IDS = "ids"
    NAMES = "names"
    PSEUDONYMS = "pseudonyms"


def pseudonym(key: str, student: Student) -> str:
    """What a student is called where their name is nobody's business: `s-` and eight characters.

    It is the same in all tables of a course, another in every other course, and leads back to the student only with
    the course's key (HMAC-SHA256 over the person's number, of which 40 bits are shown).
    """
    digest = hmac.new(key.encode(), str(student.number).encode(), hashlib.sha256).digest()
    return "s-" + base64.b32encode(digest[:_BYTES]).decode().lower()


def identities(naming: Naming, key: str) -> tuple[Field[Student], ...]:
    """The columns that say who a row is about; `key` is the course's."""
    if naming is Naming.PSEUDONYMS:
        return (Field("student", Kind.TEXT, _PSEUDONYM, partial(pseudonym, key)),)
    return (_ID, *_DETAILS) if naming is Naming.NAMES else (_ID,)


_PSEUDONYM = "a pseudonym, the same for a student in all tables of the course"
_ID: Field[Student] = Field("student", Kind.TEXT, "the student's id", lambda student: student.name)
_DETAILS: tuple[Field[Student], ...] = (
    Field("family_name", Kind.TEXT, "from the roster", lambda student: student.details.family_name),
    Field("given_name", Kind.TEXT, "from the roster", lambda student: student.details.given_name),
    Field("email", Kind.TEXT, "from the roster", lambda student: student.details.email),
    Field("student_number", Kind.TEXT, "from the roster", lambda student: student.details.student_number),
)
