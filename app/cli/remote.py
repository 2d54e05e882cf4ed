"""The commands about submissions and terms that ask a service: `submit`, `status`, `settings`."""

# ruff: noqa: PLC0415 -- a command imports what it needs: `gradebound grade` starts without a web server's modules

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from app.cli.failures import CommandError
from app.cli.options import HERE, AssignmentOption, FormatOption, ServerOption, Table
from app.reports.annotations import Flavour

_FILES = typer.Argument(metavar="[FILE]...", help="JSON or YAML; standard input without one.", show_default=False)
_SHARE = typer.Option(min=0, max=1, help="The share of all points to reach; open points count as not reached.")
_KEY = typer.Option(help="What makes a repeat the same submission; the content without it. {student} is whose.")
_BY_NAME = typer.Option("--by-name", help="Many files, each for the student that it is named after (ann.yaml).")
settings = typer.Typer(no_args_is_help=True, help="See and change an assignment's deadline, attempts and release.")


def submit(  # noqa: PLR0913, PLR0917 -- each is an option of the command
    files: Annotated[list[Path] | None, _FILES] = None,
    server: ServerOption = HERE,
    assignment: AssignmentOption = "hw6",
    student: Annotated[
        str | None, typer.Option(help="Whose submission it is; for ci, ta and admin.", show_default=False)
    ] = None,
    by_name: Annotated[bool, _BY_NAME] = False,  # noqa: FBT002
    wait: Annotated[bool, typer.Option("--wait", help="Wait until it is graded.")] = False,  # noqa: FBT002
    patience: Annotated[float, typer.Option(min=1, help="How many seconds to wait for the grades.")] = 120,
    junit: Annotated[Path | None, typer.Option(help="Write the report as JUnit XML.", show_default=False)] = None,
    classroom: Annotated[
        Path | None, typer.Option(help="Write the report as GitHub Classroom's runner result.", show_default=False)
    ] = None,
    min_score: Annotated[float | None, _SHARE] = None,
    annotations: Annotated[
        Flavour | None, typer.Option(help="How to mark items in a CI's log; by the environment without it.")
    ] = None,
    idempotency_key: Annotated[str | None, _KEY] = None,
    form: FormatOption = Table.TABLE,
) -> None:
    """Hand in answers to a service. The token comes from GRADEBOUND_TOKEN.

    The same file handed in again counts once. Exit codes: 0 handed in (and --min-score reached), 1 below --min-score,
    2 rejected, 3 the service could not be reached, or did not grade in time. --junit, --classroom and --min-score imply
    --wait. With --by-name, many files are handed in, each for the student whose id is its name without the ending; it
    says what became of each, and ends with the highest of their codes.
    """
    from app.cli.submitting import Order, Output, hand_in, hand_in_class

    waits = wait or junit or classroom or min_score is not None
    order = Order(server.rstrip("/"), assignment, student, patience if waits else 0.0, idempotency_key, min_score)
    output = Output(form is Table.JSON, annotations, junit, classroom)
    if by_name:
        raise typer.Exit(hand_in_class(files or [], order, output))
    if len(files or []) > 1:
        raise CommandError("got several files; with --by-name each is handed in for the student that it is named after")
    raise typer.Exit(hand_in(files[0] if files else None, order, output))


def status(
    submission: Annotated[str | None, typer.Argument(help="A submission's id or address.", show_default=False)] = None,
    server: ServerOption = HERE,
    assignment: AssignmentOption = "hw6",
    student: Annotated[str | None, typer.Option(help="Whose standing it is; for staff.", show_default=False)] = None,
    form: FormatOption = Table.TABLE,
) -> None:
    """Show a submission, or without one where you stand: the deadline, attempts left, which attempt counts and why.

    The token comes from GRADEBOUND_TOKEN. Exit codes: 0 told, 2 rejected, 3 the service could not be reached.
    """
    from app.cli.asking import print_standing, print_submission

    as_json = form is Table.JSON
    if submission is None:
        print_standing(server, assignment, student, as_json=as_json)
    else:
        print_submission(server, submission, as_json=as_json)


@settings.command("show")
def settings_show(server: ServerOption = HERE, assignment: AssignmentOption = "hw6") -> None:
    """Print the settings that hold, as JSON."""
    from app.cli.asking import print_settings

    print_settings(server, assignment)


@settings.command("set")
def settings_set(
    changes: Annotated[list[str], typer.Argument(metavar="KEY=VALUE...", help="due=2026-11-30T23:59 attempts=5 ...")],
    server: ServerOption = HERE,
    assignment: AssignmentOption = "hw6",
) -> None:
    """Change some settings and print all. A value is JSON or a text; feedback.formula=by_hand reaches inside.

    `null` takes a setting away. The others stay as they are; if somebody changes them meanwhile, nothing is changed.
    """
    from app.cli.asking import change_settings

    change_settings(server, assignment, changes)


COMMANDS: tuple[Callable[..., None], ...] = (submit, status)
GROUPS: Mapping[str, typer.Typer] = {"settings": settings}
