"""Intake of receipts: each is stored before it is parsed, then applied to its appointment."""

from datetime import datetime
from hashlib import sha256

from api.commands import refusing
from api.context import Context
from customs.inbound import Unusable, content_digest, parse_receipt
from db import inbox
from db.inbox import InboxReceipt
from domain.receipt import Receipt
from runtime.dispatch import receipts

TOO_LARGE = "too_large"


def keep(ctx: Context, raw: bytes, received_at: datetime, *, complete: bool = True) -> InboxReceipt:
    """Stores the receipt, sealed, and returns its row; one that cannot be parsed is parked. Blocks."""
    digest = sha256(raw).hexdigest()
    # Latin-1 gives every byte a character, so that the same bytes can be read back.
    sealed = ctx.sealer.seal(raw.decode("latin-1"), context=f"receipts/{digest}")
    receipt = _parsed(raw) if complete else TOO_LARGE
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
    """Applies a receipt to its appointment unless that was done. Raises Refusal when that cannot be done now."""
    with refusing():
        return await receipts.settle(ctx.dispatcher, kept)


async def try_again(ctx: Context, kept: InboxReceipt) -> InboxReceipt:
    """Applies a receipt that may be parked; one that cannot be parsed stays so. Raises Refusal as ``settle`` does."""
    with refusing():
        return await receipts.settle_again(ctx.dispatcher, kept)


def _parsed(raw: bytes) -> Receipt | str:
    """Returns the receipt, or the stable word for why it cannot be parsed."""
    try:
        return parse_receipt(raw)
    except Unusable as unusable:
        return unusable.reason


def _sealed(ctx: Context, receipt: Receipt) -> Receipt:
    """Seals free texts for their appointment, so that any copy of them can be opened there."""
    number = receipt.pre_entry_no
    sealed = {name: ctx.sealer.seal_optional(getattr(receipt, name), number, name) for name in ("note", "duty_contact")}
    return receipt.model_copy(update=sealed)
