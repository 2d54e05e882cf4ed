"""`token create`, `token list`, `token revoke`: on the configured database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime

from rich import box
from rich.table import Table

from app.cli.failures import CommandError
from app.cli.render import console
from app.clock import system_clock
from app.db.address import is_address
from app.db.courses import DEFAULT
from app.db.database import Database
from app.db.migrate import migrate
from app.errors.access import UnknownTokenError
from app.services.courses import find_course
from app.services.expiry import expiry
from app.services.roles import Role
from app.services.tokens import Grant, create_token, list_tokens, revoke_token
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Wanted:
    """A token as the command line asks for it."""

    role: str
    name: str | None = None
    course: str = DEFAULT
    scopes: str | None = None
    expires: str | None = None


def create(wanted: Wanted) -> str:
    """Make a token; everybody but a student may go by the name of the role."""
    if wanted.name is None and wanted.role == Role.STUDENT:
        raise CommandError("a student's token needs --name, the id under which the student's scores are kept")
    now = system_clock()
    scopes = None if wanted.scopes is None else frozenset(wanted.scopes.replace(",", " ").split())
    with configured() as database:
        ends = None
        if wanted.expires is not None:
            ends = expiry(wanted.expires, now, find_course(database, None, wanted.course).zone)
        grant = Grant(Role(wanted.role), wanted.course, scopes, ends)
        return create_token(database, grant, wanted.name or wanted.role, now)


def print_list() -> None:
    """Print all tokens, without their secrets."""
    columns = ("number", "course", "role", "name", "scopes", "made (UTC)", "ends (UTC)", "revoked (UTC)")
    table = Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False)
    with configured() as database:
        for token in list_tokens(database):
            scopes = "all" if token.scopes is None else " ".join(sorted(token.scopes))
            moments = map(_minute, (token.created_at, token.expires_at, token.revoked_at))
            table.add_row(str(token.number), token.course.id, token.role, token.name, scopes, *moments)
    console().print(table)


def revoke(number: int) -> int:
    """End a token; returns the exit code."""
    try:
        with configured() as database:
            revoke_token(database, number, system_clock())
    except UnknownTokenError:
        print(f"there is no valid token {number}; see `gradebound token list`")
        return 1
    print(f"token {number} is revoked")
    return 0


def _minute(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


def database_address() -> str:
    """The address of the configured database. Raises `CommandError` for a text that is none."""
    url = Settings().database
    if not is_address(url):
        raise CommandError(
            f"GRADEBOUND_DATABASE: got {url[:80]!r}; write it as in sqlite:////var/lib/gradebound/gradebound.db"
        )
    return url


@contextmanager
def configured() -> Iterator[Database]:
    """The database of the settings, brought up to date."""
    with closing(Database(database_address())) as database:
        migrate(database)
        yield database
