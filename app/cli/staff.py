"""The commands of those who run a course, through the public API of a service."""

# ruff: noqa: PLC0415 -- a command imports what it needs, as in app.cli.commands

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import HERE, ServerOption, Table

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
