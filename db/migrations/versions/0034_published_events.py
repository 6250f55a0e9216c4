"""The events of each enterprise in an order of their own, those of the past too.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

#: The consignee after an event, from its contents; the applicant of an appointment never changes.
_CONSIGNEE = {
    "sqlite": "json_extract(c.appointment, '$.consignee.code')",
    "postgresql": "(c.appointment::json -> 'consignee' ->> 'code')",
}
_PAST = """
    INSERT INTO published_events (customs_code, position, pre_entry_no, version, hash, at)
    SELECT customs_code, ROW_NUMBER() OVER (PARTITION BY customs_code ORDER BY id), pre_entry_no, version, hash, at
    FROM (
        SELECT r.applicant_code AS customs_code, e.id, e.pre_entry_no, e.version, e.hash, e.at
        FROM appointment_events e JOIN appointments r ON r.pre_entry_no = e.pre_entry_no
        UNION ALL
        SELECT {consignee}, e.id, e.pre_entry_no, e.version, e.hash, e.at
        FROM appointment_events e
        JOIN appointments r ON r.pre_entry_no = e.pre_entry_no
        JOIN appointment_contents c ON c.pre_entry_no = e.pre_entry_no AND c.version = e.version
        WHERE {consignee} <> r.applicant_code
    ) AS past
"""
_HEADS = sa.text("""
    INSERT INTO published_heads (customs_code, last)
    SELECT customs_code, MAX(position) FROM published_events GROUP BY customs_code
""")


def upgrade() -> None:
    op.create_table(
        "published_events",
        sa.Column("customs_code", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("pre_entry_no", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("customs_code", "position", name=op.f("pk_published_events")),
    )
    op.create_table(
        "published_heads",
        sa.Column("customs_code", sa.String(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("customs_code", name=op.f("pk_published_heads")),
    )
    op.execute(_PAST.format(consignee=_CONSIGNEE[op.get_bind().dialect.name]))
    op.execute(_HEADS)
    for columns in (["pre_entry_no", "version"], ["customs_code", "at", "position"]):
        op.create_index(op.f(f"ix_published_events_{'_'.join(columns)}"), "published_events", columns)


def downgrade() -> None:
    op.drop_table("published_heads")
    op.drop_table("published_events")
