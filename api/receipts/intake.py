"""Receipts of customs on their way in: kept before they are understood, then handed to their appointment."""

from datetime import datetime
from hashlib import sha256

from api.commands import refusing
from api.context import Context
from customs.inbound import Unusable, content_digest, parse_receipt
from db import inbox
from db.inbox import InboxReceipt
from dispatch import receipts
from domain.receipt import Receipt

TOO_LARGE = "too_large"


def keep(ctx: Context, raw: bytes, received_at: datetime, *, complete: bool = True) -> InboxReceipt:
    """Writes the receipt down, sealed, and returns its row; what cannot be read is parked. Blocks."""
    digest = sha256(raw).hexdigest()
    # Latin-1 gives every byte a character, so the very bytes can be had back.
    sealed = ctx.sealer.seal(raw.decode("latin-1"), context=f"receipts/{digest}")
    receipt = _understood(raw) if complete else TOO_LARGE
    if isinstance(receipt, str):
        return inbox.store_unreadable(
            ctx.engine, raw=sealed, raw_digest=digest, reason=receipt, received_at=received_at
        )
    return inbox.store(
        ctx.engine,
        _sealed(ctx, receipt),
        raw=sealed,
        raw_digest=digest,
        content_digest=content_digest(receipt),
        received_at=received_at,
    )


async def settle(ctx: Context, kept: InboxReceipt) -> InboxReceipt:
    """Hands a receipt to its appointment unless that was done. Raises ``Refusal`` while it cannot be done."""
    with refusing():
        return await receipts.settle(ctx.dispatcher, kept)


async def try_again(ctx: Context, kept: InboxReceipt) -> InboxReceipt:
    """Does the same for a parked receipt, too; one that could not be read stays as it is."""
    with refusing():
        return await receipts.settle_again(ctx.dispatcher, kept)


def _understood(raw: bytes) -> Receipt | str:
    """Returns what customs says, or the stable word for why it cannot be read."""
    try:
        return parse_receipt(raw)
    except Unusable as unusable:
        return unusable.reason


def _sealed(ctx: Context, receipt: Receipt) -> Receipt:
    """Seals free texts for the appointment they speak of, wherever they will be copied to."""
    number = receipt.pre_entry_no
    sealed = {name: ctx.sealer.seal_optional(getattr(receipt, name), number, name) for name in ("note", "duty_contact")}
    return receipt.model_copy(update=sealed)
