"""Where each version of a rubric came from, and the key that came with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rubric_sources",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rubric_version", sa.String(12), nullable=False),
        sa.Column("course_number", sa.Integer(), nullable=True),
        sa.Column("token_number", sa.Integer(), nullable=True),
        sa.Column("kept_at", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["rubric_version"], ["rubrics.version"], name="fk_rubric_sources_rubric_version"),
        sa.ForeignKeyConstraint(["course_number"], ["courses.number"], name="fk_rubric_sources_course_number"),
        sa.ForeignKeyConstraint(["token_number"], ["tokens.number"], name="fk_rubric_sources_token_number"),
        sa.PrimaryKeyConstraint("number", name="pk_rubric_sources"),
    )
    op.create_index("ix_rubric_sources_rubric_version", "rubric_sources", ["rubric_version"])
    op.execute(
        "INSERT INTO rubric_sources (rubric_version, kept_at, reason)"
        " SELECT version, loaded_at, 'from the rubric folder' FROM rubrics ORDER BY loaded_at"
    )
