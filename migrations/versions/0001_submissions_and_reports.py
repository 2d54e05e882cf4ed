"""People, tokens, rubrics, submissions, reports and failures, from nothing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _people()
    _records()


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_people"),
        sa.UniqueConstraint("name", name="uq_people_name"),
    )
    op.create_table(
        "tokens",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("person_number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_number"], ["people.number"], name="fk_tokens_person_number"),
        sa.PrimaryKeyConstraint("number", name="pk_tokens"),
        sa.UniqueConstraint("digest", name="uq_tokens_digest"),
    )
    op.create_index("ix_tokens_person_number", "tokens", ["person_number"])


def _records() -> None:
    op.create_table(
        "rubrics",
        sa.Column("version", sa.String(12), nullable=False),
        sa.Column("assignment", sa.String(80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_rubrics"),
    )
    op.create_index("ix_rubrics_assignment", "rubrics", ["assignment"])
    _submissions()
    _outcomes()


def _submissions() -> None:
    op.create_table(
        "submissions",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("assignment", sa.String(80), nullable=False),
        sa.Column("student_number", sa.Integer(), nullable=False),
        sa.Column("token_number", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("syntax", sa.String(4), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["student_number"], ["people.number"], name="fk_submissions_student_number"),
        sa.ForeignKeyConstraint(["token_number"], ["tokens.number"], name="fk_submissions_token_number"),
        sa.PrimaryKeyConstraint("number", name="pk_submissions"),
        sa.UniqueConstraint("id", name="uq_submissions_id"),
    )
    op.create_index("ix_submissions_assignment", "submissions", ["assignment"])
    op.create_index("ix_submissions_student_number", "submissions", ["student_number"])


def _outcomes() -> None:
    op.create_table(
        "reports",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("submission_number", sa.Integer(), nullable=False),
        sa.Column("rubric_version", sa.String(12), nullable=False),
        sa.Column("engine_version", sa.String(20), nullable=False),
        sa.Column("graded_at", sa.DateTime(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["submission_number"], ["submissions.number"], name="fk_reports_submission_number"),
        sa.ForeignKeyConstraint(["rubric_version"], ["rubrics.version"], name="fk_reports_rubric_version"),
        sa.PrimaryKeyConstraint("number", name="pk_reports"),
        sa.UniqueConstraint(
            "submission_number", "rubric_version", "engine_version", name="uq_reports_submission_number"
        ),
    )
    op.create_table(
        "failures",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("submission_number", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["submission_number"], ["submissions.number"], name="fk_failures_submission_number"),
        sa.PrimaryKeyConstraint("number", name="pk_failures"),
    )
    op.create_index("ix_failures_submission_number", "failures", ["submission_number"])
