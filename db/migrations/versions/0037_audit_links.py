"""The access log and the acts of operators are chained by hash; acts are found by operator.

Revision ID: 0037
Revises: 0036
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from db.chain import GENESIS, digest_of
from db.tables.columns import Instant

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_COLUMNS = {
    "accesses": (
        ("row", ("at", "what", "subject", "customs_code", "address", "count", "detail", "pre_entry_no", "reason")),
    ),
    "operator_acts": (
        ("row", ("key", "body_hash", "act", "item", "pre_entry_no", "operator", "at", "reason")),
        ("outcome", ("outcome", "detail", "settled_at")),
    ),
}
_KEYS = {"accesses": "id", "operator_acts": "key"}
_INSTANTS = {"at", "settled_at"}
_CHUNK = 1000
_LINKS = sa.table(
    "audit_links", *(sa.column(name) for name in ("log", "entry", "part", "digest", "previous_hash", "hash"))
)


def upgrade() -> None:
    op.create_table(
        "audit_links",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("log", "entry", "part", "digest")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("previous_hash", "hash")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_links")),
        sa.UniqueConstraint("log", "previous_hash", name=op.f("uq_audit_links_log_previous_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_audit_links_log_id"), "audit_links", ["log", "id"])
    op.create_index(op.f("ix_audit_links_log_entry_part"), "audit_links", ["log", "entry", "part"])
    op.create_index(op.f("ix_operator_acts_operator_at"), "operator_acts", ["operator", "at"])
    for log in _COLUMNS:
        _link(log)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER append_only BEFORE UPDATE ON audit_links FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    else:
        op.execute(
            "CREATE TRIGGER audit_links_no_update BEFORE UPDATE ON audit_links "
            "BEGIN SELECT RAISE(ABORT, 'audit_links is append-only'); END"
        )


def downgrade() -> None:
    op.drop_index(op.f("ix_operator_acts_operator_at"), "operator_acts")
    op.drop_table("audit_links")


def _link(log: str) -> None:
    """Links the rows that are there, in their order."""
    previous, links = GENESIS, []
    for row in _rows(log):
        for part, names in _COLUMNS[log]:
            if part == "outcome" and row["outcome"] is None:
                continue
            digest = digest_of({name: row[name] for name in names})
            entry = str(row[_KEYS[log]])
            link = {"log": log, "entry": entry, "part": part, "digest": digest, "previous_hash": previous}
            previous = digest_of(link)
            links.append(link | {"hash": previous})
        if len(links) >= _CHUNK:
            op.bulk_insert(_LINKS, links)
            links = []
    op.bulk_insert(_LINKS, links)


def _rows(log: str) -> Iterator[Any]:
    names = dict.fromkeys([_KEYS[log], "at", *(name for _, part in _COLUMNS[log] for name in part)])
    columns = [sa.column(name, Instant) if name in _INSTANTS else sa.column(name) for name in names]
    table = sa.table(log, *columns)
    order = table.c.id if log == "accesses" else sa.tuple_(table.c.at, table.c.key)
    page, after = sa.select(table).order_by(*([order] if log == "accesses" else [table.c.at, table.c.key])), None
    while True:
        wanted = page if after is None else page.where(order > after)
        rows = op.get_bind().execute(wanted.limit(_CHUNK)).mappings().all()
        yield from rows
        if len(rows) < _CHUNK:
            return
        last = rows[-1]
        after = last["id"] if log == "accesses" else sa.tuple_(sa.literal(last["at"], Instant), sa.literal(last["key"]))
