"""A book that is read a few students at a time is of one moment, whatever is written meanwhile."""

from __future__ import annotations

import pytest

from app.db.courses import DEFAULT, course_called
from app.services import book
from tests.app.service import RIGHT_H0, Running, post
from tests.homework6 import hw6


def test_what_is_written_while_a_book_is_read_is_not_in_it(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "_STUDENTS_AT_ONCE", 1)
    names = ("book.ann", "book.ben")
    for name in names:
        post(service.as_role("student", name), RIGHT_H0)
    with service.database.reading() as connection:
        course = course_called(connection, DEFAULT)
    assert course is not None
    with book.open_book(service.database, course, hw6()) as opened:
        students = [student for student in opened.students if student.name in names]
        standings = opened.standings(students)
        assert len(next(standings).attempts) == 1
        post(service.as_role("student", "book.ben"), RIGHT_H0)
        assert len(next(standings).attempts) == 1
    with book.open_book(service.database, course, hw6()) as opened:
        ann, ben = opened.standings(students)
    assert (len(ann.attempts), len(ben.attempts)) == (1, 2)
