"""Stores each receipt before it is processed, by whichever channel it came."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import Engine

from customs.inbound import Unusable, content_digest, parse_receipt
from db import inbox
from db.inbox import InboxReceipt
from domain.receipt import Receipt
from runtime.sealing import Sealer

TOO_LARGE = "too_large"


def keep(engine: Engine, sealer: Sealer, raw: bytes, received_at: datetime, *, complete: bool = True) -> InboxReceipt:
    """Stores the receipt, sealed, and returns its row; one that cannot be parsed is parked. Blocks."""
    digest = sha256(raw).hexdigest()
    # Latin-1 gives every byte a character, so that the same bytes can be read back.
    sealed = sealer.seal(raw.decode("latin-1"), context=f"receipts/{digest}")
    receipt = _parsed(raw) if complete else TOO_LARGE
    if isinstance(receipt, str):
        return inbox.store_unreadable(engine, raw=sealed, raw_digest=digest, reason=receipt, received_at=received_at)
    return inbox.store(
        engine,
        _sealed(sealer, receipt),
        raw=sealed,
        raw_digest=digest,
        content_digest=content_digest(receipt),
        received_at=received_at,
    )


def _parsed(raw: bytes) -> Receipt | str:
    """Returns the receipt, or the stable word for why it cannot be parsed."""
    try:
        return parse_receipt(raw)
    except Unusable as unusable:
        return unusable.reason


def _sealed(sealer: Sealer, receipt: Receipt) -> Receipt:
    """Seals free texts for their appointment, so that any copy of them can be opened there."""
    number = receipt.pre_entry_no
    sealed = {name: sealer.seal_optional(getattr(receipt, name), number, name) for name in ("note", "duty_contact")}
    return receipt.model_copy(update=sealed)
