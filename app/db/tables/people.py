"""Who there is: people, courses, who is what in which course, and the tokens that let them in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables.base import Base, UtcDateTime


class Person(Base):
    """Somebody who submits or looks. Records point here, so that a name can be erased and the records stay.

    `folded` is the name without case, forms and blanks, by which likely typos are found.
    """

    __tablename__ = "people"

    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    folded: Mapped[str] = mapped_column(Text, index=True)


class PersonDetails(Base):
    """What a roster says of a person. It stands apart so that it can be erased while the records stay."""

    __tablename__ = "person_details"

    person_number: Mapped[int] = mapped_column(ForeignKey("people.number"), primary_key=True)
    given_name: Mapped[str] = mapped_column(String(200))
    family_name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320))
    student_number: Mapped[str] = mapped_column(String(100))


class Course(Base):
    """A course: its zone decides when a day ends, its key makes pseudonyms that are stable in it and nowhere else.

    `roster_at` is when its students were last read from a roster, if ever.
    """

    __tablename__ = "courses"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    zone: Mapped[str] = mapped_column(String(80))
    pseudonym_key: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    roster_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Member(Base):
    """A person in one role of one course, until `left_at`."""

    __tablename__ = "members"
    __table_args__ = (UniqueConstraint("course_number", "person_number", "role"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    course_number: Mapped[int] = mapped_column(ForeignKey("courses.number"))
    person_number: Mapped[int] = mapped_column(ForeignKey("people.number"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    section: Mapped[str] = mapped_column(String(80))
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Token(Base):
    """A way in, for one person in one role of one course. Only the token's SHA-256 digest is kept.

    `scopes` are the rights that it is narrowed to, separated by blanks; without them it has all of its role.
    """

    __tablename__ = "tokens"

    number: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    person_number: Mapped[int] = mapped_column(ForeignKey("people.number"), index=True)
    course_number: Mapped[int] = mapped_column(ForeignKey("courses.number"))
    scopes: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SpentIdentity(Base):
    """The id of a workload's identity token that was used: each is good once, until it expires."""

    __tablename__ = "spent_identities"

    issuer: Mapped[str] = mapped_column(String(200), primary_key=True)
    jti: Mapped[str] = mapped_column(String(200), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AuditEntry(Base):
    """Who did what, when: `detail` is JSON. `token_number` is absent where an operator did it on the command line."""

    __tablename__ = "audit_log"

    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    token_number: Mapped[int | None] = mapped_column(ForeignKey("tokens.number"))
    course_number: Mapped[int | None] = mapped_column(ForeignKey("courses.number"), index=True)
    action: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(200))
    detail: Mapped[str] = mapped_column(Text)
