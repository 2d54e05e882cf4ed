"""The commands with their options and help texts, as a table; each calls a module that is imported only then."""

# ruff: noqa: PLC0415 -- a command imports what it needs: `gradebound grade` starts without a web server's modules

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.cli import access, remote
from app.cli.options import AssignmentOption, FileArgument, Table
from app.cli.staff import staff

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",  # paragraphs of a docstring flow to the terminal's width
    help="Grades machine-learning homework: numbers, formulas and derivations, each verdict with its evidence.",
)
rubric = typer.Typer(no_args_is_help=True, help="Check, draft and try rubric files.")
cli.add_typer(staff)
for name, group in {**access.GROUPS, **remote.GROUPS}.items():
    cli.add_typer(group, name=name)
for command in remote.COMMANDS:
    cli.command()(command)
cli.add_typer(rubric, name="rubric")


class Text(StrEnum):
    """The formats of audits."""

    TEXT = "text"
    JSON = "json"


RubricOption = Annotated[Path | None, typer.Option(help="A rubric file, instead of --assignment.", show_default=False)]
VariantOption = Annotated[
    str | None, typer.Option(help="Whose numbers, where students have their own.", show_default=False)
]


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on.")] = 8000,
    demo: Annotated[bool, typer.Option("--demo", help="Print a new student's and a new TA's token.")] = False,  # noqa: FBT002
) -> None:
    """Run the service; brings its database up to date first."""
    from app.cli.serving import serve_until_stopped

    serve_until_stopped(host, port, demo=demo)


@cli.command()
def grade(
    file: FileArgument = None,
    assignment: AssignmentOption = "hw6",
    rubric: RubricOption = None,
    variant: VariantOption = None,
    form: Annotated[Table, typer.Option("--format", help="How to print the report.")] = Table.TABLE,
) -> None:
    """Grade answers without a server. Exit code 0 whatever the score, 2 if the file can't be accepted."""
    from app.cli.grading import print_grades

    print_grades(file, rubric or assignment, variant, as_json=form is Table.JSON)


@cli.command()
def audit(
    file: FileArgument = None,
    assignment: AssignmentOption = "hw6",
    rubric: RubricOption = None,
    variant: VariantOption = None,
    form: Annotated[Text, typer.Option("--format", help="How to print the findings.")] = Text.TEXT,
) -> None:
    """Grade a key, and say which of its figures are wrong and what follows from what."""
    from app.cli.grading import print_audit

    print_audit(file, rubric or assignment, variant, as_json=form is Text.JSON)


@cli.command("equal")
def equal_pairs(file: FileArgument = None) -> None:
    """Compare pairs of expressions: JSON lines with `id`, `a` and `b` in, one JSON line with the verdict out for each.

    A line may also have `variables`, `constants`, `capitals` ("matrices"), `domain` ("real", "positive" or "complex"),
    `rtol` and `atol`. Exit code 0 whatever the verdicts.
    """
    from app.cli.lines import answer_lines
    from grader.equality.general import equal

    answer_lines(file, equal)


@cli.command("derive")
def derive_steps(file: FileArgument = None) -> None:
    """Judge derivations of the evidence lower bound: JSON lines with `id` and `lines` in, a verdict for each step out.

    A line may also have `densities`, from a role (likelihood, prior, variational, joint, posterior, evidence) to how it
    is written. Exit code 0 whatever the verdicts.
    """
    from app.cli.lines import answer_lines
    from grader.derivation.general import derive

    answer_lines(file, derive)


@rubric.command("check")
def rubric_check(file: Annotated[Path, typer.Argument(help="A rubric file.")]) -> None:
    """Say all that is wrong in a rubric, with line and column. Exit code 0 if it is sound, 1 if not."""
    from app.cli.grading import print_rubric_faults

    raise typer.Exit(print_rubric_faults(file))


@rubric.command("draft")
def rubric_draft(
    example: Annotated[Path, typer.Argument(metavar="EXAMPLE.json", help="A worked example: inputs, graph, figures.")],
    folder: Annotated[Path, typer.Option("--output", "-o", help="Where rubric.yaml and key.yaml are written.")],
) -> None:
    """Draft a rubric, and a key with the published figures, from a worked example."""
    from app.cli.authoring import write_draft

    write_draft(example, folder)


@rubric.command("try", context_settings={"ignore_unknown_options": True})  # an answer may begin with a minus
def rubric_try(
    item: Annotated[str, typer.Argument(help="The id of the answer.")],
    answer: Annotated[str, typer.Argument(help="The answer, as a student would write it.")],
    rubric: Annotated[Path, typer.Option(help="The rubric file.")],
    beside: Annotated[Path | None, typer.Option(help="Other answers that are handed in with it.")] = None,
    variant: VariantOption = None,
) -> None:
    """Grade one answer on the spot, and say what it changes for the answers beside it."""
    from app.cli.authoring import Trial, try_answer

    try_answer(rubric, Trial(item, answer, beside, variant))


@rubric.command("statement")
def rubric_statement(
    file: Annotated[Path, typer.Argument(help="A rubric file; its statement is `statement.md` in the folder beside.")],
    variant: VariantOption = None,
) -> None:
    """Print a homework's statement with the numbers of a variant, or with the rubric's own."""
    from app.cli.grading import print_statement

    print_statement(file, variant)


def main() -> None:
    """Run the command line; what a user can mend is said in a sentence and exits with 2."""
    try:
        cli()
    except Exception as error:
        from app.cli.explaining import is_expected, told

        if not is_expected(error):
            raise
        print(told(error, on_terminal=sys.stderr.isatty()), file=sys.stderr)
        sys.exit(2)
