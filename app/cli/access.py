"""The commands about people and access, as `commands.py` has the others: `token`, `course`, `roster`."""

# ruff: noqa: PLC0415 -- a command imports what it needs: `gradebound grade` starts without a web server's modules

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import HERE, ServerOption

token = typer.Typer(no_args_is_help=True, help="Make, list and revoke the tokens that let people and programs in.")
course = typer.Typer(no_args_is_help=True, help="Make and list courses, and let them offer assignments.")
roster = typer.Typer(no_args_is_help=True, help="Read a course's roster in, and list its people.")
GROUPS: Mapping[str, typer.Typer] = {"token": token, "course": course, "roster": roster}

CourseOption = Annotated[str, typer.Option(help="The course's id.")]
_REMOVE = typer.Option("--remove-missing", help="Let students leave that the file has not.")


class Role(StrEnum):
    """The roles of `token create`."""

    STUDENT = "student"
    TA = "ta"
    INSTRUCTOR = "instructor"
    CI = "ci"
    ADMIN = "admin"


@token.command("create")
def token_create(
    role: Annotated[Role, typer.Option(help="What the token lets its bearer do.")],
    name: Annotated[str | None, typer.Option(help="Whose token it is; students need it.", show_default=False)] = None,
    course: CourseOption = "default",
    scopes: Annotated[
        str | None, typer.Option(help="Narrow it to these, comma-separated; see docs/operators.md.", show_default=False)
    ] = None,
    expires: Annotated[
        str | None, typer.Option(help="When it ends: 12h, 30d, 4w, or a date.", show_default=False)
    ] = None,
) -> None:
    """Make a token in the configured database and print it. It can't be shown again."""
    from app.cli.tokens import Wanted, create

    print(create(Wanted(role, name, course, scopes, expires)))


@token.command("list")
def token_list() -> None:
    """List all tokens with their numbers; the tokens themselves are known to nobody."""
    from app.cli.tokens import print_list

    print_list()


@token.command("revoke")
def token_revoke(number: Annotated[int, typer.Argument(help="The token's number in `token list`.")]) -> None:
    """End a token. Exit code 1 if there is no valid one of this number."""
    from app.cli.tokens import revoke

    raise typer.Exit(revoke(number))


@course.command("create")
def course_create(
    course_id: Annotated[str, typer.Argument(metavar="ID", help="Its id: a-z, 0-9, `.`, `_` and `-`.")],
    title: Annotated[str, typer.Option(help="Its title.")],
    zone: Annotated[str, typer.Option(help="Where its days end, such as Europe/Berlin.")] = "UTC",
) -> None:
    """Make a course in the configured database."""
    from app.cli.courses import create

    create(course_id, title, zone)


@course.command("list")
def course_list() -> None:
    """List the courses, and what each offers."""
    from app.cli.courses import print_list

    print_list()


@course.command("offer")
def course_offer(
    course_id: Annotated[str, typer.Argument(metavar="ID", help="The course's id.")],
    assignment: Annotated[str, typer.Argument(help="An assignment of the rubric folder.")],
) -> None:
    """Let a course offer an assignment by the version in the rubric folder, unless it offers one already."""
    from app.cli.courses import offer_there

    offer_there(course_id, assignment)


@token.command("exchange")
def token_exchange(server: ServerOption = HERE) -> None:
    """Exchange a CI's identity token, in GRADEBOUND_TOKEN, for a token of an hour, and print that."""
    from app.cli.roster import exchange

    exchange(server)


@roster.command("import")
def roster_import(
    file: Annotated[Path, typer.Argument(help="A CSV file: ours, Canvas' or Moodle's.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say only what would happen.")] = False,  # noqa: FBT002
    remove_missing: Annotated[bool, _REMOVE] = False,  # noqa: FBT002
    server: ServerOption = HERE,
) -> None:
    """Make a course's people those of a file, all or nothing. The token, an instructor's, comes from GRADEBOUND_TOKEN.

    Exit codes: 0 done, 2 rejected, 3 the service could not be reached.
    """
    from app.cli.roster import import_file

    import_file(file, server, dry_run=dry_run, remove_missing=remove_missing)


@roster.command("list")
def roster_list(server: ServerOption = HERE) -> None:
    """List who is in the course. The token, of a TA or above, comes from GRADEBOUND_TOKEN."""
    from app.cli.roster import print_people

    print_people(server)
