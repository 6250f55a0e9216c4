"""Roles of operators, and the ports of calendar keepers; operators who are there have every role.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_ALL = '["administrator","calendar_keeper","case_officer","viewer"]'


def upgrade() -> None:
    op.add_column("users", sa.Column("roles", sa.Text(), nullable=True))
    op.add_column("users", sa.Column("ports", sa.Text(), nullable=True))
    users = sa.table("users", sa.column("kind", sa.String()), sa.column("roles", sa.Text()))
    op.execute(sa.update(users).where(users.c.kind == "operator").values(roles=_ALL))


def downgrade() -> None:
    op.drop_column("users", "ports")
    op.drop_column("users", "roles")
