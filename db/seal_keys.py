"""Keys that have sealed something in this database, a proof of each, and what still needs them."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db.engine import writing
from db.tables import (
    AccessRow,
    AppointmentRow,
    ApprovalRow,
    ContentRow,
    DeliveryRow,
    NotificationChannelRow,
    PreferenceRow,
    ReceiptRow,
    SealKeyRow,
    SignatureRow,
    TemplateRow,
    UserRow,
    WebhookEndpointRow,
)
from db.upsert import insert_missing
from domain.model import Model

_KEYS = SealKeyRow.table()
_CONTENTS, _ROWS, _RECEIPTS = ContentRow.table(), AppointmentRow.table(), ReceiptRow.table()
_SIGNATURES = SignatureRow.table()

#: Every column that can hold a sealed text.
SEALED = (
    _CONTENTS.c.appointment,
    _CONTENTS.c.reason,
    _ROWS.c.snapshot,
    _RECEIPTS.c.raw,
    _RECEIPTS.c.note,
    _RECEIPTS.c.duty_contact,
    _RECEIPTS.c.dismissed_reason,
    _SIGNATURES.c.statement,
    _SIGNATURES.c.cms,
    DeliveryRow.table().c.xml,
    AccessRow.table().c.reason,
    ApprovalRow.table().c.reason,
    UserRow.table().c.display_name,
    PreferenceRow.table().c.sealed,
    TemplateRow.table().c.sealed,
    WebhookEndpointRow.table().c.secret,
    WebhookEndpointRow.table().c.old_secret,
    NotificationChannelRow.table().c.sealed,
)


class SealKey(Model):
    """A key by its id; ``proof`` verifies that a given key is the one that sealed here."""

    kid: str
    proof: str
    first_used_at: datetime


def all_keys(session: Session) -> list[SealKey]:
    """Returns all keys that were used here and are not retired, oldest first."""
    rows = session.execute(sa.select(_KEYS).order_by(_KEYS.c.first_used_at, _KEYS.c.kid)).mappings()
    return [SealKey.model_validate(dict(row)) for row in rows]


def register(engine: Engine, proofs: Mapping[str, str], *, at: datetime) -> None:
    """Stores keys before their first use; a key that is known keeps its proof."""
    with writing(engine) as session:
        for kid, proof in proofs.items():
            insert_missing(session, _KEYS, {"kid": kid, "proof": proof, "first_used_at": at})


def remove(engine: Engine, kid: str) -> None:
    """Removes a key that is not needed any more."""
    with writing(engine) as session:
        session.execute(sa.delete(_KEYS).where(_KEYS.c.kid == kid))


def references(session: Session, mark: str) -> dict[str, int]:
    """Returns ``table.column`` → how many rows hold a text with ``mark``, the prefix of what a key sealed."""
    counts = {
        f"{column.table.name}.{column.name}": session.execute(
            sa.select(sa.func.count()).select_from(column.table).where(column.contains(mark, autoescape=True))
        ).scalar_one()
        for column in SEALED
    }
    return {place: count for place, count in counts.items() if count}
