"""The scores of a class as files: tables in several forms, and what other systems import."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO

from app.db.database import Database
from app.policy.standing import Standing
from app.reports.csv_text import write_csv
from app.reports.identities import Naming, identities
from app.reports.importers.handover import Class, Handover
from app.reports.outline import outline
from app.reports.selection import Selection, Sort, in_order
from app.reports.shapes import Shape, table
from app.reports.sheet import Sheet
from app.reports.table import Writer
from app.services.book import OpenBook, open_book
from app.services.roles import Caller, Right
from grader.assignment import Assignment


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a table is to show: its shape, which students, in which order, how they are named, and in which form."""

    shape: Shape
    selection: Selection
    sort: Sort
    naming: Naming
    write: Writer


@dataclass(frozen=True, slots=True)
class Handing:
    """What another system is to get: by what it is made, which students, and what the assignment is called there.

    `zeros_meant` says that answers that wait for a person are to be zeros there.
    """

    make: Callable[[Class], Handover]
    selection: Selection
    title: str | None = None
    zeros_meant: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """Who asks for an export of which assignment, and when."""

    caller: Caller
    assignment: Assignment
    now: datetime


def write_scores(database: Database, order: Order, wanted: Wanted, out: BinaryIO) -> None:
    """Write the table that is wanted, from one state of the records, a few students in memory at a time.

    Raises `ForbiddenError`, or `TooManyRowsError` where the form has no room for it.
    """
    order.caller.demand(Right.READ_SCORES)
    if wanted.naming is Naming.NAMES:
        order.caller.demand(Right.READ_PEOPLE)
    with open_book(database, order.caller.course, order.assignment) as book:
        fields = identities(wanted.naming, book.course.pseudonym_key)
        sheet = Sheet(outline(book.assignment), fields, order.now, wanted.selection.is_new)
        wanted.write(table(wanted.shape, sheet, selected(book, wanted.selection, wanted.sort)), out)


def hand_over(database: Database, order: Order, wanted: Handing, out: BinaryIO) -> Handover:
    """Write the file that another system imports, from one state of the records; what is returned says who is left out.

    Raises `ForbiddenError`: such files have names and student numbers.
    """
    order.caller.demand(Right.READ_SCORES)
    order.caller.demand(Right.READ_PEOPLE)
    with open_book(database, order.caller.course, order.assignment) as book:
        shown = outline(book.assignment)
        named = replace(shown, title=wanted.title or shown.title)
        standings = selected(book, wanted.selection)
        made = wanted.make(Class(named, tuple(book.students), standings, order.now, wanted.zeros_meant))
        write_csv(made.table, out)
    return made


def selected(book: OpenBook, selection: Selection, sort: Sort = Sort.STUDENT) -> Iterable[Standing]:
    """The standings that are wanted, in order, as a stream; any order but by name takes a pass of its own first."""
    students = [student for student in book.students if selection.has_student(student)]
    if sort is not Sort.STUDENT:
        students = in_order(book.standings(students), sort)
    return (standing for standing in book.standings(students) if selection.has(standing))
