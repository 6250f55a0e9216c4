"""Users have an id of their own, a name, and rights within their enterprise; events say which of them acted.

Revision ID: 0016
Revises: 0015
"""

import secrets
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

#: table → key of a row, the new column, what an id begins with.
IDS = {"users": ("username", "user_id", "u-"), "api_keys": ("key_hash", "key_id", "k-")}


def upgrade() -> None:
    op.add_column("appointment_events", sa.Column("actor_user_id", sa.String(), nullable=True))
    for added in _of_users():
        op.add_column("users", added)
    op.create_index(op.f("ix_users_customs_code_username"), "users", ["customs_code", "username"])
    for table, (key, column, beginning) in IDS.items():
        op.add_column(table, sa.Column(column, sa.String(), nullable=True))
        _fill(table, key, column, beginning)
        with op.batch_alter_table(table) as batch:
            batch.alter_column(column, nullable=False)
            batch.create_unique_constraint(op.f(f"uq_{table}_{column}"), [column])


def _of_users() -> list[sa.Column[Any]]:
    return [
        sa.Column("display_name", sa.Text(), nullable=True),
        sa.Column("administrator", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("may_declare", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("initial_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("initial_by", sa.String(), nullable=True),
    ]


def _fill(table: str, key: str, column: str, beginning: str) -> None:
    rows = sa.table(table, sa.column(key), sa.column(column))
    connection = op.get_bind()
    for each in list(connection.execute(sa.select(rows.c[key])).scalars()):
        made = f"{beginning}{secrets.token_hex(10)}"
        connection.execute(sa.update(rows).where(rows.c[key] == each).values({column: made}))


def downgrade() -> None:
    for table, (_, column, _) in IDS.items():
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"uq_{table}_{column}"), type_="unique")
            batch.drop_column(column)
    op.drop_index(op.f("ix_users_customs_code_username"), "users")
    for added in _of_users():
        op.drop_column("users", added.name)
    op.drop_column("appointment_events", "actor_user_id")
