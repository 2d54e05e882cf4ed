"""Names by which likely typos are found, and since when a course's students come from a roster."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.policy.names import folded

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("folded", sa.Text(), nullable=False, server_default=""))
    _fold()
    with op.batch_alter_table("people") as people:
        people.alter_column("folded", server_default=None)
        people.create_index("ix_people_folded", ["folded"])
    with op.batch_alter_table("courses") as courses:
        courses.add_column(sa.Column("roster_at", sa.DateTime(), nullable=True))
    op.execute(
        "UPDATE courses SET roster_at = (SELECT max(at) FROM audit_log"
        " WHERE action = 'roster.import' AND audit_log.course_number = courses.number)"
    )


def _fold() -> None:
    connection = op.get_bind()
    names = connection.execute(sa.text("SELECT number, name FROM people")).all()
    fold = sa.text("UPDATE people SET folded = :folded WHERE number = :number")
    rows = [{"number": number, "folded": folded(name)} for number, name in names]
    if rows:
        connection.execute(fold, rows)
