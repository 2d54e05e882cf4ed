"""Kept rubrics that name one of the two graphs of releases before 0.6 declare it by formulas.

A version keeps its name: what is asked, what it is worth and what is right stay as they were.
"""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_NAMED = re.compile(r"^( +)graph: *(gan|autoencoder) *(?:#.*)?$", re.MULTILINE)

# The names of the sizes are such as no axis has.
_DECLARED = {
    "gan": (
        "nodes:",
        '  h_0: "relu(w_0^T z + b_0)"',
        '  h_1: "reshape(h_0, grid_channels, grid_rows, grid_columns, by=columns)"',
        '  h_2: "relu(deconv(h_1, w_1) + b_1)"',
        '  H_2: "flat(h_2, by=columns)"',
        '  p: "sigmoid(w_2^T H_2 + b_2)"',
        '  L: "log p"',
        "loss: L",
        "sizes: {grid_channels: 2, grid_rows: 2, grid_columns: 2}",
    ),
    "autoencoder": (
        "nodes:",
        '  h: "relu(x w_1 + b_1)"',
        '''  "x'": "sigmoid(h w_2 + b_2)"''',
        '''  L: "sum((x - x')^2)"''',
        "loss: L",
    ),
}


def upgrade() -> None:
    connection = op.get_bind()
    for version, text in connection.execute(sa.text("SELECT version, text FROM rubrics")).all():
        declared = _NAMED.sub(_block, text)
        if declared != text:
            statement = sa.text("UPDATE rubrics SET text = :text WHERE version = :version")
            connection.execute(statement, {"text": declared, "version": version})


def _block(named: re.Match[str]) -> str:
    return "\n".join(named[1] + line for line in _DECLARED[named[2]])
