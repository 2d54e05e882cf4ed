"""Bringing a database to the newest schema, and asking whether it is there."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from app.db.database import Database
from app.settings import HOME


def migrate(database: Database) -> None:
    """Run the migrations that are missing, all in one transaction."""
    with database.migrating() as connection:
        command.upgrade(config_of(connection), "head")


def is_current(database: Database) -> bool:
    """Whether the schema is the one that this version of the service was written for."""
    with database.reading() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == ScriptDirectory.from_config(config_of()).get_current_head()


def config_of(connection: Connection | None = None) -> Config:
    """Alembic's configuration: where the migrations are, and the connection to run them on."""
    config = Config()
    config.set_main_option("script_location", str(HOME / "migrations"))
    config.attributes["connection"] = connection
    return config
