"""Courses with their people, settings, rubric versions, overrides and logs. What was there belongs to one course."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _courses()
    _tokens()
    _submissions()
    _assignments()
    _decisions()
    _adopt()


def _courses() -> None:
    op.create_table(
        "courses",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("zone", sa.String(80), nullable=False),
        sa.Column("pseudonym_key", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_courses"),
        sa.UniqueConstraint("id", name="uq_courses_id"),
    )
    first = sa.text(
        "INSERT INTO courses (number, id, title, zone, pseudonym_key, created_at)"
        " VALUES (1, 'default', 'The course', 'UTC', :key, CURRENT_TIMESTAMP)"
    )
    op.get_bind().execute(first, {"key": secrets.token_hex(32)})
    op.create_table(
        "person_details",
        sa.Column("person_number", sa.Integer(), nullable=False),
        sa.Column("given_name", sa.String(200), nullable=False),
        sa.Column("family_name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("student_number", sa.String(100), nullable=False),
        sa.ForeignKeyConstraint(["person_number"], ["people.number"], name="fk_person_details_person_number"),
        sa.PrimaryKeyConstraint("person_number", name="pk_person_details"),
    )
    op.create_table(
        "members",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("course_number", sa.Integer(), nullable=False),
        sa.Column("person_number", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("section", sa.String(80), nullable=False),
        sa.Column("joined_at", sa.DateTime(), nullable=False),
        sa.Column("left_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["course_number"], ["courses.number"], name="fk_members_course_number"),
        sa.ForeignKeyConstraint(["person_number"], ["people.number"], name="fk_members_person_number"),
        sa.PrimaryKeyConstraint("number", name="pk_members"),
        sa.UniqueConstraint("course_number", "person_number", "role", name="uq_members_course_number"),
    )
    op.create_index("ix_members_person_number", "members", ["person_number"])


def _tokens() -> None:
    with op.batch_alter_table("tokens") as tokens:
        tokens.add_column(sa.Column("course_number", sa.Integer(), nullable=False, server_default="1"))
        tokens.add_column(sa.Column("scopes", sa.Text(), nullable=True))
        tokens.add_column(sa.Column("expires_at", sa.DateTime(), nullable=True))
        tokens.create_foreign_key("fk_tokens_course_number", "courses", ["course_number"], ["number"])
    with op.batch_alter_table("tokens") as tokens:
        tokens.alter_column("course_number", server_default=None)
    op.create_table(
        "spent_identities",
        sa.Column("issuer", sa.String(200), nullable=False),
        sa.Column("jti", sa.String(200), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "jti", name="pk_spent_identities"),
    )
    op.create_table(
        "audit_log",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("token_number", sa.Integer(), nullable=True),
        sa.Column("course_number", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(80), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["token_number"], ["tokens.number"], name="fk_audit_log_token_number"),
        sa.ForeignKeyConstraint(["course_number"], ["courses.number"], name="fk_audit_log_course_number"),
        sa.PrimaryKeyConstraint("number", name="pk_audit_log"),
    )
    op.create_index("ix_audit_log_course_number", "audit_log", ["course_number"])


def _submissions() -> None:
    with op.batch_alter_table("submissions") as submissions:
        submissions.add_column(sa.Column("course_number", sa.Integer(), nullable=False, server_default="1"))
        submissions.add_column(sa.Column("base_number", sa.Integer(), nullable=True))
        submissions.add_column(sa.Column("variant", sa.String(80), nullable=True))
        submissions.create_foreign_key("fk_submissions_course_number", "courses", ["course_number"], ["number"])
        submissions.create_foreign_key("fk_submissions_base_number", "submissions", ["base_number"], ["number"])
        submissions.drop_index("ix_submissions_assignment")
        submissions.create_index("ix_submissions_offered", ["course_number", "assignment"])
    with op.batch_alter_table("submissions") as submissions:
        submissions.alter_column("course_number", server_default=None)
    op.create_table(
        "idempotency_keys",
        sa.Column("person_number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("submission_number", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_number"], ["people.number"], name="fk_idempotency_keys_person_number"),
        sa.ForeignKeyConstraint(
            ["submission_number"], ["submissions.number"], name="fk_idempotency_keys_submission_number"
        ),
        sa.PrimaryKeyConstraint("person_number", "key", name="pk_idempotency_keys"),
    )


def _assignments() -> None:
    op.create_table(
        "key_audits",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rubric_version", sa.String(12), nullable=False),
        sa.Column("engine_version", sa.String(20), nullable=False),
        sa.Column("audited_at", sa.DateTime(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["rubric_version"], ["rubrics.version"], name="fk_key_audits_rubric_version"),
        sa.PrimaryKeyConstraint("number", name="pk_key_audits"),
    )
    op.create_index("ix_key_audits_rubric_version", "key_audits", ["rubric_version"])
    _offered(
        "activations",
        sa.Column("rubric_version", sa.String(12), nullable=False),
        sa.Column("activated_at", sa.DateTime(), nullable=False),
        sa.Column("token_number", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["rubric_version"], ["rubrics.version"], name="fk_activations_rubric_version"),
    )
    _offered(
        "assignment_settings",
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.Column("token_number", sa.Integer(), nullable=True),
    )
    _offered(
        "extensions",
        sa.Column("person_number", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.DateTime(), nullable=False),
        sa.Column("token_number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_number"], ["people.number"], name="fk_extensions_person_number"),
    )


def _offered(table: str, *columns: sa.Column[object] | sa.ForeignKeyConstraint) -> None:
    """A table of records about an assignment of a course, made by whoever has a token."""
    op.create_table(
        table,
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("course_number", sa.Integer(), nullable=False),
        sa.Column("assignment", sa.String(80), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["course_number"], ["courses.number"], name=f"fk_{table}_course_number"),
        sa.ForeignKeyConstraint(["token_number"], ["tokens.number"], name=f"fk_{table}_token_number"),
        sa.PrimaryKeyConstraint("number", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_offered", table, ["course_number", "assignment"])


def _decisions() -> None:
    op.create_table(
        "overrides",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("submission_number", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(80), nullable=False),
        sa.Column("points", sa.String(20), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("token_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["submission_number"], ["submissions.number"], name="fk_overrides_submission_number"),
        sa.ForeignKeyConstraint(["token_number"], ["tokens.number"], name="fk_overrides_token_number"),
        sa.PrimaryKeyConstraint("number", name="pk_overrides"),
    )
    op.create_index("ix_overrides_submission_number", "overrides", ["submission_number"])


def _adopt() -> None:
    """Whoever has a token or handed in is a member of the first course; the newest version of each rubric holds."""
    op.execute(
        "INSERT INTO members (course_number, person_number, role, section, joined_at)"
        " SELECT 1, person_number, role, '', min(created_at) FROM tokens GROUP BY person_number, role"
    )
    op.execute(
        "INSERT INTO members (course_number, person_number, role, section, joined_at)"
        " SELECT 1, student_number, 'student', '', min(received_at) FROM submissions WHERE student_number NOT IN"
        " (SELECT person_number FROM members WHERE role = 'student') GROUP BY student_number"
    )
    op.execute(
        "INSERT INTO activations (course_number, assignment, rubric_version, activated_at, reason, summary)"
        " SELECT 1, assignment, version, loaded_at, 'the newest version at the upgrade', '{}' FROM rubrics"
        " ORDER BY loaded_at"
    )
