"""The commands of those who run a course, through the public API of a service."""

# ruff: noqa: PLC0415 -- a command imports what it needs, as in app.cli.commands

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import HERE, ScoresForm, ScoresShape, ServerOption, Table, WaitingForm

staff = typer.Typer()
_Submission = Annotated[str | None, typer.Argument(help="A submission's id or address.", show_default=False)]
_Item = Annotated[str | None, typer.Argument(help="The item's id.", show_default=False)]
_Points = Annotated[str | None, typer.Argument(help="Its points.", show_default=False)]
_Reason = Annotated[str | None, typer.Option(help="Why; the student reads it.", show_default=False)]
_File = Annotated[
    Path | None,
    typer.Option(help="A table (CSV) with submission, item, points and reason, for many.", show_default=False),
]
_ZEROS = typer.Option("--waiting-as-zero", help="In a file for another system: what waits for a person is a zero.")
_NUMBERS = {"ignore_unknown_options": True}  # points may begin with a minus


@staff.command()
def waiting(
    assignment: Annotated[str, typer.Argument(help="An assignment of the course.")],
    item: Annotated[str | None, typer.Option(help="Answers to this item only.", show_default=False)] = None,
    student: Annotated[str | None, typer.Option(help="Answers of this student only.", show_default=False)] = None,
    form: Annotated[WaitingForm, typer.Option("--format", help="csv is for `decide --file`.")] = WaitingForm.TEXT,
    server: ServerOption = HERE,
) -> None:
    """List the answers that wait for a person, oldest first, as they were written.

    The token, of a TA or above, comes from GRADEBOUND_TOKEN. Exit codes: 0 listed, 2 refused, 3 the service could not
    be reached.
    """
    from app.cli.deciding import print_waiting

    wanted = {"item": item, "student": student}
    print_waiting(server, assignment, form, {key: value for key, value in wanted.items() if value is not None})


@staff.command(context_settings=_NUMBERS)
def decide(  # noqa: PLR0913, PLR0917 -- each is an option of the command
    submission: _Submission = None,
    item: _Item = None,
    points: _Points = None,
    reason: _Reason = None,
    file: _File = None,
    identical: Annotated[bool, typer.Option("--identical", help="And all that wait of the same text.")] = False,  # noqa: FBT002
    again: Annotated[bool, typer.Option("--again", help="Also what is decided already.")] = False,  # noqa: FBT002
    server: ServerOption = HERE,
) -> None:
    """Decide on an answer that waits, on all of the same text, or on many from a table that `waiting` has begun.

    What somebody decided meanwhile stays as it is. The token, of a TA or above, comes from GRADEBOUND_TOKEN. Exit
    codes: 0 decided, 2 refused (also if only some were), 3 the service could not be reached.
    """
    from app.cli.deciding import decide as deciding
    from app.cli.deciding import say_all, word_of, words_of

    words = words_of(file, reason) if file else [word_of(submission, item, points, reason)]
    say_all(server, words, deciding(identical=identical, again=again))


@staff.command(context_settings=_NUMBERS)
def override(  # noqa: PLR0913, PLR0917 -- each is an option of the command
    submission: _Submission = None,
    item: _Item = None,
    points: _Points = None,
    reason: _Reason = None,
    file: _File = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Let the report's points hold again.")] = False,  # noqa: FBT002
    server: ServerOption = HERE,
) -> None:
    """Let other points hold than an item's report has, for one or for many from a table; they outlive regrades.

    The token, of a TA or above, comes from GRADEBOUND_TOKEN. Exit codes: 0 done, 2 refused (also if only some were), 3
    the service could not be reached.
    """
    from app.cli import deciding

    if withdraw:
        deciding.withdraw(server, submission, item)
        return
    words = deciding.words_of(file, reason) if file else [deciding.word_of(submission, item, points, reason)]
    deciding.say_all(server, words, deciding.override)


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
    waiting_as_zero: Annotated[bool, _ZEROS] = False,  # noqa: FBT002
    server: ServerOption = HERE,
) -> None:
    """Get the scores of a class: a table of them, or a file for another system to import.

    The token, of a TA or above, comes from GRADEBOUND_TOKEN. Exit codes: 0 written, 2 refused, 3 the service could not
    be reached. Standard error has who is left out of a file for another system, and how many answers wait.
    """
    from app.cli.scores import Wanted, fetch, form_of

    asked = {
        "shape": shape, "section": section, "status": status, "since": since, "sort": sort,
        "names": names, "pseudonyms": pseudonyms, "title": title, "waiting_as_zero": waiting_as_zero,
    }  # fmt: skip
    query = {name: value for name, value in asked.items() if value}
    fetch(Wanted(assignment, form_of(form, output), query, output, export), server)
