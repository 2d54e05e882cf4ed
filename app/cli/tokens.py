"""`token create`, `token list`, `token revoke`: on the configured database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from rich import box
from rich.table import Table

from app.cli.failures import CommandError
from app.cli.render import console
from app.clock import system_clock
from app.db.database import Database
from app.db.migrate import migrate
from app.services.roles import Role
from app.services.tokens import Grant, create_token, list_tokens, revoke_token
from app.settings import Settings


def create(role: str, name: str | None) -> str:
    """Make a token; everybody but a student may go by the name of the role."""
    if name is None and role == Role.STUDENT:
        raise CommandError("a student's token needs --name, the id under which the student's scores are kept")
    with _database() as database:
        return create_token(database, Grant(Role(role)), name or role, system_clock())


def print_list() -> None:
    """Print all tokens, without their secrets."""
    table = Table("number", "role", "name", "made (UTC)", "revoked (UTC)", box=box.SIMPLE_HEAD, pad_edge=False)
    with _database() as database:
        for token in list_tokens(database):
            ended = f"{token.revoked_at:%Y-%m-%d %H:%M}" if token.revoked_at else ""
            table.add_row(str(token.number), token.role, token.name, f"{token.created_at:%Y-%m-%d %H:%M}", ended)
    console().print(table)


def revoke(number: int) -> int:
    """End a token; returns the exit code."""
    with _database() as database:
        ended = revoke_token(database, number, system_clock())
    print(f"token {number} is revoked" if ended else f"there is no valid token {number}; see `gradebound token list`")
    return 0 if ended else 1


@contextmanager
def _database() -> Iterator[Database]:
    with closing(Database(Settings().database)) as database:
        migrate(database)
        yield database
