"""The commands of those who run a course, through the public API of a service."""

# ruff: noqa: PLC0415 -- a command imports what it needs, as in app.cli.commands

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import HERE, ScoresForm, ScoresShape, ServerOption, Table

staff = typer.Typer()


@staff.command()
def regrade(  # noqa: PLR0913, PLR0917 -- each is an option of the command
    assignment: Annotated[str, typer.Argument(help="An assignment of the course.")],
    server: ServerOption = HERE,
    rubric: Annotated[Path | None, typer.Option(help="A rubric file to bring in first.", show_default=False)] = None,
    version: Annotated[
        str | None, typer.Option(help="A version that was brought in; without both, the one that holds.")
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Let it hold, if it is as shown.")] = False,  # noqa: FBT002
    reason: Annotated[str | None, typer.Option(help="Why; needed with --apply.", show_default=False)] = None,
    form: Annotated[Table, typer.Option("--format", help="How to print what changes.")] = Table.TABLE,
) -> None:
    """Show who changes by how much by another version of the rubric. Nothing is kept without --apply.

    The token comes from GRADEBOUND_TOKEN. Exit codes: 0 shown or applied, 2 refused, 3 the service could not be
    reached.
    """
    from app.cli.regrading import Regrading
    from app.cli.regrading import regrade as run

    order = Regrading(assignment, rubric, version, reason)
    run(server, order, apply=apply, as_json=form is Table.JSON)


@staff.command()
def scores(  # noqa: PLR0913, PLR0917 -- each is an option of the command
    assignment: Annotated[str, typer.Argument(help="An assignment of the course.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file; without it, standard output.", show_default=False)
    ] = None,
    form: Annotated[
        ScoresForm | None,
        typer.Option("--format", help="Without it, by the file's name; else csv.", show_default=False),
    ] = None,
    shape: Annotated[
        ScoresShape | None, typer.Option(help="A row a student, a student and item, or an attempt and item.")
    ] = None,
    section: Annotated[list[str] | None, typer.Option(help="Of this section only; may be repeated.")] = None,
    status: Annotated[list[str] | None, typer.Option(help="Of this status only; may be repeated.")] = None,
    since: Annotated[str | None, typer.Option(help="Who handed something in at or after this moment.")] = None,
    sort: Annotated[
        str | None, typer.Option(help="student, section, score or submitted_at; `-` turns it round.")
    ] = None,
    names: Annotated[bool, typer.Option("--names", help="With names and mail addresses.")] = False,  # noqa: FBT002
    pseudonyms: Annotated[bool, typer.Option("--pseudonyms", help="With pseudonyms for ids.")] = False,  # noqa: FBT002
    title: Annotated[str | None, typer.Option(help="What Canvas or Moodle calls the assignment.")] = None,
    export: Annotated[
        Path | None, typer.Option(help="An export of Canvas' or Moodle's gradebook, whose students it is for.")
    ] = None,
    server: ServerOption = HERE,
) -> None:
    """Get the scores of a class: a table of them, or a file for another system to import.

    The token, of a TA or above, comes from GRADEBOUND_TOKEN. Exit codes: 0 written, 2 refused, 3 the service could not
    be reached. Who is left out of a file for another system is told on standard error.
    """
    from app.cli.scores import Wanted, fetch, form_of

    asked = {
        "shape": shape, "section": section, "status": status, "since": since, "sort": sort,
        "names": names, "pseudonyms": pseudonyms, "title": title,
    }  # fmt: skip
    query = {name: value for name, value in asked.items() if value}
    fetch(Wanted(assignment, form_of(form, output), query, output, export), server)
