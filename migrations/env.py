"""Alembic's way in: runs the migrations on the connection that app.db.migrate hands over."""

from __future__ import annotations

from alembic import context

from app.db.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
