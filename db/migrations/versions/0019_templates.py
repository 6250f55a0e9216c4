"""Templates of applications.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MADE_BY_KEY = sa.text("creation_key IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "templates",
        sa.Column("template_id", sa.String(), nullable=False),
        sa.Column("customs_code", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("name_hash", sa.String(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("creation_key", sa.String(), nullable=True),
        sa.Column("creation_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("template_id", name=op.f("pk_templates")),
        sa.UniqueConstraint("customs_code", "name_hash", name=op.f("uq_templates_customs_code_name_hash")),
    )
    order = ["customs_code", "created_at", "template_id"]
    op.create_index(op.f("ix_templates_customs_code_created_at_template_id"), "templates", order)
    op.create_index(op.f("ix_templates_holder"), "templates", ["holder"])
    op.create_index(
        "uq_templates_creation",
        "templates",
        ["customs_code", "creation_key"],
        unique=True,
        sqlite_where=MADE_BY_KEY,
        postgresql_where=MADE_BY_KEY,
    )


def downgrade() -> None:
    op.drop_table("templates")
