"""`course create`, `course list`, `course offer`: on the configured database."""

from __future__ import annotations

from rich import box
from rich.table import Table

from app.assignments import load_named
from app.cli.failures import CommandError
from app.cli.render import console
from app.cli.tokens import configured
from app.clock import system_clock
from app.services.courses import CourseDraft, create_course, list_courses, offer
from app.services.rubrics import offered_in
from app.settings import Settings


def create(course_id: str, title: str, zone: str) -> None:
    """Make a course, and say what comes next."""
    with configured() as database:
        made = create_course(database, None, CourseDraft(course_id, title, zone), system_clock())
    print(f"course {made.id} is made; let somebody in with `gradebound token create --role admin --course {made.id}`")


def print_list() -> None:
    """Print all courses with what they offer."""
    table = Table("course", "zone", "offers", "title", box=box.SIMPLE_HEAD, pad_edge=False)
    with configured() as database:
        for course in list_courses(database, None):
            offers = ", ".join(active.assignment for active in offered_in(database, course.number))
            table.add_row(course.id, course.zone, offers, course.title)
    console().print(table)


def offer_there(course_id: str, assignment: str) -> None:
    """Let a course offer an assignment of the rubric folder."""
    try:
        rubric = load_named(Settings().rubrics, assignment)
    except LookupError as error:
        raise CommandError(str(error.args[0])) from None
    with configured() as database:
        version = offer(database, None, course_id, rubric, system_clock())
    print(f"course {course_id} offers {assignment} by version {version}")
